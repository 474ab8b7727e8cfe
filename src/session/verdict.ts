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

export interface Refused {
  readonly ok: false;
  readonly reason: Reason;
}

export type Verdict<T> = Accepted<T> | Refused;

export function refused(reason: Reason): Refused {
  return { ok: false, reason };
}
