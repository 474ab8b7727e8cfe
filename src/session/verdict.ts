// What verifying a token ends in: a payload, or one reason.

import type { JoseHeader } from '../jwt/header.js';
import type { Identity } from './identity.js';

/** Why a token is refused. */
export type Reason =
  /** There is no cookie. */
  | 'absent'
  /** Not the segments of such a token in canonical base64url around JSON, or a date that is no number. */
  | 'malformed'
  /** Longer than `maxCookieBytes`, or than 1 MiB; nothing in it was looked at. */
  | 'too-large'
  /** An `alg` other than HS256 (encrypted: `dir` with `A256GCM`), or a `crit`, `b64`, `zip` or `kid` that may not be. */
  | 'unsupported-header'
  /** A `kid` that no key of the session has. */
  | 'unknown-key'
  | 'bad-signature'
  | 'not-an-object'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-audience'
  /** The payload is not of the shape that the schema asks for, and cannot be migrated. */
  | 'schema'
  /** It was ended before its time: by the option `revoked`, or a stored session that the store has no longer. */
  | 'revoked';

/** A token that a key of the session signed and no claim speaks against. */
export interface Accepted<T> {
  readonly ok: true;
  readonly payload: Partial<T>;
  readonly header: JoseHeader;
  /** Which of the session's keys made it; 0 is the one that does now. With `jwe({ migrate: true })` those that signed come last. */
  readonly keyIndex: number;
  /** `iat` in seconds, or null where the token has none. */
  readonly issuedAt: number | null;
  /** `exp` in seconds, or null where the token has none. */
  readonly expiresAt: number | null;
  /** Which session it is of: with `revocable`, where the token says so. */
  readonly identity?: Identity;
}

/** A token that means an empty session. */
export interface Refused {
  readonly ok: false;
  readonly reason: Reason;
}

/** The outcome of `verify`: switch on `ok`. */
export type Verdict<T> = Accepted<T> | Refused;

/** The verdict about a request's cookie. `candidates`: how many cookies of the session's name it brought. */
export type RequestVerdict<T> = Verdict<T> & { readonly candidates: number };

export function refused(reason: Reason): Refused {
  return { ok: false, reason };
}
