// Servers on Hono 4, under @hono/node-server.

import { SECRET } from '../../lib/payloads.mjs';
import { count } from '../visits.mjs';
import { host, install, listen, NONE, withSession } from './shared.mjs';

async function listenHono(app) {
  const { createAdaptorServer } = await import('@hono/node-server');
  return listen(createAdaptorServer({ fetch: app.fetch }));
}

async function honoWith(load, save) {
  const { Hono } = await import('hono');
  const app = new Hono();
  app.get('/read', async (c) => c.json({ n: (await load(c)).n }));
  app.get('/count', async (c) => {
    const session = await load(c);
    const n = count(session);
    await save(c, session);
    return c.json({ n });
  });
  return listenHono(app);
}

export const HONO = {
  async none() {
    const { Hono } = await import('hono');
    const app = new Hono();
    app.get('/none', (c) => c.json(NONE));
    return listenHono(app);
  },
  async microdot() {
    const { Hono } = await import('hono');
    const app = new Hono();
    install((await host('hono'))(app));
    app.get(
      '/read',
      withSession((c, session) => c.json({ n: session.n })),
    );
    app.get(
      '/count',
      withSession((c, session) => {
        const n = count(session);
        session.save();
        return c.json({ n });
      }),
    );
    return listenHono(app);
  },
  async 'signed cookie'() {
    const { getSignedCookie, setSignedCookie } = await import('hono/cookie');
    const load = async (c) => JSON.parse((await getSignedCookie(c, SECRET, 'session')) || '{}');
    const save = (c, data) => setSignedCookie(c, 'session', JSON.stringify(data), SECRET, { httpOnly: true });
    return honoWith(load, save);
  },
  async 'hono/jwt'() {
    const { getCookie, setCookie } = await import('hono/cookie');
    const { sign, verify } = await import('hono/jwt');
    const load = async (c) => {
      const token = getCookie(c, 'session');
      return token === undefined ? {} : verify(token, SECRET, 'HS256').catch(() => ({}));
    };
    const save = async (c, data) => setCookie(c, 'session', await sign(data, SECRET, 'HS256'), { httpOnly: true });
    return honoWith(load, save);
  },
};
