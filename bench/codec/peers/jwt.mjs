// JWT libraries.

import { createSecretKey } from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export const JWT = 'JWT HS256, claims checked';
export const keyObject = (secret) => createSecretKey(Buffer.from(secret));

/**
 * The binary of @node-rs/jsonwebtoken, which is all that the package of that name loads. Itself it cannot be pinned: its
 * binaries for some platforms are not in every registry, and `npm ci` fails without an entry for each.
 */
function loadRust() {
  for (const libc of ['gnu', 'musl']) {
    try {
      return require(`@node-rs/jsonwebtoken-linux-x64-${libc}`);
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  return null;
}

const rust = loadRust();

/** @type {readonly import('../peers.mjs').Peer[]} */
export const JWT_PEERS = Object.freeze([
  {
    id: 'fast-jwt',
    does: JWT,
    create(secret) {
      const { createSigner, createVerifier } = require('fast-jwt');
      return {
        encode: createSigner({ key: secret, noTimestamp: true }),
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
        encode: (payload) => sign(payload, key, { noTimestamp: true }),
        decode: (text) => verify(text, key, { algorithms: ['HS256'] }),
      };
    },
  },
  {
    id: 'jsonwebtoken, string',
    package: 'jsonwebtoken',
    does: JWT,
    create(secret) {
      const { sign, verify } = require('jsonwebtoken');
      return {
        encode: (payload) => sign(payload, secret, { noTimestamp: true }),
        decode: (text) => verify(text, secret, { algorithms: ['HS256'] }),
      };
    },
  },
  {
    id: 'jwt-simple',
    does: JWT,
    create(secret) {
      const { encode, decode } = require('jwt-simple');
      return {
        encode: (payload) => encode(payload, secret, 'HS256'),
        decode: (text) => decode(text, secret, false, 'HS256'),
      };
    },
  },
  {
    id: '@node-rs/jsonwebtoken',
    does: JWT,
    missing: rust === null ? 'not for this platform' : null,
    create(secret) {
      const { Algorithm, signSync, verifySync } = rust;
      // Without an `exp` it refuses a token unless told that there need not be one.
      const validation = { algorithms: [Algorithm.HS256], requiredSpecClaims: [] };
      return {
        encode: (payload) => signSync(payload, secret),
        decode: (text) => verifySync(text, secret, validation),
      };
    },
  },
  {
    id: 'jose',
    does: JWT,
    async: true,
    async create(secret) {
      const { jwtVerify, SignJWT } = await import('jose');
      const usages = ['sign', 'verify'];
      const algorithm = { name: 'HMAC', hash: 'SHA-256' };
      const key = await globalThis.crypto.subtle.importKey('raw', Buffer.from(secret), algorithm, false, usages);
      return {
        encode: (payload) => new SignJWT(payload).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key),
        decode: async (text) => (await jwtVerify(text, key, { algorithms: ['HS256'] })).payload,
      };
    },
  },
  {
    id: 'hono/jwt',
    package: 'hono',
    does: JWT,
    async: true,
    async create(secret) {
      const { sign, verify } = await import('hono/jwt');
      return {
        encode: (payload) => sign(payload, secret, 'HS256'),
        decode: (text) => verify(text, secret, 'HS256'),
      };
    },
  },
  {
    id: '@tsndr/cloudflare-worker-jwt',
    does: JWT,
    async: true,
    async create(secret) {
      const { sign, verify } = await import('@tsndr/cloudflare-worker-jwt');
      return {
        // A copy, since it writes `iat` into what it is given.
        encode: (payload) => sign({ ...payload }, secret, { algorithm: 'HS256' }),
        decode: async (text) => (await verify(text, secret, { algorithm: 'HS256' }))?.payload,
      };
    },
  },
]);
