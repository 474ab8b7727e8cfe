// A server whose sessions cannot be saved when the head is made, in a process of its own: node failing-heads.js HOST.
// Prints its port. It ends only when it is told to, or by an exception that nobody took.

import { createReadStream, unlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { pipeline as pipelineOf } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { expressHost, expressSession } from '../../../dist/hosts/express.js';
import { fastifyHost } from '../../../dist/hosts/fastify.js';
import { koaHost } from '../../../dist/hosts/koa.js';
import { nodeHost, nodeJar } from '../../../dist/hosts/node.js';
import { Session, withSession } from '../../../dist/session/index.js';

// biome-ignore lint/suspicious/noExplicitAny: four frameworks without their types
type Any = any;
const require = createRequire(import.meta.url);
const [, , host = ''] = process.argv;
const FILE = join(tmpdir(), `microdot-failing-heads-${process.pid}.txt`);
writeFileSync(FILE, 'the body '.repeat(20_000));
process.on('exit', () => unlinkSync(FILE));
// Its end by a signal is an end like any other: the file goes with it.
process.on('SIGTERM', () => process.exit());

const options = { secretKey: 'a secret of thirty-two bytes or so', autoSave: true };

/** What a visitor, or the program, puts into a session that then cannot be saved. */
function spoil(path: string, session: Any): void {
  if (path.startsWith('/good')) session.n = 1;
  else if (path.includes('-map')) session.map = new Map([['secret data', 1]]);
  else session.text = 'secret data'.repeat(500);
}

type Way = (response: Any) => unknown;

/** The ways to answer that all Node responses have. */
const ways: Readonly<Record<string, Way>> = {
  end: (response) => response.end('the body'),
  pipe: (response) => createReadStream(FILE).pipe(response),
  'pipe-map': (response) => createReadStream(FILE).pipe(response),
  'pipe-text': (response) => Readable.from(['the body', 'the body']).pipe(response),
  pipeline: (response) => pipeline(createReadStream(FILE), response, () => {}),
  'pipeline-promise': (response) => pipelineOf(createReadStream(FILE), response).catch(() => {}),
  'pipeline-iterable': (response) =>
    pipelineOf(async function* pieces() {
      yield 'the body';
      await turn();
      yield 'the body';
    }, response).catch(() => {}),
  'write-await': async (response) => {
    await turn();
    response.write('the body');
    await turn();
    response.write('the body');
    await turn();
    response.end('the body');
  },
  'write-sync': (response) => {
    response.write('the body');
    response.write('the body');
    response.end('the body');
  },
  callback: (response) => {
    setTimeout(() => {
      response.writeHead(200, { 'X-Mine': '1', 'Content-Type': 'text/plain' });
      response.write('the body');
      response.end('the body');
    });
  },
  flush: (response) => {
    setTimeout(() => {
      response.flushHeaders();
      response.end('the body');
    });
  },
  late: async (response) => {
    response.end('the body');
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    response.write('the body');
    response.end('the body');
  },
};

const listen = (server: { listen(port: number, host: string, then: () => void): void; address(): unknown }): void =>
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
  });

const nameOf = (path: string): string => path.replace(/^\/(good-)?/, '');

/** What a bare server does with a request. */
const bare = (sessionOf: (request: Any, response: Any) => Any) => (request: Any, response: Any) => {
  spoil(request.url, sessionOf(request, response));
  void ways[nameOf(request.url)]?.(response);
};

function express(name: string, withMiddleware: boolean, handles = true): void {
  const app = require(name)();
  app.set('env', 'test');
  if (withMiddleware) app.use(expressSession({ secretKey: options.secretKey }));
  const session = withMiddleware ? null : new Session(expressHost(app), options);
  const more: Readonly<Record<string, Way>> = {
    send: (response) => response.send('the body'),
    json: (response) => setTimeout(() => response.json({ the: 'body' })),
    sendFile: (response) => response.sendFile(FILE, { maxAge: 3_600_000 }),
    'sendFile-map': (response) => response.sendFile(FILE),
    download: (response) => response.download(FILE),
  };
  for (const [way, answer] of Object.entries({ ...ways, ...more })) {
    app.get([`/${way}`, `/good-${way}`], (request: Any, response: Any) => {
      spoil(request.path, session === null ? request.session : session.get(request));
      return answer(response);
    });
  }
  if (handles) {
    app.use((error: Any, _request: Any, response: Any, _next: Any) => {
      response.status(500).json({ handled: error.code });
    });
  }
  listen(createServer(app as RequestListener));
}

async function fastify(): Promise<void> {
  const app = require('fastify')();
  const session = new Session(fastifyHost(app), options);
  app.setErrorHandler((error: Any, _request: Any, reply: Any) => reply.code(500).send({ handled: error.code }));
  const send: Readonly<Record<string, (reply: Any) => unknown>> = {
    send: (reply) => reply.send('the body'),
    callback: (reply) => void setTimeout(() => reply.send('the body')),
    stream: (reply) => reply.send(createReadStream(FILE)),
    'stream-map': (reply) => reply.send(createReadStream(FILE)),
    'stream-text': (reply) => reply.send(Readable.from(['the body', 'the body'])),
    web: (reply) => reply.send(Readable.toWeb(createReadStream(FILE))),
    response: (reply) => reply.send(new Response('the body')),
    hijack: (reply) => reply.hijack().raw.end('the body'),
  };
  for (const [way, answer] of Object.entries(send)) {
    for (const prefix of ['/', '/good-']) {
      app.get(prefix + way, (request: Any, reply: Any) => {
        spoil(request.url, session.get(request));
        void answer(reply);
      });
      app.get(`${prefix + way}-async`, async (request: Any, reply: Any) => {
        spoil(request.url, session.get(request));
        await turn();
        await answer(reply);
        return reply;
      });
    }
  }
  await app.ready();
  listen(app.server);
}

function koa(name: string): void {
  const Koa = require(name);
  const app = new Koa();
  const session = new Session(koaHost(app), options);
  app.on('error', () => {});
  app.use((ctx: Any) => {
    spoil(ctx.path, session.get(ctx));
    const way = nameOf(ctx.path);
    if (way === 'body') ctx.body = 'the body';
    else if (way === 'stream' || way === 'stream-map') ctx.body = createReadStream(FILE);
    else if (way === 'stream-text') ctx.body = Readable.from(['the body', 'the body']);
    else {
      ctx.respond = false;
      ctx.status = 200;
      void ways[way]?.(ctx.res);
    }
  });
  listen(createServer(app.callback()));
}

const start: Readonly<Record<string, () => unknown>> = {
  node() {
    const server = createServer(bare((request) => session.get(request)));
    const session = new Session(nodeHost(server), options);
    listen(server);
  },
  http2() {
    const server = createHttp2Server(bare((request) => session.get(request)));
    const session = new Session(nodeHost(server), options);
    listen(server);
  },
  nodeJar() {
    const session = new Session(options);
    listen(
      createServer(
        bare((request: IncomingMessage, response: ServerResponse) => session.open(nodeJar(request, response))),
      ),
    );
  },
  nodeWithSession() {
    const server = createServer(
      withSession((request: IncomingMessage, session, response: ServerResponse) => {
        spoil(request.url ?? '', session);
        void ways[nameOf(request.url ?? '')]?.(response);
      }),
    );
    new Session(nodeHost(server), options);
    listen(server);
  },
  express: () => express('express', false),
  express4: () => express('express4', false),
  expressDefault: () => express('express', false, false),
  expressDefault4: () => express('express4', true, false),
  expressSession: () => express('express', true),
  expressSession4: () => express('express4', true),
  fastify,
  koa: () => koa('koa'),
  koa2: () => koa('koa2'),
};
void start[host]?.();
