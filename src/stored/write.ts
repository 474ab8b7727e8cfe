// The first save of a session, and numbers that are added where they stand.

import type { TokenToSend } from '../session/cookie.js';
import { baseOf, dataOf, type Held } from './held.js';
import { membersOf } from './members.js';
import { patchRecord, recordAfter } from './move.js';
import { createRenewal, type Times } from './patch.js';
import type { Rules, Storable } from './rules.js';
import { newSessionId } from './session-id.js';

/** A session in the store, and the token that names it. */
export interface Written {
  readonly held: Held;
  readonly token: TokenToSend;
}

/**
 * Makes a session of data that {@link Rules.storable} has given.
 * @param createdAt when a session that goes on here was saved first; null for a new one
 */
export async function createSession(mine: Storable, createdAt: number | null, rules: Rules): Promise<Written> {
  const { now } = rules;
  const dates = rules.datesOf(mine, createdAt, now);
  const sessionId = newSessionId();
  // Before the store is asked: what is wrong with the options must not leave a session behind that nobody can name.
  const token = rules.token(sessionId, mine, dates, now);
  const record = {
    data: mine.json,
    createdAt: Math.floor(createdAt ?? now),
    seenAt: Math.floor(now),
    expiresAt: dates?.exp ?? null,
    subject: rules.subjectOf(mine) ?? null,
  };
  const key = rules.keyOf(sessionId);
  await rules.store.create(key, record);
  return { held: { sessionId, key, record: { ...record, version: 1 }, base: null }, token };
}

/** Adds to a number in the store. Null where the session was ended. */
export async function addTo(
  held: Held,
  name: string,
  by: number,
  rules: Rules,
  times: Times,
  now: number,
): Promise<{ readonly held: Held; readonly number: number } | null> {
  const patch = createRenewal(times, [[name, by]]);
  const outcome = await patchRecord(held, patch, rules, now);
  if (!outcome.isDone) return null;
  const record = recordAfter(held.record, patch, outcome.record);
  dataOf(record);
  // As the engine writes it, which is what a conflict is told by.
  const text = membersOf(record.data).get(name) ?? '0';
  const number = Number(text);
  const base = new Map(baseOf(held)).set(name, text);
  return { held: { ...held, record, base: () => base }, number };
}

/** A copy with one member set, whatever its name: an assignment to `__proto__` would set none. */
export const withMember = (data: object, name: string, value: unknown): object =>
  Object.fromEntries(new Map<string, unknown>(Object.entries(data)).set(name, value));
