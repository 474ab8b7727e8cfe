// koaSession: `ctx.session` as the users of koa-session know it, with autoSave and without.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { koaHost, koaSession } from '../../dist/hosts/koa.js';
import { Session, type SessionDict, type SessionOptions, withSession } from '../../dist/session/index.js';
import { throwsCode } from '../support/errors.js';
import {
  type Any,
  cookieOf,
  createKoa,
  createRouter,
  dataOf,
  increment,
  line,
  MAJORS,
  type Next,
  pageOf,
  REMOVAL,
  SAVED,
  SECRET,
  withBrowser,
} from './support/koa.js';

type Visit = (ctx: Any) => unknown;

for (const major of MAJORS) {
  const create = (options: SessionOptions = {}): Any =>
    createKoa(major).use(koaSession({ secretKey: SECRET, ...options }));

  /** The page of one handler; what it returns is the body. */
  const answer = (visit: Visit, options: SessionOptions = {}, cookie: object | null = null) => {
    const app = create(options);
    app.use((ctx: Any) => {
      ctx.body = visit(ctx);
    });
    return pageOf(app, '/', cookie === null ? {} : cookieOf(cookie));
  };

  describe(`${major}: koaSession`, () => {
    it('gives a lazy ctx.session, the same dict at every read, which is saved when one says so', async () => {
      const count = (ctx: Any): unknown => {
        assert.equal(ctx.session, ctx.session);
        increment(ctx.session);
        return ctx.session;
      };
      const page = await answer(count, {}, { n: 4 });
      assert.deepEqual([page.body, page.setCookie], ['{"n":5}', [line({ n: 5 })]]);
      const read = await answer((ctx) => ctx.session.n, {}, { n: 4 });
      assert.deepEqual([read.body, read.setCookie, read.headers.get('vary')], ['4', [], 'Cookie']);
      const none = await answer((ctx) => Object.hasOwn(ctx.res, 'writeHead'), {}, { n: 4 });
      assert.deepEqual([none.body, none.setCookie, none.headers.get('vary')], ['false', [], null]);
      const unsaved = await answer((ctx) => {
        ctx.session.n = 1;
        return 'ok';
      });
      assert.deepEqual(unsaved.setCookie, []);
    });

    it('autoSave: what was changed goes out by itself, however deep, and nothing else does', async () => {
      const app = create({ autoSave: true });
      app.use((ctx: Any) => {
        const { session } = ctx;
        if (ctx.path === '/add') {
          session.cart ??= [];
          session.cart.push('tea');
        }
        ctx.body = session;
      });
      await withBrowser(app, async (browser) => {
        assert.deepEqual((await browser.get('/look')).setCookie, []);
        await browser.get('/add');
        assert.equal((await browser.get('/add')).body, '{"cart":["tea","tea"]}');
        assert.deepEqual((await browser.get('/look')).setCookie, []);
        assert.deepEqual(dataOf(browser), { cart: ['tea', 'tea'] });
      });
    });

    it('autoSave with ctx.throw, with a crash, and with error middleware', async () => {
      const app = create({ autoSave: true });
      app.use(async (ctx: Any, next: Next) => {
        try {
          await next();
        } catch (error) {
          if (ctx.path !== '/taken') throw error;
          ctx.body = 'sorry';
        }
      });
      app.use((ctx: Any) => {
        ctx.session.n = 1;
        if (ctx.path === '/throw') ctx.throw(401);
        throw new Error('crash');
      });
      const found: unknown[] = [];
      for (const path of ['/throw', '/crash', '/taken']) {
        const { status, setCookie } = await pageOf(app, path);
        found.push([status, setCookie]);
      }
      assert.deepEqual(found, [
        [401, SAVED],
        [500, []],
        [200, SAVED],
      ]);
    });

    for (const autoSave of [false, true]) {
      const options = { autoSave };
      const name = autoSave ? 'autoSave: ' : '';

      it(`${name}ctx.session = null has the browser forget it, and reads as null`, async () => {
        for (const end of [null, undefined]) {
          const page = await answer(
            (ctx) => {
              ctx.session.extra = true;
              ctx.session = end;
              return [ctx.session];
            },
            options,
            { user: 'ada' },
          );
          assert.deepEqual([page.body, page.setCookie], ['[null]', [REMOVAL]]);
        }
      });

      it(`${name}an object takes the place of the data`, async () => {
        const page = await answer(
          (ctx) => {
            const { session } = ctx;
            ctx.session = { n: 1 };
            assert.equal(ctx.session, session);
            if (!autoSave) session.save();
            return session;
          },
          options,
          { user: 'ada' },
        );
        assert.deepEqual([page.body, page.setCookie], ['{"n":1}', SAVED]);
      });

      it(`${name}an object after null is a new session`, async () => {
        const page = await answer(
          (ctx) => {
            ctx.session = null;
            ctx.session = {};
            ctx.session.n = 1;
            if (!autoSave) ctx.session.save();
            return ctx.session;
          },
          options,
          { user: 'ada' },
        );
        assert.deepEqual([page.body, page.setCookie], ['{"n":1}', SAVED]);
      });

      it(`${name}null after all, and an empty object after null: the cookie is removed`, async () => {
        for (const last of [null, {}]) {
          const page = await answer(
            (ctx) => {
              ctx.session = null;
              ctx.session = { n: 1 };
              ctx.session = null;
              ctx.session = last;
              return 'ok';
            },
            options,
            { user: 'ada' },
          );
          assert.deepEqual(page.setCookie, [REMOVAL]);
        }
      });
    }

    it('the session may be assigned to itself', async () => {
      const page = await answer(
        (ctx) => {
          const { session } = ctx;
          ctx.session = session;
          return session;
        },
        { autoSave: true },
        { n: 1 },
      );
      assert.deepEqual([page.body, page.setCookie], ['{"n":1}', []]);
    });

    it('refuses whatever else is assigned', async () => {
      const page = await answer(
        (ctx) => {
          const assign = (value: unknown) => () => {
            ctx.session = value;
          };
          for (const value of [false, 0, 'text', [1], () => 1]) throwsCode(assign(value), 'ERR_SESSION_BAD_PAYLOAD');
          throwsCode(assign({ save: 1 }), 'ERR_SESSION_RESERVED_KEY');
          return 'checked';
        },
        {},
        { n: 1 },
      );
      assert.deepEqual([page.body, page.setCookie], ['checked', []]);
    });

    it('ctx.session = null after the head is too late, and says so', async () => {
      const page = await answer((ctx) => {
        ctx.status = 200;
        ctx.flushHeaders();
        throwsCode(() => {
          ctx.session = null;
        }, 'ERR_SESSION_HEADERS_SENT');
        return 'checked';
      });
      assert.deepEqual([page.body, page.setCookie], ['checked', []]);
    });

    it('withSession works behind it, and nothing outside of it knows the session', async () => {
      const app = createKoa(major);
      const seen: unknown[] = [];
      app.use(async (ctx: Any, next: Next) => {
        seen.push('session' in ctx);
        await next();
      });
      const router = createRouter();
      router.get(
        '/in',
        koaSession({ secretKey: SECRET }),
        withSession((ctx: Any, session: SessionDict) => {
          increment(session);
          ctx.body = session === ctx.session;
        }),
      );
      router.get(
        '/out',
        withSession((ctx: Any) => {
          ctx.body = 'never';
        }),
      );
      app.use(router.routes());
      const page = await pageOf(app, '/in');
      assert.deepEqual([page.body, page.setCookie], ['true', SAVED]);
      assert.equal((await pageOf(app, '/out')).status, 500);
      assert.deepEqual(seen, [false, false]);
    });

    it("S9: stands beside the app's own session, which withSession finds", async () => {
      const app = createKoa(major);
      new Session(koaHost(app), { secretKey: SECRET });
      app.use(koaSession({ secretKey: SECRET, cookieName: 'other' }));
      app.use(
        withSession((ctx: Any, session: SessionDict) => {
          increment(session);
          ctx.session.other = true;
          ctx.session.save();
          ctx.body = session;
        }),
      );
      const page = await pageOf(app);
      const other = line({ other: true }).replace('session=', 'other=');
      assert.deepEqual([page.body, page.setCookie], ['{"n":1}', [...SAVED, other]]);
    });

    it('names an unknown option, such as one of koa-session', () => {
      for (const unknown of ['key', 'maxAge', 'rolling', 'renewal', 'store', 'signed']) {
        throwsCode(() => koaSession({ secretKey: SECRET, [unknown]: true }), 'ERR_SESSION_BAD_OPTION');
      }
    });
  });
}
