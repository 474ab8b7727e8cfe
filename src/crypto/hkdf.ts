// HKDF-SHA-256 (RFC 5869), as far as one 32-byte key per secret needs it.

import { computeMac, createHmacKey } from './hmac.js';
import { DIGEST_BYTES, PADDING_ROOM, storeState } from './sha256.js';

/**
 * The 32-byte key that a secret has for one use: HKDF with an empty salt and L = 32.
 * @param info what the key is for, as bytes: two keys of different info tell nothing about each other
 */
export function deriveKey(secret: Uint8Array, info: Uint8Array): Uint8Array {
  // 2.2, Extract. The salt that is not provided is a string of zeros, which HMAC pads an empty key to anyway.
  const pseudorandomKey = mac(new Uint8Array(0), secret);
  // 2.3, Expand. One block of output is the length that is asked for: T(1) = HMAC(PRK, info | 0x01).
  const message = new Uint8Array(info.length + 1);
  message.set(info);
  message[info.length] = 1;
  return mac(pseudorandomKey, message);
}

function mac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const padded = new Uint8Array(message.length + PADDING_ROOM);
  padded.set(message);
  computeMac(createHmacKey(key), new DataView(padded.buffer), 0, message.length);
  padded.fill(0);
  const digest = new Uint8Array(DIGEST_BYTES);
  storeState(new DataView(digest.buffer), 0);
  return digest;
}
