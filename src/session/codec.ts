// From data to the session's token and back: what the token module does, with the session's settings and limits.

import { cookieValues } from '../cookie/parse.js';
import { MIN_SECRET_BYTES, type PreparedKey } from '../crypto/keys.js';
import { ValueError } from '../errors.js';
import { claimFault } from '../jwt/claims.js';
import { decodeJwt } from '../jwt/decode.js';
import { encodeJwt } from '../jwt/encode.js';
import { isDevelopment, warn } from '../platform.js';
import { MAX_TOKEN_LENGTH, type Settings } from './options.js';
import { payloadJson } from './payload.js';
import { refused, type Verdict } from './verdict.js';

export const COOKIE_NAME = 'session';

/** The payload of a token, or why it is refused. Never throws on a token. */
export function verifyToken<T>(
  token: unknown,
  key: PreparedKey,
  now: () => number,
  maxLength: number = MAX_TOKEN_LENGTH,
): Verdict<T> {
  if (token === undefined || token === null) return refused('absent');
  if (typeof token !== 'string') return refused('malformed');
  if (token.length > maxLength) return refused('too-large');
  if (key.asymmetric) return refused('unknown-key');
  const verified = decodeJwt(token, key.hmac);
  if (typeof verified === 'string') return refused(verified);
  const { payload, header } = verified;
  const fault = claimFault(payload, now);
  if (fault !== null) return refused(fault);
  const { iat, exp } = payload;
  return {
    ok: true,
    payload: payload as Partial<T>,
    header,
    keyIndex: 0,
    issuedAt: typeof iat === 'number' ? iat : null,
    expiresAt: typeof exp === 'number' ? exp : null,
  };
}

/**
 * The payload of a request's session cookie, null where none is good. Of several cookies the last good one counts: a bad
 * one planted from a sibling domain logs nobody out.
 */
export function loadCookie(cookieHeader: string | null, key: PreparedKey, settings: Settings): object | null {
  const maxLength = settings.maxCookieBytes - COOKIE_NAME.length;
  const candidates = cookieValues(cookieHeader, COOKIE_NAME);
  for (let i = candidates.length - 1; i >= 0; i--) {
    const verdict = verifyToken<object>(candidates[i], key, settings.now, maxLength);
    if (verdict.ok) return verdict.payload;
  }
  return null;
}

/**
 * The signed token of a payload.
 * @throws ValueError `ERR_SESSION_BAD_SECRET`, `ERR_SESSION_BAD_PAYLOAD`, `ERR_SESSION_TOO_LARGE`
 */
export function signPayload(payload: object, key: PreparedKey): string {
  if (key.asymmetric) throw asymmetricSecret();
  const json = payloadJson(payload);
  const token = json.length < MAX_TOKEN_LENGTH ? encodeJwt(json, key.hmac) : null;
  if (token === null || token.length > MAX_TOKEN_LENGTH) throw tooLarge(json.length, MAX_TOKEN_LENGTH, payload);
  return token;
}

/**
 * A token that the next request will be able to read back, and a browser to keep.
 * @throws ValueError as {@link signPayload}, and `ERR_SESSION_UNREADABLE`
 */
export function signCookie(data: object, key: PreparedKey, settings: Settings): string {
  const token = signPayload(data, key);
  assertReadable(data as Record<string, unknown>, settings.now);
  const size = COOKIE_NAME.length + token.length;
  if (size > settings.maxCookieBytes) throw tooLarge(size, settings.maxCookieBytes, data);
  return token;
}

/** Upstream signs a payload such as `{ exp: null }` or `{ aud: 'x' }`, and then cannot read it: the visitor is stuck. */
function assertReadable(data: Record<string, unknown>, now: () => number): void {
  let fault = claimFault(data, now);
  // An end in the past is a meaning, not a mistake.
  if (fault === 'expired') fault = claimFault({ ...data, exp: undefined }, now);
  if (fault === null) return;
  throw new ValueError(
    'ERR_SESSION_UNREADABLE',
    `the next request could not read this session (${fault}): exp, nbf, iat and aud are registered claims of a JWT ` +
      '(RFC 7519, section 4.1); dates are seconds, nbf and iat not in the future. Use other names for your own data',
  );
}

/** Tells the developer that a cookie grows large; false where nobody was told. */
export function warnOfSize(token: string, warnBytes: number): boolean {
  const size = COOKIE_NAME.length + token.length;
  if (size <= warnBytes || !isDevelopment()) return false;
  warn(
    'WARN_SESSION_LARGE',
    `a session cookie of ${size} bytes (warnBytes is ${warnBytes}) goes with every request, and small devices answer 400 ` +
      'to header lines over 2048 bytes: keep large state on the server',
  );
  return true;
}

export function warnOfWeakSecret(): void {
  warn(
    'WARN_SESSION_WEAK_SECRET',
    `the session's secretKey has under ${MIN_SECRET_BYTES} bytes and can be guessed (RFC 7518, section 3.2): use ` +
      'loadSecret() of microdot/session/secret, or allowWeakSecret: true to keep it',
  );
}

export function asymmetricSecret(): ValueError {
  return new ValueError(
    'ERR_SESSION_BAD_SECRET',
    'secretKey is the text of a PEM or SSH key; HS256 needs a secret of its own: 32 random bytes',
  );
}

function tooLarge(size: number, budget: number, payload: object): ValueError {
  const largest = Object.entries(payload)
    .map(([key, value]) => ({ key, bytes: JSON.stringify(value)?.length ?? 0 }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 3)
    .map(({ key, bytes }) => `${key} (${bytes})`);
  return new ValueError(
    'ERR_SESSION_TOO_LARGE',
    `the session needs ${size} bytes and its budget is ${budget}; its largest keys: ${largest.join(', ')}. Keep large ` +
      'state on the server and only an id here',
  );
}
