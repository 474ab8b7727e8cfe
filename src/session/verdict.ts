// What verifying a token ends in: a payload, or one reason.

import type { JoseHeader } from '../jwt/header.js';

/** Why a token is refused. */
export type Reason =
  | 'absent'
  | 'malformed'
  | 'too-large'
  | 'unsupported-header'
  | 'unknown-key'
  | 'bad-signature'
  | 'not-an-object'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-audience';

/** A token that a key of the session signed and no claim speaks against. */
export interface Accepted<T> {
  readonly ok: true;
  readonly payload: Partial<T>;
  readonly header: JoseHeader;
  /** Which of the session's keys signed it; 0 is the one that signs now. */
  readonly keyIndex: number;
  /** `iat` in seconds, or null where the token has none. */
  readonly issuedAt: number | null;
  /** `exp` in seconds, or null where the token has none. */
  readonly expiresAt: number | null;
}

/** A token that means an empty session. */
export interface Refused {
  readonly ok: false;
  readonly reason: Reason;
}

/** The outcome of `verify`: switch on `ok`. */
export type Verdict<T> = Accepted<T> | Refused;

export function refused(reason: Reason): Refused {
  return { ok: false, reason };
}
