// Entry `microdot/session/koa`: sessions in Koa 2 and 3.

import { SESSION, type SessionHost, type SessionLike } from '../session/host.js';
import type { SessionOptions } from '../session/options.js';
import { Session } from '../session/session.js';
import { offerSession } from './koa/context-session.js';
import { watchErrors } from './koa/errors.js';
import type { HeadJar } from './shared/head.js';
import { jarOf, markAll, noRequest } from './shared/jars.js';
import { ServerJar, type ServerRequest, type ServerResponse } from './shared/server-response.js';

export type { KoaSessionContext } from './koa/context-session.js';

/** The part of Koa's context, the `ctx` of its middleware, that a host stands on. */
export interface KoaContext {
  readonly req: ServerRequest;
  readonly res: ServerResponse & { readonly statusCode: number };
  readonly secure: boolean;
  /** Where Koa answers an error that no middleware took. */
  onerror(error: unknown): void;
}

/** A middleware of Koa. */
export type KoaMiddleware = (ctx: KoaContext, next: () => Promise<unknown>) => Promise<unknown>;

/** The part of an application that a host stands on. */
export interface KoaApp<C extends object = KoaContext> {
  /** What the contexts of the application inherit from. */
  readonly context: object;
  /** What `app.use` adds to. */
  readonly middleware: ((ctx: C, next: () => Promise<unknown>) => unknown)[];
}

const hosts = new WeakMap<object, SessionHost<KoaContext>>();

/**
 * The host of a Koa application, the same one at every call. It may be made before or after the middleware; that of an
 * application which is mounted on another one before it is mounted.
 *
 * @example
 * const app = new Koa();
 * new Session(koaHost(app), { secretKey });
 * app.use(withSession((ctx, session, next) => { ... }));
 */
export function koaHost<C extends KoaContext>(app: KoaApp<C>): SessionHost<C> {
  const known = hosts.get(app);
  if (known !== undefined) return known;
  let session: SessionLike | undefined;
  markAll(app.context, () => session);
  // What is mounted runs with the context of the outer application: its middleware is all that it brings along. The first
  // one, for routes that were there before.
  app.middleware.unshift((ctx, next) => {
    markContext(ctx, session);
    return next();
  });
  const host: SessionHost<KoaContext> = {
    installSession: (installed) => {
      session = installed;
    },
    sessionJar: jarOfContext,
  };
  hosts.set(app, host);
  return host;
}

/**
 * A middleware that gives those behind it a lazy `ctx.session`; `withSession` works there, too. `ctx.session = null` has the
 * browser forget it, an object takes the place of its data. Nothing outside of it knows the session.
 *
 * @example
 * app.use(koaSession({ secretKey, autoSave: true }));
 * @throws ValueError `ERR_SESSION_BAD_OPTION`, `ERR_SESSION_BAD_SECRET`
 */
export function koaSession<T extends object = object>(options: SessionOptions<T>): KoaMiddleware {
  const host: SessionHost<KoaContext> = { installSession() {}, sessionJar: jarOfContext };
  const session = new Session<object, KoaContext>(host, options as SessionOptions<object>);
  const { autoSave = false } = options;
  return (ctx, next) => {
    markContext(ctx, session);
    offerSession(ctx, {
      get: () => session.get(ctx),
      delete: () => session.delete(ctx),
      beforeHead: (f) => {
        if (autoSave) jarOfContext(ctx).beforeHead(f);
      },
    });
    return next();
  };
}

/**
 * Has `withSession` find a session on a context where no outer application has one (contract S9). Defined and not
 * assigned: what an application without a session hands down is an accessor.
 */
function markContext(ctx: object, session: SessionLike | undefined): void {
  if (session === undefined || (ctx as { readonly [SESSION]?: SessionLike })[SESSION] !== undefined) return;
  Object.defineProperty(ctx, SESSION, { configurable: true, writable: true, value: session });
}

function jarOfContext(ctx: KoaContext): HeadJar {
  // Asked first, for `ctx.req` has a jar once its context has one. `ctx.app` has an `onerror`, too, but no request.
  if (typeof ctx.onerror !== 'function' || ctx.req === undefined) throw noRequest();
  return jarOf(ctx, () => {
    // That of the request, which is also that of its server's own host.
    const jar = jarOf(ctx.req, () => {
      return new ServerJar(ctx.req, ctx.res, { secure: () => ctx.secure, answer: (error) => ctx.onerror(error) });
    });
    watchErrors(ctx, jar);
    return jar;
  });
}
