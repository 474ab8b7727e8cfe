// The best that can be written by hand over node:crypto for this one kind of token: no other header, no claims, one key.

import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

const HEADER = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.';
const SIGNATURE_LENGTH = 43;

/** A `KeyObject`: on Node 24 a key in a Buffer costs seven times as much. @param {string} secret */
export function fromCreateHmac(secret) {
  const key = createSecretKey(Buffer.from(secret));
  const expected = Buffer.alloc(SIGNATURE_LENGTH);
  const received = Buffer.alloc(SIGNATURE_LENGTH);
  const signatureOf = (input) => createHmac('sha256', key).update(input).digest('base64url');
  return {
    encode(payload) {
      const input = HEADER + Buffer.from(JSON.stringify(payload)).toString('base64url');
      return `${input}.${signatureOf(input)}`;
    },
    decode(token) {
      const dot = token.length - SIGNATURE_LENGTH - 1;
      if (dot < HEADER.length || token.charCodeAt(dot) !== 0x2e || !token.startsWith(HEADER)) return null;
      // The text of the digest, compared as text: cheaper than a digest in a Buffer of its own, and canonical.
      expected.write(signatureOf(token.slice(0, dot)));
      // In UTF-8: what is no ASCII takes more room than there is, and Latin-1 would fold it to something that may be right.
      received.write(token.slice(dot + 1));
      if (!timingSafeEqual(expected, received)) return null;
      return JSON.parse(Buffer.from(token.slice(HEADER.length, dot), 'base64url').toString());
    },
  };
}
