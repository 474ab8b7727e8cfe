// What a read does by itself: a later end for a session that is used, and a token of the newest key.

import { ValueError } from '../errors.js';
import type { TokenToSend } from '../session/cookie.js';
import type { Held } from './held.js';
import { patchRecord, recordAfter } from './move.js';
import { createRenewal } from './patch.js';
import type { Rules } from './rules.js';

/** A session with its later end, which the token names too; without `held` it was ended by another request. */
export type Renewed =
  | { readonly held: Held; readonly token: TokenToSend }
  | { readonly held: null; readonly token: null };

/** Null where the store could not, or the cookie would be too long: a read goes on without, and the next one tries again. */
export async function renew(held: Held, data: object, rules: Rules): Promise<Renewed | null> {
  const { now } = rules;
  const dates = rules.datesOf({ data }, held.record.createdAt, now);
  const expiresAt = dates?.exp ?? null;
  try {
    // First: a session is not prolonged without its cookie.
    const token = rules.tokenOfOld(held.sessionId, data, dates, now);
    const patch = createRenewal({ seenAt: Math.floor(now), expiresAt });
    const outcome = await patchRecord(held, patch, rules, now);
    if (!outcome.isDone) return { held: null, token: null };
    rules.tell({ type: 'renew', bytes: rules.policy.settings.cookieName.length + token.token.length });
    return { held: { ...held, record: recordAfter(held.record, patch, outcome.record) }, token };
  } catch (error) {
    if (error instanceof ValueError) return null;
    throw error;
  }
}

/** The token of the newest key, with the end that the session has. */
export function resigned(held: Held, data: object, keyIndex: number, rules: Rules): TokenToSend | null {
  const { createdAt, expiresAt } = held.record;
  try {
    const dates = expiresAt === null ? null : { iat: createdAt, exp: expiresAt };
    const token = rules.tokenOfOld(held.sessionId, data, dates, rules.now);
    const bytes = rules.policy.settings.cookieName.length + token.token.length;
    rules.tell({ type: 'resign', keyIndex, bytes });
    return token;
  } catch (error) {
    // A key id may have made it too long for the cookie: the old one goes on.
    if (error instanceof ValueError) return null;
    throw error;
  }
}
