// One jar a request, and the session that `withSession` finds: both kept on the request itself.

import { ValueError } from '../../errors.js';
import { SESSION, type SessionLike } from '../../session/host.js';
import type { HeadJar } from './head.js';

/** Shared by all hosts: a request that came through two of them, such as `node:http` and Express, still has one jar. */
const JAR = Symbol('microdot.session.jar');

/**
 * The jar of a request, made at the first call.
 * @param create makes it; null for an object that is no request of the host
 * @throws ValueError `ERR_SESSION_NOT_INSTALLED` where there is no jar and none can be made
 */
export function jarOf<J extends HeadJar>(request: object | null | undefined, create: () => J | null): HeadJar {
  // Hosts that reach for a request inside of something else may find none.
  if (request === undefined || request === null) throw noRequest();
  const known = jarIfAny(request);
  if (known !== undefined) return known;
  const jar = create();
  if (jar === null) throw noRequest();
  return keepJar(request, jar);
}

/** The jar of a request if a session has asked for it. */
export const jarIfAny = (request: object): HeadJar | undefined => (request as { readonly [JAR]?: HeadJar })[JAR];

/** Makes a jar that of a request. For hosts that see every request come in, and answer it. */
export function keepJar<J extends HeadJar>(request: object, jar: J): J {
  (request as { [JAR]?: HeadJar })[JAR] = jar;
  return jar;
}

/** Has `withSession` find a session on one request. */
export function mark(request: object, session: SessionLike | undefined): void {
  if (session !== undefined) (request as { [SESSION]?: SessionLike })[SESSION] = session;
}

/**
 * Has `withSession` find a session on every request that inherits from `prototype`.
 * @param find the session of the moment; what `prototype` itself inherits comes first, so that an app which is mounted
 * under another one uses the outer session (contract S9)
 */
export function markAll(prototype: object, find: () => SessionLike | undefined): void {
  Object.defineProperty(prototype, SESSION, {
    configurable: true,
    get(this: object) {
      const outer = Object.getPrototypeOf(prototype) as { readonly [SESSION]?: SessionLike } | null;
      return outer?.[SESSION] ?? find();
    },
  });
}

export const noRequest = (): ValueError =>
  new ValueError(
    'ERR_SESSION_NOT_INSTALLED',
    'this is no request of the app that the session is installed on: pass the object that the framework gives its handlers',
  );
