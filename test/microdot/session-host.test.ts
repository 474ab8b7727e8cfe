// What the app offers to a session: jars, the head callbacks, and when they are dropped (contract S3, S9, S11, S13, S18).

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { abort, Microdot, Request, Response } from '../../dist/microdot/index.js';
import { type ResponseHead, SESSION, type SessionJar, type SessionLike } from '../../dist/session/host.js';
import { silent, viaFetch, viaSocket } from './send.js';

/** Leaves `saved=1` in the head, as a session does that was saved. */
const save = (app: Microdot, request: Request, text = 'saved=1'): void =>
  app.sessionJar(request).onHead((head) => head.appendSetCookie(text));

const like = (dict: unknown = {}): SessionLike => ({ get: () => dict, open: () => dict });

describe('S13: what was saved is sent with every response that the application decided on:', () => {
  class Known extends Error {}
  const cases: readonly (readonly [string, boolean, (app: Microdot) => void])[] = [
    ['text', true, (app) => app.get('/', () => 'x')],
    ['null', true, (app) => app.get('/', () => null)],
    ['a returned 500', true, (app) => app.get('/', () => new Response('x', 500))],
    ['abort(401)', true, (app) => app.get('/', () => abort(401))],
    ['abort(302)', true, (app) => app.get('/', () => abort(302))],
    ['abort(500)', false, (app) => app.get('/', () => abort(500))],
    ['abort(503)', false, (app) => app.get('/', () => abort(503))],
    [
      'an exception',
      false,
      (app) =>
        app.get('/', () => {
          throw new Known('x');
        }),
    ],
    [
      'a rejection',
      false,
      (app) =>
        app.get('/', async () => {
          throw new Known('x');
        }),
    ],
    ['a bad answer', false, (app) => app.get('/', () => undefined as unknown as object)],
    [
      'abort(503) with a handler',
      true,
      (app) => {
        app.get('/', () => abort(503));
        app.errorHandler(503, () => new Response('busy', 503));
      },
    ],
    [
      'an exception with a class handler',
      true,
      (app) => {
        app.get('/', () => {
          throw new Known('x');
        });
        app.errorHandler(Known, () => new Response('known', 500));
      },
    ],
    [
      'an exception with a 500 handler',
      true,
      (app) => {
        app.get('/', () => {
          throw new Known('x');
        });
        app.errorHandler(500, () => new Response('sorry', 500));
      },
    ],
    [
      'a class handler that throws',
      false,
      (app) => {
        app.get('/', () => {
          throw new Known('x');
        });
        app.errorHandler(Known, () => {
          throw new Error('y');
        });
      },
    ],
    [
      'a status handler that throws',
      false,
      (app) => {
        app.get('/', () => abort(401));
        app.errorHandler(401, () => {
          throw new Error('y');
        });
      },
    ],
    [
      'an after hook that throws',
      false,
      (app) => {
        app.get('/', () => 'x');
        app.afterRequest(() => {
          throw new Error('y');
        });
      },
    ],
    [
      'an after-error hook that throws',
      false,
      (app) => {
        app.get('/', () => abort(401));
        app.afterErrorRequest(() => {
          throw new Error('y');
        });
      },
    ],
    [
      'an after hook that replaces the response',
      true,
      (app) => {
        app.get('/', () => 'x');
        app.afterRequest(() => new Response('new'));
      },
    ],
    [
      'a hook of the request that replaces it',
      true,
      (app) =>
        app.get('/', (request) => {
          request.afterRequest(() => 'new');
          return 'x';
        }),
    ],
  ];
  for (const [name, sent, build] of cases) {
    test(`${name}: ${sent ? 'sent' : 'dropped'}`, async () => {
      for (const send of [viaFetch, viaSocket]) {
        const app = new Microdot(silent());
        app.beforeRequest((request) => save(app, request));
        build(app);
        assert.deepEqual((await send(app, {})).setCookies, sent ? ['saved=1'] : []);
      }
    });
  }

  test('404, 405, 413 and OPTIONS carry what an after-error hook saves', async () => {
    const app = new Microdot();
    app.post('/', () => '');
    app.afterErrorRequest((request) => save(app, request));
    for (const sent of [
      { path: '/nope' },
      { method: 'PUT' },
      { method: 'POST', body: 'x'.repeat(16385) },
      { method: 'OPTIONS' },
    ]) {
      assert.deepEqual((await viaFetch(app, sent)).setCookies, ['saved=1']);
    }
  });

  test('an error handler may save', async () => {
    const app = new Microdot();
    app.errorHandler(404, (request) => {
      save(app, request);
      return new Response('nf', 404);
    });
    assert.deepEqual((await viaFetch(app, {})).setCookies, ['saved=1']);
  });

  test('a callback that throws makes it the 500 page, without cookies of the session', async () => {
    const log: unknown[] = [];
    const app = new Microdot(silent(log));
    app.get('/', (request) => {
      save(app, request);
      app.sessionJar(request).onHead(() => {
        throw new Error('late');
      });
      return 'x';
    });
    const { status, body, setCookies } = await viaFetch(app, {});
    assert.deepEqual([status, body, setCookies, log.length], [500, 'Internal server error', [], 1]);
  });

  test('callbacks run once, in order, after all hooks, and see the head', async () => {
    const log: unknown[] = [];
    const app = new Microdot();
    app.get('/', (request) => {
      const jar = app.sessionJar(request);
      for (const n of [1, 2]) {
        jar.onHead((head: ResponseHead) => {
          log.push(n, head.get('x-hook'), head.get('set-cookie'), head.get('vary'), jar.headSent);
          head.set('VARY', 'Cookie');
          head.appendSetCookie(`n=${n}`);
        });
      }
      return new Response('', 200, { Vary: 'Accept', 'Set-Cookie': 'own=1' });
    });
    app.afterRequest((_request, response) => response.headers.set('X-Hook', 'h'));
    const { headers, setCookies } = await viaFetch(app, {});
    assert.deepEqual(log, [1, 'h', 'own=1', 'Accept', false, 2, 'h', 'own=1, n=1', 'Cookie', false]);
    assert.equal(headers.vary, 'Cookie');
    assert.deepEqual(setCookies, ['own=1', 'n=1', 'n=2']);
  });

  test('a callback cannot inject a header', async () => {
    const app = new Microdot(silent());
    app.get('/', (request) => {
      save(app, request, 'a=1\r\nX: y');
      return '';
    });
    assert.equal((await viaSocket(app, {})).status, 500);
  });
});

describe('S13: an object of the application is never written into:', () => {
  const shared = new Response('shared', 200, { 'X-A': '1' });
  const withList = { 'Set-Cookie': ['theme=dark'] };
  const lines = withList['Set-Cookie'];
  const web = new globalThis.Response(null, { status: 202 });
  const cases: readonly (readonly [string, () => object, readonly string[]])[] = [
    ['a shared Response', () => shared, ['hook=1', 'saved=1']],
    ['a shared headers object', () => new Response('', 200, withList), ['theme=dark', 'hook=1', 'saved=1']],
    ['a shared web Response', () => web, ['hook=1', 'saved=1']],
    ['a frozen headers object', () => new Response('', 200, Object.freeze({ 'X-A': '1' })), ['hook=1', 'saved=1']],
  ];
  for (const [name, answer, expected] of cases) {
    test(name, async () => {
      for (const send of [viaFetch, viaSocket]) {
        const app = new Microdot();
        app.afterRequest((_request, response) => response.setCookie('hook', '1'));
        app.get('/', (request) => {
          save(app, request);
          return answer();
        });
        for (let i = 0; i < 3; i++) assert.deepEqual((await send(app, {})).setCookies, expected);
      }
    });
  }

  test('they are as before', () => {
    assert.deepEqual([...shared.headers], [['X-A', '1']]);
    assert.deepEqual(lines, ['theme=dark']);
    assert.deepEqual(web.headers.getSetCookie(), []);
  });
});

describe('S18: the jar', () => {
  test('is one per request, and reads cookies, scheme and state', async () => {
    const app = new Microdot();
    let jar: SessionJar | undefined;
    app.get('/', (request) => {
      jar = app.sessionJar(request);
      assert.equal(app.sessionJar(request), jar);
      return [jar.cookieHeader, jar.secure, jar.headSent];
    });
    assert.equal((await viaFetch(app, { headers: { Cookie: 'a=1; b=2' } })).body, '["a=1; b=2",false,false]');
    assert.equal((await viaSocket(app, {})).body, '[null,false,false]');
    assert.equal(await (await app.fetch(new globalThis.Request('https://x/'))).text(), '[null,true,false]');
    assert.equal(jar?.headSent, true);
    assert.throws(() => jar?.onHead(() => {}), { code: 'ERR_SESSION_HEADERS_SENT' });
  });

  test('knows in a streamed body that the head is sent', async () => {
    for (const send of [viaFetch, viaSocket]) {
      const app = new Microdot();
      app.get('/', (request) => {
        save(app, request);
        return (async function* () {
          yield String(app.sessionJar(request).headSent);
        })();
      });
      const { body, setCookies } = await send(app, {});
      assert.deepEqual([body, setCookies], ['true', ['saved=1']]);
    }
  });

  test('is refused for anything but a request of this application', async () => {
    const [app, sub, other] = [new Microdot(), new Microdot(), new Microdot()];
    app.mount(sub, { urlPrefix: '/sub' });
    let request: Request | undefined;
    app.get('/', (r) => {
      request = r;
      return '';
    });
    await viaFetch(app, {});
    assert.ok(request);
    assert.equal(sub.sessionJar(request), app.sessionJar(request));
    for (const bad of [{}, null, 'x', new globalThis.Request('http://x/'), Object.create(Request.prototype)]) {
      assert.throws(() => app.sessionJar(bad as Request), { code: 'ERR_SESSION_NOT_INSTALLED' });
    }
    assert.throws(() => other.sessionJar(request as Request), { code: 'ERR_SESSION_NOT_INSTALLED' });
  });
});

describe('S9: the session of a request', () => {
  const [one, two, three] = [like(), like(), like()];
  const seen = async (app: Microdot, path: string): Promise<string> => (await viaFetch(app, { path })).body;
  const name = (request: Request): string =>
    ({ 0: 'one', 1: 'two', 2: 'three' })[[one, two, three].indexOf(request[SESSION] as SessionLike)] ?? 'none';

  test('is the main one, else that of the innermost mounted application that has one', async () => {
    const [app, sub, inner] = [new Microdot(), new Microdot(), new Microdot()];
    for (const each of [app, sub, inner]) each.get('/', name);
    sub.mount(inner, { urlPrefix: '/b' });
    app.mount(sub, { urlPrefix: '/a' });
    assert.equal(await seen(app, '/a/b/'), 'none');
    sub.installSession(two);
    assert.equal(await seen(app, '/a/b/'), 'two');
    inner.installSession(three);
    assert.deepEqual(
      [await seen(app, '/'), await seen(app, '/a/'), await seen(app, '/a/b/')],
      ['none', 'two', 'three'],
    );
    app.installSession(three);
    app.installSession(one);
    assert.deepEqual([await seen(app, '/'), await seen(app, '/a/'), await seen(app, '/a/b/')], ['one', 'one', 'one']);
  });

  test('S3: request.g._session is its dict, asked for only when read', async () => {
    const app = new Microdot();
    const dict = { n: 1 };
    let asked = 0;
    const get = (): object => {
      asked++;
      return dict;
    };
    app.installSession({ get, open: () => dict });
    app.get('/', (request) => {
      Object.assign(request.g, { constructor: 1 });
      assert.equal(request.g, request.g);
      assert.deepEqual([Object.keys(request.g), 'toString' in request.g, asked], [['constructor'], false, 0]);
      assert.equal(request.g._session, dict);
      return '';
    });
    assert.equal((await viaFetch(app, {})).status, 200);
    assert.equal(asked, 1);
  });

  test('S3: request.g._session is undefined without a session', async () => {
    const app = new Microdot();
    app.get('/', (request) => String(request.g._session));
    assert.equal((await viaFetch(app, {})).body, 'undefined');
  });
});

test('S19: no cookie is shown when a request, its g or its jar is inspected', async () => {
  const app = new Microdot();
  app.get(
    '/',
    (request) => inspect([request, request.g, app.sessionJar(request), app], { depth: 9 }) + JSON.stringify(request),
  );
  for (const send of [viaFetch, viaSocket]) {
    const { status, body } = await send(app, { headers: { Cookie: 'session=hidden' } });
    assert.equal(status, 200);
    assert.doesNotMatch(body, /hidden/);
  }
});
