// The servers of the latency suite: every host twice, bare and with a session that is read, counted in and saved.

import { createServer } from 'node:http';
import { EXPRESS } from '../request/stacks/express.mjs';
import { FASTIFY } from '../request/stacks/fastify.mjs';
import { FETCH } from '../request/stacks/fetch.mjs';
import { H3 } from '../request/stacks/h3.mjs';
import { HONO } from '../request/stacks/hono.mjs';
import { KOA } from '../request/stacks/koa.mjs';
import { bareApp, microdotApp } from '../request/stacks/microdot-app.mjs';
import { NODE } from '../request/stacks/node.mjs';
import { host, install, listen, withSession } from '../request/stacks/shared.mjs';
import { count } from '../request/visits.mjs';

const pair = ({ none, microdot }) => ({ bare: none, session: microdot });

/** By name, in the order of the documents. Each gives the port that it listens on. */
export const HOSTS = Object.freeze({
  'node:http': { bare: NODE.none, session: NODE['microdot, token cache'] },
  Express: pair(EXPRESS),
  Fastify: pair(FASTIFY),
  Koa: pair(KOA),
  Hono: pair(HONO),
  h3: pair(H3),
  fetch: pair(FETCH),
  'Microdot app': { bare: bareApp, session: microdotApp },
});

/** A server on node:http that does something wrong with the data of every request. */
async function countingWrongly(misdeed) {
  const server = createServer(
    withSession((_request, session, response) => {
      const n = count(session);
      session.save();
      misdeed(session);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ n }));
    }),
  );
  install((await host('node'))(server));
  return listen(server);
}

/** What must not pass, and the criterion that has to notice it. `isTimed`: it is noticed by its time alone. */
export const CONTROLS = Object.freeze({
  'control: keeps the data of every request': {
    notices: 'heap',
    isTimed: false,
    bare: NODE.none,
    session() {
      const kept = [];
      // As much as a page is made of: it has to show within a second too.
      return countingWrongly((session) => kept.push({ ...session, page: Array.from({ length: 2_000 }, Math.random) }));
    },
  },
  'control: large tables that come and go': {
    notices: 'pause',
    isTimed: true,
    bare: NODE.none,
    session() {
      let table = null;
      let requests = 0;
      return countingWrongly((session) => {
        if (requests++ % 300 !== 0) return;
        // The one before is still there while this one is made: two generations that the collector has to go through.
        table = { before: table?.rows, rows: new Map() };
        for (let i = 0; i < 300_000; i++) table.rows.set(`${session.n}-${i}`, { i, user: session.userId });
      });
    },
  },
});
