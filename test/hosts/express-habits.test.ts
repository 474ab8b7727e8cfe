// What Express applications do besides answering: routers, mounted apps, files, compression, their own error handlers.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { expressHost } from '../../dist/hosts/express.js';
import { Session, type SessionDict, type SessionOptions, withSession } from '../../dist/session/index.js';
import { openBrowser, type Page, serveListener } from './support/serve.js';

const require = createRequire(import.meta.url);
const SECRET = 'a secret of thirty-two bytes or so';
const HERE = fileURLToPath(import.meta.url);
const reader = new Session({ secretKey: SECRET });

// The two majors side by side, so their own types are of no use; test/types proves those of Express 5.
type Next = (error?: unknown) => void;
// biome-ignore lint/suspicious/noExplicitAny: Express itself, without its types
type Any = any;
type Handler = (request: Any, session: SessionDict, response: Any, next: Next) => unknown;

const saving: Handler = (_request, session, response) => {
  session.n = 1;
  session.save();
  response.send('ok');
};

const crashing: Handler = (_request, session) => {
  session.n = 1;
  session.save();
  throw new Error('crash');
};

const savedIn = (page: Page): unknown =>
  reader.decode(/^session=([^;]*)/.exec(page.setCookie.find((line) => line.startsWith('session=')) ?? '')?.[1] ?? '');

async function withServer<V>(app: Any, run: (url: string) => Promise<V>): Promise<V> {
  const { url, close } = await serveListener(app);
  try {
    return await run(url);
  } finally {
    await close();
  }
}

for (const major of ['express', 'express4']) {
  const express = require(major);

  /** Pages of an app, requested in order by one browser. */
  const pages = async (build: (app: Any) => void, paths: readonly string[], options: SessionOptions = {}) => {
    const app = express();
    app.set('env', 'test');
    new Session(expressHost(app), { secretKey: SECRET, ...options });
    build(app);
    return withServer(app, async (url) => {
      const browser = openBrowser(url);
      const found: Page[] = [];
      for (const path of paths) found.push(await browser.get(path));
      return found;
    });
  };

  describe(`${major}: the host`, () => {
    it('is one for an app, however often it is asked for', () => {
      const app = express();
      assert.equal(expressHost(app), expressHost(app));
      assert.notEqual(expressHost(app), expressHost(express()));
    });

    it('serves routes that were there before it', async () => {
      const app = express();
      app.get('/', withSession(saving));
      new Session(expressHost(app), { secretKey: SECRET });
      await withServer(app, async (url) => {
        assert.deepEqual(savedIn(await openBrowser(url).get('/')), { n: 1 });
      });
    });

    it('S9: a nested router has the session of its app', async () => {
      const [page] = await pages(
        (app) => {
          const outer = express.Router();
          const inner = express.Router();
          inner.get('/leaf', withSession(saving));
          outer.use('/inner', inner);
          app.use('/outer', outer);
        },
        ['/outer/inner/leaf'],
      );
      assert.deepEqual(savedIn(page as Page), { n: 1 });
    });

    it('S9: a mounted app has the session of the outer one, also where it has its own', async () => {
      const found = await pages(
        (app) => {
          const plain = express();
          plain.get('/', withSession(saving));
          const own = express();
          new Session(expressHost(own), { secretKey: SECRET, cookieName: 'inner' });
          own.get('/', withSession(saving));
          app.use('/plain', plain);
          app.use('/own', own);
        },
        ['/plain', '/own'],
      );
      for (const page of found) assert.deepEqual([page.setCookie.length, savedIn(page)], [1, { n: 1 }]);
    });

    it("S9: a mounted app's own session where the outer one has none, and after it a crash drops the cookie", async () => {
      const app = express();
      app.set('env', 'test');
      const own = express();
      new Session(expressHost(own), { secretKey: SECRET });
      own.get('/ok', withSession(saving));
      own.get(
        '/crash',
        withSession((_request, session) => {
          session.n = 1;
          session.save();
          throw new Error('crash');
        }),
      );
      app.use('/own', own);
      await withServer(app, async (url) => {
        assert.deepEqual(savedIn(await openBrowser(url).get('/own/ok')), { n: 1 });
        const crash = await openBrowser(url).get('/own/crash');
        assert.deepEqual([crash.status, crash.setCookie], [500, []]);
      });
    });

    it('S13: an error handler of a router, or of the app, answers and the cookie goes with it', async () => {
      const found = await pages(
        (app) => {
          const crash: Handler = (_request, session) => {
            session.n = 1;
            session.save();
            throw new Error('crash');
          };
          const answer = (_error: unknown, _request: unknown, response: Any, _next: Next): void =>
            response.status(500).send('sorry');
          const router = express.Router();
          router.get('/', withSession(crash));
          router.use(answer);
          app.use('/router', router);
          app.get('/route', withSession(crash), answer);
          app.get('/app', withSession(crash));
          app.use(answer);
        },
        ['/router', '/route', '/app'],
      );
      for (const page of found) {
        assert.deepEqual([page.status, page.body, savedIn(page)], [500, 'sorry', { n: 1 }]);
      }
    });

    it('S13: routes that come after the first request are watched, too', async () => {
      const app = express();
      app.set('env', 'test');
      new Session(expressHost(app), { secretKey: SECRET });
      app.get('/', withSession(saving));
      await withServer(app, async (url) => {
        await openBrowser(url).get('/');
        app.get(
          '/late',
          withSession((_request: Any, session: SessionDict) => {
            session.n = 1;
            session.save();
            throw new Error('crash');
          }),
        );
        const page = await openBrowser(url).get('/late');
        assert.deepEqual([page.status, page.setCookie], [500, []]);
      });
    });

    it('S13: an error handler that comes after the first request answers, and the cookie goes with it', async () => {
      const app = express();
      app.set('env', 'test');
      const sessions = new Session(expressHost(app), { secretKey: SECRET });
      app.get('/', withSession(saving));
      app.get('/crash', withSession(crashing));
      await withServer(app, async (url) => {
        await openBrowser(url).get('/');
        app.use((_error: unknown, request: Any, response: Any, _next: Next) => {
          if (request.query.save === undefined) return response.status(500).send('sorry');
          const session = sessions.get(request);
          session.n = 2;
          session.save();
          return response.status(500).send('saved');
        });
        for (const [path, body, n] of [
          ['/crash', 'sorry', 1],
          ['/crash?save', 'saved', 2],
        ]) {
          const page = await openBrowser(url).get(String(path));
          assert.deepEqual([page.status, page.body, savedIn(page)], [500, body, { n }]);
        }
      });
    });

    it('S13, S18: an app that is called and not mounted, as by vhost: the error handler of the outer one answers', async () => {
      const inner = express();
      inner.get('/', (request: Any, response: Any, next: Next) =>
        crashing(request, sessions.get(request), response, next),
      );
      const app = express();
      const sessions = new Session(expressHost(app), { secretKey: SECRET });
      app.use((request: Any, response: Any, next: Next) => inner(request, response, next));
      app.use((_error: unknown, request: Any, response: Any, _next: Next) => {
        if (request.query.save !== undefined) {
          const session = sessions.get(request);
          session.n = 2;
          session.save();
        }
        response.status(500).send('sorry');
      });
      await withServer(app, async (url) => {
        assert.deepEqual(savedIn(await openBrowser(url).get('/')), { n: 1 });
        // The inner app does not know of the outer one: with the session on it a crash is one where it ends.
        sessions.initialize(expressHost(inner));
        const page = await openBrowser(url).get('/?save');
        assert.deepEqual([page.status, page.body, savedIn(page)], [500, 'sorry', { n: 2 }]);
      });
    });

    it('S13: errors are watched once, also where a tracer wraps the handlers of layers', async () => {
      const app = express();
      app.set('env', 'test');
      const stack = (): Any[] => (app._router ?? app.router).stack;
      const { use } = app;
      app.use = (...args: unknown[]) => {
        use.apply(app, args);
        const layer = stack().at(-1);
        const { handle } = layer;
        if (handle.length === 4) {
          layer.handle = (error: unknown, request: Any, response: Any, next: Next) =>
            handle(error, request, response, next);
        }
        return app;
      };
      new Session(expressHost(app), { secretKey: SECRET });
      app.get('/', withSession(saving));
      app.get('/crash', withSession(crashing));
      await withServer(app, async (url) => {
        const lengths: number[] = [];
        for (let i = 0; i < 3; i++) {
          await openBrowser(url).get('/');
          lengths.push(stack().length);
        }
        assert.deepEqual(lengths, [lengths[0], lengths[0], lengths[0]]);
        const crash = await openBrowser(url).get('/crash');
        assert.deepEqual([crash.status, crash.setCookie], [500, []]);
      });
    });

    it('S13: of a session that is on two apps, a crash drops the cookie in both', async () => {
      const apps = [express(), express()];
      const sessions = new Session({ secretKey: SECRET });
      for (const app of apps) {
        app.set('env', 'test');
        sessions.initialize(expressHost(app));
      }
      // The second one first: the other has no router yet.
      for (const app of apps.reverse()) {
        app.get('/', withSession(saving));
        app.get('/crash', withSession(crashing));
        await withServer(app, async (url) => {
          assert.deepEqual(savedIn(await openBrowser(url).get('/')), { n: 1 });
          const crash = await openBrowser(url).get('/crash');
          assert.deepEqual([crash.status, crash.setCookie], [500, []]);
        });
      }
    });

    it('S13: an error has the status that Express takes from it', async () => {
      const errors: readonly (readonly [object, number])[] = [
        [{ status: 404 }, 404],
        [{ statusCode: 401 }, 401],
        [{ status: 302, statusCode: 404 }, 404],
        [{ status: 302 }, 500],
        [{ status: '404' }, 500],
        [{ status: 503, statusCode: 404 }, 503],
      ];
      const found = await pages(
        (app) => {
          for (const [i, [properties]] of errors.entries()) {
            app.get(
              `/${i}`,
              withSession((_request: Any, session: SessionDict) => {
                session.n = 1;
                session.save();
                throw Object.assign(new Error('no'), properties);
              }),
            );
          }
        },
        [...errors.keys()].map((i) => `/${i}`),
      );
      for (const [i, page] of found.entries()) {
        const status = errors[i]?.[1] ?? 0;
        assert.deepEqual(
          [page.status, page.setCookie.length],
          [status, status < 500 ? 1 : 0],
          JSON.stringify(errors[i]),
        );
      }
    });

    it('S13: a crash after next(), in a middleware further on', async () => {
      const [page] = await pages(
        (app) => {
          app.use(
            withSession((_request: Any, session: SessionDict, _response: Any, next: Next) => {
              session.n = 1;
              session.save();
              next();
            }),
          );
          app.get('/', () => {
            throw new Error('crash');
          });
        },
        ['/'],
      );
      assert.deepEqual([page?.status, page?.setCookie], [500, []]);
    });

    it('files, redirects, views of the request that others wrap', async () => {
      const [file, redirect, notFound] = await pages(
        (app) => {
          const save: Handler = (_request, session, _response, next) => {
            session.n = 1;
            session.save();
            next();
          };
          app.use(withSession(save));
          app.get('/file', (_request: Any, response: Any) => response.sendFile(HERE, { dotfiles: 'allow' }));
          app.get('/redirect', (_request: Any, response: Any) => response.cookie('mine', '1').redirect('/there'));
        },
        ['/file', '/redirect', '/nowhere'],
      );
      assert.deepEqual([file?.status, savedIn(file as Page)], [200, { n: 1 }]);
      assert.match(file?.body ?? '', /^\/\/ What Express/);
      assert.deepEqual([redirect?.status, redirect?.headers.get('location')], [302, '/there']);
      assert.deepEqual(
        redirect?.setCookie.map((line) => line.split('=', 1)[0]),
        ['mine', 'session'],
      );
      // Nobody threw: that nothing is there is an answer of the application.
      assert.deepEqual([notFound?.status, savedIn(notFound as Page)], [404, { n: 1 }]);
    });

    it('304: the cookie goes out, the body does not', async () => {
      const app = express();
      new Session(expressHost(app), { secretKey: SECRET });
      app.get('/', withSession(saving));
      await withServer(app, async (url) => {
        const first = await openBrowser(url).get('/');
        const second = await openBrowser(url).get('/', {
          'If-None-Match': first.headers.get('etag') ?? '',
          'Cache-Control': 'max-age=0',
        });
        assert.deepEqual([second.status, second.body, savedIn(second)], [304, '', { n: 1 }]);
      });
    });

    it('compression before and after us', async () => {
      const compression = require('compression');
      const found = await pages(
        (app) => {
          app.use('/a', compression({ threshold: 0 }));
          app.get('/a', withSession(saving));
          app.use(
            '/b',
            withSession((_request: Any, _session: SessionDict, _response: Any, next: Next) => next()),
          );
          app.use('/b', compression({ threshold: 0 }));
          app.get('/b', withSession(saving));
        },
        ['/a', '/b'],
      );
      for (const page of found) {
        assert.deepEqual([page.body, savedIn(page)], ['ok', { n: 1 }]);
        // What the client of this runtime asks for.
        assert.match(page.headers.get('content-encoding') ?? '', /^(?:gzip|br)$/);
        assert.deepEqual(page.headers.get('vary')?.split(', ').sort(), ['Accept-Encoding', 'Cookie']);
      }
    });

    it('secure is what Express says of it, behind a proxy that it trusts', async () => {
      const app = express();
      app.set('trust proxy', true);
      new Session(expressHost(app), { secretKey: SECRET, cookieOptions: { secure: 'auto' } });
      app.get('/', withSession(saving));
      await withServer(app, async (url) => {
        const line = async (headers: Readonly<Record<string, string>>): Promise<string> =>
          (await openBrowser(url).get('/', headers)).setCookie[0] ?? '';
        assert.match(await line({ 'X-Forwarded-Proto': 'https' }), /; Path=\/; Secure; HttpOnly$/);
        assert.match(await line({}), /; Path=\/; HttpOnly$/);
      });
    });
  });
}
