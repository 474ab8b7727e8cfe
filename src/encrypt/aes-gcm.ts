// AES-256-GCM (NIST SP 800-38D), synchronous: the platform's, or one that the application brings.

import { type NodeCrypto, nodeCrypto } from '../platform.js';

/** AES-GCM under one key, nonce and additional data: for one message. */
export interface MessageCipher {
  /** The ciphertext, and the 16 bytes of the tag behind it. */
  encrypt(plaintext: Uint8Array): Uint8Array;
  /** The plaintext of what {@link MessageCipher.encrypt} gives. Throws where the tag is wrong. */
  decrypt(ciphertext: Uint8Array): Uint8Array;
}

/** AES-256-GCM: `gcm` of `@noble/ciphers/aes.js` is one. `aad` is what the tag protects besides the message. */
export type AesGcm = (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array) => MessageCipher;

/** The key that A256GCM takes (RFC 7518, section 5.3). */
export const KEY_BYTES = 32;
/** What RFC 7518, section 5.3 asks for; SP 800-38D hashes every other size first. */
export const IV_BYTES = 12;
/** The full tag. GCM also has shorter ones, and with them forgeries that succeed (SP 800-38D, appendix C). */
export const TAG_BYTES = 16;

/** The platform's AES-GCM, undefined where it has none that works without waiting. */
export function platformAesGcm(): AesGcm | undefined {
  const crypto = nodeCrypto();
  // Platforms that imitate Node may have the functions and throw when one is called.
  return crypto && isAesGcm(nodeAesGcm(crypto)) ? nodeAesGcm(crypto) : undefined;
}

function nodeAesGcm(crypto: NodeCrypto): AesGcm {
  // Without authTagLength a decipher takes any tag of 4 bytes or more.
  const options = { authTagLength: TAG_BYTES };
  return (key, nonce, aad) => ({
    encrypt(plaintext) {
      const cipher = crypto.createCipheriv('aes-256-gcm', key, nonce, options);
      cipher.setAAD(aad);
      return concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    },
    decrypt(ciphertext) {
      const end = ciphertext.length - TAG_BYTES;
      const decipher = crypto.createDecipheriv('aes-256-gcm', key, nonce, options);
      decipher.setAAD(aad);
      decipher.setAuthTag(ciphertext.subarray(end));
      return concat([decipher.update(ciphertext.subarray(0, end)), decipher.final()]);
    },
  });
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** AES-256-GCM of one byte under a key of zeros, with one byte of additional data: ciphertext and tag. */
// biome-ignore format: the byte of ciphertext, and the tag
const KNOWN_ANSWER = Uint8Array.of(
  0xcc, 0x29, 0x24, 0xb1, 0x09, 0xf8, 0xd0, 0xa9, 0x46, 0x42, 0xc8, 0x5f, 0x07, 0xf5, 0x15, 0xc0, 0x43,
);

/**
 * Whether a function is AES-256-GCM: it gives the known answer, takes it back, and refuses it with one bit of the tag or of
 * the additional data changed. What resembles it (AES-SIV, ChaCha20, a cipher without authentication, one that gives a
 * promise) would otherwise show at the first visitor, or never.
 */
export function isAesGcm(cipher: AesGcm): boolean {
  try {
    const use = (aad: number) => cipher(new Uint8Array(KEY_BYTES), new Uint8Array(IV_BYTES), Uint8Array.of(aad));
    const sealed = use(1).encrypt(Uint8Array.of(2));
    const forged = KNOWN_ANSWER.map((byte, i) => (i === TAG_BYTES ? byte ^ 1 : byte));
    return (
      equal(sealed, KNOWN_ANSWER) &&
      equal(use(1).decrypt(KNOWN_ANSWER.slice()), Uint8Array.of(2)) &&
      throws(() => use(1).decrypt(forged)) &&
      throws(() => use(0).decrypt(KNOWN_ANSWER.slice()))
    );
  } catch {
    return false;
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a instanceof Uint8Array && a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function throws(f: () => unknown): boolean {
  try {
    f();
    return false;
  } catch {
    return true;
  }
}
