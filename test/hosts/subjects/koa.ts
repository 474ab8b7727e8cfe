// Koa 2 and 3 over a socket.
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { type KoaApp, type KoaContext, koaHost } from '../../../dist/hosts/koa.js';
import { type SessionDict, withSession } from '../../../dist/session/index.js';
import type { Answer, HostSubject } from '../../../dist/testing/subject.js';
import { runServer } from '../support/run-server.js';

const require = createRequire(import.meta.url);

// The two majors side by side, so their own types are of no use; test/types proves those of Koa 3.
interface Context extends KoaContext {
  readonly path: string;
  status: number;
  body: unknown;
  set(headers: Readonly<Record<string, string>>): void;
  append(name: string, value: string): void;
  throw(status: number): never;
}
type Next = () => Promise<unknown>;
interface App extends KoaApp<Context> {
  silent: boolean;
  use(middleware: (ctx: Context, next: Next) => unknown): void;
  callback(): RequestListener;
}

function send(ctx: Context, { status = 200, headers = {}, cookies = [], body = '' }: Answer): void {
  ctx.body = typeof body === 'string' ? body : Readable.from(body);
  ctx.status = status;
  ctx.set(headers);
  for (const cookie of cookies) ctx.append('Set-Cookie', cookie);
}

const subject = (name: string, major: string): HostSubject => ({
  name,
  start: async ({ install, routes, onError }) => {
    const app = new (require(major) as new () => App)();
    // What it answers 500 to, it prints.
    app.silent = true;
    install(koaHost(app));
    const abortOf = (ctx: Context) => (status: number) => ctx.throw(status);
    if (onError !== undefined) {
      app.use(async (ctx, next) => {
        try {
          await next();
        } catch (error) {
          send(ctx, await onError(error, { request: ctx, abort: abortOf(ctx) }));
        }
      });
    }
    for (const [path, handler] of Object.entries(routes)) {
      const visit = withSession(async (ctx: Context, session: SessionDict) =>
        send(ctx, await handler({ request: ctx, session, abort: abortOf(ctx) })),
      );
      app.use((ctx, next) => (ctx.path === path ? visit(ctx) : next()));
    }
    return runServer(createServer(app.callback()));
  },
});

export const koa3Subject = subject('koa 3', 'koa');
export const koa2Subject = subject('koa 2', 'koa2');
