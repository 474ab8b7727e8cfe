// From the changes of a dict to the patch that the store applies.

import type { Members } from './members.js';
import type { SessionPatch } from './store.js';

/** What becomes of a record's times. */
export interface Times {
  readonly seenAt: number;
  readonly expiresAt: number | null;
}

/** The patch that brings `keys` of the members into the store, and removes those that are no longer in them. */
export function createPatch(
  members: Members,
  keys: readonly string[],
  { seenAt, expiresAt }: Times,
  { subject, ifVersion, expected }: Pick<SessionPatch, 'subject' | 'ifVersion' | 'expected'>,
): SessionPatch {
  const set: (readonly [key: string, json: string])[] = [];
  const remove: string[] = [];
  for (const key of keys) {
    const json = members.get(key);
    if (json === undefined) remove.push(key);
    else set.push([key, json]);
  }
  return { set, remove, add: [], seenAt, expiresAt, subject, ifVersion, expected };
}

/** A patch that changes no key: a renewal, and numbers to be added. */
export const createRenewal = (times: Times, add: SessionPatch['add'] = []): SessionPatch => ({
  set: [],
  remove: [],
  add,
  seenAt: times.seenAt,
  expiresAt: times.expiresAt,
  ifVersion: null,
});
