// Koa 2 and 3 for the tests of their habits.
import { createRequire } from 'node:module';
import { Session, type SessionDict } from '../../../dist/session/index.js';
import { type Browser, openBrowser, type Page, serveListener } from './serve.js';

const require = createRequire(import.meta.url);

// The two majors side by side, so their own types are of no use; test/types proves those of Koa 3.
// biome-ignore lint/suspicious/noExplicitAny: Koa itself, without its types
export type Any = any;
export type Next = () => Promise<unknown>;
export type Handler = (ctx: Any, session: SessionDict, next: Next) => unknown;

export const MAJORS = ['koa', 'koa2'];
export const SECRET = 'a secret of thirty-two bytes or so';
const reader = new Session({ secretKey: SECRET });

/** The `Set-Cookie` line of a save. */
export const line = (data: object): string => `session=${reader.encode(data)}; Path=/; HttpOnly`;
export const SAVED = [line({ n: 1 })];
export const REMOVAL = 'session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly';
export const cookieOf = (data: object): Readonly<Record<string, string>> => ({
  Cookie: `session=${reader.encode(data)}`,
});
/** What the session's cookie in a browser holds. */
export const dataOf = (browser: Browser): unknown => reader.decode(browser.cookie('session') ?? '');

/** A new application that prints nothing of what it answers 500 to. */
export function createKoa(major: string): Any {
  const app = new (require(major) as new () => Any)();
  app.silent = true;
  return app;
}

export function createRouter(): Any {
  const { Router } = require('@koa/router') as { Router: new () => Any };
  return new Router();
}

/** An application under a path of another one, as koa-mount has it: its middleware, with the outer one's context. */
export function mount(prefix: string, app: Any): (ctx: Any, next: Next) => Promise<unknown> {
  const run = (require('koa-compose') as (middleware: unknown) => (ctx: Any, next: Next) => Promise<unknown>)(
    app.middleware,
  );
  return async (ctx, next) => (ctx.path.startsWith(prefix) ? run(ctx, next) : next());
}

export async function withBrowser<V>(app: Any, run: (browser: Browser, url: string) => Promise<V>): Promise<V> {
  const { url, close } = await serveListener(app.callback());
  try {
    return await run(openBrowser(url), url);
  } finally {
    await close();
  }
}

/** The page of a request with no cookie. */
export const pageOf = (app: Any, path = '/', headers: Readonly<Record<string, string>> = {}): Promise<Page> =>
  withBrowser(app, (browser) => browser.get(path, headers));

export const increment = (session: SessionDict): void => {
  session.n = ((session.n as number | undefined) ?? 0) + 1;
  session.save();
};
