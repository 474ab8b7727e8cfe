// Login examples in a real browser: the form, the message that is shown once, "remember me", and the way back after a logout.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LoginProcess } from '../examples/login-process.js';
import { needs } from '../support/needs.js';
import { type Browser, type Context, launch, type Page } from './chromium.js';

const HOUR = 60 * 60;
const MONTH = 30 * 24 * HOUR;

/** Browsers keep whole pages for the way back, whatever Vary says; playwright starts its own without that. */
const WITH_BACK_FORWARD_CACHE = [['--enable-features=BackForwardCache'], ['--disable-back-forward-cache']] as const;

/** A folder for pictures of the pages, for a look at them. */
const PICTURES = process.env.PICTURES ?? '';

describe('the login example, in Chromium', needs.chromium(), () => {
  let browser: Browser;
  before(async () => {
    browser = await launch(...WITH_BACK_FORWARD_CACHE);
  });
  after(() => browser?.close());

  for (const name of ['express', 'hono', 'cookies']) {
    describe(name, () => {
      let example: LoginProcess;
      before(async () => {
        example = await LoginProcess.start(name);
      });
      after(() => example?.stop());

      /** Opens the page as a new visitor; whatever goes wrong in it fails the test. */
      async function visit(use: (page: Page, context: Context) => Promise<void>): Promise<void> {
        const context = await browser.newContext({ viewport: { width: 480, height: 640 } });
        try {
          const page = await context.newPage();
          const complaints: string[] = [];
          page.on('pageerror', (error) => complaints.push(String(error)));
          page.on('console', (message) => {
            // Chromium asks for an icon, which the examples have not.
            if (!message.text().includes('404')) complaints.push(message.text());
          });
          await page.goto(example.url);
          assert.deepEqual(await context.cookies(), []);
          await use(page, context);
          assert.deepEqual(complaints, []);
        } finally {
          await context.close();
        }
      }

      const picture = async (page: Page, title: string): Promise<void> => {
        if (PICTURES !== '') await page.screenshot({ path: `${PICTURES}/${name}-${title}.png`, fullPage: true });
      };

      const press = (page: Page, button: string): Promise<void> =>
        page.getByRole('button', { name: button, exact: true }).click();

      async function logIn(page: Page, password: string, remember = false): Promise<void> {
        await page.getByLabel('Name').fill('ada');
        await page.getByLabel('Password').fill(password);
        if (remember) await page.getByLabel('Remember me for 30 days').check();
        await press(page, 'Log in');
      }

      /** Waits for a message, and asserts that it is all that the page says. */
      async function hears(page: Page, message: string): Promise<void> {
        await page.locator('[role=status]', { hasText: new RegExp(message) }).waitFor();
        assert.equal(await page.getByRole('status').textContent(), message);
      }
      const seesForm = (page: Page): Promise<void> =>
        page.getByRole('button', { name: 'Log in', exact: true }).waitFor();
      const seesHome = (page: Page): Promise<void> => page.locator('p', { hasText: /^You are ada\.$/ }).waitFor();

      /** Asserts that the browser has one cookie, and how long it is going to keep it. */
      async function keeps(context: Context, lifetime: number, since: number): Promise<void> {
        const until = Date.now() / 1000;
        const [cookie, ...others] = await context.cookies();
        assert.deepEqual(others, []);
        assert.deepEqual([cookie.name, cookie.path, cookie.httpOnly, cookie.sameSite], ['session', '/', true, 'Lax']);
        const { expires } = cookie;
        assert.ok(expires >= since + lifetime - 1 && expires <= until + lifetime + 1, `until ${expires}`);
      }

      it('a wrong password is told once', () =>
        visit(async (page) => {
          await picture(page, '1-first');
          await logIn(page, 'guess');
          await hears(page, 'No such name and password.');
          await picture(page, '2-wrong');
          await seesForm(page);
          assert.equal(await page.getByLabel('Name').inputValue(), '');
          await page.reload();
          await seesForm(page);
          assert.equal(await page.getByRole('status').count(), 0);
        }));

      it('a login is a cookie for an hour, and for thirty days with "remember me"', () =>
        visit(async (page, context) => {
          let since = Date.now() / 1000;
          await logIn(page, 'lovelace');
          await hears(page, 'Welcome back.');
          await seesHome(page);
          await picture(page, '3-home');
          await keeps(context, HOUR, since);
          await press(page, 'Log out');
          await hears(page, 'You are logged out.');
          since = Date.now() / 1000;
          await logIn(page, 'lovelace', true);
          await hears(page, 'Welcome back.');
          await keeps(context, MONTH, since);
        }));

      it('after a logout the way back leads to the form, not to a page that was kept', () =>
        visit(async (page) => {
          await logIn(page, 'lovelace');
          await hears(page, 'Welcome back.');
          // At another address than the form, and without a message, so that it sets no cookie: a page that may be kept.
          await page.goto(`${example.url}/?kept`);
          await seesHome(page);
          await press(page, 'Log out');
          await hears(page, 'You are logged out.');
          await picture(page, '4-out');
          await page.goBack();
          await seesForm(page);
          assert.equal(page.url(), `${example.url}/?kept`);
          assert.equal(await page.locator('p', { hasText: /You are/ }).count(), 0);
          await picture(page, '5-back');
        }));
    });
  }
});
