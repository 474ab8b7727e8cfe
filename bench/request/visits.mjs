// What every server of the part "request" does: nothing with a session, read one, count in one.

import { typicalOf } from '../lib/payloads.mjs';

/** What a session holds beside its counter. */
const DATA = Object.freeze(typicalOf(0));

/** Counts: the first time with the data of somebody who is logged in. @returns the number of visits */
export function count(session) {
  if (session.n === undefined) Object.assign(session, DATA);
  session.n = (session.n ?? 0) + 1;
  return session.n;
}

/** The same for sessions with get and set. */
export function countBySetting(session) {
  const n = (session.get('n') ?? 0) + 1;
  if (n === 1) for (const [key, value] of Object.entries(DATA)) session.set(key, value);
  session.set('n', n);
  return n;
}
