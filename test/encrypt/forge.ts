// Encrypted tokens that nobody's encoder makes, by node:crypto alone.
import { createCipheriv, hkdfSync } from 'node:crypto';
import { prepareKeys, type SecretKeys } from '../../dist/crypto/keys.js';
import { type AesGcm, platformAesGcm } from '../../dist/encrypt/aes-gcm.js';
import { createJweFormat } from '../../dist/encrypt/jwe.js';
import type { TokenFormat } from '../../dist/jwt/format.js';
import { purposeKey } from '../../dist/session/purpose.js';
import { SECRET } from '../jwt/forge.js';
import { toBase64url } from '../support/bytes.js';

/** base64url of `{"alg":"dir","enc":"A256GCM","typ":"JWT"}`. */
export const HEADER_SEGMENT = 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwidHlwIjoiSldUIn0';

export const HEADER = { alg: 'dir', enc: 'A256GCM', typ: 'JWT' };

/** The key of a secret, as the documents say. */
export const derivedKey = (secret: string = SECRET, name = 'session'): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, '', `microdot/session/v1/encrypt\0${name}`, 32));

export interface Forgery {
  readonly header?: object | string;
  readonly payload?: object | string | Uint8Array;
  readonly key?: Uint8Array;
  readonly encryptedKey?: string;
  readonly ivBytes?: number;
  readonly tagBytes?: number;
}

const bytes = (part: object | string | Uint8Array): Uint8Array =>
  part instanceof Uint8Array ? part : Buffer.from(typeof part === 'string' ? part : JSON.stringify(part));

/** The segments of a token that is genuine but for what it is asked to be: the tag fits the header and the key. */
export function forgeSegments(forgery: Forgery = {}): readonly string[] {
  const { header = HEADER, payload = { n: 1 }, key = derivedKey(), encryptedKey = '' } = forgery;
  const { ivBytes = 12, tagBytes = 16 } = forgery;
  const segment = toBase64url(bytes(header));
  const iv = Uint8Array.from({ length: ivBytes }, (_, i) => i);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(segment, 'ascii'));
  const ciphertext = Buffer.concat([cipher.update(bytes(payload)), cipher.final()]);
  return [segment, encryptedKey, ...[iv, ciphertext, cipher.getAuthTag()].map(toBase64url)];
}

export const forgeJwe = (forgery?: Forgery): string => forgeSegments(forgery).join('.');

export function platformCipher(): AesGcm {
  const cipher = platformAesGcm();
  if (cipher === undefined) throw new Error('this platform has no AES-GCM');
  return cipher;
}

/** The format of a session named `session`, with the nonce 0, 1, 2 … 11. */
export function formatOf(secrets: SecretKeys = SECRET, cipher: AesGcm = platformCipher()): TokenFormat {
  const keys = prepareKeys(secrets, purposeKey('encrypt', 'session')) ?? [];
  return createJweFormat(keys, { cipher, random: (iv) => iv.set([...iv.keys()]) });
}
