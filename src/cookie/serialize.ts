// One Set-Cookie header as text (RFC 6265bis, section 4.1).

import { typeName, ValueError } from '../errors.js';
import { type CookieOptions, checkCookieOptions, cookieAttributes, expiredCookieAttributes } from './attributes.js';

/** A token of RFC 9110 5.6.2. */
const COOKIE_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** cookie-octets, or cookie-octets between quotes. */
const COOKIE_VALUE = /^(?:[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*|"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*")$/;

/**
 * The value of a `Set-Cookie` header.
 * @throws ValueError `ERR_COOKIE_BAD_NAME`, `ERR_COOKIE_BAD_VALUE`, `ERR_COOKIE_BAD_OPTION` for what RFC 6265bis does
 * not allow, so that nothing can inject an attribute or a header.
 */
export function serializeCookie(name: string, value: string, options: CookieOptions = {}): string {
  assertCookieName(name);
  if (typeof value !== 'string' || !COOKIE_VALUE.test(value)) {
    throw new ValueError(
      'ERR_COOKIE_BAD_VALUE',
      `the value of cookie '${name}' must be printable ASCII without space, comma, semicolon, quote and backslash; ` +
        `this ${typeName(value)} is not: encode it first (encodeURIComponent, base64url)`,
    );
  }
  return `${name}=${value}${cookieAttributes(checkCookieOptions(options))}`;
}

/** The `Set-Cookie` header that removes a cookie: same name, path, domain and flags, long expired. */
export function serializeCookieRemoval(name: string, options: CookieOptions = {}): string {
  assertCookieName(name);
  return `${name}=${expiredCookieAttributes(checkCookieOptions(options))}`;
}

/** @throws ValueError with `code` for a name that is no token of RFC 9110 */
export function assertCookieName(
  name: unknown,
  code: 'ERR_COOKIE_BAD_NAME' | 'ERR_SESSION_BAD_OPTION' = 'ERR_COOKIE_BAD_NAME',
): void {
  if (typeof name === 'string' && COOKIE_NAME.test(name)) return;
  throw new ValueError(
    code,
    `a cookie name must be letters, digits and !#$%&'*+-.^_\`|~ ; this ${typeName(name)} is not`,
  );
}
