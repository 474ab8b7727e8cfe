// Signed JSON: what cookie sessions do that are no JWT.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** @type {readonly import('../peers.mjs').Peer[]} */
export const SIGNED_PEERS = Object.freeze([
  {
    id: '@fastify/cookie Signer',
    package: '@fastify/cookie',
    does: 'signed JSON',
    create(secret) {
      const signer = new (require('@fastify/cookie').Signer)(secret);
      return {
        encode: (payload) => signer.sign(JSON.stringify(payload)),
        decode(text) {
          const { valid, value } = signer.unsign(text);
          return valid ? JSON.parse(value) : null;
        },
      };
    },
  },
  {
    id: 'cookie-signature',
    does: 'signed JSON',
    create(secret) {
      const { sign, unsign } = require('cookie-signature');
      return {
        encode: (payload) => sign(JSON.stringify(payload), secret),
        decode(text) {
          const value = unsign(text, secret);
          return value === false ? null : JSON.parse(value);
        },
      };
    },
  },
  {
    id: 'cookie-session scheme',
    package: 'keygrip',
    does: 'base64 JSON, SHA-1',
    create(secret) {
      const keys = new (require('keygrip'))([secret]);
      // Two cookies there, one text here: a value in base64 has no `|`.
      return {
        encode(payload) {
          const value = Buffer.from(JSON.stringify(payload)).toString('base64');
          return `${value}|${keys.sign(`session=${value}`)}`;
        },
        decode(text) {
          const [value, signature] = text.split('|');
          if (keys.index(`session=${value}`, signature) < 0) return null;
          return JSON.parse(Buffer.from(value, 'base64').toString('utf8'));
        },
      };
    },
  },
]);
