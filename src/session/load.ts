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

/** A cookie that is good, and its value. */
interface Found {
  readonly verdict: Accepted<object>;
  readonly token: string;
}

/**
 * Judges the cookies of the session's name from the last one on, until one is good: a bad one planted from a sibling
 * domain logs nobody out. `refuse` is told of each that is not.
 */
function findCookie(values: readonly string[], codec: Codec, refuse: (reason: Reason) => void): Found | null {
  const { cookieName, maxCookieBytes } = codec.settings;
  for (let i = values.length - 1; i >= 0; i--) {
    const verdict = verifyToken(values[i], codec, maxCookieBytes - cookieName.length);
    if (verdict.ok) return { verdict, token: values[i] };
    refuse(verdict.reason);
  }
  return null;
}

/** The session that a request brings, null where none is good. Tells of what it met. */
export function loadCookie(jar: SessionJar, request: object, codec: Codec): Loaded | null {
  const { cookieName, onEvent } = codec.settings;
  const values = valuesOf(jar, cookieName);
  if (values.length === 0) return null;
  const found = findCookie(values, codec, (reason) => tellRefused(codec.settings, reason, request));
  if (found === null) return null;
  const { verdict, token } = found;
  const { payload, issuedAt, identity = null, keyIndex } = verdict;
  if (isHeard(onEvent)) emit(onEvent, { type: 'load', cookieName, keyIndex, keyId: keyIdOf(codec, keyIndex) });
  return { payload, token, issuedAt, identity, reissue: reissueFor(jar, codec, verdict) };
}

/** Why the request's read should re-issue its token; null where it should not, or is no visit. */
export function reissueFor(jar: SessionJar, codec: Codec, verdict: Accepted<object>): 'renew' | 'resign' | null {
  const reason = reissueReason(codec, verdict);
  return reason !== null && isPassive(jar) ? null : reason;
}

export function tellRefused({ cookieName, onEvent, onReject }: Settings, reason: Reason, request: object): void {
  emit(onEvent, { type: 'reject', cookieName, reason });
  if (onReject !== null) quietly(() => onReject(reason, request));
}

/** The verdict about a request's cookie: the good one's, or that about the last one. Tells nobody. */
export function requestVerdict(jar: SessionJar, codec: Codec): RequestVerdict<object> {
  const values = valuesOf(jar, codec.settings.cookieName);
  const reasons: Reason[] = [];
  const found = findCookie(values, codec, (reason) => reasons.push(reason));
  // Of bad ones the first met is the last in the header, which is what upstream would look at.
  return { ...(found?.verdict ?? refused(reasons[0] ?? 'absent')), candidates: values.length };
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
