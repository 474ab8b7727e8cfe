// The session's cookie among those of a request: the last good one, and what is said about the others.

import { cookieValues } from '../cookie/parse.js';
import { ValueError } from '../errors.js';
import { type Codec, keyIdOf, reissueReason, type Signed, signPayload, verifyToken } from './codec.js';
import { emit, isHeard, quietly } from './events.js';
import type { SessionJar } from './host.js';
import type { Kept } from './identity.js';
import type { Loaded } from './opened.js';
import type { Settings } from './options.js';
import { type Accepted, type Reason, type RequestVerdict, refused } from './verdict.js';

/** What a search among cookies has found. */
interface Search {
  /** Of the cookie that is good, null where none is. */
  readonly verdict: Accepted<object> | null;
  readonly token: string;
  /** Why those that were looked at before it are not, the last in the header first. */
  readonly reasons: readonly Reason[];
}

const NONE: readonly Reason[] = [];

/**
 * Judges the cookies of the session's name from the last one on, until one is good: a bad one planted from a sibling
 * domain logs nobody out.
 */
function findCookie(values: readonly string[], codec: Codec): Search {
  const { cookieName, maxCookieBytes } = codec.settings;
  let reasons = NONE;
  for (let i = values.length - 1; i >= 0; i--) {
    const verdict = verifyToken(values[i], codec, maxCookieBytes - cookieName.length);
    if (verdict.ok) return { verdict, token: values[i], reasons };
    reasons = [...reasons, verdict.reason];
  }
  return { verdict: null, token: '', reasons };
}

/** Who a loaded session is for. */
export interface Loads {
  /** Takes what the request brings, null where nothing is good. */
  begin(loaded: Loaded | null): void;
}

/** Loads the session that a request brings. Tells of what it met when that has begun: who hears of it may ask for it. */
export function loadCookie(jar: SessionJar, request: object, codec: Codec, opened: Loads): void {
  const { cookieName, onEvent } = codec.settings;
  const values = valuesOf(jar, cookieName);
  if (values.length === 0) {
    opened.begin(null);
    return;
  }
  const { verdict, token, reasons } = findCookie(values, codec);
  opened.begin(verdict && loadedOf(verdict, token, reissueFor(jar, codec, verdict)));
  if (reasons.length > 0) tellRefused(codec.settings, reasons, request);
  if (verdict === null || !isHeard(onEvent)) return;
  const { keyIndex } = verdict;
  emit(onEvent, { type: 'load', cookieName, keyIndex, keyId: keyIdOf(codec, keyIndex) });
}

const loadedOf = (
  { payload, issuedAt, identity }: Accepted<object>,
  token: string,
  reissue: 'renew' | 'resign' | null,
): Loaded => ({ payload, token, issuedAt, identity: identity ?? null, reissue });

/** Why the request's read should re-issue its token; null where it should not, or is no visit. */
export function reissueFor(jar: SessionJar, codec: Codec, verdict: Accepted<object>): 'renew' | 'resign' | null {
  const reason = reissueReason(codec, verdict);
  return reason !== null && isPassive(jar) ? null : reason;
}

function tellRefused({ cookieName, onEvent, onReject }: Settings, reasons: readonly Reason[], request: object): void {
  for (const reason of reasons) {
    emit(onEvent, { type: 'reject', cookieName, reason });
    if (onReject !== null) quietly(() => onReject(reason, request));
  }
}

/** The verdict about a request's cookie: the good one's, or that about the last one. Tells nobody. */
export function requestVerdict(jar: SessionJar, codec: Codec): RequestVerdict<object> {
  const values = valuesOf(jar, codec.settings.cookieName);
  const { verdict, reasons } = findCookie(values, codec);
  // Of bad ones the first met is the last in the header, which is what upstream would look at.
  return { ...(verdict ?? refused(reasons[0] ?? 'absent')), candidates: values.length };
}

/** The values of the request's cookies of a name, the last one counting most. */
export const valuesOf = (jar: SessionJar, name: string): readonly string[] =>
  jar.cookieValues === undefined ? cookieValues(jar.cookieHeader, name) : jar.cookieValues(name);

/** The token of a session as it was loaded, signed anew. From the token, since handlers change what they are given. */
export function reissue(loaded: Loaded, codec: Codec): (Signed & { readonly data: object }) | null {
  const { token, reissue: reason } = loaded;
  const { cookieName, maxCookieBytes, onEvent } = codec.settings;
  const verdict = verifyToken(token, codec);
  if (!verdict.ok || reason === null) return null;
  const signed = signAgain(verdict, codec, loaded, reason);
  // Past its end and within the tolerance: Max-Age=0 would be a removal (RFC 6265bis 5.6.2), and this is a read.
  if (signed === null || signed.maxAge === 0) return null;
  const bytes = cookieName.length + signed.token.length;
  // It grew over the limit by its dates or its key id: the old one goes on for as long as it lives.
  if (bytes > maxCookieBytes) return null;
  if (reason === 'renew') emit(onEvent, { type: 'renew', cookieName, bytes });
  else emit(onEvent, { type: 'resign', cookieName, keyIndex: verdict.keyIndex, bytes });
  return { token: signed.token, maxAge: signed.maxAge, data: verdict.payload };
}

/**
 * Null for a payload that is read but not written: foreign tokens may hold lone surrogates, `1e400`, or be nested deeper
 * than we sign. Their cookies go on as they are; a read never fails for them.
 */
function signAgain(
  { payload, expiresAt }: Accepted<object>,
  codec: Codec,
  kept: Kept,
  reason: 'renew' | 'resign',
): Signed | null {
  try {
    // A new key is no new life: where only saves renew, this is no save.
    return signPayload(payload, codec, kept, reason === 'resign' ? expiresAt : null);
  } catch (error) {
    if (error instanceof ValueError) return null;
    throw error;
  }
}

/** A prefetch (Sec-Purpose) is no visit, and the head of an upgrade belongs to the other protocol. */
export function isPassive(jar: SessionJar): boolean {
  if (jar.requestHeader === undefined) return false;
  return /\bprefetch\b/i.test(jar.requestHeader('sec-purpose') ?? '') || jar.requestHeader('upgrade') !== null;
}
