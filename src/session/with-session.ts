// withSession: a handler that gets the session of its request, whichever session the request's app has.

import { ValueError } from '../errors.js';
import { SESSION, type SessionLike } from './host.js';
import type { SessionDict } from './session-dict.js';

/**
 * Wraps a handler so that the session comes as its second argument; the others keep their order. Works for routes and
 * for hooks, in every host. Never saves.
 *
 * The session is the one installed last on the request's app. For a dict typed by your data use `session.with(handler)`.
 *
 * @throws ValueError `ERR_SESSION_NOT_INSTALLED`, when the handler is called, where the app has no session
 */
export function withSession<R extends object, A extends readonly unknown[], O>(
  handler: (request: R, session: SessionDict, ...rest: A) => O,
): (request: R, ...rest: A) => O {
  return (request, ...rest) => {
    const session = sessionOf(request).get(request);
    // A stored session answers with a promise. Its handler is asynchronous then, so that O is a promise already.
    if (session instanceof Promise) {
      return session.then((dict) => handler(request, dict as SessionDict, ...rest)) as O;
    }
    return handler(request, session as SessionDict, ...rest);
  };
}

function sessionOf(request: object): SessionLike {
  const session = (request as { readonly [SESSION]?: SessionLike })?.[SESSION];
  if (session !== undefined) return session;
  throw new ValueError(
    'ERR_SESSION_NOT_INSTALLED',
    'withSession() found no session on this request: make one with new Session(app, { secretKey }) before the app serves',
  );
}
