// Encrypted sessions: more work than a signature, for the same place in an application.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const orNull = (value, isGood) => (isGood ? value : null);

/** @type {readonly import('../peers.mjs').Peer[]} */
export const ENCRYPTED_PEERS = Object.freeze([
  {
    id: '@fastify/secure-session',
    does: 'encrypted (sodium)',
    async create() {
      const app = require('fastify')();
      await app.register(require('@fastify/secure-session'), { key: Buffer.alloc(32, 7) });
      await app.ready();
      return {
        encode: (payload) => app.encodeSecureSession(app.createSecureSession({ ...payload })),
        decode: (text) => app.decodeSecureSession(text)?.data(),
      };
    },
  },
  {
    id: 'svelte-kit-cookie-session',
    does: 'encrypted (AES-GCM)',
    async: true,
    async create(secret) {
      const { CookieSession } = await import('svelte-kit-cookie-session/core');
      const config = { secret: secret.slice(0, 32), key: 'session' };
      const request = { headers: new Headers(), url: 'http://localhost/' };
      const eventOf = (cookies) => ({ request, cookies });
      return {
        async encode(payload) {
          const written = [];
          const cookies = { get: () => undefined, set: (_name, value) => written.push(value) };
          const session = new CookieSession(eventOf(cookies), config);
          await session.init();
          await session.set(payload);
          return written[0];
        },
        async decode(text) {
          const cookies = { get: () => text, getAll: () => [], set() {}, delete() {} };
          const session = new CookieSession(eventOf(cookies), config);
          await session.init();
          const { expires, ...payload } = session.data;
          return orNull(payload, expires !== undefined);
        },
      };
    },
  },
  {
    id: 'iron-session',
    does: 'encrypted and signed',
    async: true,
    async create(password) {
      const { sealData, unsealData } = await import('iron-session');
      return {
        encode: (payload) => sealData(payload, { password }),
        // For a bad one it gives an empty session.
        async decode(text) {
          const payload = await unsealData(text, { password });
          return orNull(payload, Object.keys(payload).length > 0);
        },
      };
    },
  },
  {
    id: 'iron-webcrypto',
    does: 'encrypted and signed',
    async: true,
    async create(password) {
      const { defaults, seal, unseal } = await import('iron-webcrypto');
      return {
        encode: (payload) => seal(payload, password, defaults),
        decode: (text) => unseal(text, password, defaults),
      };
    },
  },
  {
    id: 'h3 sealSession',
    package: 'h3',
    does: 'encrypted and signed',
    async: true,
    async create(password) {
      const { H3Event, sealSession, unsealSession } = await import('h3');
      const config = { password, name: 'session' };
      return {
        encode(data) {
          const event = new H3Event(new Request('http://localhost/'));
          event.context.sessions = { session: { id: 'id', createdAt: Date.now(), data } };
          return sealSession(event, config);
        },
        decode: async (text) => (await unsealSession(null, config, text)).data,
      };
    },
  },
]);
