// Entry `microdot/session/cookies`: sessions where a framework hands out a cookie store (Next.js, SvelteKit, Astro) or headers.

import { ValueError } from '../errors.js';
import type { SessionHost, SessionJar } from '../session/host.js';
import { type HeaderCookies, isHeaderCookies } from './cookies/headers.js';
import { type CookieStore, StoreJar } from './cookies/store.js';

export { type HeaderCookies, headerCookies } from './cookies/headers.js';
export type { CookieStore, StoredCookieOptions } from './cookies/store.js';

/** What the session takes: one object for each request. */
export type CookieRequest = CookieStore | HeaderCookies;

/**
 * Beside the stores and not on them: SvelteKit spreads its store into others, Next.js wraps its own in proxies, and a mark
 * would go along to a store that may set less, or more.
 */
const jars = new WeakMap<object, SessionJar>();

const host: SessionHost<CookieRequest> = Object.freeze({
  // withSession looks for its session on the request, and a store comes as the framework made it.
  installSession() {},
  sessionJar(request: CookieRequest): SessionJar {
    if (isHeaderCookies(request)) return request;
    const known = jars.get(request);
    if (known !== undefined) return known;
    if (!isStore(request)) throw notAStore();
    const jar = new StoreJar(request);
    jars.set(request, jar);
    return jar;
  },
});

/**
 * The host for cookie stores: whatever has `get` and `set`, one object for each request. A save sets the cookie at once,
 * for a store has no moment at which the response head is made.
 *
 * @example
 * const sessions = new Session(cookiesHost(), { secretKey });
 * const session = sessions.get(await cookies());
 */
export const cookiesHost = (): SessionHost<CookieRequest> => host;

/** Bare headers have `get` and `set`, too, and would take the cookie for a header of its name. */
function isStore(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || 'getSetCookie' in value) return false;
  const { get, set } = value as { readonly get?: unknown; readonly set?: unknown };
  return typeof get === 'function' && typeof set === 'function';
}

const notAStore = (): ValueError =>
  new ValueError(
    'ERR_SESSION_NOT_INSTALLED',
    'this is no cookie store, which has get() and set(): pass await cookies() of Next.js, event.cookies of SvelteKit, ' +
      'Astro.cookies, or headerCookies(request.headers, headers)',
  );
