// What a session needs of a kind of token: JSON in, token out, and back. Signed here; encrypted in microdot/session/encrypt.

import type { PreparedKey } from '../crypto/keys.js';
import type { ClaimName } from './content.js';
import { decodeJwt, type TokenFault, type VerifiedToken } from './decode.js';
import { encodeJwt, encodeJwtBytes, type JsonMemory } from './encode.js';
import { createKeyRing } from './key-ring.js';
import { TokenCache } from './token-cache.js';

/** A kind of token, with the keys of one session. */
export interface TokenFormat {
  /** The ids of its keys, the one that makes new tokens first. */
  readonly keyIds: readonly (string | null)[];
  /** @param json a payload as compact JSON, without lone surrogates */
  encode(json: string): string;
  /** {@link encode} of the first bytes of memory; absent where text is as good. */
  encodeBytes?(json: JsonMemory, length: number): string;
  /** Its payload is without the claims that the format was told are the session's own. Never throws; linear in the length. */
  decode(token: string): VerifiedToken | TokenFault;
}

/**
 * Signed tokens: JWTs with HS256.
 * @param own claims that are no part of the data
 * @param slots of tokens that are remembered; they are forgotten with the format, when its keys are changed
 */
export function createJwtFormat(keys: readonly PreparedKey[], own: readonly ClaimName[] = [], slots = 0): TokenFormat {
  const ring = createKeyRing(keys);
  const [signing] = ring.keys;
  const cache = slots > 0 ? new TokenCache(slots) : null;
  return Object.freeze({
    keyIds: keys.map((key) => key.id),
    encode: (json: string) => encodeJwt(json, signing, cache),
    encodeBytes: (json: JsonMemory, length: number) => encodeJwtBytes(json, length, signing, cache),
    decode: (token: string) => decodeJwt(token, ring, cache, own),
  });
}
