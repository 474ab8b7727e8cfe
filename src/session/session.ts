// Session: a per-user dictionary in one signed cookie. Joins the token, the cookie and the host.

import {
  type CheckedCookieOptions,
  type CookieOptions,
  cookieAttributes,
  expiredCookieAttributes,
} from '../cookie/attributes.js';
import { type PreparedKey, prepareKey, type SecretKey } from '../crypto/keys.js';
import { typeName, ValueError } from '../errors.js';
import {
  asymmetricSecret,
  COOKIE_NAME,
  loadCookie,
  signCookie,
  signPayload,
  verifyToken,
  warnOfSize,
  warnOfWeakSecret,
} from './codec.js';
import type { SessionHost, SessionJar, SessionLike } from './host.js';
import { Opened, type SessionPolicy } from './opened.js';
import {
  assertOptions,
  badOption,
  checkSessionCookie,
  resolveSettings,
  type SessionOptions,
  type Settings,
  withDefaults,
} from './options.js';
import { type DataOf, RESERVED, reservedKey, type SessionDict } from './session-dict.js';
import type { Verdict } from './verdict.js';

/**
 * Signed-cookie sessions for one application.
 *
 * The data travel in the cookie as a JWT (HS256, RFC 7515 and 7519): the client can read but not change them. They are
 * the bytes of Python Microdot's `microdot.session`, so both sides read each other's cookies.
 *
 * @typeParam T the data, whose keys become optional and writable; `save` and `delete` may not be among them
 */
export class Session<
  // biome-ignore lint/suspicious/noExplicitAny: the documented default, so that a first example needs no types
  T extends object & DataOf<T> = Record<string, any>,
  Req extends object = object,
> implements SessionLike<SessionDict<T>>
{
  #settings: Settings = resolveSettings({});
  #secretKey: SecretKey | null = null;
  #key: PreparedKey | null = null;
  #cookieOptions: CheckedCookieOptions = Object.freeze({});
  /** The attributes as header text, for a token and for a removal, made anew when the options change. */
  #attributes = '';
  #expiredAttributes = '';
  #hosts: readonly SessionHost<Req>[] = [];
  #warnedOfSize = false;
  readonly #policy: SessionPolicy = {
    load: (cookieHeader) => loadCookie(cookieHeader, this.#requireKey(), this.#settings),
    tokenOf: (data) => this.#cookieToken(data),
    identity: () => `${COOKIE_NAME};${this.#cookieOptions.domain ?? ''};${this.#cookieOptions.path ?? ''}`,
    setCookie: (token) =>
      token === null ? `${COOKIE_NAME}=${this.#expiredAttributes}` : `${COOKIE_NAME}=${token}${this.#attributes}`,
  };

  /**
   * Makes a session; with an app, installs it there at once.
   * @throws ValueError `ERR_SESSION_BAD_OPTION`, `ERR_SESSION_BAD_SECRET`
   */
  constructor(app: SessionHost<Req> | null | undefined, options?: SessionOptions);
  constructor(options?: SessionOptions);
  constructor(first?: SessionHost<Req> | SessionOptions | null, second?: SessionOptions) {
    const app = isHost<Req>(first) ? first : null;
    if (app === null && first != null && second !== undefined) throw notAnApp(first);
    const options = app === null ? (second ?? first) : second;
    if (options != null) this.#configure(options);
    if (app !== null) this.initialize(app);
  }

  /**
   * Installs the session on an app. Options that are given replace earlier ones, `cookieOptions` as a whole.
   * @throws ValueError `ERR_SESSION_BAD_OPTION`, `ERR_SESSION_BAD_SECRET`
   */
  initialize(app: SessionHost<Req>, options?: SessionOptions): void {
    if (!isHost<Req>(app)) throw notAnApp(app);
    if (options != null) this.#configure(options);
    if (!this.#hosts.includes(app)) this.#hosts = [...this.#hosts, app];
    this.#applyCookieOptions(this.#cookieOptions);
    app.installSession(this);
  }

  /**
   * The session of a request: what its cookie holds, or an empty dict where there is none that can be trusted. Decoded at
   * the first call; every later call in that request returns the same object.
   * @throws ValueError `ERR_SESSION_NO_SECRET`; `ERR_SESSION_NOT_INSTALLED` for a request that no host of this session made
   */
  get(request: Req): SessionDict<T> {
    this.#requireKey();
    return this.open(this.#jarOf(request));
  }

  /** {@link get} for hosts: by the request's jar. */
  open(jar: SessionJar): SessionDict<T> {
    this.#requireKey();
    return Opened.of(jar, this.#policy).dict() as SessionDict<T>;
  }

  /**
   * Signs `data` as they are now and sends them with this request's response: what a dict's `save()` does.
   * @throws ValueError as {@link SessionDict}'s `save()`, and `ERR_SESSION_RESERVED_KEY` for a key `save` or `delete`
   */
  update(request: Req, data: Partial<T>): void {
    this.#requireKey();
    if (typeof data === 'object' && data !== null) assertNoReservedKey(data);
    Opened.of(this.#jarOf(request), this.#policy).write(data);
  }

  /**
   * Has the browser forget the cookie with this request's response, and empties the request's dict: what a dict's
   * `delete()` does. Needs no secret.
   * @throws ValueError `ERR_SESSION_NOT_INSTALLED`, `ERR_SESSION_HEADERS_SENT`
   */
  delete(request: Req): void {
    Opened.of(this.#jarOf(request), this.#policy).delete();
  }

  /**
   * The signed token of a payload. Judges no claims.
   * @param secretKey used instead of the session's own, unless it is empty
   * @throws ValueError `ERR_SESSION_NO_SECRET`, `ERR_SESSION_BAD_SECRET`, `ERR_SESSION_BAD_PAYLOAD`,
   * `ERR_SESSION_TOO_LARGE` over 1 MiB
   */
  encode(payload: object, secretKey?: SecretKey | null): string {
    return signPayload(payload, prepareKey(secretKey) ?? this.#requireKey());
  }

  /** The payload of a token, or `{}` whatever is wrong with it. Parameters and errors as {@link verify}. */
  decode(token: string, secretKey?: SecretKey | null): Partial<T> {
    const verdict = this.verify(token, secretKey);
    return verdict.ok ? verdict.payload : {};
  }

  /**
   * The payload of a token, or why it is refused. Never throws on a token.
   * @param secretKey used instead of the session's own, unless it is empty
   * @throws ValueError `ERR_SESSION_NO_SECRET` where there is none at all, `ERR_SESSION_BAD_SECRET` for one of a wrong type
   */
  verify(token: string, secretKey?: SecretKey | null): Verdict<T> {
    return verifyToken(token, prepareKey(secretKey) ?? this.#requireKey(), this.#settings.now);
  }

  /** A handler that gets this session's dict as its second argument, typed by this session. */
  with<R extends Req, A extends readonly unknown[], O>(
    handler: (request: R, session: SessionDict<T>, ...rest: A) => O,
  ): (request: R, ...rest: A) => O {
    return (request, ...rest) => handler(request, this.get(request), ...rest);
  }

  /** The secret, a copy where it is bytes; `null` for none. Assigning counts from then on. */
  get secretKey(): SecretKey | null {
    return this.#secretKey instanceof Uint8Array ? this.#secretKey.slice() : this.#secretKey;
  }

  set secretKey(secret: SecretKey | null | undefined) {
    const key = signingKey(secret);
    this.#key = key;
    // Not slice(): that of a Buffer shares its memory.
    this.#secretKey = secret instanceof Uint8Array ? new Uint8Array(secret) : (secret ?? null);
    if (key?.weak && !this.#settings.allowWeakSecret) warnOfWeakSecret();
  }

  /** The cookie options in force, frozen. Assigning replaces them all, from the next response head on. */
  get cookieOptions(): CookieOptions {
    return this.#cookieOptions;
  }

  set cookieOptions(options: CookieOptions | null | undefined) {
    this.#applyCookieOptions(checkSessionCookie(options ?? {}));
  }

  #configure(options: unknown): void {
    assertOptions(options);
    // Everything is checked before anything changes. allowWeakSecret comes before the secret it is about.
    const settings = resolveSettings(options, this.#settings);
    const cookieOptions = options.cookieOptions == null ? null : checkSessionCookie(options.cookieOptions);
    signingKey(options.secretKey);
    this.#settings = settings;
    if (options.secretKey != null) this.secretKey = options.secretKey;
    if (cookieOptions !== null) this.#applyCookieOptions(cookieOptions);
  }

  #applyCookieOptions(options: CheckedCookieOptions): void {
    this.#cookieOptions = this.#hosts.length > 0 ? withDefaults(options) : options;
    this.#attributes = cookieAttributes(this.#cookieOptions);
    this.#expiredAttributes = expiredCookieAttributes(this.#cookieOptions);
  }

  #jarOf(request: Req): SessionJar {
    const [only, ...others] = this.#hosts;
    if (only === undefined) {
      throw new ValueError('ERR_SESSION_NOT_INSTALLED', 'this session is on no app yet: call session.initialize(app)');
    }
    if (others.length === 0) return only.sessionJar(request);
    for (const host of this.#hosts) {
      try {
        return host.sessionJar(request);
      } catch (error) {
        if (!(error instanceof ValueError && error.code === 'ERR_SESSION_NOT_INSTALLED')) throw error;
      }
    }
    return only.sessionJar(request);
  }

  #requireKey(): PreparedKey {
    if (this.#key !== null) return this.#key;
    throw new ValueError(
      'ERR_SESSION_NO_SECRET',
      'the session has no secret: give secretKey (32 random bytes or more) when the session is made, or assign it',
    );
  }

  #cookieToken(data: object): string {
    const token = signCookie(data, this.#requireKey(), this.#settings);
    if (!this.#warnedOfSize) this.#warnedOfSize = warnOfSize(token, this.#settings.warnBytes);
    return token;
  }
}

function signingKey(secret: unknown): PreparedKey | null {
  const key = prepareKey(secret);
  if (key?.asymmetric) throw asymmetricSecret();
  return key;
}

function isHost<Req extends object>(value: unknown): value is SessionHost<Req> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { installSession?: unknown }).installSession === 'function'
  );
}

const notAnApp = (value: unknown): ValueError =>
  badOption(`a session is installed on a Microdot app or a host of microdot/session/…, not on ${typeName(value)}`);

function assertNoReservedKey(data: object): void {
  for (const name of RESERVED) if (Object.hasOwn(data, name)) throw reservedKey(name);
}
