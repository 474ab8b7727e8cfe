// The application of this package, with its session and without.

import { createServer } from 'node:http';
import { entryUrl } from '../../lib/files.mjs';
import { count } from '../visits.mjs';
import { install, listen, NONE, withSession } from './shared.mjs';

/** On a port that was free a moment ago, since `run` takes no listener and tells its port to people only. */
async function runMicrodot(app) {
  const probe = createServer();
  const port = await listen(probe);
  await new Promise((resolve) => probe.close(resolve));
  void app.run({ host: '127.0.0.1', port, debug: false });
  return port;
}

/** An application of this package with its session, as in its first example. In every group, to compare with. */
export async function microdotApp() {
  const { Microdot } = await import(entryUrl('microdot'));
  const app = new Microdot();
  install(app);
  app.get(
    '/read',
    withSession((_request, session) => ({ n: session.n })),
  );
  app.get(
    '/count',
    withSession((_request, session) => {
      const n = count(session);
      session.save();
      return { n };
    }),
  );
  return runMicrodot(app);
}

/** The same without a session. */
export async function bareApp() {
  const { Microdot } = await import(entryUrl('microdot'));
  const app = new Microdot();
  app.get('/none', () => NONE);
  return runMicrodot(app);
}
