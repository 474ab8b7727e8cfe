// Test users in a real browser: a minted cookie is one that Chromium keeps and sends, and what it gets can be read.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Microdot } from '../../dist/microdot/index.js';
import { hardened, Session, type SessionOptions, withSession } from '../../dist/session/index.js';
import { expireCookie, mintCookie, readSession, tamperCookie } from '../../dist/testing/index.js';
import { needs } from '../support/needs.js';
import { type Browser, type Context, launch } from './chromium.js';
import { HOSTS } from './drivers.js';
import { Site } from './site.js';

const secretKey = 'a secret of this test, long enough for HKDF';

const CASES: readonly (readonly [name: string, scheme: 'https' | 'http', options: SessionOptions])[] = [
  ['hardened, over https', 'https', hardened({ secretKey })],
  ['the defaults, over http', 'http', { secretKey }],
  ["secure: 'auto', over http", 'http', { secretKey, cookieOptions: { secure: 'auto' }, idleTimeout: 600 }],
  ["secure: 'auto', over https", 'https', { secretKey, cookieOptions: { secure: 'auto', sameSite: 'Strict' } }],
  ['a domain, over https', 'https', { secretKey, cookieOptions: { domain: HOSTS.a, secure: true } }],
];

const skip = needs.chromium().skip ?? needs.program('openssl').skip;
describe('the test kit, in Chromium', skip === undefined ? {} : { skip }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launch(['--host-resolver-rules=MAP *.test 127.0.0.1']);
  });
  after(async () => {
    await browser?.close();
  });

  for (const [name, scheme, options] of CASES) {
    describe(name, () => {
      const app = new Microdot();
      new Session(app, options);
      app.get(
        '/me',
        withSession((_request, session) => session.user ?? 'nobody'),
      );
      app.get(
        '/visit',
        withSession((_request, session) => {
          session.visits = (session.visits ?? 0) + 1;
          session.save();
          return '';
        }),
      );
      const site = new Site(app);
      before(() => site.start());
      after(() => site.stop());

      const url = (path: string) => site.url(HOSTS.a, path, scheme);
      const visit = async (use: (context: Context) => Promise<void>): Promise<void> => {
        const context = await browser.newContext({ ignoreHTTPSErrors: true });
        try {
          await use(context);
        } finally {
          await context.close();
        }
      };
      /** What a page of the app says to the visitor. */
      const me = async (context: Context): Promise<unknown> => {
        const page = await context.newPage();
        await page.goto(url('/me'));
        return page.evaluate('document.body.textContent');
      };

      it('logs a test user in', () =>
        visit(async (context) => {
          assert.equal(await me(context), 'nobody');
          await context.addCookies([mintCookie(options, { user: 'ada' }).forBrowser(url('/'))]);
          assert.equal(await me(context), 'ada');
        }));

      it('the app goes on with that cookie, and what it sets is read', () =>
        visit(async (context) => {
          await context.addCookies([mintCookie(options, { user: 'ada' }).forBrowser(url('/'))]);
          const page = await context.newPage();
          for (const visits of [1, 2]) {
            const response = await page.goto(url('/visit'));
            const { data } = readSession(options, (await response?.headersArray()) ?? []);
            assert.deepEqual(data, { user: 'ada', visits });
          }
          assert.equal((await context.cookies()).length, 1);
        }));

      // An address, which has no subdomains: Playwright asks the machine, not the browser, where a name is.
      if (!options.cookieOptions?.domain) {
        it('requests of the context bring the cookie, and their answers are read', () =>
          visit(async (context) => {
            const address = site.url('127.0.0.1', '/visit', scheme);
            await context.addCookies([mintCookie(options, { user: 'ada' }).forBrowser(address)]);
            const response = await context.request.get(address);
            assert.deepEqual(readSession(options, response).data, { user: 'ada', visits: 1 });
          }));
      }

      it('a cookie that is forged or over logs nobody in', () =>
        visit(async (context) => {
          const ada = mintCookie(options, { user: 'ada' });
          await context.addCookies([tamperCookie(options, ada, 'payload-changed').forBrowser(url('/'))]);
          assert.equal(await me(context), 'nobody');
          if (options.idleTimeout === undefined) return;
          await context.addCookies([expireCookie(options, ada).forBrowser(url('/'))]);
          assert.equal(await me(context), 'nobody');
        }));
    });
  }
});
