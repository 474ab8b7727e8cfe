// The cookie store of a user agent, for tests: RFC 6265bis, sections 5.7 (storing) and 5.8 (retrieving).

import { ValueError } from '../errors.js';
import { parseCookieDate } from './cookie-date.js';
import { attributeOf, parseSetCookie, type SetCookie } from './set-cookie.js';

export interface CookieJarOptions {
  /** The time in seconds; the clock by default. */
  readonly now?: () => number;
}

/** The parts of a URL that cookies depend on. */
interface Place {
  readonly secure: boolean;
  readonly host: string;
  readonly path: string;
}

interface Stored {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly hostOnly: boolean;
  readonly path: string;
  readonly secure: boolean;
  /** Seconds since 1970; `Infinity` for the end of the browser session. */
  readonly expires: number;
  /** Order of creation, kept when the cookie is replaced. */
  readonly created: number;
}

/** User agents keep no cookie longer (5.5). */
const MAX_LIFETIME = 400 * 24 * 60 * 60;

/**
 * A cookie store. It knows one browsing context, so `SameSite` has no effect; it has no list of public suffixes, and
 * takes a domain without a dot for one. Secure is https only: some browsers make an exception for localhost.
 */
export class CookieJar {
  readonly #now: () => number;
  #cookies: readonly Stored[] = [];
  #count = 0;

  constructor({ now = () => Date.now() / 1000 }: CookieJarOptions = {}) {
    this.#now = now;
  }

  /** Keeps the cookies of the `Set-Cookie` headers of a response from `url`; ignores those that a browser would. */
  store(setCookieHeaders: readonly string[], url: string): void {
    const place = placeOf(url);
    for (const header of setCookieHeaders) {
      // Before each: what has expired, or was just removed, stands in nobody's way and has no age to pass on.
      this.#evict();
      const parsed = parseSetCookie(header);
      const cookie = parsed === null ? null : this.#accept(parsed, place);
      if (cookie === null) continue;
      const old = this.#cookies.find((other) => isSame(other, cookie));
      const others = this.#cookies.filter((other) => other !== old);
      this.#cookies = [...others, old === undefined ? cookie : { ...cookie, created: old.created }];
    }
    this.#evict();
  }

  /** The `Cookie` header for a request to `url`; `null` where no cookie goes with it. */
  header(url: string): string | null {
    this.#evict();
    const place = placeOf(url);
    const cookies = this.#cookies
      .filter((cookie) => isSentTo(cookie, place))
      // Longer paths first, then older cookies (5.8.3, step 2).
      .sort((a, b) => b.path.length - a.path.length || a.created - b.created);
    if (cookies.length === 0) return null;
    return cookies.map(({ name, value }) => (name === '' ? value : `${name}=${value}`)).join('; ');
  }

  /** Forgets every cookie. */
  clear(): void {
    this.#cookies = [];
  }

  #evict(): void {
    const now = this.#now();
    this.#cookies = this.#cookies.filter(({ expires }) => expires > now);
  }

  /** The storage model of 5.7, as far as one browsing context can tell; `null` where a cookie is ignored. */
  #accept(parsed: SetCookie, place: Place): Stored | null {
    const { name, value } = parsed;
    const secure = attributeOf(parsed, 'secure') !== null;
    const pathAttribute = attributeOf(parsed, 'path') ?? '';
    const path = pathAttribute.startsWith('/') ? pathAttribute : defaultPath(place.path);
    const domain = (attributeOf(parsed, 'domain') ?? '').replace(/^\./, '').toLowerCase();
    const hostOnly = domain === '' || (domain === place.host && isSuffix(domain));
    if (!hostOnly && (isSuffix(domain) || !domainMatches(place.host, domain))) return null;
    if (secure && !place.secure) return null;
    if (attributeOf(parsed, 'samesite')?.toLowerCase() === 'none' && !secure) return null;
    const cookie: Stored = {
      name,
      value,
      domain: hostOnly ? place.host : domain,
      hostOnly,
      path,
      secure,
      expires: this.#expiry(parsed),
      created: this.#count++,
    };
    // A connection that anybody can tamper with may not overlay what came over https (5.7, step 16).
    const overlays = (old: Stored): boolean =>
      old.secure &&
      old.name === name &&
      (domainMatches(old.domain, cookie.domain) || domainMatches(cookie.domain, old.domain)) &&
      pathMatches(path, old.path);
    if (!place.secure && !secure && this.#cookies.some(overlays)) return null;
    return keepsItsPrefix(cookie, pathAttribute) ? cookie : null;
  }

  /** Max-Age over Expires over the end of the session; one that cannot be read is ignored. */
  #expiry(parsed: SetCookie): number {
    const now = this.#now();
    const maxAge = attributeOf(parsed, 'max-age');
    if (maxAge !== null && /^-?\d+$/.test(maxAge)) {
      const seconds = Number(maxAge);
      return seconds <= 0 ? Number.NEGATIVE_INFINITY : now + Math.min(seconds, MAX_LIFETIME);
    }
    const expires = parseCookieDate(attributeOf(parsed, 'expires') ?? '');
    return expires === null ? Number.POSITIVE_INFINITY : Math.min(expires, now + MAX_LIFETIME);
  }
}

/** The rules of the names `__Secure-…` and `__Host-…`; a nameless cookie may not pretend to have one (5.7). */
function keepsItsPrefix({ name, value, secure, hostOnly, path }: Stored, pathAttribute: string): boolean {
  if (/^__(?:secure|host)-/i.test(name === '' ? value : '')) return false;
  if (/^__secure-/i.test(name)) return secure;
  if (/^__host-/i.test(name)) return secure && hostOnly && path === '/' && pathAttribute === '/';
  return true;
}

const isSame = (a: Stored, b: Stored): boolean =>
  a.name === b.name && a.domain === b.domain && a.hostOnly === b.hostOnly && a.path === b.path;

function isSentTo(cookie: Stored, place: Place): boolean {
  const host = cookie.hostOnly ? cookie.domain === place.host : domainMatches(place.host, cookie.domain);
  return host && pathMatches(place.path, cookie.path) && (!cookie.secure || place.secure);
}

const isSuffix = (domain: string): boolean => !domain.includes('.');
const isAddress = (host: string): boolean => /^[\d.]+$/.test(host) || host.startsWith('[');

/** 5.1.3: the host is the domain, or a name (no address) below it. */
function domainMatches(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !isAddress(host));
}

/** 5.1.4: `/a` covers `/a` and `/a/b`, not `/ab`. */
export function pathMatches(requestPath: string, cookiePath: string): boolean {
  if (requestPath === cookiePath) return true;
  return requestPath.startsWith(cookiePath) && (cookiePath.endsWith('/') || requestPath[cookiePath.length] === '/');
}

/** 5.1.4: the directory of the request's path. */
export function defaultPath(requestPath: string): string {
  const slash = requestPath.lastIndexOf('/');
  return slash <= 0 ? '/' : requestPath.slice(0, slash);
}

/** Without the `URL` global, which the core does not assume. */
function placeOf(url: string): Place {
  const found = /^(https?|wss?):\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]+)(?::\d*)?([^?#]*)/i.exec(url);
  if (found === null) {
    throw new ValueError('ERR_COOKIE_BAD_OPTION', 'a cookie jar needs an absolute http or https URL');
  }
  const [, scheme, host, path] = found;
  return { secure: /^(?:https|wss)$/i.test(scheme), host: host.toLowerCase(), path: path.startsWith('/') ? path : '/' };
}
