// What every kind of session has: the apps it is on, options that replace each other, the secret, the cookie's attributes.

import { copySecrets, type SecretKeys } from '../crypto/keys.js';
import { typeName, ValueError } from '../errors.js';
import { isDevelopment } from '../platform.js';
import { type Codec, createCodec } from './codec.js';
import {
  assertNamePrefix,
  checkSessionCookie,
  createSessionCookie,
  type SessionCookieOptions,
  withDefaults,
} from './cookie.js';
import { createFormats } from './formats.js';
import type { SessionHost, SessionJar, SessionLike } from './host.js';
import { assertOptions, badOption, resolveSettings, type SessionOptions, type Settings } from './options.js';
import { Policy } from './policy.js';
import type { Revoked } from './revoked.js';
import { warnOfPartitioned, warnOfWeakSecret } from './warnings.js';

export abstract class Installed<T extends object, Req extends object, O extends SessionOptions<T>, D>
  implements SessionLike<D>
{
  readonly #policy = new Policy();
  #secretKey: SecretKeys | null = null;
  #hosts: readonly SessionHost<Req>[] = [];
  #isAdopted = false;

  abstract get(request: Req): D;
  abstract open(jar: SessionJar): D;

  /**
   * Installs the session on an app. Options that are given replace earlier ones, `cookieOptions` as a whole.
   * @throws ValueError `ERR_SESSION_BAD_OPTION`, `ERR_SESSION_BAD_SECRET`
   */
  initialize(app: SessionHost<Req>, options?: O): void {
    if (!isHost<Req>(app)) throw notAnApp(app);
    if (options != null) this.configure(options);
    if (!this.#hosts.includes(app)) this.#hosts = [...this.#hosts, app];
    this.#applyCookieOptions(this.cookieOptions);
    app.installSession(this);
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

  /**
   * Treats the session as one of an app that another session is on, which reads and removes its cookies.
   * @internal
   */
  protected adopt(): void {
    this.#isAdopted = true;
    this.#applyCookieOptions(this.cookieOptions);
  }

  /**
   * Has `hasEnded` asked at every load, beside the option `revoked` and whatever becomes of that.
   * @internal
   */
  protected endBy(hasEnded: Revoked): void {
    this.#install(this.#secretKey, Object.freeze({ ...this.#policy.settings, revocable: true, hasEnded }), false);
  }

  /** @internal */
  protected get policy(): Policy {
    return this.#policy;
  }

  /**
   * The constructor's arguments. Called by the class that is made, and not from here, where its fields are not there yet.
   * @internal
   */
  protected construct(first: SessionHost<Req> | O | null | undefined, second: O | undefined): void {
    const app = isHost<Req>(first) ? first : null;
    if (app === null && first != null && second !== undefined) throw notAnApp(first);
    const options = app === null ? (second ?? (first as O | null | undefined)) : second;
    if (options != null) this.configure(options);
    if (app !== null) this.initialize(app);
  }

  /**
   * Checks everything before anything changes.
   * @internal
   */
  protected configure(options: unknown): void {
    assertOptions(options);
    const settings = resolveSettings(options, this.#policy.settings);
    const cookie =
      options.cookieOptions == null ? this.#policy.cookie.options : checkSessionCookie(options.cookieOptions);
    assertNamePrefix(settings.cookieName, withDefaults(cookie));
    this.#install(options.secretKey ?? this.#secretKey, settings, options.secretKey != null);
    this.#applyCookieOptions(cookie);
  }

  /** @internal */
  protected jarOf(request: Req): SessionJar {
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

  /**
   * The codec of an explicit secret, or the session's own; null for a secret that signs and reads nothing.
   * @internal
   */
  protected codecFor(secrets: SecretKeys | null | undefined): Codec | null {
    if (secrets === undefined || secrets === null) return this.#policy.requireCodec();
    const formats = createFormats(secrets, this.#policy.settings);
    if (formats === null) return this.#policy.requireCodec();
    return formats === 'asymmetric' ? null : createCodec(formats.formats, this.#policy.settings);
  }

  /** Puts keys and rules in force together. */
  #install(secrets: SecretKeys | null, settings: Settings, isNew = true): void {
    const formats = createFormats(secrets, settings, settings.tokenCache || 0);
    if (formats === 'asymmetric') throw asymmetricSecret();
    this.#policy.install(formats && createCodec(formats.formats, settings), settings);
    // An empty one counts as none: `session.secretKey ??= …` gives it another.
    this.#secretKey = secrets === null || formats === null ? null : copySecrets(secrets);
    if (isNew && formats?.isWeak && !settings.allowWeakSecret) warnOfWeakSecret();
  }

  #applyCookieOptions(options: SessionCookieOptions): void {
    const complete = withDefaults(options);
    assertNamePrefix(this.#policy.settings.cookieName, complete);
    if (options.partitioned && options.secure !== true && isDevelopment()) warnOfPartitioned();
    this.#policy.cookie = createSessionCookie(this.#hosts.length > 0 || this.#isAdopted ? complete : options);
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

export const asymmetricSecret = (): ValueError =>
  new ValueError(
    'ERR_SESSION_BAD_SECRET',
    'secretKey is the text of a PEM or SSH key; HS256 needs a secret of its own: 32 random bytes',
  );
