// Which keys of a dict are other than they were when it was loaded, however deep the change.

import { ValueError } from '../errors.js';
import { payloadJson } from './payload.js';

/** Each key with the JSON of its value. */
export type Snapshot = ReadonlyMap<string, string | null>;

export function snapshotOf(dict: object): Snapshot {
  // What is undefined is left out of a save, and so is no member.
  const members = Object.entries(dict).filter(([, value]) => value !== undefined);
  return new Map(members.map(([key, value]) => [key, jsonOf(value)]));
}

/** Keys that were added, removed or changed since. A value that JSON cannot hold has changed, unless it was loaded so. */
export function changedKeys(before: Snapshot, dict: object): string[] {
  const now = snapshotOf(dict);
  const changed = [...now.keys()].filter((key) => now.get(key) !== before.get(key));
  const gone = [...before.keys()].filter((key) => !now.has(key));
  return [...changed, ...gone];
}

/**
 * Keys that are in one of two objects only, or with other JSON, of data that were parsed from JSON and belong to nobody else:
 * they are compared as they are, a fifth of what their texts would take.
 */
export function differingMembers(before: object, now: object): string[] {
  const changed = Object.keys(now).filter((key) => !isSameMember(before, now, key));
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(now, key));
  return [...changed, ...gone];
}

/** Whether a member of `now` has the same JSON in `before`. */
export const isSameMember = (before: object, now: object, key: string): boolean =>
  Object.hasOwn(before, key) && isSameJson(memberOf(before, key), memberOf(now, key));

const memberOf = (object: object, key: string): unknown => (object as Readonly<Record<string, unknown>>)[key];

/** Whether two parsed values have the same JSON: the order of keys counts, since it is kept (contract S15). */
function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  const others = Object.keys(b);
  return (
    keys.length === others.length &&
    keys.every((key, i) => key === others[i] && isSameJson(memberOf(a, key), memberOf(b, key)))
  );
}

/** By the rules of a save: a `Map` in the place of `{}` is a change, though JSON.stringify writes both alike. */
function jsonOf(value: unknown): string | null {
  try {
    return payloadJson({ value });
  } catch (error) {
    if (error instanceof ValueError) return null;
    throw error;
  }
}
