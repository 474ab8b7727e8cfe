// The host of a Fastify application, or of one of its encapsulated contexts.

import { ValueError } from '../../errors.js';
import type { SessionHost, SessionLike } from '../../session/host.js';
import { jarOf, mark } from '../shared/jars.js';
import { type FastifyHostReply, type FastifyHostRequest, FastifyJar } from './jar.js';

type Hook = (request: FastifyHostRequest, reply: FastifyHostReply, done: () => void) => void;
type ErrorHook = (request: FastifyHostRequest, reply: FastifyHostReply, error: Error, done: () => void) => void;

/** The part of an application that a host stands on. */
export interface FastifyApp {
  addHook(name: 'onRequest', hook: Hook): unknown;
  addHook(name: 'onError', hook: ErrorHook): unknown;
}

/** The requests of an application: Fastify's, with the types that it gives to what is not bound to a route. */
export type FastifyRequestOf<A> = A extends {
  readonly errorHandler: (error: never, request: infer R extends FastifyHostRequest, reply: never) => unknown;
  routing(request: infer Raw, response: never): unknown;
}
  ? // Those types are of HTTP/1, also where the application serves HTTP/2.
    Raw extends R['raw']
    ? R
    : FastifyHostRequest
  : FastifyHostRequest;

interface Installed {
  readonly host: SessionHost<FastifyHostRequest>;
  session: SessionLike | undefined;
}

const REPLY = Symbol('microdot.session.reply');

interface Marked {
  [REPLY]?: FastifyHostReply;
}

const installed = new WeakMap<object, Installed>();

/**
 * The host of a Fastify application, the same one at every call. It counts for the context it is made for and those that
 * are registered within. The routes may come before or after it; an `onRequest` hook that came before it knows no session.
 *
 * @example
 * const app = Fastify();
 * new Session(fastifyHost(app), { secretKey });
 * app.get('/', withSession((request, session, reply) => { ... }));
 * @throws ValueError `ERR_SESSION_NOT_INSTALLED` once the application is ready: Fastify takes no hooks then
 */
export function fastifyHost<A extends FastifyApp>(app: A): SessionHost<FastifyRequestOf<A>> {
  const { host } = installed.get(app) ?? install(app);
  return host as SessionHost<FastifyRequestOf<A>>;
}

function install(app: FastifyApp): Installed {
  try {
    // Hooks and no decorators: the response is needed, and a request of Fastify knows no reply. Those of a context are
    // collected when the application is ready, so they count for routes and contexts that were there before.
    app.addHook('onRequest', attach);
    app.addHook('onError', watch);
  } catch (cause) {
    throw new ValueError('ERR_SESSION_NOT_INSTALLED', STARTED, { cause });
  }
  const made: Installed = {
    session: undefined,
    host: {
      installSession: (session) => {
        made.session = session;
      },
      sessionJar: jarOfRequest,
    },
  };
  installed.set(app, made);
  return made;
}

const STARTED =
  'the application has started, and takes no more hooks: call fastifyHost(app) before ready() or listen()';

function join(request: FastifyHostRequest, reply: FastifyHostReply): void {
  (request as Marked)[REPLY] = reply;
  mark(request, sessionOf(request.server));
}

const attach: Hook = (request, reply, done) => {
  join(request, reply);
  done();
};

const watch: ErrorHook = (request, reply, error, done) => {
  // The error may be that of an onRequest hook from before ours.
  join(request, reply);
  const jar = jarOfRequest(request);
  if (jar instanceof FastifyJar) jar.watch(reply, error);
  done();
};

/**
 * The session of the outermost context that has one (contract S9): each context of Fastify inherits from the one it is
 * registered in. Looked up for each request, because outer hooks may run after inner ones.
 */
function sessionOf(context: object): SessionLike | undefined {
  const outer = Object.getPrototypeOf(context) as object | null;
  return (outer === null ? undefined : sessionOf(outer)) ?? installed.get(context)?.session;
}

const jarOfRequest = (request: FastifyHostRequest) =>
  jarOf(request, () => {
    const reply = (request as Marked)[REPLY];
    return reply === undefined ? null : new FastifyJar(request, reply);
  });
