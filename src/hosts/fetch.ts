// Entry `microdot/session/fetch`: sessions on any fetch-style server: Bun, Deno, Workers, service workers, or a framework.

import type { SessionHost, SessionLike } from '../session/host.js';
import { attend } from './shared/fetch-jar.js';
import { jarOf } from './shared/jars.js';

export interface FetchHost extends SessionHost<Request> {
  /**
   * A handler whose requests have sessions. Whatever else the server passes, such as `env` and `ctx`, keeps its place.
   * The answer is copied where a session writes into its head: a `Response` may be immutable, or used for several
   * visitors.
   */
  handler<R extends Request, A extends readonly unknown[]>(
    handler: (request: R, ...rest: A) => Response | Promise<Response>,
  ): (request: R, ...rest: A) => Promise<Response>;
}

/**
 * A host for handlers that take a `Request` and give a `Response`.
 *
 * @example
 * const host = fetchHost();
 * new Session(host, { secretKey });
 * export default { fetch: host.handler(withSession((request, session) => new Response('hello'))) };
 */
export function fetchHost(): FetchHost {
  let session: SessionLike | undefined;
  return {
    installSession: (installed) => {
      session = installed;
    },
    sessionJar: (request) => jarOf(request, () => null),
    handler:
      (handler) =>
      async (request, ...rest) => {
        const jar = attend(request, request, session);
        if (jar === null) return handler(request, ...rest);
        try {
          return jar.respond(await handler(request, ...rest));
        } finally {
          jar.end();
        }
      },
  };
}
