// Chromium, driven by playwright-core: what the tests use of it, whose types are there only when tools/ is installed.
import type { BrowserCookie } from '../../dist/testing/index.js';
import { chromiumPath, importTool } from '../support/needs.js';

export interface Locator {
  waitFor(): Promise<void>;
  click(): Promise<void>;
  fill(text: string): Promise<void>;
  check(): Promise<void>;
  inputValue(): Promise<string>;
  textContent(): Promise<string | null>;
  getAttribute(name: string): Promise<string | null>;
  count(): Promise<number>;
  boundingBox(): Promise<{ readonly width: number; readonly height: number } | null>;
}
export interface Page {
  goto(url: string): Promise<{ headersArray(): Promise<{ readonly name: string; readonly value: string }[]> } | null>;
  reload(): Promise<unknown>;
  goBack(): Promise<unknown>;
  url(): string;
  locator(selector: string, options?: { hasText?: RegExp }): Locator;
  getByRole(role: string, options?: { name: string; exact?: boolean }): Locator;
  getByLabel(text: string, options?: { exact?: boolean }): Locator;
  evaluate(expression: string): Promise<unknown>;
  readonly mouse: { move(x: number, y: number): Promise<void> };
  readonly keyboard: { press(key: string): Promise<void> };
  screenshot(options: { path: string; fullPage: boolean }): Promise<unknown>;
  on(event: 'console', listener: (message: { type(): string; text(): string }) => void): void;
  on(event: 'pageerror', listener: (error: Error) => void): void;
  on(event: 'request', listener: (request: { url(): string }) => void): void;
}
export interface Answer {
  headersArray(): { readonly name: string; readonly value: string }[];
}
export interface Context {
  /** Sends requests with the cookies of the context. */
  readonly request: { get(url: string): Promise<Answer> };
  newPage(): Promise<Page>;
  addCookies(cookies: readonly (BrowserCookie | { name: string; value: string; url: string })[]): Promise<void>;
  cookies(): Promise<{ name: string; path: string; httpOnly: boolean; expires: number; sameSite: string }[]>;
  close(): Promise<void>;
}
export interface ContextOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly ignoreHTTPSErrors?: boolean;
  readonly colorScheme?: 'light' | 'dark';
  readonly reducedMotion?: 'reduce';
  readonly deviceScaleFactor?: number;
}
export interface Browser {
  newContext(options: ContextOptions): Promise<Context>;
  close(): Promise<void>;
}
interface LaunchOptions {
  readonly executablePath: string;
  readonly args: readonly string[];
  readonly ignoreDefaultArgs?: readonly string[];
}
interface Playwright {
  readonly chromium: {
    launch(options: LaunchOptions): Promise<Browser>;
    launchPersistentContext(folder: string, options: LaunchOptions & ContextOptions): Promise<Context>;
  };
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

async function playwright(): Promise<Playwright['chromium']> {
  // A CommonJS module: all of it is the default export.
  return (await importTool<{ default: Playwright }>('playwright-core')).default.chromium;
}

/** @param without flags of playwright's own that the browser is to be started without */
export async function launch(flags: readonly string[] = [], without: readonly string[] = []): Promise<Browser> {
  const options = { executablePath: chromiumPath(), args: [...FLAGS, ...flags], ignoreDefaultArgs: without };
  return (await playwright()).launch(options);
}

/** A browser with the profile in a folder; contexts of {@link launch} are private windows. */
export async function launchProfile(
  folder: string,
  flags: readonly string[],
  options: ContextOptions,
): Promise<Context> {
  const launching = { executablePath: chromiumPath(), args: [...FLAGS, ...flags], ...options };
  return (await playwright()).launchPersistentContext(folder, launching);
}
