// Which session a token is of, and since when: what has to be known to end it before its time.

import { encodeBase64url } from '../bytes/base64url.js';
import { asciiReader } from '../bytes/utf8.js';
import { ValueError } from '../errors.js';
import type { ClaimName, Claims } from '../jwt/content.js';
import { randomSource } from '../platform.js';

/** What tokens of one session have in common from its first save to its end, whoever re-issues them. */
export interface Identity {
  /** The claim `jti` (RFC 7519, section 4.1.7): 128 random bits in base64url. */
  readonly id: string;
  /**
   * The claim `auth_time`: when this identity was given, in milliseconds since 1970. Not in the seconds of OpenID Connect:
   * a login must be told apart from one that was ended in the same second.
   */
  readonly authTime: number;
}

/** What a token goes on with of the one that it replaces. */
export interface Kept {
  /** `iat`, in seconds; null where there is none to go on with. */
  readonly issuedAt: number | null;
  /** Null where it does not say. */
  readonly identity: Identity | null;
}

/** The claims of an identity, in the order they are written. */
export const IDENTITY_CLAIMS: readonly ClaimName[] = ['jti', 'auth_time'];

/** 128 bits: no two sessions of any site are alike. */
const ID_BYTES = 16;
/** Bytes behind the end of a text that encoding it may overwrite. */
const ENCODER_ROOM = 3;

/** @throws ValueError `ERR_SESSION_BAD_OPTION` where the runtime has no random source, or the clock gives no time */
export function createIdentity(authTime: number): Identity {
  if (!Number.isSafeInteger(authTime)) {
    throw new ValueError('ERR_SESSION_BAD_OPTION', "session option 'now' must return seconds");
  }
  const random = randomSource();
  if (random === undefined) {
    throw new ValueError(
      'ERR_SESSION_BAD_OPTION',
      'revocable sessions need random ids, and this runtime has no crypto.getRandomValues: leave revocable out here',
    );
  }
  const bytes = new Uint8Array(ID_BYTES);
  random(bytes);
  const text = new Uint8Array(Math.ceil((ID_BYTES * 4) / 3) + ENCODER_ROOM);
  return { id: asciiReader(text)(encodeBase64url(bytes, ID_BYTES, new DataView(text.buffer), 0)), authTime };
}

/** What a token says of it; null where it does not say both: a token from before, or one of somebody else's making. */
export function identityOf({ jti: id, auth_time: authTime }: Claims): Identity | null {
  if (typeof id !== 'string' || id === '' || typeof authTime !== 'number') return null;
  return Number.isSafeInteger(authTime) ? { id, authTime } : null;
}

/**
 * The identity of the token that takes another's place, or begins a session. One that had none is as old as can be, so that
 * whatever ends its subject's sessions from now on ends it too.
 */
export function identityAfter(kept: Kept | null, now: number): Identity {
  if (kept === null) return createIdentity(Math.floor(now * 1000));
  return kept.identity ?? createIdentity(Math.floor((kept.issuedAt ?? 0) * 1000));
}

/** Two members of a JSON object. */
export const identityJson = ({ id, authTime }: Identity): string =>
  `"jti":${JSON.stringify(id)},"auth_time":${authTime}`;
