// From the secret that a user gives to the key that signs: checked, copied, prepared once.

import { encodeUtf8Into, hasLoneSurrogate } from '../bytes/utf8.js';
import { typeName, ValueError } from '../errors.js';
import { createHmacKey, type HmacKey } from './hmac.js';

/** What only the application knows: text, which counts as its UTF-8 bytes, or bytes. */
export type SecretKey = string | Uint8Array;

/** A secret ready for use. */
export interface PreparedKey {
  readonly hmac: HmacKey;
  /** Under 32 bytes, the size of the hash (RFC 7518, section 3.2). */
  readonly weak: boolean;
  /** The text of a public or private key. PyJWT signs and reads nothing with one, and neither do we. */
  readonly asymmetric: boolean;
}

/** RFC 7518 section 3.2 asks for a key of at least the hash's size. */
export const MIN_SECRET_BYTES = 32;

/** PEM armour (RFC 7468). Whoever signs with a public key has a secret that everybody knows. */
const PEM = /----[- ]BEGIN [A-Z0-9 ]+[- ]----/;
/** OpenSSH public keys, which PyJWT refuses wherever they stand in the text, and certificates. */
const SSH = /ssh-ed25519|ssh-rsa|ssh-dss|ecdsa-sha2-nistp(?:256|384|521)|^\S+-cert-v01@openssh\.com[ \t]/;

/**
 * Prepares a secret. `null`, `undefined` and an empty secret are no secret: `null`.
 * @throws ValueError `ERR_SESSION_BAD_SECRET` for a type that is no secret, or text that UTF-8 cannot carry
 */
export function prepareKey(secret: unknown): PreparedKey | null {
  if (secret === undefined || secret === null) return null;
  const bytes = typeof secret === 'string' ? textBytes(secret) : secret;
  if (!(bytes instanceof Uint8Array)) {
    throw new ValueError(
      'ERR_SESSION_BAD_SECRET',
      `secretKey must be text or a Uint8Array, not ${typeName(secret)}; loadSecret() of microdot/session/secret makes one`,
    );
  }
  if (bytes.length === 0) return null;
  const asymmetric = isAsymmetric(typeof secret === 'string' ? secret : latin1(bytes));
  return Object.freeze({ hmac: createHmacKey(bytes), weak: bytes.length < MIN_SECRET_BYTES, asymmetric });
}

const isAsymmetric = (text: string): boolean => PEM.test(text) || SSH.test(text);

function textBytes(text: string): Uint8Array {
  if (hasLoneSurrogate(text)) {
    throw new ValueError(
      'ERR_SESSION_BAD_SECRET',
      'secretKey has a lone surrogate, which has no UTF-8 bytes; give bytes',
    );
  }
  const bytes = new Uint8Array(text.length * 3);
  return bytes.slice(0, encodeUtf8Into(text, bytes));
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
