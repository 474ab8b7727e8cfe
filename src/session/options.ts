// The options of a session: their names, meanings, defaults and checks.

import { type CheckedCookieOptions, type CookieOptions, checkCookieOptions } from '../cookie/attributes.js';
import type { SecretKey } from '../crypto/keys.js';
import { typeName, ValueError } from '../errors.js';
import { systemClock } from '../platform.js';

/** Everything a session can be told. All optional; `undefined` counts as not given. */
export interface SessionOptions {
  /**
   * The secret that signs and verifies: text (its UTF-8 bytes) or bytes, 32 bytes or more, known to the application only.
   * Without it `get` and `update` throw; an empty one counts as none.
   */
  readonly secretKey?: SecretKey | null;
  /** Attributes of the cookie. Default, once the session is on an app: `{ path: '/', httpOnly: true }`. */
  readonly cookieOptions?: CookieOptions | null;
  /** The clock, in seconds since 1970. Default: the system's. */
  readonly now?: () => number;
  /** `true` silences the warning about a secret under 32 bytes. Default `false`. */
  readonly allowWeakSecret?: boolean;
  /** Bytes of cookie name and value that a save may not exceed and a read does not look at. Default 4096, as browsers. */
  readonly maxCookieBytes?: number;
  /** Bytes of cookie name and value over which a save warns in development; `Infinity` for never. Default 1400. */
  readonly warnBytes?: number;
  /** Tells options from an app at compile time. */
  readonly installSession?: never;
}

/** The options that are plain values, all present. */
export interface Settings {
  readonly now: () => number;
  readonly allowWeakSecret: boolean;
  readonly maxCookieBytes: number;
  readonly warnBytes: number;
}

const DEFAULTS: Settings = Object.freeze({
  now: systemClock,
  allowWeakSecret: false,
  // RFC 6265bis 5.6: a user agent may ignore a cookie whose name and value exceed 4096 octets together, and they do.
  maxCookieBytes: 4096,
  // Microdot on a device answers 400 to a header line over 2048 bytes, and on every route: the visitor is locked out.
  warnBytes: 1400,
});

/** A token in hand is bounded by this alone, and so is `maxCookieBytes`. */
export const MAX_TOKEN_LENGTH = 1 << 20;

type Check = readonly [test: (value: unknown) => boolean, expected: string];

const checks: { readonly [K in keyof Settings]: Check } = {
  now: [(value) => typeof value === 'function', 'a function that returns seconds'],
  allowWeakSecret: [(value) => typeof value === 'boolean', 'true or false'],
  maxCookieBytes: [
    (value) => Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= MAX_TOKEN_LENGTH,
    `a whole number of bytes from 1 to ${MAX_TOKEN_LENGTH}`,
  ],
  warnBytes: [
    (value) => value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= 0),
    'a whole number of bytes, or Infinity',
  ],
};

const NAMES = ['secretKey', 'cookieOptions', ...Object.keys(checks)];

/**
 * Checks that `options` is an object of known names.
 * @throws ValueError `ERR_SESSION_BAD_OPTION`
 */
export function assertOptions(options: unknown): asserts options is SessionOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw badOption(`session options must be an object, not ${typeName(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (!NAMES.includes(name)) throw badOption(`unknown session option '${name}': the options are ${NAMES.join(', ')}`);
  }
}

/**
 * The settings of `previous` with those of `options` in their places.
 * @throws ValueError `ERR_SESSION_BAD_OPTION`
 */
export function resolveSettings(options: SessionOptions, previous: Settings = DEFAULTS): Settings {
  const settings: Record<string, unknown> = { ...previous };
  for (const [name, [test, expected]] of Object.entries(checks)) {
    const value = options[name as keyof Settings];
    if (value === undefined) continue;
    if (!test(value)) throw badOption(`session option '${name}' must be ${expected}; this ${typeName(value)} is not`);
    settings[name] = value;
  }
  return Object.freeze(settings as unknown as Settings);
}

/** What a session on an app adds to its cookie options, unless those names were given: `null` counts as given. */
export function withDefaults(options: CheckedCookieOptions): CheckedCookieOptions {
  return Object.freeze({ path: '/', httpOnly: true, ...options });
}

export function checkSessionCookie(options: unknown): CheckedCookieOptions {
  return checkCookieOptions(options, 'ERR_SESSION_BAD_OPTION');
}

export function badOption(message: string): ValueError {
  return new ValueError('ERR_SESSION_BAD_OPTION', message);
}
