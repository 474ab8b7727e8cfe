// The stored session that a request brings: by its cookie, out of the store or an older place.

import { ValueError } from '../errors.js';
import { type Codec, type Genuine, judgeData, keyIdOf, readToken } from '../session/codec.js';
import type { TokenToSend } from '../session/cookie.js';
import { isHeard } from '../session/events.js';
import type { SessionJar } from '../session/host.js';
import { isPassive, reissueFor, valuesOf } from '../session/load.js';
import { shapeOf } from '../session/schema.js';
import type { Accepted, Reason, Refused, Verdict } from '../session/verdict.js';
import { dataOf, type Held } from './held.js';
import { readRecord } from './move.js';
import type { CookieSource } from './options.js';
import { renew, resigned } from './renew.js';
import type { Rules } from './rules.js';
import { sessionIdOf } from './session-id.js';
import type { StoredRecord } from './store.js';

/** A session that was found in a store. */
export interface Found {
  readonly held: Held;
  /** The data, in the shape of the schema. */
  readonly payload: object;
  /** What a read sends by itself; null for nothing. */
  readonly token: TokenToSend | null;
}

/** A cookie session that goes on as a stored one. */
export interface Taken {
  readonly source: CookieSource;
  readonly payload: object;
  readonly issuedAt: number | null;
}

/** What was found, where anything was. */
export interface Loaded {
  readonly found: Found | null;
  readonly taken: Taken | null;
}

export const NOTHING: Loaded = Object.freeze({ found: null, taken: null });

/**
 * Judges the cookies of the session's name from the last one on, as cookie sessions do, and asks the store only about ids that
 * a key of the session has signed.
 * @param refused takes why cookies were; whoever may ask for the session is told when there is one
 * @throws ValueError `ERR_SESSION_STORE`
 */
export async function loadStored(jar: SessionJar, refused: Reason[], rules: Rules): Promise<Loaded> {
  const codec = rules.policy.requireCodec();
  const values = valuesOf(jar, codec.settings.cookieName);
  let hasId = false;
  let foreign = 0;
  for (let i = values.length - 1; i >= 0; i--) {
    const genuine = readCookie(values[i], codec);
    if (!genuine.ok) {
      refuse(genuine.reason, refused, rules);
      continue;
    }
    const sessionId = sessionIdOf(genuine.payload);
    if (sessionId === null) {
      foreign++;
      continue;
    }
    hasId = true;
    const key = rules.keyOf(sessionId);
    const record = await readRecord(key, rules);
    const outcome = record === null ? 'revoked' : judge({ sessionId, key, record, base: null }, genuine, jar, rules);
    const settled = outcome instanceof Promise ? await outcome : outcome;
    if (typeof settled !== 'string') return { found: settled, taken: null };
    refuse(settled, refused, rules);
  }
  // Who brings an id has been moved already: an old cookie beside it must not bring back what was ended since.
  const taken = hasId ? null : takeOver(jar, rules);
  if (taken !== null) return { found: null, taken };
  // A genuine token without an id is a cookie session, and nothing to wonder about where one is taken over.
  for (let i = 0; i < foreign; i++) refuse('malformed', refused, rules);
  return NOTHING;
}

/** The keys of all sessions that a request's cookies name, by tokens alone: nothing is read. */
export const namedKeys = (jar: SessionJar, codec: Codec, rules: Rules): readonly string[] =>
  valuesOf(jar, codec.settings.cookieName).flatMap((value) => {
    const genuine = readCookie(value, codec);
    const sessionId = genuine.ok ? sessionIdOf(genuine.payload) : null;
    return sessionId === null ? [] : [rules.keyOf(sessionId)];
  });

function readCookie(value: string, codec: Codec): Genuine | Refused {
  const { cookieName, maxCookieBytes } = codec.settings;
  return readToken(value, codec, maxCookieBytes - cookieName.length);
}

function refuse(reason: Reason, refused: Reason[], rules: Rules): void {
  rules.tell({ type: 'reject', reason });
  refused.push(reason);
}

/** What is to be said of a session that the store has; a promise only of one that is renewed, as few are. */
function judge(held: Held, genuine: Genuine, jar: SessionJar, rules: Rules): Found | Reason | Promise<Found | Reason> {
  const codec = rules.policy.requireCodec();
  const verdict = judgeRecord(held.record, genuine, codec);
  if (!verdict.ok) return verdict.reason;
  const { keyIndex, payload } = verdict;
  if (isHeard(codec.settings.onEvent)) rules.tell({ type: 'load', keyIndex, keyId: keyIdOf(codec, keyIndex) });
  const reason = reissueFor(jar, codec, nearer(verdict, genuine.expiresAt));
  return reason === 'renew'
    ? renewFound(held, payload, genuine, rules)
    : { held, payload, token: reason && resigned(held, payload, keyIndex, rules) };
}

async function renewFound(held: Held, payload: object, genuine: Genuine, rules: Rules): Promise<Found | Reason> {
  const renewed = await renew(held, payload, rules);
  if (renewed === null) return { held, payload, token: null };
  // Another request may have changed the data, or ended the session, since they were read.
  if (renewed.held === null) return 'revoked';
  const current = judgeRecord(renewed.held.record, genuine, rules.policy.requireCodec());
  return current.ok ? { held: renewed.held, payload: current.payload, token: renewed.token } : current.reason;
}

/** By the record's dates, since every request that renews it moves them, and its data, on which timeouts may depend. */
const judgeRecord = (record: StoredRecord, genuine: Genuine, codec: Codec): Verdict<object> =>
  judgeData(
    dataOf(record),
    { ...genuine, issuedAt: record.createdAt, expiresAt: record.expiresAt },
    codec,
    record.seenAt,
  );

/** The nearer of two ends: a renewal whose answer got lost has left the browser with the older token. */
const nearer = (verdict: Accepted<object>, expiresAt: number | null): Accepted<object> =>
  verdict.expiresAt === null || expiresAt === null
    ? { ...verdict, expiresAt: null }
    : { ...verdict, expiresAt: Math.min(verdict.expiresAt, expiresAt) };

/** The first cookie session there is, in the shape of the schema. By its own rules it lives: nobody is logged out. */
function takeOver(jar: SessionJar, rules: Rules): Taken | null {
  for (const source of rules.cookieSources) {
    const verdict = source.judge(jar);
    if (!verdict.ok || Object.keys(verdict.payload).length === 0) continue;
    const payload = shapeOf(verdict.payload, rules.policy.settings);
    if (payload !== null && goesOn(payload, verdict.issuedAt, rules))
      return { source, payload, issuedAt: verdict.issuedAt };
  }
  return null;
}

/** Whether a cookie session has not lived longer than stored ones may. */
function goesOn(payload: object, issuedAt: number | null, rules: Rules): boolean {
  const { now } = rules;
  try {
    const dates = rules.datesOf({ data: payload }, issuedAt, now);
    return dates === null || dates.exp > now;
  } catch (error) {
    // A function for a timeout that fails on data older than it: a cookie is never an exception (contract S4).
    if (error instanceof ValueError) return false;
    throw error;
  }
}

/** Whether a read may take a session over: not on a prefetch, and not where the new cookie could not be sent. */
export const mayMove = (jar: SessionJar): boolean => !jar.headSent && !isPassive(jar);
