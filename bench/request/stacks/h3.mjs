// Servers on h3 2.

import { createServer } from 'node:http';
import { SECRET } from '../../lib/payloads.mjs';
import { count } from '../visits.mjs';
import { host, install, listen, NONE, withSession } from './shared.mjs';

async function listenH3(app) {
  const { toNodeHandler } = await import('h3');
  return listen(createServer(toNodeHandler(app)));
}

export const H3 = {
  async none() {
    const h3 = await import('h3');
    return listenH3(new h3.H3().get('/none', () => NONE));
  },
  async microdot() {
    const h3 = await import('h3');
    const app = new h3.H3();
    install((await host('h3'))(app));
    app.get(
      '/read',
      withSession((_event, session) => ({ n: session.n })),
    );
    app.get(
      '/count',
      withSession((_event, session) => {
        const n = count(session);
        session.save();
        return { n };
      }),
    );
    return listenH3(app);
  },
  async useSession() {
    const { useSession, ...h3 } = await import('h3');
    const options = { password: SECRET, name: 'session', cookie: { secure: false } };
    const app = new h3.H3();
    app.get('/read', async (event) => ({ n: (await useSession(event, options)).data.n }));
    app.get('/count', async (event) => {
      const session = await useSession(event, options);
      const data = { ...session.data };
      const n = count(data);
      await session.update(data);
      return { n };
    });
    return listenH3(app);
  },
};
