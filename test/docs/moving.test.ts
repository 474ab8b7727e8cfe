// The hooks of docs/moving.md, between the real cookie-session and express-session and the sessions of this package.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { chdir, cwd } from 'node:process';
import { after, afterEach, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { loadSecret } from '../../dist/secret/index.js';
import { hardened, type SessionOptions } from '../../dist/session/index.js';
import { readSession, Visitor } from '../../dist/testing/index.js';
import { type Served, serveListener } from '../hosts/support/serve.js';
import { ROOT } from '../support/needs.js';
import { tsBlocks } from './blocks.js';
import { type Compiled, compileBlocks } from './compile.js';

const require = createRequire(import.meta.url);

interface Req {
  session: { user?: string } | null;
}
interface App extends RequestListener {
  use(middleware: unknown): void;
  get(path: string, handler: (request: Req, response: { end(): void }) => void): void;
}
const createApp = require('express') as () => App;
const cookieSession = require('cookie-session') as (options: object) => unknown;
const expressSession = require('express-session') as ((options: object) => unknown) & { MemoryStore: new () => object };

const NEW = '__Host-session';
/** Enough of them for their signatures to have every character that a cookie writes in another way. */
const USERS = Array.from({ length: 40 }, (_, index) => `Ada ${index} ✓;"`);

/** An application of before, which logs in whoever `user` is just then. */
function oldApp(middleware: unknown, user: () => string): App {
  const app = createApp();
  app.use(middleware);
  app.get('/login', (request, response) => {
    Object.assign(request.session ?? {}, { user: user(), cart: [{ id: 1 }] });
    response.end();
  });
  return app;
}

/** One browser at https://localhost, where one application takes the other one's place. */
class Site {
  readonly #served: Served[] = [];
  #now: Served | undefined;
  readonly browser: Visitor = new Visitor(({ method, headers, url }) =>
    fetch(this.#now?.url + new URL(url).pathname, { method, headers, redirect: 'manual' }),
  );

  async deploy(app: RequestListener): Promise<void> {
    this.#now = await serveListener(app);
    this.#served.push(this.#now);
  }

  async text(path: string, method = 'GET'): Promise<string> {
    return (await this.browser.fetch(path, { method })).text();
  }

  /** The names of its cookies. */
  get names(): readonly string[] {
    const header = this.browser.cookies.header('https://localhost/') ?? '';
    return header === '' ? [] : header.split('; ').map((pair) => pair.slice(0, pair.indexOf('=')));
  }

  async close(): Promise<void> {
    await Promise.all(this.#served.splice(0).map((served) => served.close()));
  }
}

describe('docs/moving.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'microdot-moving-'));
  const started = cwd();
  const store = new expressSession.MemoryStore();
  let compiled: readonly Compiled[] = [];
  let options: SessionOptions;
  let user = '';

  before(() => {
    const named = tsBlocks('docs/moving.md', readFileSync(join(ROOT, 'docs/moving.md'), 'utf8')).filter(
      ({ name }) => name !== null,
    );
    const result = compileBlocks('moving', named);
    assert.deepEqual(result.errors, []);
    compiled = result.compiled;
    chdir(folder);
    options = hardened({ secretKey: loadSecret('session.key') });
    // What the page says that the reader has.
    Object.assign(globalThis, { store });
  });
  after(() => {
    chdir(started);
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a block of the page exports. */
  async function exportsOf(name: string): Promise<Readonly<Record<string, RequestListener>>> {
    const path = compiled.find((candidate) => basename(candidate.path) === name)?.path ?? assert.fail(name);
    return (await import(pathToFileURL(path).href)) as Readonly<Record<string, RequestListener>>;
  }

  const cases: readonly {
    readonly from: string;
    readonly middleware: unknown;
    readonly file: string;
    readonly app: string;
    readonly cookies: readonly string[];
  }[] = [
    {
      from: 'cookie-session',
      middleware: cookieSession({ name: 'session', keys: ['the keys that cookie-session had'] }),
      file: 'from-cookie-session.mjs',
      app: 'app',
      cookies: ['session', 'session.sig'],
    },
    ...['app', 'appOnServer'].map((app) => ({
      from: 'express-session',
      middleware: expressSession({
        secret: 'the secret that express-session had',
        resave: false,
        saveUninitialized: false,
        store,
      }),
      file: 'from-express-session.mjs',
      app,
      cookies: ['connect.sid'],
    })),
  ];

  for (const { from, middleware, file, app, cookies } of cases) {
    describe(`from ${from} to ${app}`, () => {
      let site = new Site();
      afterEach(() => site.close());

      /** A new browser that was logged in before the change, and comes back after it. */
      const login = async (): Promise<void> => {
        await site.close();
        site = new Site();
        await site.deploy(oldApp(middleware, () => user));
        await site.text('/login');
        assert.deepEqual(site.names, cookies);
        const named = (await exportsOf(file))[app];
        await site.deploy(named ?? assert.fail(app));
      };
      const isStored = app === 'appOnServer';

      it('takes everybody along', async () => {
        for (user of USERS) {
          await login();
          const first = await site.browser.fetch('/');
          assert.equal(await first.text(), `Hello, ${user}!`);
          if (!isStored) assert.deepEqual(readSession(options, first).data, { user, cart: [{ id: 1 }] });
          assert.deepEqual([...site.names].sort(), [NEW, ...cookies].sort());
          // From now on the new cookie is enough, and is not sent again.
          const header = site.browser.cookies.header('https://localhost/') ?? '';
          const cookie = header.split('; ').find((pair) => pair.startsWith(NEW)) ?? '';
          const second = await site.browser.fetch('/', { headers: { cookie } });
          assert.equal(await second.text(), `Hello, ${user}!`);
          assert.deepEqual(second.headers.getSetCookie(), []);
        }
      });

      it('believes no cookie that was changed', async () => {
        user = 'ada';
        await login();
        const good = site.browser.cookies.header('https://localhost/') ?? '';
        const last = good.length - 5;
        const changed = [
          good.slice(0, last) + (good[last] === 'A' ? 'B' : 'A') + good.slice(last + 1),
          good.slice(0, -1),
          `${good}A`,
          `${good.slice(0, -1)}é`,
          good.replace(/=[^;]*/, '='),
          cookies.map((name) => `${name}=`).join('; '),
          '=; ;;; =é',
        ];
        for (const cookie of changed) {
          const response = await site.browser.fetch('/', { headers: { cookie } });
          assert.equal(await response.text(), 'Hello, stranger!', cookie);
          assert.deepEqual(response.headers.getSetCookie(), [], cookie);
        }
      });

      if (isStored) return;
      it('logs out for good', async () => {
        user = 'ada';
        await login();
        assert.equal(await site.text('/'), 'Hello, ada!');
        const before = site.browser.cookies.header('https://localhost/') ?? '';
        assert.equal(await site.text('/logout', 'POST'), 'Bye.');
        assert.deepEqual(site.names, []);
        assert.equal(await site.text('/'), 'Hello, stranger!');
        if (from === 'express-session') {
          const [old = ''] = before.split('; ').filter((pair) => pair.startsWith('connect.sid'));
          const copied = await site.browser.fetch('/', { headers: { cookie: old } });
          assert.equal(await copied.text(), 'Hello, stranger!');
        }
      });
    });
  }
});
