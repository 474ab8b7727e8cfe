// Session: a per-user dictionary in one signed cookie. Joins the token, the cookie and the host.

import { copySecrets, type SecretKeys } from '../crypto/keys.js';
import { typeName, ValueError } from '../errors.js';
import { isDevelopment } from '../platform.js';
import { type Codec, createCodec, signPayload, verifyToken } from './codec.js';
import {
  assertNamePrefix,
  checkSessionCookie,
  createSessionCookie,
  type SessionCookieOptions,
  withDefaults,
} from './cookie.js';
import { createFormats } from './formats.js';
import type { SessionHost, SessionJar, SessionLike } from './host.js';
import { requestVerdict } from './load.js';
import { Opened } from './opened.js';
import { assertOptions, badOption, resolveSettings, type SessionOptions, type Settings } from './options.js';
import { Policy } from './policy.js';
import { SEAT, type Seat } from './seat.js';
import { type AnyData, type DataOf, RESERVED, reservedKey, type SessionDict } from './session-dict.js';
import { type RequestVerdict, refused, type Verdict } from './verdict.js';
import { warnOfPartitioned, warnOfWeakSecret } from './warnings.js';

/**
 * Signed-cookie sessions for one application.
 *
 * The data travel in the cookie as a JWT (HS256, RFC 7515 and 7519): the client can read but not change them. They are
 * the bytes of Python Microdot's `microdot.session`, so both sides read each other's cookies.
 *
 * @typeParam T the data, whose keys become optional and writable; `save` and `delete` may not be among them
 */
export class Session<T extends object & DataOf<T> = AnyData, Req extends object = object>
  implements SessionLike<SessionDict<T>>
{
  readonly #policy = new Policy();
  #secretKey: SecretKeys | null = null;
  #hosts: readonly SessionHost<Req>[] = [];

  /**
   * Makes a session; with an app, installs it there at once.
   * @throws ValueError `ERR_SESSION_BAD_OPTION`, `ERR_SESSION_BAD_SECRET`
   */
  constructor(app: SessionHost<Req> | null | undefined, options?: SessionOptions<T>);
  constructor(options?: SessionOptions<T>);
  constructor(first?: SessionHost<Req> | SessionOptions<T> | null, second?: SessionOptions<T>) {
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
  initialize(app: SessionHost<Req>, options?: SessionOptions<T>): void {
    if (!isHost<Req>(app)) throw notAnApp(app);
    if (options != null) this.#configure(options);
    if (!this.#hosts.includes(app)) this.#hosts = [...this.#hosts, app];
    this.#applyCookieOptions(this.cookieOptions);
    app.installSession(this);
  }

  /**
   * The session of a request: what its cookie holds, or an empty dict where there is none that can be trusted. Decoded at
   * the first call; every later call in that request returns the same object.
   * @throws ValueError `ERR_SESSION_NO_SECRET`; `ERR_SESSION_NOT_INSTALLED` for a request that no host of this session made
   */
  get(request: Req): SessionDict<T> {
    this.#policy.requireCodec();
    return Opened.of(this.#jarOf(request), this.#policy, request).dict() as SessionDict<T>;
  }

  /** {@link get} for hosts: by the request's jar. */
  open(jar: SessionJar): SessionDict<T> {
    this.#policy.requireCodec();
    return Opened.of(jar, this.#policy).dict() as SessionDict<T>;
  }

  /**
   * Signs `data` as they are now and sends them with this request's response: what a dict's `save()` does.
   * @throws ValueError as {@link SessionDict}'s `save()`, and `ERR_SESSION_RESERVED_KEY` for a key `save` or `delete`
   */
  update(request: Req, data: Partial<T>): void {
    this.#policy.requireCodec();
    if (typeof data === 'object' && data !== null) assertNoReservedKey(data);
    Opened.of(this.#jarOf(request), this.#policy, request).write(data);
  }

  /**
   * Has the browser forget the cookie with this request's response, and empties the request's dict: what a dict's
   * `delete()` does. Needs no secret.
   * @throws ValueError `ERR_SESSION_NOT_INSTALLED`, `ERR_SESSION_HEADERS_SENT`
   */
  delete(request: Req): void {
    Opened.of(this.#jarOf(request), this.#policy, request).delete();
  }

  /**
   * The signed token of a payload, with the claims that the session's options ask for. Judges no claims.
   * @param secretKey used instead of the session's own, unless it is empty
   * @throws ValueError `ERR_SESSION_NO_SECRET`, `ERR_SESSION_BAD_SECRET`, `ERR_SESSION_BAD_PAYLOAD`,
   * `ERR_SESSION_RESERVED_CLAIM`, `ERR_SESSION_TOO_LARGE` over 1 MiB
   */
  encode(payload: object, secretKey?: SecretKeys | null): string {
    const codec = this.#codecFor(secretKey);
    if (codec === null) throw asymmetricSecret();
    return signPayload(payload, codec).token;
  }

  /** The payload of a token, or `{}` whatever is wrong with it. Parameters and errors as {@link verify}. */
  decode(token: string, secretKey?: SecretKeys | null): Partial<T> {
    const verdict = this.verify(token, secretKey);
    return verdict.ok ? verdict.payload : {};
  }

  /**
   * The payload of a token, or why it is refused. Never throws on a token.
   * @param secretKey used instead of the session's own, unless it is empty
   * @throws ValueError `ERR_SESSION_NO_SECRET` where there is none at all, `ERR_SESSION_BAD_SECRET` for one of a wrong type
   */
  verify(token: string, secretKey?: SecretKeys | null): Verdict<T> {
    const codec = this.#codecFor(secretKey);
    return codec === null ? refused('unknown-key') : (verifyToken(token, codec) as Verdict<T>);
  }

  /**
   * What {@link get} would find in the request's cookies, and why not more. Changes and reports nothing.
   * @throws ValueError `ERR_SESSION_NO_SECRET`, `ERR_SESSION_NOT_INSTALLED`
   */
  verdict(request: Req): RequestVerdict<T> {
    return requestVerdict(this.#jarOf(request), this.#policy.requireCodec()) as RequestVerdict<T>;
  }

  /** A handler that gets this session's dict as its second argument, typed by this session. */
  with<R extends Req, A extends readonly unknown[], O>(
    handler: (request: R, session: SessionDict<T>, ...rest: A) => O,
  ): (request: R, ...rest: A) => O {
    return (request, ...rest) => handler(request, this.get(request), ...rest);
  }

  /** The secret or secrets, a copy; `null` for none. Assigning counts from then on. */
  get secretKey(): SecretKeys | null {
    return this.#secretKey === null ? null : copySecrets(this.#secretKey);
  }

  set secretKey(secrets: SecretKeys | null | undefined) {
    this.#install(secrets ?? null, this.#policy.settings);
  }

  /** The cookie options in force, frozen. Assigning replaces them all, from the next response head on. */
  get cookieOptions(): SessionCookieOptions<T> {
    return this.#policy.cookie.options as SessionCookieOptions<T>;
  }

  set cookieOptions(options: SessionCookieOptions<T> | null | undefined) {
    this.#applyCookieOptions(checkSessionCookie(options ?? {}));
  }

  /** @internal */
  get [SEAT](): Seat<Req> {
    const policy = this.#policy;
    const openedOf = (request: Req): Opened => Opened.of(this.#jarOf(request), policy, request);
    return {
      settings: policy.settings,
      configure: (options) => this.#configure(options),
      dateBy: (f) => {
        policy.authTimeOf = f;
      },
      tokenOf: (request) => openedOf(request).token(),
      assertHeadOpen: (request, method) => openedOf(request).assertHeadOpen(method),
      renew: (request, identity) => openedOf(request).renew(identity),
    };
  }

  #configure(options: unknown): void {
    assertOptions(options);
    // Everything is checked before anything changes.
    const settings = resolveSettings(options, this.#policy.settings);
    const cookie =
      options.cookieOptions == null ? this.#policy.cookie.options : checkSessionCookie(options.cookieOptions);
    assertNamePrefix(settings.cookieName, withDefaults(cookie));
    this.#install(options.secretKey ?? this.#secretKey, settings, options.secretKey != null);
    this.#applyCookieOptions(cookie);
  }

  /** Puts keys and rules in force together. */
  #install(secrets: SecretKeys | null, settings: Settings, isNew = true): void {
    const formats = createFormats(secrets, settings);
    if (formats === 'asymmetric') throw asymmetricSecret();
    this.#policy.install(formats && createCodec(formats.formats, settings), settings);
    this.#secretKey = secrets === null ? null : copySecrets(secrets);
    if (isNew && formats?.isWeak && !settings.allowWeakSecret) warnOfWeakSecret();
  }

  #applyCookieOptions(options: SessionCookieOptions): void {
    const complete = withDefaults(options);
    assertNamePrefix(this.#policy.settings.cookieName, complete);
    if (options.partitioned && options.secure !== true && isDevelopment()) warnOfPartitioned();
    this.#policy.cookie = createSessionCookie(this.#hosts.length > 0 ? complete : options);
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

  /** The codec of an explicit secret, or the session's own; null for a secret that signs and reads nothing. */
  #codecFor(secrets: SecretKeys | null | undefined): Codec | null {
    if (secrets === undefined || secrets === null) return this.#policy.requireCodec();
    const formats = createFormats(secrets, this.#policy.settings);
    if (formats === null) return this.#policy.requireCodec();
    return formats === 'asymmetric' ? null : createCodec(formats.formats, this.#policy.settings);
  }
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

const asymmetricSecret = (): ValueError =>
  new ValueError(
    'ERR_SESSION_BAD_SECRET',
    'secretKey is the text of a PEM or SSH key; HS256 needs a secret of its own: 32 random bytes',
  );

function assertNoReservedKey(data: object): void {
  for (const name of RESERVED) if (Object.hasOwn(data, name)) throw reservedKey(name);
}
