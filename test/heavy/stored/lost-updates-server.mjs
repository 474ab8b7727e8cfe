// One of several server processes that change one session: node lost-updates-server.mjs '{"place": ..., "isPeer": ...}'.
// GET /add counts at `n`, for everybody; GET /own/KEY counts at that key, which one client alone uses; GET / shows it all.
import { createServer } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { nodeHost } from '../../../dist/hosts/node.js';
import { StoredSession } from '../../../dist/stored/index.js';
import { openPeer, openStore } from './stores.mjs';

const secretKey = 'a secret that four processes have, of more than 32 bytes';
const { place, isPeer } = JSON.parse(process.argv[2]);

const keyIn = (url) => (url.startsWith('/own/') ? url.slice('/own/'.length) : 'n');
const next = (session, key) => (session[key] ?? 0) + 1;

async function ours() {
  const server = createServer();
  // A crowd on two cores may wait for longer than the two seconds that are the default; nothing here is about that.
  const sessions = new StoredSession(nodeHost(server), { secretKey, store: await openStore(place), timeout: 60 });
  const answer = async (request) => {
    const { url } = request;
    if (url === '/add') return sessions.increment(request, 'n');
    const session = await sessions.get(request);
    if (url === '/') return { ...session };
    const key = keyIn(url);
    session[key] = next(session, key);
    await turn();
    await session.save();
    return session[key];
  };
  return server.on('request', (request, response) => {
    answer(request).then(
      (value) => response.end(JSON.stringify(value)),
      (error) => response.writeHead(500).end(`${error.code}: ${error.cause ?? error.message}`),
    );
  });
}

/** Both kinds of change are the same one here: the session is all that there is to write. */
async function peer() {
  const middleware = await openPeer(place, { secret: secretKey });
  return createServer((request, response) => {
    middleware(request, response, async (error) => {
      if (error) return response.writeHead(500).end(String(error));
      const { session, url } = request;
      if (url === '/') {
        const { cookie: _, ...data } = session;
        return response.end(JSON.stringify(data));
      }
      const key = keyIn(url);
      session[key] = next(session, key);
      await turn();
      response.end(JSON.stringify(session[key]));
    });
  });
}

const server = await (isPeer ? peer() : ours());
// A connection that rests for long is not to be closed just when the next request is on its way: nothing here is about that.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.on('disconnect', () => process.exit());
