// One Express 5 app whose processor time is measured: node cost-server.mjs '{"kind": "bare" | "hand" | "stored" | "peer", "place": ...}'.
// GET /start logs in, GET /read reads, GET /save reads, counts and saves. On a message it says what it has used so far.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { expressHost } from '../../../dist/hosts/express.js';
import { StoredSession } from '../../../dist/stored/index.js';
import { openByHand, openPeer, openStore } from './stores.mjs';

const express = createRequire(import.meta.url)('express');
const secretKey = 'a secret of more than 32 bytes, for both libraries';
const DAY = 86_400;
const { kind, place, options } = JSON.parse(process.argv[2]);

const login = () => ({
  user: 'ada',
  name: 'Ada Lovelace',
  roles: ['reader', 'author'],
  cart: [
    { id: 1, n: 2 },
    { id: 7, n: 1 },
  ],
  theme: 'dark',
  n: 0,
});

const shown = ({ user, n }) => ({ user, n });

const apps = {
  bare(app) {
    app.get('/read', (_request, response) => response.json(shown(login())));
  },

  async hand(app) {
    const { load, save } = await openByHand(place);
    let visitors = 0;
    const idOf = ({ headers }) => headers.cookie.slice('id='.length);
    app.get('/start', async (_request, response) => {
      const id = `by hand ${visitors++}`;
      await save(id, login());
      response.setHeader('Set-Cookie', `id=${id}`);
      response.json(shown(login()));
    });
    app.get('/read', async (request, response) => response.json(shown(await load(idOf(request)))));
    app.get('/save', async (request, response) => {
      const data = await load(idOf(request));
      data.n += 1;
      await save(idOf(request), data);
      response.json(shown(data));
    });
  },

  async stored(app) {
    const store = await openStore(place);
    const sessions = new StoredSession(expressHost(app), { secretKey, store, idleTimeout: DAY });
    const route = (path, work) =>
      app.get(
        path,
        sessions.with(async (_request, session, response) => {
          await work(session);
          response.json(shown(session));
        }),
      );
    route('/start', (session) => Object.assign(session, login()).save());
    route('/read', () => {});
    route('/save', (session) => {
      session.n += 1;
      return session.save();
    });
  },

  async peer(app) {
    app.use(await openPeer(place, { secret: secretKey, maxAge: DAY * 1000, ...options }));
    const route = (path, work) =>
      app.get(path, ({ session }, response) => {
        work(session);
        response.json(shown(session));
      });
    route('/start', (session) => Object.assign(session, login()));
    route('/read', () => {});
    route('/save', (session) => {
      session.n += 1;
    });
  },
};

const app = express();
await apps[kind](app);
const server = createServer(app);
// Sites wait for their turn for longer than the five seconds that are the default.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpuUs: user + system });
});
// By exit(), so that `--cpu-prof` writes what it has.
process.on('SIGTERM', () => process.exit());
process.on('disconnect', () => process.exit());
