// What Hono applications do besides answering: mounting, base paths, error handlers, streams, other people's middleware.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { type Context, Hono } from 'hono';
import { cache } from 'hono/cache';
import { compress } from 'hono/compress';
import { setCookie } from 'hono/cookie';
import { etag } from 'hono/etag';
import { HTTPException } from 'hono/http-exception';
import { stream, streamSSE, streamText } from 'hono/streaming';
import { Hono as TinyHono } from 'hono/tiny';
import { type HonoSessionVariables, honoHost, honoSession } from '../../dist/hosts/hono.js';
import { Session, type SessionDict, withSession } from '../../dist/session/index.js';
import { throwsCode } from '../support/errors.js';

const SECRET = 'a secret of thirty-two bytes or so';
const reader = new Session({ secretKey: SECRET });
const line = (data: object): string => `session=${reader.encode(data)}; Path=/; HttpOnly`;
const SAVED = [line({ n: 1 })];
const cookie = (data: object): RequestInit => ({ headers: { Cookie: `session=${reader.encode(data)}` } });
const linesOf = async (app: Hono, path = '/', init?: RequestInit): Promise<readonly string[]> =>
  (await app.request(path, init)).headers.getSetCookie();

interface Made {
  readonly app: Hono;
  readonly sessions: Session;
}

function create(app = new Hono()): Made {
  return { app, sessions: new Session(honoHost(app), { secretKey: SECRET }) };
}

const increment = (session: SessionDict): void => {
  session.n = ((session.n as number | undefined) ?? 0) + 1;
  session.save();
};
const saving = withSession((c: Context, session) => {
  increment(session);
  return c.text('ok');
});
const crashing = withSession((_c: Context, session): never => {
  increment(session);
  throw new Error('crash');
});

/** Keeps Hono's report of a crash out of the output. */
async function silenced<V>(run: () => V | Promise<V>): Promise<V> {
  const { error } = console;
  console.error = () => {};
  try {
    return await run();
  } finally {
    console.error = error;
  }
}

describe('honoHost', () => {
  it('is one for an app, however often it is asked for', () => {
    const app = new Hono();
    assert.equal(honoHost(app), honoHost(app));
    assert.notEqual(honoHost(app), honoHost(new Hono()));
  });

  it('S3: an object that is no context of the app is an error', async () => {
    const { sessions } = create();
    throwsCode(() => sessions.get({}), 'ERR_SESSION_NOT_INSTALLED');
    const other = new Hono();
    other.get('/', (c) => {
      throwsCode(() => sessions.get(c), 'ERR_SESSION_NOT_INSTALLED');
      return c.text('checked');
    });
    assert.equal(await (await other.request('/')).text(), 'checked');
  });

  it('S9: routes that came before it have no session, and say so', async () => {
    const app = new Hono();
    const seen: unknown[] = [];
    app.onError((error, c) => {
      seen.push((error as { code?: unknown }).code);
      return c.text('', 500);
    });
    app.get('/early', saving);
    create(app).app.get('/late', saving);
    assert.deepEqual(await linesOf(app, '/early'), []);
    assert.deepEqual(seen, ['ERR_SESSION_NOT_INSTALLED']);
    assert.deepEqual(await linesOf(app, '/late'), SAVED);
  });

  it('touches no response of a handler that asks for no session', async () => {
    const { app } = create();
    const response = new Response('as it was');
    app.get('/', () => response);
    assert.equal(await app.request('/', cookie({ n: 1 })), response);
    assert.equal((await app.request('/missing', cookie({ n: 1 }))).headers.get('vary'), null);
  });

  it('works with every router, and without strict paths', async () => {
    const { app } = create(new TinyHono({ strict: false }) as Hono);
    app.get('/a/:name', saving);
    assert.deepEqual(await linesOf(app, '/a/b/'), SAVED);
  });

  it('keeps parameters, variables and the environment of a wrapped handler', async () => {
    const app = new Hono<{ Bindings: { KEY: string }; Variables: { n: number } }>();
    const sessions = new Session(honoHost(app), { secretKey: SECRET });
    app.use(async (c, next) => {
      c.set('n', 7);
      await next();
    });
    app.get(
      '/:id',
      sessions.with((c, session) => c.json([c.req.param('id'), c.get('n'), c.env.KEY, session.user])),
    );
    const response = await app.request('/x', cookie({ user: 'ada' }), { KEY: 'k' });
    assert.deepEqual(await response.json(), ['x', 7, 'k', 'ada']);
  });

  it('withSession wraps middleware: what is saved before and after next() goes out, once', async () => {
    const { app } = create();
    app.use(
      '/before/*',
      withSession(async (_c: Context, session, next: () => Promise<void>) => {
        increment(session);
        await next();
      }),
    );
    app.use(
      '/after/*',
      withSession(async (_c: Context, session, next: () => Promise<void>) => {
        await next();
        session.after = true;
        session.save();
      }),
    );
    app.get('/before/x', (c) => c.text('ok'));
    app.get('/after/x', saving);
    assert.deepEqual(await linesOf(app, '/before/x'), SAVED);
    assert.deepEqual(await linesOf(app, '/after/x'), [line({ n: 1, after: true })]);
    // A middleware's session, on the way to a route that is not there.
    assert.deepEqual(await linesOf(app, '/before/missing'), SAVED);
  });

  it('https is what the URL says', async () => {
    const app = new Hono();
    new Session(honoHost(app), { secretKey: SECRET, cookieOptions: { secure: 'auto' } });
    app.get('/', saving);
    assert.deepEqual(await linesOf(app, 'https://localhost/'), [
      `${SAVED[0]?.replace('; HttpOnly', '; Secure; HttpOnly')}`,
    ]);
    assert.deepEqual(await linesOf(app, 'http://localhost/'), SAVED);
  });
});

describe('Hono: mounted apps', () => {
  const inner = (): Hono => {
    const app = new Hono();
    app.get('/', saving);
    return app;
  };

  it('S9: a sub-app has the session of its app', async () => {
    const { app } = create();
    app.route('/sub', inner());
    assert.deepEqual(await linesOf(app, '/sub', cookie({ n: 4 })), [line({ n: 5 })]);
  });

  it('S9: the outer session wins where both have one', async () => {
    const { app } = create();
    const sub = new Hono();
    const own = new Session(honoHost(sub), { secretKey: SECRET, cookieName: 'own' });
    sub.get('/', saving);
    sub.get('/own', (c) => {
      increment(own.get(c));
      return c.text('ok');
    });
    app.route('/sub', sub);
    assert.deepEqual(await linesOf(app, '/sub'), SAVED);
    assert.deepEqual(await linesOf(app, '/sub/own'), [`own=${reader.encode({ n: 1 })}; Path=/; HttpOnly`]);
  });

  it("S9: a sub-app's own session where the outer app has none, or a host without one", async () => {
    for (const app of [new Hono(), new Hono()]) {
      if (app.routes.length === 0) honoHost(app);
      const { app: sub } = create();
      sub.get('/', saving);
      app.route('/sub', sub);
      app.get('/outside', saving);
      assert.deepEqual(await linesOf(app, '/sub'), SAVED);
      assert.deepEqual((await silenced(() => app.request('/outside'))).status, 500);
    }
  });

  it('a session saved after the mounted app has answered goes out with the outer host', async () => {
    const app = new Hono();
    honoHost(app);
    const { app: sub, sessions } = create();
    app.use(async (c, next) => {
      await next();
      increment(sessions.get(c));
    });
    sub.get('/', (c) => c.text('ok'));
    app.route('/sub', sub);
    assert.deepEqual(await linesOf(app, '/sub'), SAVED);
  });

  it('a base path, before the session and after it', async () => {
    const { app: based } = create(new Hono().basePath('/api') as Hono);
    based.get('/x', saving);
    assert.deepEqual(await linesOf(based, '/api/x'), SAVED);
    const { app } = create();
    app.basePath('/api').get('/x', saving);
    assert.deepEqual(await linesOf(app, '/api/x'), SAVED);
    const root = new Hono();
    create(root.basePath('/api') as Hono).app.get('/x', saving);
    assert.deepEqual(await linesOf(root, '/api/x'), SAVED);
  });
});

describe('S13: errors in Hono', () => {
  it('an HTTPException below 500 keeps the cookie, also where it brings a response of its own', async () => {
    const { app } = create();
    const shared = new Response('mine', { status: 401, headers: { 'X-Mine': 'yes', 'Set-Cookie': 'a=1' } });
    app.get(
      '/plain',
      withSession((_c: Context, session) => {
        increment(session);
        throw new HTTPException(401, { message: 'no' });
      }),
    );
    app.get(
      '/response',
      withSession((_c: Context, session) => {
        increment(session);
        throw new HTTPException(401, { res: shared });
      }),
    );
    const plain = await app.request('/plain');
    assert.deepEqual([plain.status, await plain.text(), plain.headers.getSetCookie()], [401, 'no', SAVED]);
    const own = await app.request('/response');
    assert.deepEqual([own.status, own.headers.get('x-mine')], [401, 'yes']);
    assert.deepEqual(own.headers.getSetCookie(), ['a=1', ...SAVED]);
    assert.deepEqual(shared.headers.getSetCookie(), ['a=1']);
  });

  it('an HTTPException of 500 and more, and a crash, drop it', async () => {
    const { app } = create();
    app.get('/crash', crashing);
    const exceptions: Readonly<Record<string, HTTPException>> = {
      '/500': new HTTPException(500, { message: 'no' }),
      '/503': new HTTPException(503),
      '/response': new HTTPException(502, { res: Response.json({ error: 'no' }) }),
    };
    for (const [path, exception] of Object.entries(exceptions)) {
      app.get(
        path,
        withSession((_c: Context, session) => {
          increment(session);
          throw exception;
        }),
      );
    }
    for (const path of ['/crash', ...Object.keys(exceptions)]) {
      const response = await silenced(() => app.request(path));
      assert.ok(response.status >= 500);
      assert.deepEqual([response.headers.getSetCookie(), response.headers.get('vary')], [[], null], path);
    }
  });

  it('the status of an error that is no HTTPException is none to Hono: it drops the cookie', async () => {
    const { app } = create();
    const failing = withSession((_c: Context, session): never => {
      increment(session);
      throw Object.assign(new Error('of an HTTP client'), { status: 401, statusCode: 401 });
    });
    app.get('/', failing);
    const variable = new Hono();
    variable.use(honoSession({ secretKey: SECRET }));
    variable.get('/', failing);
    for (const one of [app, variable]) {
      const response = await silenced(() => one.request('/'));
      assert.deepEqual([response.status, response.headers.getSetCookie()], [500, []]);
    }
  });

  it("the app's own error handler decides, whatever it says", async () => {
    const { app, sessions } = create();
    app.get('/crash', crashing);
    app.get('/read', () => {
      throw new Error('crash');
    });
    app.onError((_error, c) => {
      if (c.req.path === '/read') increment(sessions.get(c));
      return c.text('Internal Server Error', 500);
    });
    assert.deepEqual(await linesOf(app, '/crash'), SAVED);
    assert.deepEqual(await linesOf(app, '/read', cookie({ n: 1 })), [line({ n: 2 })]);
  });

  it('an error handler that throws an HTTPException, and a notFound() that does, have an answer', async () => {
    const { app } = create();
    app.get('/crash', crashing);
    app.use(
      withSession(async (_c: Context, session, next: () => Promise<void>) => {
        increment(session);
        await next();
      }),
    );
    app.notFound(() => {
      throw new HTTPException(404, { message: 'nowhere' });
    });
    const missing = await app.request('/missing');
    assert.deepEqual([missing.status, await missing.text(), missing.headers.getSetCookie()], [404, 'nowhere', SAVED]);
    app.onError((error) => {
      if (error instanceof HTTPException) return error.getResponse();
      throw new HTTPException(403, { message: 'no' });
    });
    const crash = await app.request('/crash');
    assert.deepEqual([crash.status, await crash.text(), crash.headers.getSetCookie()], [403, 'no', SAVED]);
  });

  it("a mounted app's own error handler decides for its routes, and for no others", async () => {
    const { app } = create();
    const sub = new Hono();
    sub.onError((_error, c) => c.text('sorry', 500));
    sub.get('/crash', crashing);
    app.route('/sub', sub);
    app.get('/crash', crashing);
    const answered = await app.request('/sub/crash');
    assert.deepEqual([await answered.text(), answered.headers.getSetCookie()], ['sorry', SAVED]);
    assert.deepEqual((await silenced(() => app.request('/crash'))).headers.getSetCookie(), []);
  });

  it('a mounted app with a session of its own: the error handler is that of the outer app', async () => {
    const mount = (app: Hono): Hono => {
      const { app: sub } = create();
      sub.get('/crash', crashing);
      return app.route('/sub', sub);
    };
    assert.deepEqual(await silenced(() => linesOf(mount(new Hono()), '/sub/crash')), []);
    const answers: readonly ((c: Context) => Response)[] = [
      (c) => c.json({ error: 'sorry' }, 500),
      (c) => c.text('sorry', 500),
      (c) => c.text('Internal Server Error', 503),
      (c) => c.html('Internal Server Error', 500),
    ];
    for (const answer of answers) {
      const app = new Hono().onError((_error, c) => answer(c));
      assert.deepEqual(await linesOf(mount(app), '/sub/crash'), SAVED);
    }
  });

  it('does not call the constructor of a class that extends Hono', async () => {
    let made = 0;
    class App extends Hono {
      constructor() {
        super();
        made++;
      }
    }
    const { app } = create(new App());
    app.get('/crash', crashing);
    assert.deepEqual(await silenced(() => linesOf(app, '/crash')), []);
    assert.equal(made, 1);
  });

  it('what is no Error has no answer in Hono, and a handler that gives nothing is a crash', async () => {
    const { app } = create();
    app.get(
      '/text',
      withSession((_c: Context, session) => {
        increment(session);
        throw 'text';
      }),
    );
    const { app: sub } = create();
    sub.get('/nothing', (() => undefined) as never);
    app.route('/sub', sub);
    app.get('/nothing', withSession((_c: Context, session) => increment(session)) as never);
    await assert.rejects(
      async () => app.request('/text'),
      (error) => error === 'text',
    );
    const errors: unknown[] = [];
    app.onError((error, c) => {
      errors.push(error.message.split('.', 1)[0]);
      return c.text('sorry', 500);
    });
    const nothing = await app.request('/nothing');
    assert.deepEqual([nothing.status, nothing.headers.getSetCookie()], [500, []]);
    assert.equal((await app.request('/sub/nothing')).status, 500);
    assert.deepEqual(errors, ['Context is not finalized', 'Context is not finalized']);
  });
});

describe('Hono: responses', () => {
  it('S13: a Response that several visitors get is never written into', async () => {
    const { app } = create();
    const home = Response.redirect('http://localhost/home', 303);
    const empty = new Response(null, { status: 204, headers: { 'Set-Cookie': 'a=1' } });
    for (const [path, response] of [['/home', home] as const, ['/empty', empty] as const]) {
      app.get(
        path,
        withSession((_c: Context, session) => {
          increment(session);
          return response;
        }),
      );
    }
    assert.deepEqual(await linesOf(app, '/home', cookie({ n: 1 })), [line({ n: 2 })]);
    const second = await app.request('/home');
    assert.deepEqual([second.status, second.headers.get('location')], [303, 'http://localhost/home']);
    assert.deepEqual(second.headers.getSetCookie(), SAVED);
    assert.deepEqual(home.headers.getSetCookie(), []);
    assert.deepEqual(await linesOf(app, '/empty', cookie({ n: 1 })), ['a=1', line({ n: 2 })]);
    assert.deepEqual(empty.headers.getSetCookie(), ['a=1']);
    assert.equal(empty.headers.get('vary'), null);
  });

  it('redirects, empty ones and HEAD', async () => {
    const { app } = create();
    app.get(
      '/redirect',
      withSession((c: Context, session) => {
        increment(session);
        return c.redirect('/there', 302);
      }),
    );
    app.get(
      '/304',
      withSession((c: Context, session) => {
        increment(session);
        return c.body(null, 304);
      }),
    );
    app.get('/', saving);
    const redirect = await app.request('/redirect');
    assert.deepEqual([redirect.status, redirect.headers.get('location')], [302, '/there']);
    assert.deepEqual(redirect.headers.getSetCookie(), SAVED);
    assert.deepEqual(await linesOf(app, '/304'), SAVED);
    const head = await app.request('/', { method: 'HEAD' });
    assert.deepEqual([await head.text(), head.headers.getSetCookie()], ['', SAVED]);
  });

  it("S11: other people's cookies stay, in their order, whenever they were set", async () => {
    const { app } = create();
    app.get(
      '/',
      withSession((c: Context, session) => {
        setCookie(c, 'z', '1');
        increment(session);
        setCookie(c, 'a', '2');
        return c.text('ok');
      }),
    );
    assert.deepEqual(await linesOf(app), ['z=1; Path=/', 'a=2; Path=/', ...SAVED]);
  });

  it('etag() and compress(), inside the session', async () => {
    const { app } = create();
    app.use(compress({ threshold: 1 }), etag());
    const page = 'text '.repeat(400);
    app.get(
      '/',
      withSession((c: Context, session) => {
        increment(session);
        // With its type, which Bun's Response would not have: compress() looks at it.
        return c.text(page, 200, { 'Content-Type': 'text/plain; charset=UTF-8' });
      }),
    );
    const first = await app.request('/', { headers: { 'Accept-Encoding': 'gzip' } });
    assert.deepEqual([first.headers.get('content-encoding'), first.headers.getSetCookie()], ['gzip', SAVED]);
    assert.deepEqual(first.headers.get('vary')?.split(', ').sort(), ['Accept-Encoding', 'Cookie']);
    const unzipped = first.body?.pipeThrough(new DecompressionStream('gzip') as never);
    assert.equal(await new Response(unzipped as never).text(), page);
    const tag = (await app.request('/')).headers.get('etag') ?? '';
    const second = await app.request('/', { headers: { 'If-None-Match': tag } });
    assert.deepEqual([second.status, second.headers.getSetCookie()], [304, SAVED]);
  });

  it('cache(), outside the session, stores the page of nobody', async () => {
    const stored: string[] = [];
    const store = {
      match: async () => undefined,
      put: async (_key: string, response: Response) => void stored.push(await response.text()),
    };
    Object.defineProperty(globalThis, 'caches', { configurable: true, value: { open: async () => store } });
    try {
      const app = new Hono();
      app.use(cache({ cacheName: 'pages', wait: true }));
      create(app);
      app.get(
        '/reading',
        withSession((c: Context, session) => c.text(session.user ?? 'nobody')),
      );
      app.get('/saving', saving);
      app.get('/public', (c) => c.text('for all'));
      for (const path of ['/reading', '/saving', '/public']) await app.request(path);
    } finally {
      Reflect.deleteProperty(globalThis, 'caches');
    }
    assert.deepEqual(stored, ['for all']);
  });
});

describe('S18: after the head, in Hono', () => {
  interface Out {
    write(text: string): Promise<unknown>;
    sleep(ms: number): Promise<unknown>;
  }

  for (const [name, start] of Object.entries({ stream, streamText, streamSSE })) {
    it(`${name}: reads still work, saves are errors`, async () => {
      const { app, sessions } = create();
      const seen: unknown[] = [];
      app.get('/asked', (c) => {
        increment(sessions.get(c));
        return start(c, async (out: Out) => {
          await out.sleep(5);
          seen.push(throwsCode(() => sessions.get(c).save(), 'ERR_SESSION_HEADERS_SENT').code);
          await out.write('done');
        });
      });
      app.get('/unasked', (c) =>
        start(c, async (out: Out) => {
          await out.sleep(5);
          const session = sessions.get(c);
          seen.push(session.user);
          throwsCode(() => session.save(), 'ERR_SESSION_HEADERS_SENT');
          throwsCode(() => session.delete(), 'ERR_SESSION_HEADERS_SENT');
          await out.write('done');
        }),
      );
      const asked = await app.request('/asked');
      assert.deepEqual([await asked.text(), asked.headers.getSetCookie()], ['done', SAVED]);
      const unasked = await app.request('/unasked', cookie({ user: 'ada' }));
      assert.deepEqual([await unasked.text(), unasked.headers.getSetCookie()], ['done', []]);
      assert.deepEqual(seen, ['ERR_SESSION_HEADERS_SENT', 'ada']);
    });
  }

  it('a WebSocket upgrade can be read, not saved; another offer of an upgrade is a request like any other', async () => {
    const { app } = create();
    const codes: unknown[] = [];
    app.get(
      '/',
      withSession((c: Context, session) => {
        codes.push(session.user);
        try {
          increment(session);
        } catch (error) {
          codes.push((error as { code: unknown }).code);
        }
        return c.text('ok');
      }),
    );
    const asked = (upgrade: string): RequestInit => ({
      headers: { Cookie: `session=${reader.encode({ user: 'ada' })}`, Upgrade: upgrade },
    });
    assert.deepEqual(await linesOf(app, '/', asked('WebSocket')), []);
    assert.deepEqual(codes, ['ada', 'ERR_SESSION_HEADERS_SENT']);
    assert.deepEqual(await linesOf(app, '/', asked('h2c')), [line({ user: 'ada', n: 1 })]);
  });
});

describe('honoSession', () => {
  interface Data {
    n: number;
    user: string;
  }

  const make = (): Hono<{ Variables: HonoSessionVariables<Data> & { other: number } }> => {
    const app = new Hono<{ Variables: HonoSessionVariables<Data> & { other: number } }>();
    app.use('/in/*', honoSession<Data>({ secretKey: SECRET }));
    return app;
  };

  it('gives one dict by c.get, c.var and withSession, and saves it', async () => {
    const app = make();
    app.get(
      '/in/x',
      withSession((c: Context, session) => {
        const got = c.get('session') as SessionDict<Data>;
        got.n = (got.n ?? 0) + 1;
        got.save();
        c.set('other', 3);
        const same = [session === got, c.var.session === got, { ...c.var }.session === got];
        return c.json([
          ...same,
          c.var.other,
          c.get('other'),
          inspect(got).includes("{ user: 'ada', n: 1 }"),
          JSON.stringify(got),
        ]);
      }),
    );
    const response = await app.request('/in/x', cookie({ user: 'ada' }));
    assert.deepEqual(await response.json(), [true, true, true, 3, 3, true, '{"user":"ada","n":1}']);
    assert.deepEqual(response.headers.getSetCookie(), [line({ user: 'ada', n: 1 })]);
    assert.equal(response.headers.get('vary'), 'Cookie');
  });

  it('S3: reads nothing for a handler that does not ask', async () => {
    const reasons: string[] = [];
    const app = new Hono<{ Variables: HonoSessionVariables }>();
    app.use(honoSession({ secretKey: SECRET, onReject: (reason) => void reasons.push(reason) }));
    const response = new Response('as it was');
    app.get('/', () => response);
    app.get('/ask', (c) => c.json(c.var.session));
    const bad = { headers: { Cookie: 'session=x' } };
    assert.equal(await app.request('/', bad), response);
    assert.deepEqual(reasons, []);
    assert.equal(await (await app.request('/ask', bad)).text(), '{}');
    assert.deepEqual(reasons, ['malformed']);
  });

  it('is there behind the middleware only', async () => {
    const app = make();
    app.get('/out', (c) => c.json([c.get('session') === undefined, 'session' in c.var]));
    assert.deepEqual(await (await app.request('/out')).json(), [true, false]);
  });

  it('S13: an HTTPException keeps the cookie, an error handler too; the page of a crash drops it', async () => {
    const crash = (c: Context): never => {
      const session = c.get('session') as SessionDict<Data>;
      session.n = 1;
      session.save();
      if (c.req.query('status') === '401') throw new HTTPException(401);
      throw new Error('crash');
    };
    const app = make();
    app.get('/in/x', crash);
    assert.deepEqual((await app.request('/in/x?status=401')).headers.getSetCookie(), SAVED);
    assert.deepEqual((await silenced(() => app.request('/in/x'))).headers.getSetCookie(), []);
    app.onError((_error, c) => c.text('sorry', 500));
    const answered = await app.request('/in/x');
    assert.deepEqual([await answered.text(), answered.headers.getSetCookie()], ['sorry', SAVED]);
  });

  it('refuses a bad option where it is made', () => {
    throwsCode(() => honoSession({ secretKey: SECRET, cookieName: 'a b' }), 'ERR_SESSION_BAD_OPTION');
  });
});
