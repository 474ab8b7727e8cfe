// Tokens that nobody's encoder makes, signed all the same.
import { createHmac } from 'node:crypto';
import { prepareKeys, type SecretKeys } from '../../dist/crypto/keys.js';
import { createKeyRing, type KeyRing } from '../../dist/jwt/key-ring.js';
import { toBase64url } from '../support/bytes.js';

export const SECRET = 'a test secret of more than thirty-two bytes';
/** The keys of secrets. */
export const ringOf = (secrets: SecretKeys): KeyRing => createKeyRing(prepareKeys(secrets) ?? []);
export const RING = ringOf(SECRET);
export const [KEY] = RING.keys;
/** base64url of `{"alg":"HS256","typ":"JWT"}`. */
export const HEADER_SEGMENT = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9';

/** A signing input and its signature, by node:crypto. */
export const signed = (input: string, secret: string = SECRET): string =>
  `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;

const text = (part: object | string): string => (typeof part === 'string' ? part : JSON.stringify(part));

/** A signed token of any header and payload: objects, or the texts to stand in their places. */
export const forge = (header: object | string, payload: object | string, secret: string = SECRET): string =>
  signed(`${toBase64url(text(header))}.${toBase64url(text(payload))}`, secret);
