// The session's cookie: its options with what only a session can say, the promises of its name, and its header.

import {
  attributesAroundMaxAge,
  type CheckedCookieOptions,
  type CookieOptions,
  checkCookieOptions,
  expiredCookieAttributes,
  maxAgeAttribute,
} from '../cookie/attributes.js';
import { typeName } from '../errors.js';
import { badOption } from './options.js';

/** {@link CookieOptions}, of which two may depend on the request or the data. */
export interface SessionCookieOptions<T extends object = object> extends Omit<CookieOptions, 'secure' | 'maxAge'> {
  /** `'auto'`: where the connection is https, so that one configuration serves development and production. */
  readonly secure?: boolean | 'auto';
  /**
   * Whole seconds, or a function of the data as they are at `save()`. Absent or `null`: what the token has left, where the session
   * has a timeout and no `expires`; else until the browser closes.
   */
  readonly maxAge?: number | null | ((data: Partial<T>) => number);
}

/** Checked options, as they are read and as they are sent. */
export interface SessionCookie {
  /** What was given, checked and frozen. */
  readonly options: SessionCookieOptions;
  readonly maxAgeOf: ((data: object) => number) | null;
  /** For a connection that is https, and one that is not; one and the same but for `secure: 'auto'`. */
  readonly overHttps: Sent;
  readonly overHttp: Sent;
}

/** Attributes as header text. */
interface Sent {
  readonly before: string;
  readonly after: string;
  readonly removal: string;
  /** Whether `Max-Age` or `Expires` were set by hand: then the token's own end is not the cookie's. */
  readonly maxAge: number | null | undefined;
  readonly hasEnd: boolean;
}

/** @throws ValueError `ERR_SESSION_BAD_OPTION` */
export function checkSessionCookie(given: unknown): SessionCookieOptions {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw badOption(`cookieOptions must be an object, not ${typeName(given)}`);
  }
  const { secure, maxAge } = given as SessionCookieOptions;
  const isAuto = secure === 'auto';
  const isFunction = typeof maxAge === 'function';
  const plain = { ...given, ...(isAuto && { secure: undefined }), ...(isFunction && { maxAge: undefined }) };
  const checked = checkCookieOptions(plain, 'ERR_SESSION_BAD_OPTION');
  return Object.freeze({ ...checked, ...(isAuto && { secure }), ...(isFunction && { maxAge }) });
}

/** What a session on an app adds to its cookie options, unless those names were given: `null` counts as given. */
export function withDefaults(options: SessionCookieOptions): SessionCookieOptions {
  return Object.freeze({ path: '/', httpOnly: true, ...options });
}

export function createSessionCookie(options: SessionCookieOptions): SessionCookie {
  // Without Object.prototype, on which a polluted program may have members of these names.
  const own: SessionCookieOptions = Object.assign(Object.create(null), options);
  const { secure, maxAge, ...others } = own;
  const sent = (isSecure: boolean): Sent => {
    const fixed = typeof maxAge === 'function' ? undefined : maxAge;
    const plain = { ...others, secure: isSecure } as CheckedCookieOptions;
    const [before, after] = attributesAroundMaxAge(plain);
    const hasEnd = typeof maxAge === 'function' || (fixed ?? null) !== null || Boolean(own.expires);
    return { before, after, removal: expiredCookieAttributes(plain), maxAge: fixed, hasEnd };
  };
  const overHttps = sent(secure === true || secure === 'auto');
  return Object.freeze({
    options,
    maxAgeOf: typeof maxAge === 'function' ? (maxAge as (data: object) => number) : null,
    overHttps,
    overHttp: secure === 'auto' ? sent(false) : overHttps,
  });
}

/**
 * The `Max-Age` that the function of the data gives; null where there is no function.
 * @throws ValueError `ERR_SESSION_BAD_OPTION` where it gives no whole seconds
 */
export function maxAgeOfData({ maxAgeOf }: SessionCookie, data: object): number | null {
  if (maxAgeOf === null) return null;
  const seconds = maxAgeOf(data);
  if (Number.isSafeInteger(seconds) && seconds >= 0) return seconds;
  throw badOption('the function for cookieOptions.maxAge must return whole seconds from 0 on');
}

/** {@link maxAgeOfData} for a read, which no function may break: null where it fails on data that are older than it. */
export function maxAgeOfOldData(cookie: SessionCookie, data: object): number | null {
  try {
    return maxAgeOfData(cookie, data);
  } catch {
    return null;
  }
}

/** A token to send, and how long it counts. */
export interface TokenToSend {
  readonly token: string;
  /** Seconds until the token expires; null where it does not. */
  readonly maxAge: number | null;
  /** Seconds by the function of the data, as they were at the save; null where there was none. */
  readonly dataMaxAge: number | null;
}

/** The `Set-Cookie` header, with the options of this moment; null removes the cookie. */
export function setCookieHeader(
  name: string,
  sending: TokenToSend | null,
  cookie: SessionCookie,
  isHttps: boolean,
): string {
  const sent = isHttps ? cookie.overHttps : cookie.overHttp;
  if (sending === null) return `${name}=${sent.removal}`;
  // An end that was set by hand wins over the token's own: the browser's copy may well go earlier.
  const byHand = cookie.maxAgeOf === null ? sent.maxAge : sending.dataMaxAge;
  const maxAge = sent.hasEnd ? byHand : sending.maxAge;
  return `${name}=${sending.token}${sent.before}${maxAgeAttribute(maxAge)}${sent.after}`;
}

/**
 * Checks what the prefix of a cookie's name promises to browsers (RFC 6265bis, section 4.1.3): they drop a cookie whose
 * attributes do not keep it, without a word.
 * @throws ValueError `ERR_SESSION_BAD_OPTION`
 */
export function assertNamePrefix(cookieName: string, options: SessionCookieOptions): void {
  const name = cookieName.toLowerCase();
  const isHost = name.startsWith('__host-');
  if ((isHost || name.startsWith('__secure-')) && options.secure !== true) {
    throw badOption(`a cookie named ${cookieName.slice(0, isHost ? 7 : 9)}… needs cookieOptions.secure: true`);
  }
  if (isHost && (options.path !== '/' || options.domain)) {
    throw badOption("a cookie named __Host-… needs cookieOptions.path: '/' and no domain");
  }
}
