// The page of the example in a real browser: what a person sees, does with the keyboard, and cannot be tricked into.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Project } from '../examples/server.js';
import { needs, ROOT } from '../support/needs.js';
import { type Browser, type Context, type ContextOptions, launch, type Page } from './chromium.js';
import { CONTRASTS } from './contrasts.js';

const DESKTOP = { width: 1280, height: 860 };

describe('the page of the example, in Chromium', needs.chromium(), () => {
  let project: Project;
  let browser: Browser;
  before(async () => {
    project = new Project();
    // Known, so that the pictures of the page do not change from run to run.
    writeFileSync(project.keyFile, `${'the-key-of-this-test-'.repeat(3)}\n`, { mode: 0o600 });
    await project.start();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await project?.remove();
  });

  /** Opens the page as a new visitor; whatever goes wrong in it fails the test. */
  async function visit(use: (page: Page, context: Context) => Promise<void>, options?: Partial<ContextOptions>) {
    const context = await browser.newContext({ viewport: DESKTOP, reducedMotion: 'reduce', ...options });
    try {
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (!message.text().includes('ERR_CONNECTION_REFUSED')) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('request', (request) => {
        const url = request.url();
        if (!url.startsWith(project.url) && !url.startsWith('data:')) complaints.push(`asked ${url}`);
      });
      await page.goto(project.url);
      await shows(page, 0, 'No cookie yet');
      await use(page, context);
      assert.deepEqual(complaints, []);
    } finally {
      await context.close();
    }
  }

  async function shows(page: Page, count: number, result: string): Promise<void> {
    await page.locator('#result', { hasText: new RegExp(result) }).waitFor();
    assert.equal(await page.locator('#count').textContent(), String(count));
  }

  const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

  async function countTo(page: Page, n: number): Promise<void> {
    for (let i = 1; i <= n; i++) await press(page, 'Count');
    await shows(page, n, `Counted: ${n}\\.`);
  }

  async function isReadable(page: Page): Promise<void> {
    for (const [selector, ratio] of (await page.evaluate(CONTRASTS)) as [string, number][]) {
      assert.ok(ratio >= 4.5, `${selector} has contrast ${ratio.toFixed(2)}; WCAG 1.4.3 asks 4.5`);
    }
  }

  it('counts, and goes on after a reload', () =>
    visit(async (page) => {
      await countTo(page, 3);
      await page.reload();
      await shows(page, 3, 'Welcome back');
    }));

  it('shows the cookie in its three parts, and its size', () =>
    visit(async (page, context) => {
      assert.equal(await page.locator('#token').textContent(), 'none yet');
      assert.equal(await page.locator('#size').textContent(), '0 of 4096 bytes (0.0 %)');
      await countTo(page, 1);
      const token = (await page.locator('#token').textContent()) ?? '';
      assert.match(token, /^session=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9\.eyJuIjoxfQ\.[\w-]{43}$/);
      const parts = token.slice('session='.length).split('.');
      assert.equal(await page.locator('#token .header').textContent(), parts[0]);
      assert.equal(await page.locator('#token .payload').textContent(), parts[1]);
      assert.equal(await page.locator('#token .signature').textContent(), parts[2]);
      assert.equal(await page.locator('#header').textContent(), '{"alg":"HS256","typ":"JWT"}');
      assert.equal(await page.locator('#payload').textContent(), '{"n":1}');
      const signature = (await page.locator('#signature').textContent()) ?? '';
      assert.equal(Buffer.from(signature.replaceAll(' ', ''), 'hex').toString('base64url'), parts[2]);
      assert.equal(await page.locator('#verdict').getAttribute('data-tone'), 'good');
      assert.equal(await page.locator('#size').textContent(), '98 of 4096 bytes (2.4 %)');
      const [cookie, ...others] = await context.cookies();
      assert.deepEqual(others, []);
      const { name, path, httpOnly, expires } = cookie;
      assert.deepEqual({ name, path, httpOnly, expires }, { name: 'session', path: '/', httpOnly: true, expires: -1 });
      assert.equal(await page.evaluate('document.cookie'), '', 'no script sees the cookie');
    }));

  it('survives a restart of the server, and says when there is none', () =>
    visit(async (page) => {
      await countTo(page, 2);
      await project.stop();
      await press(page, 'Count');
      await shows(page, 2, 'The server does not answer');
      await project.start();
      await press(page, 'Count');
      await shows(page, 3, 'Counted: 3\\.');
    }));

  it('forgets', () =>
    visit(async (page, context) => {
      await countTo(page, 2);
      await press(page, 'Forget me');
      await shows(page, 0, 'Forgotten');
      assert.equal(await page.locator('#token').textContent(), 'none yet');
      assert.deepEqual(await context.cookies(), []);
      await press(page, 'Forget me');
      await shows(page, 0, 'nothing to forget');
      await press(page, 'Tamper');
      await shows(page, 0, 'no token to tamper with');
      await countTo(page, 1);
    }));

  it('shows that a flipped bit is noticed and starts the visitor afresh', () =>
    visit(async (page) => {
      await countTo(page, 3);
      await press(page, 'Tamper');
      await shows(page, 0, 'One bit of the payload flipped');
      assert.equal(await page.locator('#payload').textContent(), '{"n":2}');
      assert.equal(await page.locator('#payload mark').textContent(), '2');
      assert.equal(await page.locator('#token .payload mark').count(), 1);
      assert.equal(await page.locator('#token .signature mark').count(), 0);
      assert.equal(await page.locator('#verdict').getAttribute('data-tone'), 'bad');
      await press(page, 'Count');
      await shows(page, 1, 'Counted from the start: 1\\.');
      assert.equal(await page.locator('#verdict').getAttribute('data-tone'), 'good');
    }));

  it('takes the tampering back: everything is in the cookie', () =>
    visit(async (page) => {
      await countTo(page, 3);
      await press(page, 'Tamper');
      await shows(page, 0, 'One bit of the payload flipped');
      await press(page, 'Undo tampering');
      await shows(page, 3, 'you are at 3 again');
      await page.getByRole('button', { name: 'Tamper', exact: true }).waitFor();
    }));

  it('works with the keyboard alone, with a visible focus that stays where it is', () =>
    visit(async (page) => {
      const focused = (): Promise<unknown> => page.evaluate('document.activeElement.id');
      await page.keyboard.press('Tab');
      assert.equal(await focused(), 'do-count');
      const outline = 'getComputedStyle(document.activeElement).outlineStyle';
      assert.equal(await page.evaluate(outline), 'solid');
      await page.keyboard.press('Enter');
      await shows(page, 1, 'Counted: 1\\.');
      await page.keyboard.press('Space');
      await shows(page, 2, 'Counted: 2\\.');
      assert.equal(await focused(), 'do-count');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await shows(page, 0, 'One bit of the payload flipped');
      assert.equal(await focused(), 'do-tamper');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      await shows(page, 0, 'Forgotten');
      assert.equal(await focused(), 'do-forget');
      assert.equal(await page.locator('#result').getAttribute('role'), 'status', 'screen readers hear the result');
    }));

  for (const width of [320, 360]) {
    it(`fits a phone ${width} pixels wide, with buttons for a thumb`, () =>
      visit(
        async (page) => {
          await countTo(page, 1);
          assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
          await press(page, 'Tamper');
          await shows(page, 0, 'One bit of the payload flipped');
          assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
          for (const name of ['Count', 'Undo tampering', 'Forget me']) {
            const box = await page.getByRole('button', { name, exact: true }).boundingBox();
            assert.ok(box !== null && box.height >= 44 && box.width >= 44, name);
          }
        },
        { viewport: { width, height: 640 } },
      ));
  }

  it('shows what it does not trust as text', async () => {
    const context = await browser.newContext({ viewport: DESKTOP });
    try {
      const html = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
      const segment = Buffer.from(html).toString('base64url');
      await context.addCookies([{ name: 'session', value: `${segment}.${segment}.<b>bold</b>.<i>`, url: project.url }]);
      const page = await context.newPage();
      await page.goto(project.url);
      await shows(page, 0, 'did not sign');
      assert.equal(await page.locator('#payload').textContent(), html);
      assert.equal(await page.locator('img, main script, #token b, #token i').count(), 0);
      assert.equal(await page.evaluate('document.title'), 'A counter in a signed cookie');
    } finally {
      await context.close();
    }
  });

  it('is light or dark as the visitor prefers, with text that can be read in both', async () => {
    const backgrounds: unknown[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await visit(
        async (page) => {
          await countTo(page, 7);
          backgrounds.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
          await page.mouse.move(0, 0);
          await isReadable(page);
          if (process.env.SCREENSHOT === '1') {
            mkdirSync(join(ROOT, 'docs', 'images'), { recursive: true });
            await page.screenshot({ path: join(ROOT, 'docs', 'images', `counter-${colorScheme}.png`), fullPage: true });
          }
          await press(page, 'Tamper');
          await shows(page, 0, 'One bit of the payload flipped');
          await isReadable(page);
        },
        { colorScheme, viewport: { width: 1040, height: 780 } },
      );
    }
    assert.deepEqual(backgrounds, ['rgb(246, 246, 243)', 'rgb(19, 20, 24)']);
  });
});
