// JWT libraries once more, with what not all of them have: a cache of verified tokens, and dates of their own.

import { createRequire } from 'node:module';
import { JWT, keyObject } from './jwt.mjs';

const require = createRequire(import.meta.url);

/** For tokens that were seen before. */
export const CACHED_PEERS = Object.freeze([
  {
    id: 'fast-jwt, cache',
    package: 'fast-jwt',
    does: `${JWT}; the same object for all`,
    create(secret) {
      const { createSigner, createVerifier } = require('fast-jwt');
      return {
        encode: createSigner({ key: secret, noTimestamp: true }),
        decode: createVerifier({ key: secret, algorithms: ['HS256'], cache: true }),
      };
    },
  },
  {
    // Its documentation, and a warning when it runs, advise against it: live tokens are the keys of the cache.
    id: 'fast-jwt, cache by the token itself',
    package: 'fast-jwt',
    does: `${JWT}; the same object for all`,
    create(secret) {
      const { createSigner, createVerifier } = require('fast-jwt');
      const cacheKeyBuilder = (token) => token;
      return {
        encode: createSigner({ key: secret, noTimestamp: true }),
        decode: createVerifier({ key: secret, algorithms: ['HS256'], cache: true, cacheKeyBuilder }),
      };
    },
  },
]);

/** Signing and verifying with `iat` and `exp`, which they write and check themselves. */
export const DATED_PEERS = Object.freeze([
  {
    id: 'fast-jwt',
    does: JWT,
    create(secret) {
      const { createSigner, createVerifier } = require('fast-jwt');
      return {
        encode: createSigner({ key: secret, expiresIn: 3_600_000 }),
        decode: createVerifier({ key: secret, algorithms: ['HS256'] }),
      };
    },
  },
  {
    id: 'jsonwebtoken, KeyObject',
    package: 'jsonwebtoken',
    does: JWT,
    create(secret) {
      const { sign, verify } = require('jsonwebtoken');
      const key = keyObject(secret);
      return {
        encode: (payload) => sign(payload, key, { expiresIn: 3600 }),
        decode: (text) => verify(text, key, { algorithms: ['HS256'] }),
      };
    },
  },
]);
