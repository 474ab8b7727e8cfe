// S13 in Fastify: its own page for a crash drops the cookie; its HTTP errors and every answer of the application keep it.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RouteHandlerMethod,
} from 'fastify';
import { fastifyHost } from '../../dist/hosts/fastify.js';
import { Session, type SessionDict, withSession } from '../../dist/session/index.js';
import { needs } from '../support/needs.js';
import { injected } from './support/inject.js';

const SECRET = 'a secret of thirty-two bytes or so';
const reader = new Session({ secretKey: SECRET });
const SAVED = [`session=${reader.encode({ n: 1 })}; Path=/; HttpOnly`];

/** Whatever happens in a request, its session was saved first. */
function create(): FastifyInstance {
  const app = Fastify();
  const sessions = new Session(fastifyHost(app), { secretKey: SECRET });
  app.addHook('onRequest', async (request) => {
    const session = sessions.get(request);
    session.n = 1;
    session.save();
  });
  return app;
}

/** Status and Set-Cookie lines of an answer. */
async function answer(app: FastifyInstance, path = '/'): Promise<readonly [number, readonly string[]]> {
  const { status, headers } = await injected(app, path);
  return [status, headers.getSetCookie()];
}

const httpError = (statusCode: number): Error => Object.assign(new Error('an HTTP error'), { statusCode });
const crash: RouteHandlerMethod = () => {
  throw new Error('crash');
};
const rejects = (error: unknown) => async (): Promise<never> => {
  throw error;
};

describe("S13: Fastify's own page", needs.node('Fastify is served by Node'), () => {
  const dropped: readonly (readonly [what: string, status: number, handler: RouteHandlerMethod])[] = [
    ['a throw', 500, crash],
    ['a rejection', 500, rejects(new Error('crash'))],
    ['send(error)', 500, (_request, reply) => reply.send(new Error('crash'))],
    ['an HTTP error of 503', 503, rejects(httpError(503))],
    ['code(503) and an error', 503, (_request, reply) => reply.code(503).send(new Error('crash'))],
    ['a redirect for an error, which Fastify does not take', 500, rejects(httpError(302))],
    ['text that is thrown', 500, rejects('no')],
    ['nothing that is thrown', 500, rejects(undefined)],
    ['null that is thrown', 500, rejects(null)],
    ['a stream that fails before its first byte', 500, () => failing()],
    ['a body that is none', 500, (_request, reply) => reply.type('text/plain').send({})],
    ['JSON that cannot be made', 500, (_request, reply) => reply.send({ n: 1n })],
  ];
  for (const [what, status, handler] of dropped) {
    it(`drops the cookie after ${what}`, async () => {
      const app = create();
      app.get('/', handler);
      assert.deepEqual(await answer(app), [status, []]);
    });
  }

  const kept: readonly (readonly [what: string, status: number, handler: RouteHandlerMethod])[] = [
    ['an error with statusCode', 401, rejects(httpError(401))],
    ['an error with status', 409, rejects(Object.assign(new Error('an HTTP error'), { status: 409 }))],
    ['an object with statusCode', 422, rejects({ statusCode: 422, words: 'no' })],
    ['code(401).send(error)', 401, (_request, reply) => reply.code(401).send(new Error('no'))],
    [
      'code(401) and a rejection',
      401,
      async (_request, reply) => {
        reply.code(401);
        throw new Error('no');
      },
    ],
    ['callNotFound()', 404, (_request, reply) => reply.callNotFound()],
    ['an answer of status 500', 500, (_request, reply) => reply.code(500).send({ error: 'ours' })],
  ];
  for (const [what, status, handler] of kept) {
    it(`keeps it after ${what}`, async () => {
      const app = create();
      app.get('/', handler);
      assert.deepEqual(await answer(app), [status, SAVED]);
    });
  }

  it('keeps it where validation fails, a route or a parser is missing', async () => {
    const app = create();
    app.get('/', { schema: { querystring: { type: 'object', required: ['q'] } } }, () => 'ok');
    app.post('/', () => 'ok');
    assert.deepEqual(await answer(app), [400, SAVED]);
    assert.deepEqual(await answer(app, '/missing'), [404, SAVED]);
    const headers = { 'content-type': 'application/xml' };
    const unknown = await injected(app, '/', { method: 'POST', headers, payload: '<a/>' });
    assert.deepEqual([unknown.status, unknown.headers.getSetCookie()], [415, SAVED]);
  });

  it('drops it after an onSend hook that fails, also on the page for that', async () => {
    const app = create();
    let failures = 0;
    app.get(
      '/once',
      { onSend: async () => void (failures++ === 0 && (await rejects(new Error('once'))())) },
      () => 'ok',
    );
    app.get('/always', { onSend: rejects(new Error('always')) }, () => 'ok');
    assert.deepEqual(await answer(app, '/once'), [500, []]);
    assert.deepEqual(await answer(app, '/always'), [500, []]);
    assert.equal(failures, 2);
  });
});

const failing = (): Readable =>
  new Readable({
    read() {
      this.destroy(new Error('crash'));
    },
  });

describe('S13: an error handler of the application', needs.node('Fastify is served by Node'), () => {
  type Answering = (error: unknown, request: FastifyRequest, reply: FastifyReply) => unknown;
  const ways: readonly (readonly [how: string, status: number, handler: Answering])[] = [
    ['send', 500, (_error, _request, reply) => reply.code(500).send('sorry')],
    ['send, later', 500, (_error, _request, reply) => void setImmediate(() => reply.code(500).send('sorry'))],
    [
      'a value',
      500,
      (_error, _request, reply) => {
        reply.code(500);
        return { sorry: true };
      },
    ],
    [
      'a promise',
      503,
      async (_error, _request, reply) => {
        reply.code(503);
        return 'sorry';
      },
    ],
    ['the message of the error', 500, (error, _request, reply) => reply.code(500).send((error as Error).message)],
    ['a stream', 500, (_error, _request, reply) => reply.code(500).send(Readable.from(['sorry']))],
    ['nothing', 500, (_error, _request, reply) => reply.code(500).send()],
    ['a redirect', 303, (_error, _request, reply) => reply.redirect('/', 303)],
    ['status 200', 200, (_error, _request, reply) => reply.code(200).send('never mind')],
    [
      'the raw response',
      500,
      (_error, _request, reply) => {
        reply.hijack();
        reply.raw.writeHead(500).end('sorry');
      },
    ],
  ];
  for (const [how, status, handler] of ways) {
    it(`answers with ${how}, and the cookie goes with it`, async () => {
      const app = create();
      app.setErrorHandler(handler);
      app.get('/', crash);
      app.get('/rejects', rejects(new Error('crash')));
      assert.deepEqual(await answer(app), [status, SAVED]);
      assert.deepEqual(await answer(app, '/rejects'), [status, SAVED]);
    });
  }

  it('answers with the raw response where nothing was thrown, or undefined', async () => {
    const app = create();
    app.setErrorHandler((_error, _request, reply) => void reply.hijack().raw.writeHead(500).end('sorry'));
    app.get('/', rejects(undefined));
    assert.deepEqual(await answer(app), [500, SAVED]);
  });

  it('answers, with a session, for a hook that came before the host', async () => {
    const app = Fastify();
    app.addHook('onRequest', rejects(httpError(401)));
    const sessions = new Session(fastifyHost(app), { secretKey: SECRET });
    app.get('/', () => 'ok');
    app.get(
      '/own',
      {
        errorHandler: (_error, request, reply) => {
          sessions.get(request).n = 1;
          sessions.get(request).save();
          return reply.code(500).send('sorry');
        },
      },
      () => 'ok',
    );
    assert.deepEqual(await answer(app), [401, []]);
    assert.deepEqual(await answer(app, '/own'), [500, SAVED]);
  });

  it('of a route', async () => {
    const app = create();
    app.get('/', { errorHandler: (_error, _request, reply) => reply.code(500).send('sorry') }, crash);
    assert.deepEqual(await answer(app), [500, SAVED]);
  });

  it('saves in it', async () => {
    const app = Fastify();
    new Session(fastifyHost(app), { secretKey: SECRET });
    app.setErrorHandler((_error, request, reply) => {
      const save = (_request: FastifyRequest, session: SessionDict): void => {
        session.n = 1;
        session.save();
      };
      withSession(save)(request);
      return reply.code(500).send('sorry');
    });
    app.get('/', crash);
    assert.deepEqual(await answer(app), [500, SAVED]);
  });

  /** An app with an error handler, and a context in it with another one, where everything crashes. */
  function nested(inner: Answering, outer?: Answering): FastifyInstance {
    const app = create();
    if (outer !== undefined) app.setErrorHandler(outer);
    app.register(async (child) => {
      child.setErrorHandler(inner);
      child.get('/', crash);
      child.get('/no', rejects(httpError(401)));
    });
    return app;
  }
  const sorry: Answering = (_error, _request, reply) => reply.code(500).send('sorry');
  const passOn: Answering = (error, _request, reply) => reply.send(error);
  const rethrow: Answering = (error) => {
    throw error;
  };
  const rejectAgain: Answering = async (error) => rejects(error)();
  const fail: Answering = () => {
    throw new Error('the handler crashes');
  };

  it('of a context', async () => {
    assert.deepEqual(await answer(nested(sorry)), [500, SAVED]);
    assert.deepEqual(await answer(nested(sorry, fail)), [500, SAVED]);
  });

  for (const [how, pass] of Object.entries({ passOn, rethrow, rejectAgain, fail })) {
    it(`that takes no error, by ${how}: the outer one answers, or Fastify`, async () => {
      assert.deepEqual(await answer(nested(pass, sorry)), [500, SAVED]);
      assert.deepEqual(await answer(nested(pass, pass)), [500, []]);
      assert.deepEqual(await answer(nested(pass)), [500, []]);
      // A handler's own crash is no HTTP error any more.
      assert.deepEqual(await answer(nested(pass), '/no'), how === 'fail' ? [500, []] : [401, SAVED]);
    });
  }

  it('that answers, and an onSend hook fails on it', async () => {
    const app = create();
    app.setErrorHandler(sorry);
    app.get('/', { onSend: rejects(new Error('crash')) }, crash);
    assert.deepEqual(await answer(app), [500, []]);
  });

  it('that answers for a header which Node refuses', async () => {
    const app = create();
    app.setErrorHandler((_error, _request, reply) => reply.removeHeader('x-mine').code(500).send('sorry'));
    app.get('/', (_request, reply) => reply.header('x-mine', 'a\nb').send('ok'));
    assert.deepEqual(await answer(app), [500, SAVED]);
  });
});
