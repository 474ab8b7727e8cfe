// What Fastify applications do besides answering: contexts, hooks, every way to write a head, @fastify/cookie, HTTP/2, upgrades.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, ServerResponse } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import cookies from '@fastify/cookie';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  type RouteHandlerMethod,
} from 'fastify';
import { fastifyHost } from '../../dist/hosts/fastify.js';
import { Session, type SessionDict, type SessionOptions, withSession } from '../../dist/session/index.js';
import { throwsCode } from '../support/errors.js';
import { needs } from '../support/needs.js';
import { injected } from './support/inject.js';
import { openBrowser, serveServer } from './support/serve.js';

const SECRET = 'a secret of thirty-two bytes or so';
const reader = new Session({ secretKey: SECRET });
const line = (data: object, name = 'session'): string => `${name}=${reader.encode(data)}; Path=/; HttpOnly`;
const SAVED = [line({ n: 1 })];

type Sessions = Session<Record<string, unknown>, FastifyRequest>;

interface Made {
  readonly app: FastifyInstance;
  readonly sessions: Sessions;
}

function create(options: FastifyServerOptions = {}, sessionOptions: SessionOptions = {}): Made {
  const app = Fastify(options);
  return { app, sessions: new Session(fastifyHost(app), { secretKey: SECRET, ...sessionOptions }) };
}

function increment(session: SessionDict): void {
  session.n = ((session.n as number | undefined) ?? 0) + 1;
  session.save();
}

const saving: RouteHandlerMethod = withSession((_request, session) => {
  increment(session);
  return 'ok';
});

const linesOf = async (app: FastifyInstance, path = '/', headers = {}): Promise<readonly string[]> =>
  (await injected(app, path, { headers })).headers.getSetCookie();

describe('fastifyHost', needs.node('Fastify is served by Node'), () => {
  it('is one for a context, however often it is asked for', () => {
    const app = Fastify();
    assert.equal(fastifyHost(app), fastifyHost(app));
    assert.equal(fastifyHost(app.withTypeProvider()), fastifyHost(app));
    assert.notEqual(fastifyHost(app), fastifyHost(Fastify()));
  });

  it('serves routes that were there before it', async () => {
    const app = Fastify();
    app.get('/', saving);
    await app.register(async (child) => {
      child.get('/child', saving);
    });
    new Session(fastifyHost(app), { secretKey: SECRET });
    assert.deepEqual(await linesOf(app), SAVED);
    assert.deepEqual(await linesOf(app, '/child'), SAVED);
  });

  it('comes too late once the application is ready; a session may still be installed on it', async () => {
    const { app } = create();
    app.get('/', saving);
    await app.ready();
    const late = new Session({ secretKey: SECRET, cookieName: 'late' });
    late.initialize(fastifyHost(app));
    assert.deepEqual(await linesOf(app), [line({ n: 1 }, 'late')]);
    const other = Fastify();
    await other.ready();
    throwsCode(() => fastifyHost(other), 'ERR_SESSION_NOT_INSTALLED');
    throwsCode(() => fastifyHost(other), 'ERR_SESSION_NOT_INSTALLED');
  });

  it('S3: an object that is no request of the app is an error', async () => {
    const { sessions } = create();
    throwsCode(() => sessions.get({} as never), 'ERR_SESSION_NOT_INSTALLED');
    const other = Fastify();
    other.get('/', (request) => {
      throwsCode(() => sessions.get(request), 'ERR_SESSION_NOT_INSTALLED');
      throwsCode(() => sessions.get(request.raw as never), 'ERR_SESSION_NOT_INSTALLED');
      return 'checked';
    });
    assert.equal(await (await injected(other, '/')).text(), 'checked');
  });

  it('changes nothing for a handler that asks for no session', async () => {
    const { app } = create();
    app.get('/', () => 'ok');
    const headers = { cookie: `session=${reader.encode({ n: 1 })}` };
    const response = await injected(app, '/', { headers });
    assert.deepEqual([...response.headers.keys()], ['connection', 'content-length', 'content-type', 'date']);
  });

  it('https is what trustProxy says', async () => {
    const secure = SAVED[0]?.replace('; HttpOnly', '; Secure; HttpOnly');
    const headers = { 'x-forwarded-proto': 'https' };
    for (const [trustProxy, expected] of [
      [true, [secure]],
      [false, SAVED],
    ] as const) {
      const { app } = create({ trustProxy }, { cookieOptions: { secure: 'auto' } });
      app.get('/', saving);
      assert.deepEqual(await linesOf(app, '/', headers), expected);
      assert.deepEqual(await linesOf(app), SAVED);
    }
  });
});

describe('S9: contexts of Fastify', needs.node('Fastify is served by Node'), () => {
  it('those within have the session of the app', async () => {
    const { app } = create();
    app.register(
      async (child) => {
        child.get('/', saving);
        child.register(async (grandchild) => void grandchild.get('/', saving), { prefix: '/grandchild' });
        child.setNotFoundHandler(saving);
      },
      { prefix: '/child' },
    );
    for (const path of ['/child', '/child/grandchild', '/child/missing']) {
      assert.deepEqual(await linesOf(app, path), SAVED);
    }
  });

  it("a context's own session is known there and within, and nowhere else", async () => {
    const app = Fastify();
    app.get('/', saving);
    app.register(async (child) => {
      new Session(fastifyHost(child), { secretKey: SECRET });
      child.get('/own', saving);
      child.register(async (grandchild) => void grandchild.get('/own/within', saving));
    });
    app.register(async (sibling) => void sibling.get('/sibling', saving));
    assert.deepEqual(await linesOf(app, '/own'), SAVED);
    assert.deepEqual(await linesOf(app, '/own/within'), SAVED);
    for (const path of ['/', '/sibling']) {
      const response = await injected(app, path);
      assert.equal(response.status, 500);
      assert.equal(((await response.json()) as { code: string }).code, 'ERR_SESSION_NOT_INSTALLED');
    }
  });

  for (const isOuterFirst of [true, false]) {
    it(`the outer app's session counts, made ${isOuterFirst ? 'before' : 'after'} the inner one`, async () => {
      const app = Fastify();
      const install = (): void => void new Session(fastifyHost(app), { secretKey: SECRET });
      if (isOuterFirst) install();
      let inner: Sessions | undefined;
      await app.register(async (child) => {
        inner = new Session(fastifyHost(child), { secretKey: SECRET, cookieName: 'inner' });
        child.get('/', saving);
        child.get('/both', (request) => {
          const session = inner?.get(request);
          if (session !== undefined) increment(session);
          return saving.call(child, request, undefined as never);
        });
      });
      if (!isOuterFirst) install();
      assert.deepEqual(await linesOf(app), SAVED);
      assert.deepEqual(await linesOf(app, '/both'), [line({ n: 1 }, 'inner'), ...SAVED]);
    });
  }
});

describe('hooks of Fastify', needs.node('Fastify is served by Node'), () => {
  for (const name of [
    'onRequest',
    'preParsing',
    'preValidation',
    'preHandler',
    'preSerialization',
    'onSend',
  ] as const) {
    it(`${name}: a save goes out`, async () => {
      const { app, sessions } = create();
      const save = async (request: FastifyRequest): Promise<void> => increment(sessions.get(request));
      app.addHook(name as 'onRequest', save);
      app.get('/', () => ({ ok: true }));
      app.get('/stream', () => Readable.from(['ok']));
      assert.deepEqual(await linesOf(app), SAVED);
      if (name !== 'preSerialization') assert.deepEqual(await linesOf(app, '/stream'), SAVED);
      if (name !== 'preSerialization') assert.deepEqual(await linesOf(app, '/missing'), SAVED);
    });
  }

  it('withSession wraps hooks of either kind', async () => {
    const { app, sessions } = create();
    app.addHook(
      'preHandler',
      sessions.with((_request, session, _reply, done: () => void) => {
        increment(session);
        done();
      }),
    );
    app.addHook(
      'preHandler',
      sessions.with(async (request, session, reply: FastifyReply) => {
        if (request.url === '/refused') return reply.code(403).send(session);
      }),
    );
    app.addHook(
      'onSend',
      sessions.with(async (_request, session, reply: FastifyReply, payload: unknown) => {
        reply.header('x-n', String(session.n));
        return `${String(payload)}!`;
      }),
    );
    app.get('/', () => 'ok');
    const response = await injected(app, '/');
    assert.deepEqual([await response.text(), response.headers.get('x-n')], ['ok!', '1']);
    assert.deepEqual(response.headers.getSetCookie(), SAVED);
    const refused = await injected(app, '/refused');
    assert.deepEqual([refused.status, refused.headers.getSetCookie()], [403, SAVED]);
  });

  it('an onRequest hook that came before the host knows no session; later hooks do, whenever they were added', async () => {
    const app = Fastify();
    app.addHook(
      'onRequest',
      withSession(async (request: FastifyRequest) => void request),
    );
    new Session(fastifyHost(app), { secretKey: SECRET });
    app.get('/', () => 'ok');
    assert.equal(((await (await injected(app, '/')).json()) as { code: string }).code, 'ERR_SESSION_NOT_INSTALLED');

    const other = Fastify();
    other.addHook(
      'preParsing',
      withSession(async (_request: FastifyRequest, session) => increment(session)),
    );
    new Session(fastifyHost(other), { secretKey: SECRET });
    other.get('/', () => 'ok');
    assert.deepEqual(await linesOf(other), SAVED);
  });

  it('S18: in onResponse it can be read, and no longer saved', async () => {
    const { app, sessions } = create();
    const seen = new Promise<unknown>((resolve) => {
      app.addHook('onResponse', async (request) => {
        const session = sessions.get(request);
        throwsCode(() => session.save(), 'ERR_SESSION_HEADERS_SENT');
        resolve({ ...session });
      });
    });
    app.get('/', () => 'ok');
    await injected(app, '/', { headers: { cookie: `session=${reader.encode({ n: 7 })}` } });
    assert.deepEqual(await seen, { n: 7 });
  });

  it('autoSave: what hooks and handlers changed goes out once', async () => {
    const { app, sessions } = create({}, { autoSave: true });
    app.addHook('onRequest', async (request) => {
      sessions.get(request).a = 1;
    });
    app.addHook('onSend', async (request) => {
      sessions.get(request).b = 2;
    });
    app.get('/', () => 'ok');
    assert.deepEqual(await linesOf(app), [line({ a: 1, b: 2 })]);
  });
});

/** Every way to answer, and the body it has. */
const WAYS: Readonly<Record<string, readonly [body: string, handler: (reply: FastifyReply) => unknown]>> = {
  'text, returned': ['ok', () => 'ok'],
  'JSON, returned': ['{"ok":true}', () => ({ ok: true })],
  'a promise': ['ok', async () => 'ok'],
  'send(text)': ['ok', (reply) => reply.send('ok')],
  'send(text), later': ['ok', (reply) => void setImmediate(() => reply.send('ok'))],
  'send(nothing)': ['', (reply) => reply.send()],
  bytes: ['ok', () => Buffer.from('ok')],
  'a typed array': ['ok', () => new Uint8Array([111, 107])],
  'a stream of Node': ['ok', () => Readable.from(['o', 'k'])],
  'a stream of the web': ['ok', () => new Blob(['ok']).stream()],
  'a Response': ['ok', () => new Response('ok', { headers: { 'x-theirs': 'yes' } })],
  'a status of 500': ['no', (reply) => reply.code(500).send('no')],
  'no content': ['', (reply) => reply.code(204).send()],
  'not modified': ['', (reply) => reply.code(304).send()],
  'a redirect': ['', (reply) => reply.redirect('/there')],
  trailers: ['ok', (reply) => reply.trailer('x-sum', async () => '1').send('ok')],
  'early hints': [
    'ok',
    (reply) => {
      reply.writeEarlyHints({ link: '</a.css>; rel=preload' });
      return reply.send('ok');
    },
  ],
  'raw end': ['ok', (reply) => void reply.hijack().raw.end('ok')],
  'raw write': ['ok', (reply) => reply.hijack().raw.write('ok') && void reply.raw.end()],
  'raw writeHead': ['ok', (reply) => void reply.hijack().raw.writeHead(201, { 'x-mine': 'yes' }).end('ok')],
  'raw without hijack': ['ok', (reply) => void reply.raw.writeHead(200, 'Fine', ['x-mine', 'yes']).end('ok')],
};

/** With these, Fastify's own answer to HEAD is a crash, or two headers that exclude each other. */
const WITHOUT_HEAD = new Set(['a Response', 'trailers']);

function everyWay(): FastifyInstance {
  const { app, sessions } = create();
  for (const [i, [, handler]] of Object.values(WAYS).entries()) {
    app.get(
      `/${i}`,
      sessions.with((_request, session, reply: FastifyReply) => {
        increment(session);
        return handler(reply);
      }),
    );
    app.get(`/plain/${i}`, (_request, reply) => handler(reply));
  }
  return app;
}

/** What is in a response of one way, without what a session and a clock add. */
function described(response: Response, body: string): unknown {
  const added = new Set(['set-cookie', 'vary', 'cache-control', 'date', 'keep-alive']);
  return [response.status, body, [...response.headers].filter(([name]) => !added.has(name))];
}

describe('S7: every way to answer', needs.node('Fastify is served by Node'), () => {
  for (const [i, [name, [body]]] of Object.entries(WAYS).entries()) {
    it(`${name}: over a socket and by inject`, async () => {
      const app = everyWay();
      await app.ready();
      const { url, close } = await serveServer(app.server);
      const overSocket = (path: string, method: string): Promise<Response> =>
        fetch(url + path, { method, redirect: 'manual' });
      const byInject = (path: string, method: string): Promise<Response> =>
        injected(app, path, { method: method as 'GET' });
      try {
        for (const ask of [overSocket, byInject]) {
          for (const method of WITHOUT_HEAD.has(name) ? ['GET'] : ['GET', 'HEAD']) {
            const response = await ask(`/${i}`, method);
            const plain = await ask(`/plain/${i}`, method);
            const text = await response.text();
            assert.equal(text, method === 'HEAD' ? '' : body);
            assert.deepEqual(response.headers.getSetCookie(), SAVED);
            assert.deepEqual(described(response, text), described(plain, await plain.text()));
          }
        }
      } finally {
        await close();
      }
    });
  }
});

describe("S11: other people's cookies", needs.node('Fastify is served by Node'), () => {
  it('reply.header and @fastify/cookie: they stay, in their order, and before ours', async () => {
    const { app } = create();
    app.register(cookies, { secret: SECRET });
    const shared = ['c=3', 'd=4'];
    app.get(
      '/',
      withSession(async (_request: FastifyRequest, session, reply: FastifyReply) => {
        reply.header('set-cookie', 'a=1').setCookie('b', '2', { path: '/' });
        increment(session);
        reply.header('set-cookie', shared);
        return session;
      }),
    );
    for (let visit = 0; visit < 2; visit++) {
      const lines = await linesOf(app);
      assert.deepEqual(lines, ['a=1', 'c=3', 'd=4', 'b=2; Path=/; SameSite=Lax', ...SAVED]);
    }
    assert.deepEqual(shared, ['c=3', 'd=4']);
  });

  it('request.cookies of @fastify/cookie and ours show the same', async () => {
    const { app, sessions } = create();
    app.register(cookies);
    app.get('/', async (request) => sessions.verify(request.cookies.session ?? '').ok && { ...sessions.get(request) });
    const headers = { cookie: `session=${reader.encode({ n: 7 })}` };
    assert.deepEqual(await (await injected(app, '/', { headers })).json(), { n: 7 });
  });
});

describe('HTTP/2', needs.node('Fastify is served by Node'), () => {
  /** Status, Set-Cookie and body of one request. */
  async function ask(client: ClientHttp2Session, path: string): Promise<readonly unknown[]> {
    const stream = client.request({ ':path': path, cookie: `session=${reader.encode({ n: 1 })}` });
    const [headers] = (await once(stream, 'response')) as [{ ':status': number; 'set-cookie'?: readonly string[] }];
    let body = '';
    for await (const text of stream.setEncoding('utf8')) body += text;
    return [headers[':status'], headers['set-cookie'] ?? [], body.length];
  }

  it('text, streams, much text, redirects, crashes', async () => {
    const app = Fastify({ http2: true });
    const sessions = new Session(fastifyHost(app), { secretKey: SECRET });
    const bodies: Readonly<Record<string, () => unknown>> = {
      '/text': () => 'ok',
      '/stream': () => Readable.from(['o', 'k']),
      '/much': () => 'x'.repeat(200_000),
      '/crash': () => {
        throw new Error('crash');
      },
    };
    for (const [path, body] of Object.entries(bodies)) {
      app.get(path, (request) => {
        increment(sessions.get(request));
        return body();
      });
    }
    const saved = [line({ n: 2 })];
    app.server.listen(0, '127.0.0.1');
    await Promise.all([once(app.server, 'listening'), app.ready()]);
    const client = connect(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`);
    try {
      assert.deepEqual(await ask(client, '/text'), [200, saved, 2]);
      assert.deepEqual(await ask(client, '/stream'), [200, saved, 2]);
      assert.deepEqual(await ask(client, '/much'), [200, saved, 200_000]);
      assert.deepEqual((await ask(client, '/crash')).slice(0, 2), [500, []]);
    } finally {
      client.close();
      app.server.close();
      await once(app.server, 'close');
    }
  });
});

describe('S18: a WebSocket handshake', needs.node('Fastify is served by Node'), () => {
  it('its session can be read, and saving it is an error', async () => {
    const { app, sessions } = create();
    app.get('/', (request, reply) => {
      const session = sessions.get(request);
      throwsCode(() => session.save(), 'ERR_SESSION_HEADERS_SENT');
      return reply.header('x-n', String(session.n)).send();
    });
    // As @fastify/websocket does it.
    app.server.on('upgrade', (request, socket) => {
      const response = new ServerResponse(request);
      response.assignSocket(socket as never);
      response.on('finish', () => socket.end());
      app.routing(request, response);
    });
    await app.ready();
    const { url, close } = await serveServer(app.server);
    try {
      const headers = {
        connection: 'upgrade',
        upgrade: 'websocket',
        cookie: `session=${reader.encode({ n: 7 })}`,
      };
      const request = httpRequest(url, { headers }).end();
      const [response] = await once(request, 'response');
      assert.deepEqual([response.headers['x-n'], response.headers['set-cookie']], ['7', undefined]);
      await once(response.resume(), 'close');
    } finally {
      await close();
    }
  });

  it('an offer that nobody takes is an ordinary request', async () => {
    const { app } = create();
    app.get('/', saving);
    await app.ready();
    const { url, close } = await serveServer(app.server);
    try {
      const request = httpRequest(url, { headers: { connection: 'upgrade', upgrade: 'h2c' } }).end();
      const [response] = await once(request, 'response');
      assert.deepEqual(response.headers['set-cookie'], SAVED);
      await once(response.resume(), 'close');
      assert.deepEqual((await openBrowser(url).get('/')).setCookie, SAVED);
    } finally {
      await close();
    }
  });
});
