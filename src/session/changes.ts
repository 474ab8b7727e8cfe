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

/** By the rules of a save: a `Map` in the place of `{}` is a change, though JSON.stringify writes both alike. */
function jsonOf(value: unknown): string | null {
  try {
    return payloadJson({ value });
  } catch (error) {
    if (error instanceof ValueError) return null;
    throw error;
  }
}
