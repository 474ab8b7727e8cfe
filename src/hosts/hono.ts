// Entry `microdot/session/hono`: sessions in Hono 4.

import type { SessionHost, SessionLike } from '../session/host.js';
import type { SessionOptions } from '../session/options.js';
import { Session } from '../session/session.js';
import type { AnyData, SessionDict } from '../session/session-dict.js';
import { offerVariable } from './hono/variable.js';
import { attend, type FetchRequest } from './shared/fetch-jar.js';
import { jarOf } from './shared/jars.js';

/** The part of Hono's context, the `c` of its handlers, that a host stands on. */
export interface HonoContext {
  readonly req: { readonly raw: FetchRequest };
  readonly finalized: boolean;
  readonly error: Error | undefined;
  get res(): Response;
  set res(response: Response | undefined);
}

/** A middleware of Hono. */
export type HonoMiddleware = (c: HonoContext, next: () => Promise<void>) => Promise<void>;

/** The part of an application that a host stands on. */
export interface HonoApp<C extends HonoContext = HonoContext> {
  use(path: string, ...middleware: HonoMiddleware[]): unknown;
  /** Not called: here the compiler learns what the app's context is. */
  readonly onError: (handler: (error: Error, c: C) => Response) => unknown;
}

/** The variable that `honoSession` gives: `new Hono<{ Variables: HonoSessionVariables<Data> }>()`. */
export interface HonoSessionVariables<T extends object = AnyData> {
  session: SessionDict<T>;
}

const hosts = new WeakMap<object, SessionHost<HonoContext>>();

/**
 * The host of a Hono application, the same one at every call. It is a middleware, and comes where it is made: before the
 * routes that have sessions.
 *
 * @example
 * const app = new Hono();
 * new Session(honoHost(app), { secretKey });
 * app.get('/', withSession((c: Context, session) => c.text('hello')));
 */
export function honoHost<C extends HonoContext>(app: HonoApp<C>): SessionHost<C> {
  const known = hosts.get(app);
  if (known !== undefined) return known;
  const { host, middleware } = createHost(async (c) => !hasErrorHandler(app) && (await isDefaultAnswer(c)));
  app.use('*', middleware, settle);
  hosts.set(app, host);
  return host;
}

/**
 * A middleware that gives the handlers behind it a lazy `c.get('session')` and `c.var.session`; `withSession` works there,
 * too. Nothing outside of it knows the session.
 *
 * @example
 * const app = new Hono<{ Variables: HonoSessionVariables<{ user: string }> }>();
 * app.use(honoSession({ secretKey }));
 * @throws ValueError `ERR_SESSION_BAD_OPTION`, `ERR_SESSION_BAD_SECRET`
 */
export function honoSession<T extends object = object>(options: SessionOptions<T>): HonoMiddleware {
  const { host, middleware } = createHost(isDefaultAnswer);
  const session = new Session<object, HonoContext>(host, options as SessionOptions<object>);
  return (c, next) => {
    offerVariable(c, 'session', () => session.get(c));
    return middleware(c, next);
  };
}

interface NewHost {
  readonly host: SessionHost<HonoContext>;
  readonly middleware: HonoMiddleware;
}

/** @param isUnhandled whether it was Hono that answered an error, and not the application */
function createHost(isUnhandled: (c: HonoContext) => Promise<boolean>): NewHost {
  let session: SessionLike | undefined;
  return {
    host: {
      installSession: (installed) => {
        session = installed;
      },
      sessionJar: (c) => jarOf(c, () => null),
    },
    middleware: async (c, next) => {
      const jar = attend(c, c.req.raw, session);
      if (jar === null) return settle(c, next);
      try {
        await next();
        // A handler that gave nothing is an error still to come.
        if (!jar.isAwaited || !c.finalized) return;
        // Hono catches errors where they are thrown, answers, and tells of it here. What the status of an error has to say it
        // takes from an HTTPException alone: that of an HTTP client is a crash like any other.
        if (c.error !== undefined && c.res.status >= 500 && (await isUnhandled(c))) return;
        const response = jar.respond(c.res);
        // Setting it twice would bring the headers of the first one into the second.
        c.res = undefined;
        c.res = response;
      } finally {
        jar.end();
      }
    },
  };
}

/**
 * Hono answers for an error behind a middleware. So one more: what a notFound() handler throws has an answer, too.
 * It returns nothing: `next` gives the context, which Hono would take for the response where there is none yet.
 */
const settle: HonoMiddleware = async (_c, next) => {
  await next();
};

/** Whether onError() was called on an app: its handler is another one than that of a new app. */
function hasErrorHandler(app: object): boolean {
  let prototype = Object.getPrototypeOf(app) as object;
  for (let outer = prototype; outer !== Object.prototype; outer = Object.getPrototypeOf(outer) as object)
    prototype = outer;
  // The innermost class is Hono's own: a constructor of the user's is not called.
  const fresh = new (prototype.constructor as new () => WithErrorHandler)();
  return (app as WithErrorHandler).errorHandler !== fresh.errorHandler;
}

interface WithErrorHandler {
  readonly errorHandler: unknown;
}

/**
 * Whether the response is the one that Hono makes of an error: that of an HTTPException, or the page for a crash. Asked
 * where no one else can tell: a context does not know its app, and an app that is mounted on another one may have an error
 * handler of its own.
 */
async function isDefaultAnswer({ error, res }: HonoContext): Promise<boolean> {
  const exception: Exception = error !== undefined && 'getResponse' in error ? error : CRASH;
  if (res.status !== exception.status) return false;
  if (exception.res !== undefined) return true;
  const type = res.headers.get('content-type');
  // Bun gives a Response made of text no type.
  const isText = type === null || type.toLowerCase().startsWith('text/plain');
  return isText && (await res.clone().text()) === exception.message;
}

/** An HTTPException: its response is its `res`, or its message. */
interface Exception {
  readonly status?: number;
  readonly message: string;
  readonly res?: unknown;
}

const CRASH: Exception = { status: 500, message: 'Internal Server Error' };
