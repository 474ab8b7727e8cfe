// Entry `microdot/session/h3`: sessions in h3 2.

import type { SessionHost, SessionLike } from '../session/host.js';
import type { SessionOptions } from '../session/options.js';
import { Session } from '../session/session.js';
import { answered, failed, watchErrors } from './h3/answer.js';
import { attend, type FetchRequest } from './shared/fetch-jar.js';
import { jarOf } from './shared/jars.js';

/** The part of h3's event that a host stands on. */
export interface H3HostEvent {
  readonly app?: { readonly config: object } | undefined;
  readonly req: FetchRequest;
  readonly res: { readonly headers: Headers; readonly errHeaders: Headers };
  readonly context: object;
}

/** The part of an application that a host stands on. */
export interface H3App<E extends H3HostEvent = H3HostEvent> {
  /** Not called: here the compiler learns what the app's event is. */
  readonly config: { readonly onRequest?: ((event: E) => unknown) | undefined };
  use(middleware: (event: H3HostEvent, next: () => unknown) => unknown): unknown;
}

/** A plugin of h3. */
export type H3SessionPlugin = <E extends H3HostEvent>(app: H3App<E>) => void;

const hosts = new WeakMap<object, SessionHost<H3HostEvent>>();

/**
 * The host of an h3 application, the same one at every call. The routes may come before or after it; middleware that
 * came before it knows no session.
 *
 * @example
 * const app = new H3();
 * new Session(h3Host(app), { secretKey });
 * app.get('/', withSession((event, session) => 'hello'));
 */
export function h3Host<E extends H3HostEvent>(app: H3App<E>): SessionHost<E> {
  const known = hosts.get(app);
  if (known !== undefined) return known;
  let session: SessionLike | undefined;
  watchErrors(app);
  app.use(async (event, next) => {
    const jar = attend(event, event.req, session);
    if (jar === null) return next();
    // That of the outermost app counts, and it may have been set since.
    if (event.app !== undefined) watchErrors(event.app);
    try {
      return answered(jar, event, await next());
    } catch (error) {
      failed(jar, event, error);
      throw error;
    }
  });
  const host: SessionHost<H3HostEvent> = {
    installSession: (installed) => {
      session = installed;
    },
    sessionJar: (event) => jarOf(event, () => null),
  };
  hosts.set(app, host);
  return host;
}

/**
 * A plugin that installs a session: `withSession` finds it, and `event.context.session` has it, read when it is asked for.
 *
 * @example
 * app.register(h3Session({ secretKey }));
 * @throws ValueError `ERR_SESSION_BAD_OPTION`, `ERR_SESSION_BAD_SECRET`
 */
export function h3Session<T extends object = object>(options: SessionOptions<T>): H3SessionPlugin {
  const session = new Session<object, H3HostEvent>(options as SessionOptions<object>);
  return (app) => {
    session.initialize(h3Host(app));
    app.use((event, next) => {
      const property = { configurable: true, get: () => session.get(event) };
      Object.defineProperty(event.context, 'session', property);
      return next();
    });
  };
}
