// One server of an application that moves its sessions: node moving-server.mjs '{"kind": ..., "place": ..., "older": [...]}'.
// `kind`: `cookie`, or `stored` at `place`; `older`: what `readFrom` names, places or "cookie". GET / counts a visit.
import { createServer } from 'node:http';
import { nodeHost } from '../../../dist/hosts/node.js';
import { Session, withSession } from '../../../dist/session/index.js';
import { StoredSession } from '../../../dist/stored/index.js';
import { openStore } from './stores.mjs';

const options = { secretKey: 'a secret that all servers have, of more than 32 bytes', idleTimeout: 3600 };
const { kind, place, older = [] } = JSON.parse(process.argv[2]);

let moved = 0;
const server = createServer(
  withSession(async (_request, waited, response) => {
    // Both kinds: one is here at once.
    const session = await Promise.resolve(waited);
    session.name ??= `visitor ${Math.random()}`;
    session.n = (session.n ?? 0) + 1;
    await Promise.resolve(session.save());
    response.end(JSON.stringify({ n: session.n, name: session.name }));
  }),
);

if (kind === 'cookie') new Session(nodeHost(server), options);
else {
  const readFrom = [];
  for (const from of older) readFrom.push(from === 'cookie' ? new Session(options) : await openStore(from));
  new StoredSession(nodeHost(server), {
    ...options,
    store: await openStore(place),
    readFrom,
    // Two cores for everything: nothing here is about a store that is late.
    timeout: 60,
    onEvent: ({ type }) => {
      if (type === 'move') moved++;
    },
  });
}

// A connection for each request: then a server that has closed leaves nobody in doubt whether it has counted.
server.maxRequestsPerSocket = 1;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', () => server.close(() => process.send({ moved })));
process.on('disconnect', () => process.exit());
