// What h3 applications do besides answering: what handlers may return, error hooks, mounted apps, streams, Node's server.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';
import {
  createEventStream,
  defineHandler,
  H3,
  type H3Config,
  type H3Event,
  HTTPError,
  HTTPResponse,
  html,
  iterable,
  noContent,
  redirect,
  setCookie,
} from 'h3';
import { serve, toNodeHandler } from 'h3/node';
import { h3Host, h3Session } from '../../dist/hosts/h3.js';
import { Session, type SessionDict, withSession } from '../../dist/session/index.js';
import { throwsCode } from '../support/errors.js';
import { needs } from '../support/needs.js';
import { openBrowser, serveServer } from './support/serve.js';

const SECRET = 'a secret of thirty-two bytes or so';
const reader = new Session({ secretKey: SECRET });
const line = (data: object): string => `session=${reader.encode(data)}; Path=/; HttpOnly`;
const SAVED = [line({ n: 1 })];
const cookie = (data: object): RequestInit => ({ headers: { Cookie: `session=${reader.encode(data)}` } });
const linesOf = async (app: H3, path = '/', init?: RequestInit): Promise<readonly string[]> =>
  (await app.request(path, init)).headers.getSetCookie();

interface Made {
  readonly app: H3;
  readonly sessions: Session<Record<string, unknown>, H3Event>;
}

function create(config: H3Config = {}): Made {
  const app = new H3({ silent: true, ...config });
  return { app, sessions: new Session<Record<string, unknown>, H3Event>(h3Host(app), { secretKey: SECRET }) };
}

const increment = (session: SessionDict): void => {
  session.n = ((session.n as number | undefined) ?? 0) + 1;
  session.save();
};
const saving = withSession((_event: H3Event, session) => {
  increment(session);
  return 'ok';
});
const crashing = withSession((_event: H3Event, session): never => {
  increment(session);
  throw new Error('crash');
});

const failing = (error: unknown) =>
  withSession((event: H3Event, session): never => {
    increment(session);
    event.res.headers.set('X-Gone', 'yes');
    throw error;
  });

describe('h3Host', () => {
  it('is one for an app, however often it is asked for', () => {
    const app = new H3();
    assert.equal(h3Host(app), h3Host(app));
    assert.notEqual(h3Host(app), h3Host(new H3()));
  });

  it('S3: an object that is no event of the app is an error', async () => {
    const { sessions } = create();
    throwsCode(() => sessions.get({} as never), 'ERR_SESSION_NOT_INSTALLED');
    const other = new H3();
    other.get('/', (event) => {
      throwsCode(() => sessions.get(event), 'ERR_SESSION_NOT_INSTALLED');
      return 'checked';
    });
    assert.equal(await (await other.request('/')).text(), 'checked');
  });

  it('routes may come before it; middleware that did knows no session, and says so', async () => {
    const app = new H3({ silent: true });
    app.get('/', saving);
    app.use(
      '/early',
      withSession((_event: H3Event, _session, next: () => unknown) => next()),
    );
    app.get('/early', () => 'ok');
    new Session(h3Host(app), { secretKey: SECRET });
    assert.deepEqual(await linesOf(app), SAVED);
    assert.equal((await app.request('/early')).status, 500);
  });

  it('touches no response of a handler that asks for no session', async () => {
    const { app } = create();
    const response = new Response('as it was');
    app.get('/', () => response);
    assert.equal(await app.request('/', cookie({ n: 1 })), response);
    assert.equal((await app.request('/missing', cookie({ n: 1 }))).headers.get('vary'), null);
  });

  it('withSession wraps middleware: what is saved before and after next() goes out, once', async () => {
    const { app } = create();
    app.use(
      '/before/**',
      withSession((_event: H3Event, session, next: () => unknown) => {
        increment(session);
        return next();
      }),
    );
    app.use(
      '/after/**',
      withSession(async (_event: H3Event, session, next: () => unknown) => {
        const value = await next();
        session.after = true;
        session.save();
        return value;
      }),
    );
    app.get('/before/x', () => 'ok');
    app.get('/after/x', saving);
    assert.deepEqual(await linesOf(app, '/before/x'), SAVED);
    assert.deepEqual(await linesOf(app, '/after/x'), [line({ n: 1, after: true })]);
    const missing = await app.request('/before/missing');
    assert.deepEqual([missing.status, missing.headers.getSetCookie()], [404, SAVED]);
  });

  it('https is what the URL says', async () => {
    const app = new H3();
    new Session(h3Host(app), { secretKey: SECRET, cookieOptions: { secure: 'auto' } });
    app.get('/', saving);
    assert.deepEqual(await linesOf(app, 'https://localhost/'), [
      `${SAVED[0]?.replace('; HttpOnly', '; Secure; HttpOnly')}`,
    ]);
    assert.deepEqual(await linesOf(app, 'http://localhost/'), SAVED);
  });
});

describe('h3: what a handler may return', () => {
  const ways: Readonly<Record<string, (event: H3Event) => unknown>> = {
    text: () => 'ok',
    JSON: () => ({ ok: true }),
    'a name of a header in JSON': () => ({ headers: { vary: 'x' } }),
    null: () => null,
    undefined: () => undefined,
    bytes: () => new Uint8Array([1]),
    'a Blob': () => new Blob(['ok']),
    html: () => html`<p>ok`,
    noContent: () => noContent(),
    redirect: () => redirect('/there'),
    'an iterable': () => iterable(['o', 'k']),
    'a stream': () => new Blob(['ok']).stream(),
    'a Response': () => new Response('ok'),
    'a Response with a status of 404': () => new Response('no', { status: 404 }),
    'an immutable Response': () => Response.redirect('http://localhost/there'),
    'an HTTPResponse': () => new HTTPResponse('ok', { status: 201 }),
    'an HTTPResponse with a status of 404': () => new HTTPResponse('no', { status: 404 }),
    'a status of 403': (event) => {
      event.res.status = 403;
      return 'no';
    },
    'an error that is returned': () => new HTTPError({ status: 403 }),
    'a status that is thrown': () => {
      throw 403;
    },
  };

  for (const [name, give] of Object.entries(ways)) {
    it(`${name}: as without a session, and the cookie`, async () => {
      const { app } = create();
      app.get('/', (event) => give(event));
      app.get(
        '/saving',
        withSession((event: H3Event, session) => {
          increment(session);
          return give(event);
        }),
      );
      const [plain, saved] = [await app.request('/'), await app.request('/saving')];
      assert.deepEqual([saved.status, await saved.text()], [plain.status, await plain.text()]);
      assert.deepEqual(saved.headers.getSetCookie(), SAVED);
      assert.equal(saved.headers.get('vary'), 'Cookie');
      for (const header of ['content-type', 'location', 'content-length']) {
        assert.equal(saved.headers.get(header), plain.headers.get(header), header);
      }
      const head = await app.request('/saving', { method: 'HEAD' });
      assert.deepEqual([await head.text(), head.headers.getSetCookie()], ['', SAVED]);
    });
  }

  it('S13: an object that several visitors get is never written into', async () => {
    const { app } = create();
    const shared: Readonly<Record<string, Response | HTTPResponse>> = {
      '/home': Response.redirect('http://localhost/home', 303),
      '/empty': new Response(null, { headers: { Vary: 'Accept', 'Set-Cookie': 'a=1' } }),
      '/no': new Response(null, { status: 404, headers: { Vary: 'Accept', 'Set-Cookie': 'a=1' } }),
      '/h3': new HTTPResponse('ok', { headers: { Vary: 'Accept', 'Set-Cookie': 'a=1' } }),
    };
    for (const [path, response] of Object.entries(shared)) {
      app.get(
        path,
        withSession((_event: H3Event, session) => {
          increment(session);
          return response;
        }),
      );
      const others = path === '/home' ? [] : ['a=1'];
      assert.deepEqual(await linesOf(app, path, cookie({ n: 1 })), [...others, line({ n: 2 })], path);
      const second = await app.request(path);
      assert.deepEqual(second.headers.getSetCookie(), [...others, ...SAVED], path);
      assert.equal(second.headers.get('vary'), path === '/home' ? 'Cookie' : 'Accept, Cookie', path);
      assert.deepEqual(response.headers.getSetCookie(), others, path);
      assert.equal(response.headers.get('vary'), path === '/home' ? null : 'Accept', path);
    }
  });

  it('S16: the session itself', async () => {
    const { app, sessions } = create();
    app.get('/', (event) => sessions.get(event));
    app.get('/inside', (event) => ({ session: sessions.get(event) }));
    const response = await app.request('/', cookie({ user: 'ada', '': [1] }));
    assert.deepEqual(
      [response.status, await response.text(), response.headers.get('content-type'), response.headers.get('vary')],
      [200, '{"user":"ada","":[1]}', 'application/json;charset=UTF-8', 'Cookie'],
    );
    assert.equal(await (await app.request('/inside', cookie({ n: 1 }))).text(), '{"session":{"n":1}}');
  });

  it("S11: other people's cookies stay, in their order", async () => {
    const { app } = create();
    app.get(
      '/',
      withSession((event: H3Event, session) => {
        setCookie(event, 'z', '1');
        increment(session);
        setCookie(event, 'a', '2');
        return 'ok';
      }),
    );
    assert.deepEqual(await linesOf(app), ['z=1; Path=/', 'a=2; Path=/', ...SAVED]);
  });
});

describe('S13: errors in h3', () => {
  it('an HTTPError below 500 keeps the cookie, with headers of its own', async () => {
    const { app } = create();
    app.get('/', failing(new HTTPError({ status: 401, headers: { Vary: 'Accept', 'Set-Cookie': 'a=1' } })));
    const response = await app.request('/');
    assert.deepEqual([response.status, response.headers.get('x-gone')], [401, null]);
    assert.deepEqual(response.headers.getSetCookie(), ['a=1', ...SAVED]);
    assert.equal(response.headers.get('vary'), 'Accept, Cookie');
  });

  it('an HTTPError of 500 and more, and whatever else is thrown, drop it', async () => {
    const objects = [{ status: 404 }, new Response('no', { status: 404 })];
    for (const error of [new HTTPError({ status: 503 }), new Error('crash'), 'text', null, 500, ...objects]) {
      const { app } = create();
      app.get('/', failing(error));
      const response = await app.request('/');
      assert.ok(response.status >= 500);
      assert.deepEqual([response.headers.getSetCookie(), response.headers.get('vary')], [[], null]);
    }
  });

  const answers: Readonly<Record<string, () => unknown>> = {
    text: () => 'sorry',
    JSON: () => ({ error: 'sorry' }),
    'a Response': () => new Response('sorry', { status: 500 }),
    'an immutable Response': () => Response.redirect('http://localhost/sorry'),
    'an HTTPResponse': () => new HTTPResponse('sorry', { status: 500 }),
    'an HTTPError that it returns': () => new HTTPError({ status: 403 }),
    'an HTTPError that it throws': () => {
      throw new HTTPError({ status: 403 });
    },
  };

  for (const [name, onError] of Object.entries(answers)) {
    it(`the app's own error handler decides: ${name}`, async () => {
      const { app, sessions } = create({
        onError: (_error, event) => {
          if (event.url.pathname === '/read') increment(sessions.get(event) as SessionDict);
          return onError();
        },
      });
      const plain = new H3({ silent: true, onError });
      for (const made of [app, plain]) {
        made.get('/read', () => {
          throw new Error('crash');
        });
      }
      app.get('/crash', crashing);
      const [crash, expected] = [await app.request('/crash'), await plain.request('/read')];
      assert.deepEqual([crash.status, await crash.text()], [expected.status, await expected.text()]);
      assert.deepEqual(crash.headers.getSetCookie(), SAVED);
      assert.deepEqual(await linesOf(app, '/read', cookie({ n: 1 })), [line({ n: 2 })]);
    });
  }

  it('an error handler that answers with one Response writes into none', async () => {
    const sorry = new Response(null, { status: 500 });
    const { app } = create({ onError: () => sorry });
    app.get('/', crashing);
    assert.deepEqual(await linesOf(app), SAVED);
    assert.deepEqual([sorry.headers.getSetCookie(), sorry.headers.get('vary')], [[], null]);
  });

  it('an error handler that only listens, or crashes, changes nothing', async () => {
    const seen: number[] = [];
    const listening = create({ onError: ({ status }) => void seen.push(status) });
    listening.app.get('/crash', crashing).get('/401', failing(new HTTPError({ status: 401 })));
    assert.deepEqual(await linesOf(listening.app, '/crash'), []);
    assert.deepEqual(await linesOf(listening.app, '/401'), SAVED);
    assert.deepEqual(seen, [500, 401]);
    const crashingToo = create({
      onError: () => {
        throw new Error('crash, too');
      },
    });
    crashingToo.app.get('/401', failing(new HTTPError({ status: 401 })));
    assert.deepEqual(await linesOf(crashingToo.app, '/401'), []);
  });

  it('an error handler answers for a request that no handler has seen', async () => {
    const { app } = create({ onError: ({ status }) => `status ${status}` });
    assert.equal(await (await app.request('/%ZZ')).text(), 'status 400');
  });

  it('a crash is reported once, as without a session', async () => {
    const app = new H3();
    new Session(h3Host(app), { secretKey: SECRET });
    app.get('/', crashing);
    const reports: unknown[] = [];
    const { error } = console;
    console.error = (report: unknown) => reports.push(report);
    try {
      await app.request('/');
    } finally {
      console.error = error;
    }
    assert.equal(reports.length, 1);
  });

  it('an error handler that is set later, and one on a frozen app', async () => {
    const { app } = create();
    app.config.onError = () => 'sorry';
    app.get('/', crashing);
    assert.deepEqual(await linesOf(app), SAVED);
    const served = create({ onError: () => 'sorry' }).app;
    served.get('/', crashing);
    serve(served, { manual: true });
    assert.equal(Object.isFrozen(served.config), true);
    assert.deepEqual(await linesOf(served), SAVED);
  });
});

describe('h3: mounted apps', () => {
  it('S9: a sub-app has the session of its app, and the outer one wins where both have one', async () => {
    const { app } = create();
    const sub = new H3();
    sub.get('/', saving);
    app.mount('/sub', sub);
    const owning = new H3();
    const own = new Session(h3Host(owning), { secretKey: SECRET, cookieName: 'own' });
    owning.get('/', saving).get('/own', (event) => {
      increment(own.get(event));
      return 'ok';
    });
    app.mount('/owning', owning);
    assert.deepEqual(await linesOf(app, '/sub', cookie({ n: 4 })), [line({ n: 5 })]);
    assert.deepEqual(await linesOf(app, '/owning'), SAVED);
    assert.deepEqual(await linesOf(app, '/owning/own'), [`own=${reader.encode({ n: 1 })}; Path=/; HttpOnly`]);
  });

  it("S9: a sub-app's own session where the outer app has none; the outer error handler counts", async () => {
    const { app: sub } = create();
    sub.get('/', saving).get('/crash', crashing);
    const app = new H3({ silent: true });
    app.mount('/sub', sub);
    app.get('/outside', saving);
    assert.deepEqual(await linesOf(app, '/sub'), SAVED);
    assert.deepEqual(await linesOf(app, '/sub/crash'), []);
    assert.equal((await app.request('/outside')).status, 500);
    app.config.onError = () => 'sorry';
    assert.deepEqual(await linesOf(app, '/sub/crash'), SAVED);
  });

  it("a sub-app's own session on a frozen app with an error handler", async () => {
    const { app: sub } = create();
    sub.get('/', saving).get('/401', failing(new HTTPError({ status: 401 })));
    const app = new H3({ silent: true, onError: () => undefined });
    app.mount('/sub', sub);
    serve(app, { manual: true });
    assert.deepEqual(await linesOf(app, '/sub'), SAVED);
    assert.deepEqual(await linesOf(app, '/sub/401'), SAVED);
  });

  it('an app of its own, mounted by its fetch, has a session of its own', async () => {
    const { app: sub } = create();
    sub.get('/', saving);
    const app = new H3();
    app.mount('/sub', (request) => sub.fetch(request));
    assert.deepEqual(await linesOf(app, '/sub'), SAVED);
  });
});

describe('S18: after the head, in h3', () => {
  it('in a streamed body reads still work, saves are errors', async () => {
    const { app, sessions } = create();
    const seen: unknown[] = [];
    const streaming = (visit: (event: H3Event) => void) => (event: H3Event) =>
      iterable(async function* () {
        yield 'begun ';
        await new Promise((resolve) => setTimeout(resolve, 5));
        visit(event);
        yield 'done';
      });
    const late = streaming((event) => {
      const session = sessions.get(event);
      seen.push(session.user);
      throwsCode(() => session.save(), 'ERR_SESSION_HEADERS_SENT');
      throwsCode(() => session.delete(), 'ERR_SESSION_HEADERS_SENT');
    });
    app.get('/unasked', late);
    app.get('/asked', (event) => {
      increment(sessions.get(event) as SessionDict);
      return late(event);
    });
    const unasked = await app.request('/unasked', cookie({ user: 'ada' }));
    assert.deepEqual([await unasked.text(), unasked.headers.getSetCookie()], ['begun done', []]);
    const asked = await app.request('/asked');
    assert.deepEqual([await asked.text(), asked.headers.getSetCookie()], ['begun done', SAVED]);
    assert.deepEqual(seen, ['ada', undefined]);
  });

  it('an event stream, and a WebSocket upgrade', async () => {
    const { app, sessions } = create();
    app.get('/events', (event) => {
      increment(sessions.get(event) as SessionDict);
      const events = createEventStream(event);
      void events.push('hello').then(() => events.close());
      return events.send();
    });
    const response = await app.request('/events');
    assert.deepEqual([await response.text(), response.headers.getSetCookie()], ['data: hello\n\n', SAVED]);
    const codes: unknown[] = [];
    app.get('/socket', (event) => {
      codes.push(throwsCode(() => sessions.get(event).save(), 'ERR_SESSION_HEADERS_SENT').code);
      return 'ok';
    });
    await app.request('/socket', { headers: { Upgrade: 'websocket' } });
    assert.equal(codes.length, 1);
  });
});

describe('h3Session', () => {
  it('gives one dict by event.context and withSession, and saves it', async () => {
    const app = new H3({ plugins: [h3Session({ secretKey: SECRET })] });
    app.get(
      '/',
      withSession((event: H3Event, session) => {
        const { session: got } = event.context as { session?: unknown };
        increment(session);
        return String(got === session);
      }),
    );
    const response = await app.request('/', cookie({ n: 4 }));
    assert.deepEqual([await response.text(), response.headers.getSetCookie()], ['true', [line({ n: 5 })]]);
  });

  it('S3: reads nothing for a handler that does not ask', async () => {
    const reasons: string[] = [];
    const app = new H3();
    app.register(h3Session({ secretKey: SECRET, onReject: (reason) => void reasons.push(reason) }));
    const response = new Response('as it was');
    app.get('/', (event) => {
      assert.deepEqual('session' in { ...event.context }, false);
      return response;
    });
    app.get('/ask', (event) => (event.context as { session?: object }).session);
    const bad = { headers: { Cookie: 'session=x' } };
    assert.equal(await app.request('/', bad), response);
    assert.deepEqual(reasons, []);
    assert.equal(await (await app.request('/ask', bad)).text(), '{}');
    assert.deepEqual(reasons, ['malformed']);
  });

  it('refuses a bad option where it is made', () => {
    throwsCode(() => h3Session({ secretKey: SECRET, cookieName: 'a b' }), 'ERR_SESSION_BAD_OPTION');
  });
});

describe("h3 on Node's server", needs.node('a server of node:http'), () => {
  it('counts, with other cookies, errors and redirects', async () => {
    const { app } = create();
    app.get('/', defineHandler(saving));
    app.get(
      '/redirect',
      withSession((event: H3Event, session) => {
        setCookie(event, 'a', '1');
        increment(session);
        return redirect('/');
      }),
    );
    app.get(
      '/401',
      withSession((_event: H3Event, session) => {
        increment(session);
        throw new HTTPError({ status: 401 });
      }),
    );
    const { url, close } = await serveServer(createServer(toNodeHandler(app)));
    try {
      const browser = openBrowser(url);
      assert.deepEqual((await browser.get('/')).setCookie, SAVED);
      assert.deepEqual((await browser.get('/redirect')).setCookie, ['a=1; Path=/', line({ n: 2 })]);
      const refused = await browser.get('/401');
      assert.deepEqual([refused.status, refused.setCookie], [401, [line({ n: 3 })]]);
    } finally {
      await close();
    }
  });
});
