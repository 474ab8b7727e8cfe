// Servers on Fastify 5.

import { SECRET } from '../../lib/payloads.mjs';
import { count, countBySetting } from '../visits.mjs';
import { host, install, NONE, require, withSession } from './shared.mjs';

async function listenFastify(app) {
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server.address().port;
}

export const FASTIFY = {
  none() {
    const app = require('fastify')();
    app.get('/none', async () => NONE);
    return listenFastify(app);
  },
  async microdot() {
    const app = require('fastify')();
    install((await host('fastify'))(app));
    app.get(
      '/read',
      withSession(async (_request, session) => ({ n: session.n })),
    );
    app.get(
      '/count',
      withSession(async (_request, session) => {
        const n = count(session);
        session.save();
        return { n };
      }),
    );
    return listenFastify(app);
  },
  async '@fastify/secure-session'() {
    const app = require('fastify')();
    await app.register(require('@fastify/secure-session'), { key: Buffer.alloc(32, 7), cookie: { path: '/' } });
    app.get('/read', async (request) => ({ n: request.session.get('n') }));
    app.get('/count', async (request) => ({ n: countBySetting(request.session) }));
    return listenFastify(app);
  },
  async '@fastify/session'() {
    const app = require('fastify')();
    await app.register(require('@fastify/cookie'));
    const options = { secret: SECRET, cookie: { secure: false }, saveUninitialized: false, rolling: false };
    await app.register(require('@fastify/session'), options);
    app.get('/read', async (request) => ({ n: request.session.n }));
    app.get('/count', async (request) => ({ n: count(request.session) }));
    return listenFastify(app);
  },
};
