// Hooks, error handlers and mounts: their order, and what ends it early (contract H3).

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { abort, HTTPException, Microdot, Response } from '../../dist/microdot/index.js';
import { silent, viaFetch } from './send.js';

const get = async (app: Microdot, path = '/'): Promise<readonly [number, string]> => {
  const { status, body } = await viaFetch(app, { path });
  return [status, body];
};

describe('H3: hooks', () => {
  test('run in order: before, handler, after, those of the request', async () => {
    const log: string[] = [];
    const app = new Microdot();
    app.beforeRequest(() => void log.push('before 1'));
    app.beforeRequest(async () => void log.push('before 2'));
    app.afterRequest((_request, response) => {
      log.push('after 1');
      return new Response(`${response.body as string}+`);
    });
    app.afterRequest(async () => void log.push('after 2'));
    app.afterErrorRequest(() => void log.push('never'));
    app.get('/', (request) => {
      request.afterRequest(() => void log.push('request'));
      log.push('handler');
      return 'x';
    });
    assert.deepEqual(await get(app), [200, 'x+']);
    assert.deepEqual(log, ['before 1', 'before 2', 'handler', 'after 1', 'after 2', 'request']);
  });

  test('an answer of a before hook skips later ones and the handler, not the after hooks', async () => {
    const app = new Microdot();
    app.beforeRequest(() => null);
    app.beforeRequest(() => new Response('early', 401));
    app.beforeRequest(() => assert.fail('not reached'));
    app.afterRequest((_request, response) => response.headers.set('X-After', '1'));
    app.get('/', () => assert.fail('not reached'));
    const { status, body, headers } = await viaFetch(app, {});
    assert.deepEqual([status, body, headers['x-after']], [401, 'early', '1']);
  });

  test('do not run for unknown routes; those for errors do', async () => {
    const log: unknown[] = [];
    const app = new Microdot();
    app.beforeRequest(() => void log.push('before'));
    app.afterRequest(() => void log.push('after'));
    app.afterErrorRequest((request, response) => void log.push(request.method, response.statusCode));
    app.get('/', () => abort(403));
    await viaFetch(app, { path: '/nope' });
    await viaFetch(app, { method: 'POST' });
    await viaFetch(app, { method: 'OPTIONS' });
    await viaFetch(app, {});
    assert.deepEqual(log, ['GET', 404, 'POST', 405, 'OPTIONS', 200, 'before', 'GET', 403]);
  });

  test('a hook that throws is an error of the request', async () => {
    for (const kind of ['beforeRequest', 'afterRequest', 'afterErrorRequest'] as const) {
      const log: unknown[] = [];
      const app = new Microdot(silent(log));
      app[kind](() => {
        throw new TypeError('x');
      });
      app.get('/', () => (kind === 'afterErrorRequest' ? abort(400) : 'x'));
      assert.deepEqual(await get(app), [500, 'Internal server error'], kind);
      assert.ok(log[0] instanceof TypeError);
    }
  });
});

describe('H3: errors', () => {
  class Base extends Error {}
  class Derived extends Base {}

  test('abort answers with its reason', async () => {
    const app = new Microdot();
    app.get('/a', () => abort(403, 'no'));
    app.get('/b', async () => abort(401));
    app.get('/c', () => abort(200, 'fine'));
    assert.deepEqual(await get(app, '/a'), [403, 'no']);
    assert.deepEqual(await get(app, '/b'), [401, '401 error']);
    assert.deepEqual(await get(app, '/c'), [200, 'fine']);
    assert.throws(() => abort(99), { code: 'ERR_APP_BAD_RESPONSE' });
  });

  test('a status handler answers for abort, 404, 405 and 413', async () => {
    const app = new Microdot();
    for (const status of [403, 404, 405, 413]) {
      app.errorHandler(status, (request, error) => new Response(`${request.method} ${error.statusCode}`, status));
    }
    app.get('/', () => abort(403));
    app.post('/', () => '');
    assert.deepEqual(await get(app), [403, 'GET 403']);
    assert.deepEqual(await get(app, '/nope'), [404, 'GET 404']);
    assert.equal((await viaFetch(app, { method: 'PUT' })).body, 'PUT 405');
    assert.equal((await viaFetch(app, { method: 'POST', body: 'x'.repeat(16385) })).body, 'POST 413');
  });

  test('a class handler answers for its class and subclasses, the nearest first', async () => {
    const app = new Microdot(silent());
    app.errorHandler(Base, (_request, error) => `base ${error.message}`);
    app.get('/base', () => {
      throw new Base('b');
    });
    app.get('/derived', async () => {
      throw new Derived('d');
    });
    assert.deepEqual(await get(app, '/derived'), [200, 'base d']);
    app.errorHandler(Derived, async () => new Response('derived', 409));
    assert.deepEqual(await get(app, '/derived'), [409, 'derived']);
    assert.deepEqual(await get(app, '/base'), [200, 'base b']);
  });

  test('a handler for Error does not catch abort', async () => {
    const app = new Microdot();
    app.errorHandler(Error, () => 'caught');
    app.get('/', () => abort(400));
    assert.deepEqual(await get(app), [400, '400 error']);
  });

  test('the 500 handler answers for the rest, with the cause', async () => {
    const log: unknown[] = [];
    const app = new Microdot(silent(log));
    app.errorHandler(500, (_request, error) => new Response((error.cause as Error).message, 500));
    app.errorHandler(Derived, () => undefined);
    app.errorHandler(RangeError, () => {
      throw new Error('again');
    });
    for (const error of [new Base('one'), new Derived('two'), new RangeError('three')]) {
      app.get(`/${error.message}`, () => {
        throw error;
      });
      assert.deepEqual(await get(app, `/${error.message}`), [500, error.message]);
    }
    assert.deepEqual(
      log.map((error) => (error as Error).message),
      ['one', 'two', 'three', 'again'],
    );
  });

  test('anything may be thrown', async () => {
    const app = new Microdot(silent());
    for (const [i, value] of [null, undefined, 'text', 7, Object.create(null)].entries()) {
      app.get(`/${i}`, () => {
        throw value;
      });
      assert.deepEqual(await get(app, `/${i}`), [500, 'Internal server error']);
    }
  });

  test('a status handler that throws ends in the 500 page', async () => {
    const app = new Microdot(silent());
    app.errorHandler(404, () => abort(403));
    app.errorHandler(500, () => {
      throw new Error('x');
    });
    assert.deepEqual(await get(app), [500, 'Internal server error']);
  });

  test('an onError that throws changes nothing for the visitor', async (t) => {
    const print = t.mock.method(console, 'error', () => {});
    const app = new Microdot({
      onError: () => {
        throw new Error('broken');
      },
    });
    app.get('/', () => {
      throw new Error('x');
    });
    assert.deepEqual(await get(app), [500, 'Internal server error']);
    assert.equal(print.mock.callCount(), 1);
  });

  test('the printer prints message or stack, never headers, query or properties', async (t) => {
    const print = t.mock.method(console, 'error', () => {});
    for (const debug of [false, true]) {
      const app = new Microdot({ debug });
      app.get('/', (request) => {
        throw Object.assign(new TypeError('oops'), { request, token: 'hidden-1' });
      });
      await viaFetch(app, { path: '/?q=hidden-2', headers: { Cookie: 'session=hidden-3' } });
    }
    const [plain, stack] = print.mock.calls.map(({ arguments: [text] }) => String(text));
    assert.equal(plain, 'GET /: TypeError: oops');
    assert.match(stack, /^GET \/: TypeError: oops\n +at /);
    assert.doesNotMatch(plain + stack, /hidden/);
  });

  test('HTTPException has status and reason', () => {
    const error = new HTTPException(404);
    assert.deepEqual([error.statusCode, error.reason, error.name], [404, '404 error', 'HTTPException']);
  });
});

describe('H3: mounts', () => {
  const build = (local: boolean): Microdot => {
    const app = new Microdot(silent());
    const sub = new Microdot();
    for (const [name, one] of Object.entries({ main: app, sub })) {
      one.beforeRequest((request) => {
        request.g.log = [...((request.g.log as string[]) ?? []), name];
      });
      one.afterRequest((_request, response) => new Response(`${response.body as string}/${name}`));
      one.get('/', (request) => (request.g.log as string[]).join());
    }
    sub.get('/abort', () => abort(418));
    sub.get('/throw', () => {
      throw new TypeError('x');
    });
    sub.errorHandler(418, () => 'sub 418');
    sub.errorHandler(TypeError, () => 'sub TypeError');
    app.errorHandler(418, () => 'main 418');
    app.get('/abort', () => abort(418));
    app.mount(sub, { urlPrefix: '/sub', local });
    return app;
  };

  test('hooks and error handlers of a mounted application are merged', async () => {
    const app = build(false);
    assert.deepEqual(await get(app, '/'), [200, 'main,sub/main/sub']);
    assert.deepEqual(await get(app, '/sub/'), [200, 'main,sub/main/sub']);
    assert.deepEqual(await get(app, '/abort'), [200, 'sub 418']);
  });

  test('a local one keeps them to its routes', async () => {
    const app = build(true);
    assert.deepEqual(await get(app, '/'), [200, 'main/main']);
    assert.deepEqual(await get(app, '/sub/'), [200, 'main,sub/sub/main']);
    assert.deepEqual(await get(app, '/abort'), [200, 'main 418']);
    assert.deepEqual(await get(app, '/sub/abort'), [200, 'sub 418']);
    assert.deepEqual(await get(app, '/sub/throw'), [200, 'sub TypeError']);
  });

  test('H4: route, urlPrefix and subapp say where a request arrived', async () => {
    const [app, sub, inner] = [new Microdot(), new Microdot(), new Microdot()];
    const say = (request: import('../../dist/microdot/index.js').Request): object => ({
      route: request.route?.pattern.text,
      prefix: request.urlPrefix,
      sub: [null, sub, inner].indexOf(request.subapp),
      main: request.app === app,
    });
    app.get('/<x>', say);
    sub.get('/<x>', say);
    inner.get('/<x>', say);
    sub.mount(inner, { urlPrefix: '/b' });
    app.mount(sub, { urlPrefix: '/a' });
    const json = async (path: string): Promise<unknown> => JSON.parse((await get(app, path))[1]);
    assert.deepEqual(await json('/1'), { route: '/<x>', prefix: '', sub: 0, main: true });
    assert.deepEqual(await json('/a/1'), { route: '/a/<x>', prefix: '/a', sub: 1, main: true });
    assert.deepEqual(await json('/a/b/1'), { route: '/a/b/<x>', prefix: '/a/b', sub: 2, main: true });
  });

  test('what is registered after mounting counts too', async () => {
    const [app, sub] = [new Microdot(), new Microdot()];
    app.mount(sub, { urlPrefix: '/sub' });
    sub.get('/late', () => 'late');
    sub.beforeRequest(() => abort(401));
    app.get('/', () => 'open');
    assert.deepEqual(await get(app, '/sub/late'), [401, '401 error']);
    assert.deepEqual(await get(app, '/'), [401, '401 error']);
  });

  test('an application mounted twice has its hooks run once', async () => {
    const [app, sub] = [new Microdot(), new Microdot()];
    let count = 0;
    sub.beforeRequest(() => void count++);
    sub.get('/', () => String(count));
    app.mount(sub, { urlPrefix: '/a' });
    app.mount(sub, { urlPrefix: '/b' });
    assert.deepEqual(
      [await get(app, '/a/'), await get(app, '/b/')],
      [
        [200, '1'],
        [200, '2'],
      ],
    );
  });

  test('bad mounts are refused', () => {
    const [app, sub] = [new Microdot(), new Microdot()];
    app.mount(sub);
    for (const run of [
      () => app.mount(app),
      () => sub.mount(app),
      () => app.mount({} as Microdot),
      () => app.mount(new Microdot(), { urlPrefix: 'x' }),
      () => app.mount(new Microdot(), { urlPrefix: '/x/' }),
    ]) {
      assert.throws(run, { code: 'ERR_APP_BAD_OPTION' });
    }
  });
});
