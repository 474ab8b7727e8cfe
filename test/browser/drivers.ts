// Chromium and Firefox behind one small interface: visitors with cookie jars of their own, on hosts that all mean 127.0.0.1.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firefoxPath, importTool } from '../support/needs.js';
import { type ContextOptions, launch, launchProfile } from './chromium.js';

/** A person with a browser profile of their own. */
export interface Visitor {
  goto(url: string): Promise<unknown>;
  /** Evaluates an expression in the page, and waits where it is a promise. */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

export interface Driver {
  visitor(): Promise<Visitor>;
  close(): Promise<void>;
}

/** Names of two sites (registrable domains), one with a subdomain. `.test` is nobody's (RFC 6761, section 6.2). */
export const HOSTS = { a: 'site-a.test', subA: 'sub.site-a.test', b: 'site-b.test' } as const;

/** How a browser is started. */
export interface DriverOptions {
  /** Whether pages may send the cookies of other sites along, which private windows and Firefox do not do by default. */
  readonly thirdParty: boolean;
}

const RESOLVE = '--host-resolver-rules=MAP *.test 127.0.0.1';

export async function openChromium({ thirdParty }: DriverOptions = { thirdParty: false }): Promise<Driver> {
  const options = { ignoreHTTPSErrors: true };
  if (thirdParty) return openLenientChromium(options);
  const browser = await launch([RESOLVE]);
  return { visitor: async () => visitorOf(await browser.newContext(options)), close: () => browser.close() };
}

/** With a profile that says so: there is no flag for it, and contexts are private windows, which have a rule of their own. */
async function openLenientChromium(options: ContextOptions): Promise<Driver> {
  const folder = mkdtempSync(join(tmpdir(), 'microdot-chromium-'));
  mkdirSync(join(folder, 'Default'));
  const preferences = { profile: { cookie_controls_mode: 0, block_third_party_cookies: false } };
  writeFileSync(join(folder, 'Default', 'Preferences'), JSON.stringify(preferences));
  const profile = await launchProfile(folder, [RESOLVE], options);
  return {
    visitor: () => visitorOf(profile),
    async close() {
      await profile.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** What contexts of both drivers have. */
interface ContextLike {
  newPage(): Promise<Pick<Visitor, 'goto' | 'evaluate'>>;
  close(): Promise<void>;
}

async function visitorOf(context: ContextLike): Promise<Visitor> {
  const page = await context.newPage();
  return {
    goto: (url) => page.goto(url),
    evaluate: (expression) => page.evaluate(expression),
    close: () => context.close(),
  };
}

interface Puppeteer {
  launch(options: object): Promise<{ createBrowserContext(): Promise<ContextLike>; close(): Promise<void> }>;
}

const FIREFOX_PREFERENCES = {
  'network.dns.localDomains': Object.values(HOSTS).join(','),
  // A typed http:// address is to be asked as it is: that no cookie goes there is what the test is about.
  'dom.security.https_first': false,
};

/** playwright cannot drive Debian's Firefox; puppeteer can, over WebDriver BiDi. */
export async function openFirefox({ thirdParty }: DriverOptions = { thirdParty: false }): Promise<Driver> {
  // A CommonJS module: all of it is the default export.
  const { default: puppeteer } = await importTool<{ default: Puppeteer }>('puppeteer-core');
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: firefoxPath(),
    headless: true,
    acceptInsecureCerts: true,
    // 5 is what a new profile has: cookies of other sites are kept apart for each top-level site.
    extraPrefsFirefox: { ...FIREFOX_PREFERENCES, 'network.cookie.cookieBehavior': thirdParty ? 0 : 5 },
  });
  return {
    visitor: async () => visitorOf(await browser.createBrowserContext()),
    close: () => browser.close(),
  };
}
