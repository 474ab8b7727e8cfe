// Servers of a web-standard handler without a framework, under @hono/node-server.

import { count } from '../visits.mjs';
import { host, install, listen, NONE, withSession } from './shared.mjs';

async function listenFetch(fetch) {
  const { createAdaptorServer } = await import('@hono/node-server');
  return listen(createAdaptorServer({ fetch }));
}

export const FETCH = {
  none: () => listenFetch(() => Response.json(NONE)),
  async microdot() {
    const fetchHost = (await host('fetch'))();
    install(fetchHost);
    return listenFetch(
      fetchHost.handler(
        withSession((request, session) => {
          if (request.url.endsWith('/read')) return Response.json({ n: session.n });
          const n = count(session);
          session.save();
          return Response.json({ n });
        }),
      ),
    );
  },
};
