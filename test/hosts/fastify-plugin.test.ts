// fastifySession: request.session by one app.register().
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { fastifySession } from '../../dist/hosts/fastify.js';
import { Session, type SessionDict, withSession } from '../../dist/session/index.js';
import { throwsCode } from '../support/errors.js';
import { needs } from '../support/needs.js';
import { injected } from './support/inject.js';

const SECRET = 'a secret of thirty-two bytes or so';
const reader = new Session({ secretKey: SECRET });
const line = (data: object): string => `session=${reader.encode(data)}; Path=/; HttpOnly`;
const headers = { cookie: `session=${reader.encode({ n: 7 })}` };

/** Without `augment`, Fastify's types know no session. */
const sessionOf = (request: FastifyRequest): SessionDict => (request as unknown as { session: SessionDict }).session;

const linesOf = async (app: FastifyInstance, path = '/'): Promise<readonly string[]> =>
  (await injected(app, path)).headers.getSetCookie();

describe('fastifySession', needs.node('Fastify is served by Node'), () => {
  it('gives request.session, the one that withSession finds', async () => {
    const app = Fastify();
    app.register(fastifySession, { secretKey: SECRET });
    app.get(
      '/',
      withSession((request: FastifyRequest, session) => {
        assert.equal(sessionOf(request), session);
        return sessionOf(request);
      }),
    );
    const response = await injected(app, '/', { headers });
    assert.deepEqual([await response.json(), response.headers.getSetCookie()], [{ n: 7 }, []]);
  });

  it('S3: reads it when it is asked for', async () => {
    const seen: unknown[] = [];
    const app = Fastify();
    app.register(fastifySession, {
      secretKey: SECRET,
      onEvent: (event: { type: string }) => void seen.push(event.type),
    });
    app.get('/', () => 'ok');
    app.get('/asks', (request) => sessionOf(request));
    const plain = await injected(app, '/', { headers });
    assert.deepEqual([seen, plain.headers.get('vary')], [[], null]);
    await injected(app, '/asks', { headers });
    assert.deepEqual(seen.length, 1);
  });

  it('saves where it is told, or by itself with autoSave', async () => {
    const app = Fastify();
    app.register(fastifySession, { secretKey: SECRET });
    app.get('/', (request) => {
      sessionOf(request).n = 1;
      return 'ok';
    });
    app.get('/saves', (request) => {
      sessionOf(request).n = 1;
      sessionOf(request).save();
      return 'ok';
    });
    assert.deepEqual(await linesOf(app), []);
    assert.deepEqual(await linesOf(app, '/saves'), [line({ n: 1 })]);

    const auto = Fastify();
    auto.register(fastifySession, { secretKey: SECRET, autoSave: true });
    auto.get('/', (request) => {
      sessionOf(request).n = 1;
      return 'ok';
    });
    assert.deepEqual(await linesOf(auto), [line({ n: 1 })]);
  });

  it('counts for the context that it is registered in, and those within', async () => {
    const app = Fastify();
    app.get('/', (request) => ({ has: 'session' in request }));
    app.register(async (child) => {
      await child.register(fastifySession, { secretKey: SECRET });
      child.get('/child', (request) => sessionOf(request));
      child.register(async (grandchild) => void grandchild.get('/grandchild', (request) => sessionOf(request)));
    });
    assert.deepEqual(await (await injected(app, '/', { headers })).json(), { has: false });
    assert.deepEqual(await (await injected(app, '/child', { headers })).json(), { n: 7 });
    assert.deepEqual(await (await injected(app, '/grandchild', { headers })).json(), { n: 7 });
  });

  it('is there for hooks, error handlers and missing routes', async () => {
    const app = Fastify();
    app.register(fastifySession, { secretKey: SECRET });
    app.addHook('preHandler', async (request) => {
      sessionOf(request).hook = true;
    });
    app.setNotFoundHandler((request, reply) => reply.code(404).send(sessionOf(request)));
    app.setErrorHandler((_error, request, reply) => reply.code(500).send(sessionOf(request)));
    app.get('/crash', () => {
      throw new Error('crash');
    });
    for (const path of ['/crash', '/missing']) {
      assert.deepEqual(await (await injected(app, path, { headers })).json(), { n: 7, hook: true });
    }
  });

  it('cannot be assigned', async () => {
    const app = Fastify();
    app.register(fastifySession, { secretKey: SECRET });
    app.get('/', (request) => {
      assert.throws(() => Object.assign(request, { session: null }), TypeError);
      return 'checked';
    });
    assert.equal(await (await injected(app, '/')).text(), 'checked');
  });

  it('S2: a bad option is an error when the plugins are loaded', async () => {
    const app = Fastify();
    app.register(fastifySession, { secretKey: SECRET, secret: SECRET } as { secretKey: string });
    const error: unknown = await app.ready().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    throwsCode(() => {
      throw error;
    }, 'ERR_SESSION_BAD_OPTION');
  });

  it('has a name, and gives way to no other request.session', async () => {
    const app = Fastify();
    app.register(fastifySession, { secretKey: SECRET });
    app.register(Object.assign(async () => undefined, NEEDS_US));
    await app.ready();
    assert.equal(app.hasPlugin('microdot/session/fastify'), true);

    const taken = Fastify();
    taken.decorateRequest('session', null);
    taken.register(fastifySession, { secretKey: SECRET });
    await assert.rejects(async () => taken.ready(), { code: 'FST_ERR_DEC_ALREADY_PRESENT' });
  });
});

/** As fastify-plugin writes it: a plugin that stands on another one. */
const NEEDS_US = { [Symbol.for('plugin-meta')]: { name: 'theirs', dependencies: ['microdot/session/fastify'] } };
