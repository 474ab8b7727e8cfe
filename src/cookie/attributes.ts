// Cookie attributes: checked once, when they are configured, and printed in one fixed order (RFC 6265bis, section 4.1).

import { typeName, ValueError } from '../errors.js';

/** The attributes of a cookie. An absent one is left out of the header; `null` or `''` says so explicitly. */
export interface CookieOptions {
  /** Path prefix the cookie is sent to; begins with `/`. */
  readonly path?: string | null;
  /** Host that the cookie is sent to, with its subdomains. Absent: only the host that set it. */
  readonly domain?: string | null;
  /** When the browser forgets the cookie: a `Date`, or a date text that is sent as it is. */
  readonly expires?: Date | string | null;
  /** Whole seconds until the browser forgets the cookie; wins over `expires`. 0 forgets it at once. */
  readonly maxAge?: number | null;
  /** Send the cookie over https only. */
  readonly secure?: boolean;
  /** Hide the cookie from scripts of the page. */
  readonly httpOnly?: boolean;
  /** Keep the cookie apart for each top-level site (CHIPS). Browsers ask for `secure` beside it. */
  readonly partitioned?: boolean;
  /** Whether the cookie goes with requests that other sites cause. `None` needs `secure`. */
  readonly sameSite?: 'Strict' | 'Lax' | 'None' | 'strict' | 'lax' | 'none' | null;
  /** Which cookies a browser evicts first (Chromium). */
  readonly priority?: 'Low' | 'Medium' | 'High' | 'low' | 'medium' | 'high' | null;
}

/** Cookie options that were checked: dates are text, names in their RFC spelling. */
export interface CheckedCookieOptions extends CookieOptions {
  readonly expires?: string | null;
}

type Check = (value: unknown, fail: (expected: string) => never) => unknown;

/** av-octets of RFC 6265bis 4.1.1: printable US-ASCII without `;`. Anything else could start a new attribute or header. */
const AV_OCTETS = /^[\x20-\x3a\x3c-\x7e]*$/;
/** Letter-digit-hyphen labels, with the leading dot that browsers ignore (RFC 6265bis 5.6.3). */
const DOMAIN = /^\.?[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/i;

const flag: Check = (value, fail) => (typeof value === 'boolean' ? value : fail('true or false'));

const oneOf = (...names: readonly string[]): Check => {
  const expected = names.map((name) => `'${name}'`).join(', ');
  return (value, fail) => {
    if (value === null) return null;
    const name = typeof value === 'string' ? value.toLowerCase() : undefined;
    return names.find((known) => known.toLowerCase() === name) ?? fail(expected);
  };
};

const checks: { readonly [K in keyof CookieOptions]-?: Check } = {
  path: (value, fail) => {
    if (value === null || value === '') return value;
    const ok = typeof value === 'string' && value.startsWith('/') && AV_OCTETS.test(value);
    return ok ? value : fail("text that begins with '/', of printable ASCII without ';'");
  },
  domain: (value, fail) => {
    if (value === null || value === '') return value;
    return typeof value === 'string' && DOMAIN.test(value) ? value : fail('a host name in ASCII, such as example.com');
  },
  expires: (value, fail) => {
    if (value === null || value === '') return value;
    if (typeof value === 'string') {
      return AV_OCTETS.test(value) && !Number.isNaN(Date.parse(value)) ? value : fail('a Date or a date text');
    }
    // Browsers know the years 1601 to 9999 (RFC 6265bis 5.1.1).
    const year = value instanceof Date ? value.getUTCFullYear() : Number.NaN;
    if (!(year >= 1601 && year <= 9999)) return fail('a Date between 1601 and 9999');
    // A method of the value's own could return anything, attributes included.
    return Date.prototype.toUTCString.call(value);
  },
  maxAge: (value, fail) =>
    value === null || (Number.isSafeInteger(value) && (value as number) >= 0) ? value : fail('whole seconds from 0 on'),
  secure: flag,
  httpOnly: flag,
  partitioned: flag,
  sameSite: oneOf('Strict', 'Lax', 'None'),
  priority: oneOf('Low', 'Medium', 'High'),
};

/**
 * A frozen copy of cookie options with every value checked, `expires` as text, and names in their RFC spelling.
 * `undefined` counts as absent.
 * @throws ValueError with the given `code` for an unknown name, a bad value, or `sameSite: 'None'` without `secure`.
 */
export function checkCookieOptions(
  options: unknown,
  code: 'ERR_COOKIE_BAD_OPTION' | 'ERR_SESSION_BAD_OPTION' = 'ERR_COOKIE_BAD_OPTION',
): CheckedCookieOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ValueError(code, `cookie options must be an object, not ${typeName(options)}`);
  }
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(checks, name)) {
      throw new ValueError(code, `unknown cookie option '${name}': the options are ${Object.keys(checks).join(', ')}`);
    }
    if (value === undefined) continue;
    checked[name] = checks[name as keyof CookieOptions](value, (expected) => {
      throw new ValueError(
        code,
        `cookie option '${name}' must be ${expected}; a value of type ${typeName(value)} does not fit`,
      );
    });
  }
  const result: CheckedCookieOptions = checked;
  if (result.sameSite === 'None' && result.secure !== true) {
    throw new ValueError(code, "cookie option sameSite: 'None' needs secure: true; browsers drop the cookie otherwise");
  }
  return Object.freeze(result);
}

/**
 * Checked options as header text, `; ` before each attribute. The order is upstream Microdot's, then the two
 * attributes that it lacks, so that ordinary cookies match it byte for byte.
 */
export function cookieAttributes(options: CheckedCookieOptions): string {
  const [before, after] = attributesAroundMaxAge(options);
  return before + maxAgeAttribute(options.maxAge) + after;
}

/** What comes before and behind `Max-Age`, for cookies that have each their own. */
export function attributesAroundMaxAge(options: CheckedCookieOptions): readonly [before: string, after: string] {
  // What was checked, and nothing that a polluted Object.prototype says.
  const own: CheckedCookieOptions = Object.assign(Object.create(null), options);
  let before = '';
  if (own.path) before += `; Path=${own.path}`;
  if (own.domain) before += `; Domain=${own.domain}`;
  if (own.expires) before += `; Expires=${own.expires}`;
  let after = '';
  if (own.secure) after += '; Secure';
  if (own.httpOnly) after += '; HttpOnly';
  if (own.partitioned) after += '; Partitioned';
  if (own.sameSite) after += `; SameSite=${own.sameSite}`;
  if (own.priority) after += `; Priority=${own.priority}`;
  return [before, after];
}

export function maxAgeAttribute(seconds: number | null | undefined): string {
  return seconds === undefined || seconds === null ? '' : `; Max-Age=${seconds}`;
}

/** The attributes that make a browser forget the cookie of the same name, path and domain (RFC 6265bis 4.1.1). */
export function expiredCookieAttributes(options: CheckedCookieOptions): string {
  return cookieAttributes({ ...options, expires: 'Thu, 01 Jan 1970 00:00:01 GMT', maxAge: 0 });
}
