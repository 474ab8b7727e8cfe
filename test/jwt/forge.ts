// Tokens that nobody's encoder makes, signed all the same.
import { createHmac } from 'node:crypto';
import { createHmacKey } from '../../dist/crypto/hmac.js';
import { toBase64url } from '../support/bytes.js';

export const SECRET = 'a test secret of more than thirty-two bytes';
export const KEY = createHmacKey(Buffer.from(SECRET));

/** A signing input and its signature, by node:crypto. */
export const signed = (input: string, secret: string = SECRET): string =>
  `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;

const text = (part: object | string): string => (typeof part === 'string' ? part : JSON.stringify(part));

/** A signed token of any header and payload: objects, or the texts to stand in their places. */
export const forge = (header: object | string, payload: object | string, secret: string = SECRET): string =>
  signed(`${toBase64url(text(header))}.${toBase64url(text(payload))}`, secret);
