// expressSession: `req.session` as the users of cookie-session and express-session know it; passport and connect-flash on it.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { type ExpressSession, expressSession } from '../../dist/hosts/express.js';
import { Session, type SessionOptions } from '../../dist/session/index.js';
import { throwsCode } from '../support/errors.js';
import { type Browser, openBrowser, serveListener } from './support/serve.js';

const require = createRequire(import.meta.url);

type Next = (error?: unknown) => void;
interface Req {
  session: ExpressSession | undefined;
  user?: { readonly name: string };
  flash(kind: string, text?: string): string[];
  logIn(user: object, done: Next): void;
  logout(done: Next): void;
}
interface Res {
  send(body: unknown): void;
  json(body: unknown): void;
  redirect(to: string): void;
  status(code: number): Res;
}
type Handler = (request: Req, response: Res, next: Next) => void;
interface App {
  set(name: string, value: unknown): void;
  get(path: string, ...handlers: Handler[]): void;
  use(...handlers: unknown[]): void;
}

const SECRET = 'a secret of thirty-two bytes or so';
const options: SessionOptions = { secretKey: SECRET };

/** A browser at an app with `req.session`, made of the routes given. */
async function visit(
  majors: readonly string[],
  build: (app: App) => void,
  run: (browser: Browser) => Promise<void>,
  middleware: unknown = expressSession(options),
): Promise<void> {
  for (const major of majors) {
    const app = (require(major) as () => App)();
    // Express prints what it answers 500 to, but for tests.
    app.set('env', 'test');
    app.use(middleware);
    build(app);
    const server = await serveListener(app as never);
    try {
      await run(openBrowser(server.url));
    } finally {
      await server.close();
    }
  }
}

const BOTH = ['express', 'express4'];
const dataOf = (browser: Browser): unknown =>
  new Session({ secretKey: SECRET }).decode(browser.cookie('session') ?? '');
/** `req.session` where it is there, which the compiler cannot know. */
const sessionOf = ({ session }: Req): ExpressSession => session ?? assert.fail('no req.session');

describe('expressSession', () => {
  it('saves what was changed, by itself, and writes nothing for a read or for nobody asking', async () => {
    await visit(
      BOTH,
      (app) => {
        app.get('/count', (req, res) => {
          const session = sessionOf(req);
          session.n = (session.n ?? 0) + 1;
          res.json(session);
        });
        app.get('/read', (req, res) => res.json(sessionOf(req)));
        app.get('/none', (_req, res) => res.json('none'));
        app.get('/deep', (req, res) => {
          sessionOf(req).cart = [{ id: 1 }];
          res.json(true);
        });
        app.get('/deeper', (req, res) => {
          sessionOf(req).cart[0].id++;
          res.json(true);
        });
      },
      async (browser) => {
        assert.deepEqual((await browser.get('/read')).setCookie, []);
        assert.equal((await browser.get('/count')).body, '{"n":1}');
        assert.equal((await browser.get('/count')).body, '{"n":2}');
        assert.deepEqual((await browser.get('/read')).setCookie, []);
        assert.deepEqual((await browser.get('/none')).setCookie, []);
        await browser.get('/deep');
        await browser.get('/deeper');
        assert.deepEqual(dataOf(browser), { n: 2, cart: [{ id: 2 }] });
      },
    );
  });

  it('null ends the session, an object takes the place of its data', async () => {
    await visit(
      BOTH,
      (app) => {
        app.get('/in', (req, res) => {
          sessionOf(req).user = 'ada';
          res.json(true);
        });
        app.get('/replace', (req, res) => {
          (req as { session: unknown }).session = { other: 1 };
          res.json(sessionOf(req));
        });
        app.get('/out', (req, res) => {
          (req as { session: unknown }).session = null;
          res.json(req.session === undefined);
        });
        app.get('/again', (req, res) => {
          (req as { session: unknown }).session = null;
          (req as { session: unknown }).session = { fresh: true };
          res.json(true);
        });
      },
      async (browser) => {
        await browser.get('/in');
        assert.equal((await browser.get('/replace')).body, '{"other":1}');
        assert.deepEqual(dataOf(browser), { other: 1 });
        const out = await browser.get('/out');
        assert.equal(out.body, 'true');
        assert.deepEqual(out.setCookie, [
          'session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly',
        ]);
        assert.equal(browser.cookie('session'), undefined);
        const again = await browser.get('/again');
        assert.equal(again.setCookie.length, 1);
        assert.deepEqual(dataOf(browser), { fresh: true });
      },
    );
  });

  it('save, regenerate, destroy, reload and touch, with and without their callbacks', async () => {
    await visit(
      BOTH,
      (app) => {
        app.get('/save', (req, res, next) => {
          const session = sessionOf(req);
          session.n = 1;
          const same = session.save((error) => {
            session.late = true;
            if (error !== undefined) next(error);
            else res.json(same === session);
          });
        });
        app.get('/bad', (req, res) => {
          sessionOf(req).when = new Date(0);
          sessionOf(req).save((error) => {
            sessionOf(req).when = undefined;
            res.json((error as { code?: string }).code);
          });
        });
        app.get('/thrown', (req, res) => {
          sessionOf(req).when = new Date(0);
          throwsCode(() => sessionOf(req).save(), 'ERR_SESSION_BAD_PAYLOAD');
          delete sessionOf(req).when;
          res.json(true);
        });
        app.get('/regenerate', (req, res) => {
          const { id } = sessionOf(req);
          sessionOf(req).regenerate((error) => {
            sessionOf(req).user = 'ada';
            res.json([error ?? null, 'n' in sessionOf(req), sessionOf(req).id === id]);
          });
        });
        app.get('/reload', (req, res) => {
          sessionOf(req).user = 'eve';
          sessionOf(req).extra = 1;
          sessionOf(req).reload(() => res.json(sessionOf(req)));
        });
        app.get('/touch', (req, res) => res.json(sessionOf(req).touch() === sessionOf(req)));
        app.get('/destroy', (req, res) => {
          sessionOf(req).destroy((error) => res.json([error ?? null, req.session === undefined]));
        });
      },
      async (browser) => {
        assert.equal((await browser.get('/save')).body, 'true');
        assert.deepEqual(dataOf(browser), { n: 1, late: true });
        assert.equal((await browser.get('/bad')).body, '"ERR_SESSION_BAD_PAYLOAD"');
        assert.equal((await browser.get('/thrown')).body, 'true');
        assert.equal((await browser.get('/regenerate')).body, '[null,false,false]');
        const { id, ...rest } = dataOf(browser) as { readonly id: string };
        assert.deepEqual(rest, { user: 'ada' });
        assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        assert.equal((await browser.get('/reload')).body, '{"user":"ada"}');
        const touched = await browser.get('/touch');
        assert.deepEqual([touched.body, touched.setCookie.length], ['true', 1]);
        assert.equal((await browser.get('/destroy')).body, '[null,true]');
        assert.equal(browser.cookie('session'), undefined);
      },
    );
  });

  it('refuses its own names as keys, whichever way they are set, and hides those of a foreign token without losing them', async () => {
    const names = ['id', 'cookie', 'save', 'regenerate', 'destroy', 'reload', 'touch', 'delete'];
    await visit(
      BOTH,
      (app) => {
        app.get('/', (req, res) => {
          const session = sessionOf(req);
          for (const name of names) {
            throwsCode(() => {
              (session as Record<string, unknown>)[name] = 1;
            }, 'ERR_SESSION_RESERVED_KEY');
            throwsCode(() => Object.defineProperty(session, name, { value: 1 }), 'ERR_SESSION_RESERVED_KEY');
            assert.equal(name in session, true);
          }
          throwsCode(() => Object.assign(session, { touch: 1 }), 'ERR_SESSION_RESERVED_KEY');
          session.n = 2;
          res.json({ ...session, id: session.id, path: session.cookie.path });
        });
      },
      async (browser) => {
        const token = new Session({ secretKey: SECRET }).encode({
          n: 1,
          id: 'mine',
          touch: 'foreign',
          cookie: { a: 1 },
        });
        browser.setCookie('session', token);
        assert.equal((await browser.get('/')).body, '{"n":2,"id":"mine","path":"/"}');
        assert.deepEqual(dataOf(browser), { n: 2, id: 'mine', touch: 'foreign', cookie: { a: 1 } });
      },
    );
  });

  it('shows the attributes of the cookie in the units of express-session', async () => {
    await visit(
      BOTH,
      (app) => app.get('/', (req, res) => res.json(sessionOf(req).cookie)),
      async (browser) => {
        assert.deepEqual(JSON.parse((await browser.get('/')).body), {
          path: '/',
          httpOnly: true,
          secure: false,
          sameSite: 'Lax',
          maxAge: 60_000,
        });
      },
      expressSession({ secretKey: SECRET, cookieOptions: { sameSite: 'Lax', maxAge: 60 } }),
    );
  });

  it('S13: a crash saves nothing, an HTTP error does', async () => {
    await visit(
      BOTH,
      (app) => {
        app.get('/crash', (req) => {
          sessionOf(req).n = 1;
          throw new Error('crash');
        });
        app.get('/403', (req) => {
          sessionOf(req).tries = 1;
          throw Object.assign(new Error('no'), { status: 403 });
        });
      },
      async (browser) => {
        const crash = await browser.get('/crash');
        assert.deepEqual([crash.status, crash.setCookie], [500, []]);
        const refused = await browser.get('/403');
        assert.deepEqual([refused.status, dataOf(browser)], [403, { tries: 1 }]);
      },
    );
  });

  it('works with connect-flash as it is', async () => {
    const flash = require('connect-flash') as () => Handler;
    await visit(
      BOTH,
      (app) => {
        app.use(flash());
        app.get('/post', (req, res) => {
          req.flash('info', 'saved');
          req.flash('info', 'twice');
          res.redirect('/show');
        });
        app.get('/show', (req, res) => res.json(req.flash('info')));
      },
      async (browser) => {
        assert.equal((await browser.get('/post')).status, 302);
        assert.equal((await browser.get('/show')).body, '["saved","twice"]');
        assert.equal((await browser.get('/show')).body, '[]');
      },
    );
  });

  it('works with passport 0.7 as it is: login, a protected page, logout, and no session fixation', async () => {
    await visit(
      BOTH,
      (app) => {
        const { Passport } = require('passport') as { Passport: new () => Passport };
        const { Strategy } = require('passport-local') as { Strategy: new (verify: Verify) => object };
        const passport = new Passport();
        const users: Readonly<Record<string, string>> = { ada: 'lovelace' };
        passport.use(new Strategy((name, password, done) => done(null, users[name] === password ? { name } : false)));
        passport.serializeUser((user, done) => done(null, user.name));
        passport.deserializeUser((name, done) => done(null, { name }));
        app.use(passport.initialize(), passport.session());
        app.get('/before', (req, res) => {
          sessionOf(req).basket = 3;
          res.json(true);
        });
        // passport-local reads the query as well as the body.
        app.get('/login', passport.authenticate('local', { successRedirect: '/me', failureRedirect: '/no' }));
        app.get('/me', (req, res) => (req.user === undefined ? res.status(401).send('who?') : res.json(req.user)));
        app.get('/out', (req, res, next) => req.logout((error) => (error ? next(error) : res.redirect('/'))));
      },
      async (browser) => {
        await browser.get('/before');
        assert.equal((await browser.get('/me')).status, 401);
        assert.equal((await browser.get('/login?username=ada&password=wrong')).headers.get('location'), '/no');
        assert.equal((await browser.get('/me')).status, 401);
        assert.equal((await browser.get('/login?username=ada&password=lovelace')).headers.get('location'), '/me');
        assert.deepEqual(dataOf(browser), { passport: { user: 'ada' } });
        assert.equal((await browser.get('/me')).body, '{"name":"ada"}');
        assert.equal((await browser.get('/out')).status, 302);
        assert.equal((await browser.get('/me')).status, 401);
      },
    );
  });
});

type Done = (error: unknown, value?: unknown) => void;
type Verify = (name: string, password: string, done: Done) => void;
interface Passport {
  use(strategy: object): void;
  serializeUser(f: (user: { name: string }, done: Done) => void): void;
  deserializeUser(f: (name: string, done: Done) => void): void;
  initialize(): Handler;
  session(): Handler;
  authenticate(name: string, options: object): Handler;
}

describe('the same app under cookie-session, express-session and expressSession', () => {
  const cookieSession = require('cookie-session') as (options: object) => unknown;
  const peer = require('express-session') as (options: object) => unknown;
  const middlewares: Readonly<Record<string, () => unknown>> = {
    'cookie-session': () => cookieSession({ name: 'session', keys: [SECRET] }),
    'express-session': () => peer({ secret: SECRET, resave: false, saveUninitialized: false, unset: 'destroy' }),
    expressSession: () => expressSession(options),
  };
  const build = (app: App): void => {
    app.get('/count', (req, res) => {
      const session = sessionOf(req);
      session.views = (session.views ?? 0) + 1;
      res.json(session.views);
    });
    app.get('/login', (req, res) => {
      sessionOf(req).user = { name: 'ada', roles: ['admin'] };
      res.redirect('/me');
    });
    app.get('/me', (req, res) => res.json(sessionOf(req).user ?? null));
    app.get('/logout', (req, res) => {
      (req as { session: unknown }).session = null;
      res.json(true);
    });
  };
  const script = ['/me', '/count', '/count', '/login', '/me', '/count', '/logout', '/me', '/count'];
  const expected = ['null', '1', '2', '', '{"name":"ada","roles":["admin"]}', '3', 'true', 'null', '1'];

  for (const [name, make] of Object.entries(middlewares)) {
    it(`${name}: counts, logs in and out alike`, async () => {
      await visit(
        BOTH,
        build,
        async (browser) => {
          const bodies: string[] = [];
          for (const path of script) {
            const { status, body } = await browser.get(path);
            bodies.push(status === 302 ? '' : body);
          }
          assert.deepEqual(bodies, expected);
        },
        make(),
      );
    });
  }
});

describe('expressSession: what is said at configuration', () => {
  it('names an unknown option, such as one of express-session', () => {
    for (const unknown of ['resave', 'saveUninitialized', 'secret', 'keys', 'store']) {
      throwsCode(() => expressSession({ secretKey: SECRET, [unknown]: true }), 'ERR_SESSION_BAD_OPTION');
    }
  });
});
