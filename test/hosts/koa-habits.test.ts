// What Koa applications do besides answering: routers, mounted apps, error middleware, streams, other people's cookies.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { koaHost } from '../../dist/hosts/koa.js';
import { nodeHost } from '../../dist/hosts/node.js';
import { Session, type SessionDict, type SessionOptions, withSession } from '../../dist/session/index.js';
import { throwsCode } from '../support/errors.js';
import {
  type Any,
  cookieOf,
  createKoa,
  createRouter,
  type Handler,
  increment,
  line,
  MAJORS,
  mount,
  type Next,
  pageOf,
  SAVED,
  SECRET,
  withBrowser,
} from './support/koa.js';
import { openBrowser, serveServer } from './support/serve.js';

const HERE = fileURLToPath(import.meta.url);

const saving = withSession((ctx: Any, session: SessionDict) => {
  increment(session);
  ctx.body = 'ok';
});
const crashing = withSession((_ctx: Any, session: SessionDict): never => {
  increment(session);
  throw new Error('crash');
});
const savingFirst = withSession((_ctx: Any, session: SessionDict, next: Next) => {
  increment(session);
  return next();
});

for (const major of MAJORS) {
  const create = (options: SessionOptions = {}): { app: Any; sessions: Session } => {
    const app = createKoa(major);
    return { app, sessions: new Session(koaHost(app), { secretKey: SECRET, ...options }) };
  };
  /** The page of an app with one handler. */
  const answer = (handler: Handler, headers: Readonly<Record<string, string>> = {}, options: SessionOptions = {}) => {
    const { app } = create(options);
    app.use(withSession(handler));
    return pageOf(app, '/', headers);
  };

  describe(`${major}: the host`, () => {
    it('is one for an app, however often it is asked for', () => {
      const app = createKoa(major);
      assert.equal(koaHost(app), koaHost(app));
      assert.equal(app.middleware.length, 1);
      assert.notEqual(koaHost(app), koaHost(createKoa(major)));
    });

    it('serves middleware that was there before it, also where the app is served already', async () => {
      const app = createKoa(major);
      app.use(saving);
      await withBrowser(app, async (browser) => {
        assert.equal((await browser.get('/')).status, 500);
        new Session(koaHost(app), { secretKey: SECRET });
        assert.deepEqual((await browser.get('/')).setCookie, SAVED);
      });
    });

    it('S3: takes the context and nothing else', async () => {
      const { app, sessions } = create();
      app.use((ctx: Any) => {
        const objects = [ctx.req, ctx.request, ctx.response, ctx.res, ctx.app, {}];
        for (const object of objects) throwsCode(() => sessions.get(object), 'ERR_SESSION_NOT_INSTALLED');
        const session = sessions.get(ctx);
        assert.equal(sessions.get(ctx), session);
        for (const object of objects) throwsCode(() => sessions.get(object), 'ERR_SESSION_NOT_INSTALLED');
        ctx.body = 'checked';
      });
      assert.equal((await pageOf(app)).body, 'checked');
    });

    it('S9: withSession without a session on the app is an error', async () => {
      const app = createKoa(major);
      const codes: unknown[] = [];
      app.on('error', (error: { code?: unknown }) => codes.push(error.code));
      koaHost(app);
      app.use(saving);
      assert.equal((await pageOf(app)).status, 500);
      assert.deepEqual(codes, ['ERR_SESSION_NOT_INSTALLED']);
    });

    it('touches no response of a handler that asks for no session', async () => {
      const { app } = create();
      app.use((ctx: Any) => {
        ctx.body = [Object.hasOwn(ctx.res, 'writeHead'), Object.hasOwn(ctx, 'onerror')];
      });
      const page = await pageOf(app, '/', cookieOf({ n: 1 }));
      assert.deepEqual([page.body, page.headers.get('vary'), page.setCookie], ['[false,false]', null, []]);
    });

    it('S9: several sessions on one app: each its own cookie, withSession has the last one', async () => {
      const { app } = create({ cookieName: 'first' });
      const last = new Session(koaHost(app), { secretKey: SECRET });
      app.use(
        withSession((ctx: Any, session: SessionDict) => {
          increment(session);
          ctx.body = session === last.get(ctx);
        }),
      );
      const page = await pageOf(app);
      assert.deepEqual([page.body, page.setCookie], ['true', SAVED]);
    });

    it('is one session with that of its server', async () => {
      const { app, sessions } = create();
      const server = createServer();
      sessions.initialize(nodeHost(server) as never);
      app.use((ctx: Any) => {
        assert.equal(sessions.get(ctx), sessions.get(ctx.req));
        increment(sessions.get(ctx));
        ctx.body = 'ok';
      });
      server.on('request', app.callback());
      const { url, close } = await serveServer(server);
      try {
        assert.deepEqual((await openBrowser(url).get('/')).setCookie, SAVED);
      } finally {
        await close();
      }
    });
  });

  describe(`${major}: middleware, routers, mounted apps`, () => {
    it('what is saved before and after next() goes out, once', async () => {
      const { app } = create();
      app.use(
        withSession(async (_ctx: Any, session: SessionDict, next: Next) => {
          session.before = true;
          session.save();
          await next();
          session.after = true;
          session.save();
        }),
      );
      app.use(saving);
      assert.deepEqual((await pageOf(app)).setCookie, [line({ before: true, n: 1, after: true })]);
    });

    it('S9: nested routers of @koa/router have the session of their app, and their parameters', async () => {
      const { app } = create();
      const [outer, inner] = [createRouter(), createRouter()];
      inner.get(
        '/leaf/:id',
        withSession((ctx: Any, session: SessionDict) => {
          increment(session);
          ctx.body = ctx.params;
        }),
      );
      outer.use('/outer/:name', savingFirst, inner.routes(), inner.allowedMethods());
      app.use(outer.routes());
      const page = await pageOf(app, '/outer/a/leaf/b');
      assert.deepEqual([page.body, page.setCookie], ['{"name":"a","id":"b"}', [line({ n: 2 })]]);
      const missing = await pageOf(app, '/elsewhere');
      assert.deepEqual([missing.status, missing.setCookie], [404, []]);
    });

    it('S9: a mounted app has the session of the outer one, also where it has its own', async () => {
      const { app } = create();
      const plain = createKoa(major);
      plain.use(saving);
      const own = createKoa(major);
      const inner = new Session(koaHost(own), { secretKey: SECRET, cookieName: 'inner' });
      own.use(savingFirst);
      own.use((ctx: Any) => {
        ctx.body = inner.get(ctx);
      });
      app.use(mount('/plain', plain));
      app.use(mount('/own', own));
      assert.deepEqual((await pageOf(app, '/plain')).setCookie, SAVED);
      const page = await pageOf(app, '/own', { Cookie: `inner=${inner.encode({ user: 'ada' })}` });
      assert.deepEqual([page.setCookie, page.body], [SAVED, '{"user":"ada"}']);
    });

    it("S9: a mounted app's own session where the outer app has none, or a host without one", async () => {
      for (const hasHost of [false, true]) {
        const app = createKoa(major);
        if (hasHost) koaHost(app);
        const { app: own } = create();
        own.use((ctx: Any, next: Next) => (ctx.path === '/own/crash' ? crashing(ctx) : next()));
        own.use(saving);
        app.use(mount('/own', own));
        app.use(saving);
        assert.deepEqual((await pageOf(app, '/own')).setCookie, SAVED);
        const crash = await pageOf(app, '/own/crash');
        assert.deepEqual([crash.status, crash.setCookie], [500, []]);
        assert.equal((await pageOf(app, '/elsewhere')).status, 500);
      }
    });

    it('S11: an app that is called inside another one has its own session, and the response one cookie of a name', async () => {
      const { app, sessions } = create();
      const { app: inner } = create();
      inner.use(
        withSession((ctx: Any, session: SessionDict) => {
          session.inner = true;
          session.save();
          ctx.body = 'inner';
        }),
      );
      const call = inner.callback();
      app.use((ctx: Any) => {
        increment(sessions.get(ctx));
        ctx.respond = false;
        return call(ctx.req, ctx.res);
      });
      const page = await pageOf(app);
      assert.deepEqual([page.body, page.setCookie], ['inner', [line({ inner: true })]]);
    });
  });

  describe(`${major}: errors`, () => {
    it('S13: ctx.throw and ctx.assert below 500 keep the cookie, though Koa removes all headers', async () => {
      const refusals: readonly ((ctx: Any) => unknown)[] = [
        (ctx) => ctx.throw(401, 'no', { headers: { 'WWW-Authenticate': 'Basic', 'Set-Cookie': ['mine=1'] } }),
        (ctx) => ctx.assert(false, 401, 'no', { headers: { 'WWW-Authenticate': 'Basic', 'Set-Cookie': ['mine=1'] } }),
      ];
      for (const refuse of refusals) {
        const page = await answer((ctx, session) => {
          ctx.set('X-Gone', '1');
          increment(session);
          return refuse(ctx);
        });
        assert.deepEqual([page.status, page.body, page.setCookie], [401, 'no', ['mine=1', ...SAVED]]);
        assert.equal(page.headers.get('x-gone'), null);
        assert.equal(page.headers.get('www-authenticate'), 'Basic');
        assert.equal(page.headers.get('cache-control'), 'private, no-store');
      }
    });

    const crashes: Readonly<Record<string, () => unknown>> = {
      'an Error': () => new Error('crash'),
      'an HTTP error of 500': () => Object.assign(new Error('crash'), { status: 500, expose: true }),
      'a status that Koa has no name for': () => Object.assign(new Error('crash'), { status: 450 }),
      'no Error, whatever its status': () => ({ status: 401 }),
      'a file that is not there': () => Object.assign(new Error('crash'), { code: 'ENOENT' }),
    };
    for (const [name, make] of Object.entries(crashes)) {
      it(`S13: ${name}, thrown and not taken, drops the cookie`, async () => {
        const page = await answer((_ctx, session) => {
          increment(session);
          throw make();
        });
        assert.deepEqual([page.status >= 400, page.setCookie], [true, []]);
      });
    }

    it('S13: a crash behind next(), and in what Koa makes of the body', async () => {
      const { app } = create();
      app.use(savingFirst);
      app.use((ctx: Any) => {
        if (ctx.path === '/throw') throw new Error('crash');
        const cycle: { self?: object } = {};
        cycle.self = cycle;
        ctx.body = cycle;
      });
      for (const path of ['/throw', '/cycle']) {
        const page = await pageOf(app, path);
        assert.deepEqual([page.status, page.setCookie], [500, []]);
      }
    });

    it('S13: error middleware answers, with whatever status, and the cookie goes with it', async () => {
      for (const status of [200, 401, 500]) {
        const { app } = create();
        app.use(async (ctx: Any, next: Next) => {
          try {
            await next();
          } catch (error) {
            ctx.status = status;
            ctx.body = 'sorry';
            ctx.app.emit('error', error, ctx);
          }
        });
        app.use(crashing);
        const page = await pageOf(app);
        assert.deepEqual([page.status, page.body, page.setCookie], [status, 'sorry', SAVED]);
      }
    });

    it('S13: a save in error middleware goes out; what it throws on drops it', async () => {
      const { app, sessions } = create();
      app.use(async (ctx: Any, next: Next) => {
        try {
          await next();
        } catch (error) {
          increment(sessions.get(ctx));
          if (ctx.path === '/on') throw error;
          ctx.body = 'sorry';
        }
      });
      app.use(crashing);
      assert.deepEqual((await pageOf(app)).setCookie, [line({ n: 2 })]);
      const page = await pageOf(app, '/on');
      assert.deepEqual([page.status, page.setCookie], [500, []]);
    });

    it("S13: app.on('error') listens and does not answer", async () => {
      const { app, sessions } = create();
      const seen: unknown[] = [];
      app.on('error', (error: Error, ctx: Any) => {
        seen.push(error.message);
        increment(sessions.get(ctx));
      });
      app.use(crashing);
      const page = await pageOf(app);
      assert.deepEqual([page.status, page.setCookie, seen], [500, [], ['crash']]);
    });

    it("S13: a ctx.onerror of the app's own answers, and the cookie goes with it", async () => {
      const { app } = create();
      app.context.onerror = function (this: Any, error: unknown): void {
        if (error == null) return;
        this.status = 500;
        this.res.end('sorry');
      };
      app.use(crashing);
      const page = await pageOf(app);
      assert.deepEqual([page.status, page.body, page.setCookie], [500, 'sorry', SAVED]);
    });

    it('S13: ctx.onerror may be called without an error', async () => {
      const page = await answer((ctx, session) => {
        increment(session);
        ctx.onerror(null);
        ctx.onerror(undefined);
        ctx.body = 'ok';
      });
      assert.deepEqual([page.body, page.setCookie], ['ok', SAVED]);
    });
  });

  describe(`${major}: bodies and heads`, () => {
    const bodies: Readonly<Record<string, readonly [make: () => unknown, text: RegExp]>> = {
      text: [() => 'ok', /^ok$/],
      JSON: [() => ({ a: 1 }), /^\{"a":1\}$/],
      bytes: [() => Buffer.from('ok'), /^ok$/],
      'a stream': [() => Readable.from(['o', 'k']), /^ok$/],
      'a file': [() => createReadStream(HERE), /^\/\/ What Koa/],
      'nothing, and 404 for it': [() => undefined, /^Not Found$/],
      ...(major === 'koa' && {
        'a web stream': [() => new Blob(['ok']).stream(), /^ok$/],
        'a Response': [() => new Response('ok', { headers: { 'X-Mine': '1' } }), /^ok$/],
      }),
    };
    for (const [name, [make, text]] of Object.entries(bodies)) {
      it(name, async () => {
        const page = await answer((ctx, session) => {
          increment(session);
          const body = make();
          if (body !== undefined) ctx.body = body;
        });
        assert.deepEqual(page.setCookie, SAVED);
        assert.match(page.body, text);
      });
    }

    it('an error of autoSave is a 500 also where the body is a stream, and no end of the process', async () => {
      for (const body of ['text', Readable.from(['stream'])]) {
        const codes: unknown[] = [];
        const { app } = create({ autoSave: true });
        app.on('error', (error: { code?: unknown }) => codes.push(error.code));
        app.use(
          withSession((ctx: Any, session: SessionDict) => {
            session.long = 'x'.repeat(5000);
            ctx.body = body;
          }),
        );
        const page = await pageOf(app);
        assert.deepEqual([page.status, page.setCookie, codes], [500, [], ['ERR_SESSION_TOO_LARGE']]);
      }
    });

    it('S18: a save in a streamed body is too late', async () => {
      const codes: string[] = [];
      const page = await answer((ctx, session) => {
        async function* pieces(): AsyncGenerator<string> {
          yield 'begun ';
          codes.push(throwsCode(() => session.save(), 'ERR_SESSION_HEADERS_SENT').code);
          yield 'done';
        }
        ctx.body = Readable.from(pieces());
      });
      assert.deepEqual([page.body, codes], ['begun done', ['ERR_SESSION_HEADERS_SENT']]);
    });

    it('redirects, 204, and statuses that the handler sets', async () => {
      const redirect = await answer((ctx, session) => {
        increment(session);
        ctx.redirect('/there');
      });
      assert.deepEqual([redirect.status, redirect.headers.get('location'), redirect.setCookie], [302, '/there', SAVED]);
      const empty = await answer((ctx, session) => {
        increment(session);
        ctx.body = null;
      });
      assert.deepEqual([empty.status, empty.setCookie], [204, SAVED]);
      const teapot = await answer((ctx, session) => {
        increment(session);
        ctx.status = 418;
      });
      assert.deepEqual([teapot.status, teapot.setCookie], [418, SAVED]);
    });

    it('HEAD: the cookie goes out, the body does not', async () => {
      const { app } = create();
      app.use(saving);
      const page = await withBrowser(app, (browser) => browser.request('HEAD', '/'));
      assert.deepEqual([page.status, page.body, page.setCookie], [200, '', SAVED]);
      assert.equal(page.headers.get('content-length'), '2');
    });

    it('304 for a page that is fresh', async () => {
      const page = await answer(
        (ctx, session) => {
          increment(session);
          ctx.body = 'ok';
          ctx.etag = 'one';
          if (ctx.fresh) ctx.status = 304;
        },
        { 'If-None-Match': '"one"', 'Cache-Control': 'max-age=0' },
      );
      assert.deepEqual([page.status, page.body, page.setCookie], [304, '', SAVED]);
    });

    it("S11: what ctx.cookies sets stays, in its order and before the session's", async () => {
      const { app } = create();
      app.keys = ['a key'];
      app.use(savingFirst);
      app.use((ctx: Any) => {
        ctx.cookies.set('z', '1', { signed: false });
        ctx.cookies.set('a', '2', { signed: true });
        ctx.body = 'ok';
      });
      const { setCookie } = await pageOf(app);
      assert.deepEqual(
        setCookie.map((cookie) => cookie.split('=', 1)[0]),
        ['z', 'a', 'a.sig', 'session'],
      );
      assert.equal(setCookie.at(-1), SAVED[0]);
    });

    it('ctx.respond = false: the head that a handler writes into ctx.res itself', async () => {
      const page = await answer((ctx, session) => {
        ctx.respond = false;
        increment(session);
        ctx.res.writeHead(201, { 'Set-Cookie': 'mine=1', 'X-Mine': '1' });
        throwsCode(() => session.save(), 'ERR_SESSION_HEADERS_SENT');
        ctx.res.end('raw');
      });
      assert.deepEqual([page.status, page.body, page.setCookie], [201, 'raw', ['mine=1', ...SAVED]]);
      assert.equal(page.headers.get('x-mine'), '1');
    });

    it('ctx.flushHeaders sends the cookie, and after it is too late', async () => {
      const page = await answer((ctx, session) => {
        increment(session);
        ctx.status = 200;
        ctx.flushHeaders();
        throwsCode(() => session.save(), 'ERR_SESSION_HEADERS_SENT');
        ctx.body = 'ok';
      });
      assert.deepEqual([page.body, page.setCookie], ['ok', SAVED]);
    });

    it('https is what Koa says of it: behind a proxy where the app trusts one', async () => {
      for (const proxy of [true, false]) {
        const { app } = create({ cookieOptions: { secure: 'auto' } });
        app.proxy = proxy;
        app.use(saving);
        const { setCookie } = await pageOf(app, '/', { 'X-Forwarded-Proto': 'https' });
        assert.deepEqual(setCookie, [proxy ? `${SAVED[0]?.replace('; HttpOnly', '; Secure; HttpOnly')}` : SAVED[0]]);
        assert.deepEqual((await pageOf(app)).setCookie, SAVED);
      }
    });

    it('HTTP/2: answers, ctx.throw and crashes as under HTTP/1', async () => {
      const { app } = create();
      app.use(
        withSession((ctx: Any, session: SessionDict) => {
          increment(session);
          if (ctx.path === '/throw') ctx.throw(401);
          if (ctx.path === '/crash') throw new Error('crash');
          ctx.body = ctx.path === '/stream' ? Readable.from(['ok']) : session;
        }),
      );
      const server = createHttp2Server(app.callback());
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      try {
        const ask = async (path: string): Promise<readonly [unknown, unknown]> => {
          const stream = client.request({ ':path': path, cookie: cookieOf({ n: 4 }).Cookie });
          const [headers] = (await once(stream, 'response')) as [Readonly<Record<string, unknown>>];
          stream.resume();
          await once(stream, 'end');
          return [headers[':status'], headers['set-cookie']];
        };
        assert.deepEqual(await ask('/'), [200, [line({ n: 5 })]]);
        assert.deepEqual(await ask('/stream'), [200, [line({ n: 5 })]]);
        assert.deepEqual(await ask('/throw'), [401, [line({ n: 5 })]]);
        assert.deepEqual(await ask('/crash'), [500, undefined]);
      } finally {
        client.close();
        server.close();
        await once(server, 'close');
      }
    });
  });
}
