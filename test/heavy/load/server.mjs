// One host under load: an app that counts, in a process of its own. node --expose-gc server.mjs NAME
// Says its port, and on a message what the heap holds after a full collection.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { Session, withSession } from '../../../dist/session/index.js';

const require = createRequire(import.meta.url);
const SECRET = 'a secret of thirty-two bytes or so';
const [, , name] = process.argv;

const host = (file, maker, app) => import(`../../../dist/hosts/${file}.js`).then((module) => module[maker](app));
const install = (sessionHost) => new Session(sessionHost, { secretKey: SECRET });

/** Counts for the visitor who says his name once; the answer says whose counter it is. */
function count(session, url) {
  const visitor = new URL(url, 'http://localhost').searchParams.get('name');
  if (visitor !== null) session.name = visitor;
  session.n = (session.n ?? 0) + 1;
  session.save();
  return JSON.stringify({ name: session.name, n: session.n });
}

const express = (major) => async () => {
  const app = require(major)();
  install(await host('express', 'expressHost', app));
  app.get(
    '/count',
    withSession((request, session, response) => void response.send(count(session, request.url))),
  );
  return createServer(app);
};

const koa = (major) => async () => {
  const app = new (require(major))();
  install(await host('koa', 'koaHost', app));
  app.use(
    withSession((ctx, session) => {
      ctx.body = count(session, ctx.url);
    }),
  );
  return createServer(app.callback());
};

const fastify = (name) => async () => {
  const app = require(name)();
  install(await host('fastify', 'fastifyHost', app));
  app.get(
    '/count',
    withSession((request, session) => count(session, request.url)),
  );
  await app.ready();
  return app.server;
};

const MAKERS = {
  node: async () => {
    const server = createServer(withSession((request, session, response) => response.end(count(session, request.url))));
    install(await host('node', 'nodeHost', server));
    return server;
  },
  'express 4': express('express4'),
  'express 5': express('express'),
  fastify: fastify('fastify'),
  'koa 2': koa('koa2'),
  'koa 3': koa('koa'),
  'h3 2': async () => {
    const { H3, toNodeHandler } = await import('h3');
    const app = new H3();
    install(await host('h3', 'h3Host', app));
    app.get(
      '/count',
      withSession((event, session) => count(session, event.req.url)),
    );
    return createServer(toNodeHandler(app));
  },
};

/** What must not pass: one session for all. */
const CONTROL = {
  'control: one session for all': async () => {
    const shared = {};
    return createServer((request, response) => {
      const session = new Session({ secretKey: SECRET });
      const body = count(Object.assign(shared, { save() {} }), request.url);
      response.setHeader('Set-Cookie', `session=${session.encode(JSON.parse(body))}`).end(body);
    });
  },
};

if (name === undefined) process.send({ names: Object.keys(MAKERS), control: Object.keys(CONTROL)[0] });
else {
  const server = await { ...MAKERS, ...CONTROL }[name]();
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
  process.on('message', () => {
    globalThis.gc();
    globalThis.gc();
    process.send({ heap: process.memoryUsage().heapUsed });
  });
}
