// The options of a session: their names, meanings, defaults and checks.

import { hasLoneSurrogate } from '../bytes/utf8.js';
import { assertCookieName } from '../cookie/serialize.js';
import type { SecretKeys } from '../crypto/keys.js';
import { typeName, ValueError } from '../errors.js';
import { systemClock } from '../platform.js';
import type { SessionCookieOptions } from './cookie.js';
import type { EventListener } from './events.js';
import type { Encryption } from './formats.js';
import type { Seconds } from './lifetime.js';
import type { Revoked } from './revoked.js';
import type { Migrate, StandardSchema } from './schema.js';
import type { Reason } from './verdict.js';

/** Everything a session can be told. All optional; `undefined` counts as not given. */
export interface SessionOptions<T extends object = object> {
  /**
   * The secret that signs and verifies: text (its UTF-8 bytes) or bytes, 32 bytes or more, known to the application only.
   * Or a list: the first signs, all verify; an entry may be `{ id, secret }`, and its tokens carry the id as `kid`.
   * Without a secret `get` and `update` throw; an empty one counts as none.
   */
  readonly secretKey?: SecretKeys | null;
  /** `true`: a token of an older key is re-issued with the newest when it is read. Default `false`. */
  readonly resign?: boolean;
  /** The cookie's name. `__Host-` and `__Secure-` names need the attributes that browsers ask for. Default `session`. */
  readonly cookieName?: string;
  /** Attributes of the cookie. Default, once the session is on an app: `{ path: '/', httpOnly: true }`. */
  readonly cookieOptions?: SessionCookieOptions<T> | null;
  /** Seconds without a request after which the session ends, signed into the token. Default: none. */
  readonly idleTimeout?: Seconds<T> | null;
  /** Seconds after the first save at which the session ends, signed into the token. Default: none. */
  readonly absoluteTimeout?: Seconds<T> | null;
  /** `'read'`: a read past half of the idle time re-issues the token. `'save'`: only saves do. Default `'read'`. */
  readonly renew?: 'read' | 'save';
  /** Seconds by which clocks may differ. Default 0; 60 once a timeout is set. */
  readonly clockTolerance?: number;
  /** `true` reads tokens without dates although a timeout is set: those from before. Default `false`. */
  readonly acceptUndated?: boolean;
  /**
   * What the key is for: text that, with the secret, makes a key of its own (HKDF, RFC 5869), so that nothing signed for
   * another purpose is a session. Other JWT readers then need the derived key. Needs 32 bytes of secret. Default: none.
   */
  readonly purpose?: string | null;
  /** `jwe()` of `microdot/session/encrypt`: the client cannot read the data either. Needs 32 bytes of secret. */
  readonly encrypt?: Encryption | null;
  /** Written as `aud`, required on read, kept out of the dict. Default: none, and tokens with an `aud` are refused. */
  readonly audience?: string | null;
  /**
   * The shape of the data, in any library that speaks Standard Schema (zod, valibot, arktype): synchronous, and of the same
   * result when applied twice. What does not fit is an empty session when loaded, and an error when saved. An empty session
   * is not checked.
   */
  readonly schema?: StandardSchema<T> | null;
  /** From data that the schema refuses to data that it takes; `null` gives them up. */
  readonly migrate?: Migrate<T> | null;
  /**
   * `true`: tokens carry an id (`jti`) and the moment it was given (`auth_time`), kept for the session's life and out of the
   * dict, by which `revoked` can tell them apart. Default `false`.
   */
  readonly revocable?: boolean;
  /**
   * Asked at every load whether the session has ended before its time, with the data and the claims that the dict does not
   * show: `true` is an empty session with the verdict `revoked`. Synchronous. What it throws counts as `true`. The lists of
   * `microdot/session/revocation` are asked beside it.
   */
  readonly revoked?: Revoked<T> | null;
  /** `true`: data that differ from what was loaded are saved when the response is made, without a `save()`. Default `false`. */
  readonly autoSave?: boolean;
  /**
   * `true` warns, once for each: of changes that were never saved, of a Secure cookie on plain http, of a cookie that grows
   * large. Default: `true` where `NODE_ENV` is `development`.
   */
  readonly debug?: boolean | null;
  /** `true` believes `X-Forwarded-Proto`, for `secure: 'auto'` behind a proxy that sets it. Default `false`. */
  readonly trustProxy?: boolean;
  /** `false` leaves `Vary` and `Cache-Control` alone. Default `true`. */
  readonly cacheHeaders?: boolean;
  /**
   * Called once for every cookie that is refused, with the reason and the request, or its jar for `open`. What it
   * throws is ignored.
   */
  readonly onReject?: ((reason: Reason, request: object) => void) | null;
  /** Called for every load, save, delete, renewal, re-signing and refusal. */
  readonly onEvent?: EventListener | null;
  /** The clock, in seconds since 1970. Default: the system's. */
  readonly now?: () => number;
  /** `true` silences the warning about a secret under 32 bytes. Default `false`. */
  readonly allowWeakSecret?: boolean;
  /** Bytes of cookie name and value that a save may not exceed and a read does not look at. Default 4096, as browsers. */
  readonly maxCookieBytes?: number;
  /** Bytes of cookie name and value over which a save warns in development; `Infinity` for never. Default 1400. */
  readonly warnBytes?: number;
  /**
   * How many signed tokens whose signature was checked, or made, are remembered in memory, so that the next request of the
   * same visitor needs no hash: 1 to 1,048,576, rounded up to a power of two; `false` for none. Dates, audience and schema
   * are judged at every request all the same. Default 1024: under 1 MB of typical sessions, at most 20 MB of ones that
   * are as large as they may be, and a few kilobytes for a few visitors.
   */
  readonly tokenCache?: number | false;
  /** Tells options from an app at compile time. */
  readonly installSession?: never;
}

/** The options that are plain values, all present. */
export interface Settings {
  readonly now: () => number;
  readonly allowWeakSecret: boolean;
  readonly maxCookieBytes: number;
  readonly warnBytes: number;
  readonly resign: boolean;
  readonly cookieName: string;
  readonly idleTimeout: Seconds<object> | null;
  readonly absoluteTimeout: Seconds<object> | null;
  readonly renew: 'read' | 'save';
  /** Null: the default, which depends on the timeouts. */
  readonly clockTolerance: number | null;
  readonly acceptUndated: boolean;
  readonly purpose: string | null;
  readonly encrypt: Encryption | null;
  readonly audience: string | null;
  readonly schema: StandardSchema<object> | null;
  readonly migrate: Migrate<object> | null;
  readonly revocable: boolean;
  readonly revoked: Revoked | null;
  /** What a list of revocations says beside `revoked`. No option: none that comes later takes it away. */
  readonly hasEnded: Revoked | null;
  readonly autoSave: boolean;
  /** Null: the default, which depends on the environment. */
  readonly debug: boolean | null;
  readonly trustProxy: boolean;
  readonly cacheHeaders: boolean;
  readonly onReject: ((reason: Reason, request: object) => void) | null;
  readonly onEvent: EventListener | null;
  readonly tokenCache: number | false;
}

const DEFAULTS: Settings = Object.freeze({
  now: systemClock,
  allowWeakSecret: false,
  // RFC 6265bis 5.6: a user agent may ignore a cookie whose name and value exceed 4096 octets together, and they do.
  maxCookieBytes: 4096,
  // Microdot on a device answers 400 to a header line over 2048 bytes, and on every route: the visitor is locked out.
  warnBytes: 1400,
  resign: false,
  cookieName: 'session',
  idleTimeout: null,
  absoluteTimeout: null,
  renew: 'read',
  clockTolerance: null,
  acceptUndated: false,
  purpose: null,
  encrypt: null,
  audience: null,
  schema: null,
  migrate: null,
  revocable: false,
  revoked: null,
  hasEnded: null,
  autoSave: false,
  debug: null,
  trustProxy: false,
  cacheHeaders: true,
  onReject: null,
  onEvent: null,
  tokenCache: 1024,
});

/** A token in hand is bounded by this alone, and so is `maxCookieBytes`. */
export const MAX_TOKEN_LENGTH = 1 << 20;

/** A table of that many slots is 40 MB before the first token is in it. */
const MAX_TOKEN_CACHE = 1 << 20;

type Check = readonly [test: (value: unknown) => boolean, expected: string];

const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
const isFunction = (value: unknown): boolean => typeof value === 'function';
/** Without lone surrogates, which would all be one and the same in UTF-8: two purposes with one key. */
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '' && !hasLoneSurrogate(value);
const isWhole = (value: unknown, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;

const isEncryption = (value: unknown): boolean =>
  typeof value === 'object' && isFunction((value as { createFormat?: unknown } | null)?.createFormat);

/** A schema may be a function that has the property. */
const isSchema = (value: unknown): boolean =>
  isFunction((value as { '~standard'?: { validate?: unknown } } | null | undefined)?.['~standard']?.validate);

const flag: Check = [isBoolean, 'true or false'];
const listener: Check = [(value) => value === null || isFunction(value), 'a function'];
const text: Check = [(value) => value === null || isText(value), 'text, not empty'];
const timeout: Check = [
  (value) => value === null || isFunction(value) || isWhole(value, 1, Number.MAX_SAFE_INTEGER),
  'whole seconds from 1 on, or a function of the data that gives them',
];

const checks: { readonly [K in Exclude<keyof Settings, 'hasEnded'>]: Check } = {
  now: [isFunction, 'a function that returns seconds'],
  allowWeakSecret: flag,
  maxCookieBytes: [
    (value) => isWhole(value, 1, MAX_TOKEN_LENGTH),
    `a whole number of bytes from 1 to ${MAX_TOKEN_LENGTH}`,
  ],
  warnBytes: [
    (value) => value === Number.POSITIVE_INFINITY || isWhole(value, 0, Number.MAX_SAFE_INTEGER),
    'a whole number of bytes, or Infinity',
  ],
  resign: flag,
  cookieName: [isText, 'a cookie name'],
  idleTimeout: timeout,
  absoluteTimeout: timeout,
  renew: [(value) => value === 'read' || value === 'save', "'read' or 'save'"],
  clockTolerance: [(value) => isWhole(value, 0, 86_400), 'whole seconds from 0 to a day'],
  acceptUndated: flag,
  purpose: text,
  encrypt: [(value) => value === null || isEncryption(value), 'jwe() of microdot/session/encrypt'],
  audience: text,
  schema: [(value) => value === null || isSchema(value), 'a Standard Schema (zod, valibot, arktype …)'],
  migrate: listener,
  revocable: flag,
  revoked: listener,
  autoSave: flag,
  debug: [(value) => value === null || isBoolean(value), 'true or false'],
  trustProxy: flag,
  cacheHeaders: flag,
  onReject: listener,
  onEvent: listener,
  tokenCache: [
    (value) => value === false || isWhole(value, 1, MAX_TOKEN_CACHE),
    `false, or a whole number of slots from 1 to ${MAX_TOKEN_CACHE}`,
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
    const value = options[name as keyof typeof checks];
    if (value === undefined) continue;
    if (!test(value)) throw badOption(`session option '${name}' must be ${expected}; this ${typeName(value)} is not`);
    settings[name] = value;
  }
  const resolved = settings as unknown as Settings;
  assertCookieName(resolved.cookieName, 'ERR_SESSION_BAD_OPTION');
  if (resolved.migrate !== null && resolved.schema === null) {
    throw badOption("session option 'migrate' needs 'schema', which says what is of an older shape");
  }
  if (resolved.hasEnded !== null && !resolved.revocable) {
    throw badOption(
      "session option 'revocable' must stay true: a list of revocations ends these sessions by their ids",
    );
  }
  return Object.freeze(resolved);
}

export function badOption(message: string): ValueError {
  return new ValueError('ERR_SESSION_BAD_OPTION', message);
}
