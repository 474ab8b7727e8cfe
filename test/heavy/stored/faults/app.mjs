// The application under faults, on a socket of its own: node app.mjs '{"place": ..., "socketPath": ..., "options": ...}'.
// POST /login/ID begins a session; GET /save/N sets two of its keys to N, always together; GET /read shows it.
import { createServer } from 'node:http';
import { nodeHost } from '../../../../dist/hosts/node.js';
import { StoredSession } from '../../../../dist/stored/index.js';
import { openStore } from './store.mjs';

const { place, socketPath, options } = JSON.parse(process.argv[2]);
const server = createServer();
const sessions = new StoredSession(nodeHost(server), {
  secretKey: 'a secret that outlives this process, of more than 32 bytes',
  store: await openStore(place),
  idleTimeout: 3600,
  ...options,
});

/** What a failure says of the call that failed. How long a call took by itself is told of each. */
async function step(name, response, call) {
  const from = performance.now();
  try {
    return await call();
  } catch (error) {
    throw Object.assign(error, { step: name });
  } finally {
    const ms = Math.ceil(performance.now() - from);
    response.setHeader('x-slowest-ms', Math.max(ms, response.getHeader('x-slowest-ms') ?? 0));
  }
}

async function answer(request, response) {
  const [, task, value] = request.url.split('/');
  const session = await step('read', response, () => sessions.get(request));
  const before = { ...session };
  if (task === 'read') return before;
  const n = task === 'login' ? 0 : Number(value);
  Object.assign(session, { n, pair: n });
  if (task === 'login') session.user = value;
  await step('save', response, () => session.save());
  return before;
}

server.on('request', (request, response) => {
  answer(request, response).then(
    (data) => response.end(JSON.stringify(data)),
    ({ code, message, step: name }) => response.writeHead(503).end(JSON.stringify({ code, message, step: name })),
  );
});
// A connection that rests for long is not to be closed just when the next request is on its way: nothing here is about that.
server.keepAliveTimeout = 0;
server.listen(socketPath, () => process.send('ready'));
process.on('disconnect', () => process.exit());
