// From the changes of a dict to the patch that the store applies.

import type { Changes } from './difference.js';
import type { SessionPatch } from './store.js';

/** What becomes of a record's times. */
export interface Times {
  readonly seenAt: number;
  readonly expiresAt: number | null;
}

/** The patch that brings changes into the store. */
export const createPatch = (
  { set, remove }: Changes,
  { seenAt, expiresAt }: Times,
  { subject, ifVersion, expected }: Pick<SessionPatch, 'subject' | 'ifVersion' | 'expected'>,
): SessionPatch => ({ set, remove, add: [], seenAt, expiresAt, subject, ifVersion, expected });

/** A patch that changes no key: a renewal, and numbers to be added. */
export const createRenewal = (times: Times, add: SessionPatch['add'] = []): SessionPatch => ({
  set: [],
  remove: [],
  add,
  seenAt: times.seenAt,
  expiresAt: times.expiresAt,
  ifVersion: null,
});
