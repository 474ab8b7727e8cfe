// The host of an Express application.

import type { SessionHost, SessionLike } from '../../session/host.js';
import { jarIfAny, jarOf, markAll } from '../shared/jars.js';
import { ServerJar, type ServerRequest, type ServerResponse } from '../shared/server-response.js';

type Next = (error?: unknown) => void;
type ErrorMiddleware = (error: unknown, request: ExpressRequest, response: unknown, next: Next) => void;

/** The part of an Express application that a host stands on. */
export interface ExpressApp {
  /** What the requests of the application inherit from. */
  readonly request: object;
  use(middleware: ErrorMiddleware): unknown;
}

/** A request of Express. */
export interface ExpressRequest extends ServerRequest {
  /** The application; of a mounted one its own. */
  readonly app: object;
  readonly res?: object | undefined;
  readonly secure: boolean;
  /** What the router that the request has come to goes on with. */
  readonly next?: Next | undefined;
}

/** Where an application keeps its middleware: `router` since Express 5, `_router` before; `parent` once it is mounted. */
interface Internals extends ExpressApp {
  readonly _router?: { readonly stack: readonly object[] };
  readonly router?: { readonly stack: readonly object[] };
  readonly parent?: Internals;
}

const hosts = new WeakMap<ExpressApp, SessionHost<ExpressRequest>>();

/**
 * The host of an Express application, the same one at every call. It may be made before or after the routes are.
 *
 * @example
 * const app = express();
 * new Session(expressHost(app), { secretKey });
 * app.get('/', withSession((request, session, response) => { ... }));
 */
export function expressHost(app: ExpressApp): SessionHost<ExpressRequest> {
  const known = hosts.get(app);
  if (known !== undefined) return known;
  let session: SessionLike | undefined;
  markAll(app.request, () => session);
  const host: SessionHost<ExpressRequest> = {
    installSession: (installed) => {
      session = installed;
    },
    sessionJar: (request) =>
      jarOf(request, () => {
        const { res } = request;
        if (res === undefined) return null;
        watchErrors(app);
        // A session that is on several applications asks the host of the first one for the requests of all.
        const own = request.app as ExpressApp;
        if (own !== app && hosts.has(own)) watchErrors(own);
        return new ServerJar(request, res as ServerResponse, {
          secure: () => request.secure,
          // As Express itself does with the errors of res.sendFile. Before any router there is nobody.
          answer: (error) => {
            if (request.next === undefined) throw error;
            request.next(error);
          },
        });
      }),
  };
  hosts.set(app, host);
  return host;
}

/** The layer that watches each outermost application. Not known by its `handle`: tracers put a function of theirs there. */
const watching = new WeakMap<Internals, object | undefined>();

/**
 * Keeps a middleware at the end of the outermost application, where only errors arrive that none of its own error
 * handlers took: Express is about to answer with its default page. Looked at when a session is used and not once at the
 * start, because routes may be added at any time. Express has no hook for this.
 */
function watchErrors(app: Internals): void {
  let outermost = app;
  while (outermost.parent !== undefined) outermost = outermost.parent;
  const known = watching.get(outermost);
  if (known !== undefined && known === lastLayer(outermost)) return;
  // Four parameters: that is how Express tells error handlers from others.
  const dropCrashed: ErrorMiddleware = (error, request, _response, next) => {
    // One that has a successor is not the end any more: the error handlers between them may answer.
    if (watching.get(outermost) === layer && !isAnswered(error)) jarIfAny(request)?.drop();
    next(error);
  };
  outermost.use(dropCrashed);
  const layer = lastLayer(outermost);
  watching.set(outermost, layer);
}

// In Express 4 `router` is an accessor that throws.
const lastLayer = (app: Internals): object | undefined => (app._router ?? app.router)?.stack.at(-1);

/** Whether Express's own page for an error has a status below 500 (contract S13), read as Express does. */
function isAnswered(error: unknown): boolean {
  const { status, statusCode } = (error ?? {}) as { readonly status?: unknown; readonly statusCode?: unknown };
  const code = [status, statusCode].find((one) => typeof one === 'number' && one >= 400 && one < 600);
  return typeof code === 'number' && code < 500;
}
