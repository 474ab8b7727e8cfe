// From the changes of a dict to the patch that the store applies.

import type { SessionPatch } from './store.js';

/** What becomes of a record's times. */
export interface Times {
  readonly seenAt: number;
  readonly expiresAt: number | null;
}

/** The patch that brings `keys` of `data` into the store, and removes those that are no longer in them. */
export function createPatch(
  data: object,
  keys: readonly string[],
  others: Times & Pick<SessionPatch, 'subject' | 'ifVersion'>,
): SessionPatch {
  // A Map, since a key may be `__proto__`.
  const members = new Map(Object.entries(data));
  const isThere = (key: string): boolean => members.get(key) !== undefined;
  return {
    set: keys.filter(isThere).map((key) => [key, JSON.stringify(members.get(key))] as const),
    remove: keys.filter((key) => !isThere(key)),
    add: [],
    ...others,
  };
}

/** A patch that changes no key: a renewal, and numbers to be added. */
export const createRenewal = (times: Times, add: SessionPatch['add'] = []): SessionPatch => ({
  set: [],
  remove: [],
  add,
  ...times,
  ifVersion: null,
});
