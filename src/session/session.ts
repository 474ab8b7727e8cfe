// Session: a per-user dictionary in one signed cookie. Joins the token, the cookie and the host.

import type { SecretKeys } from '../crypto/keys.js';
import { signPayload, verifyToken } from './codec.js';
import type { SessionHost, SessionJar } from './host.js';
import { asymmetricSecret, Installed } from './installed.js';
import { requestVerdict } from './load.js';
import { Opened } from './opened.js';
import type { SessionOptions } from './options.js';
import { SEAT, type Seat } from './seat.js';
import { type AnyData, assertNoReservedKey, type DataOf, type SessionDict } from './session-dict.js';
import { type RequestVerdict, refused, type Verdict } from './verdict.js';

/**
 * Signed-cookie sessions for one application.
 *
 * The data travel in the cookie as a JWT (HS256, RFC 7515 and 7519): the client can read but not change them. They are
 * the bytes of Python Microdot's `microdot.session`, so both sides read each other's cookies.
 *
 * @typeParam T the data, whose keys become optional and writable; `save` and `delete` may not be among them
 */
export class Session<T extends object & DataOf<T> = AnyData, Req extends object = object> extends Installed<
  T,
  Req,
  SessionOptions<T>,
  SessionDict<T>
> {
  /**
   * Makes a session; with an app, installs it there at once.
   * @throws ValueError `ERR_SESSION_BAD_OPTION`, `ERR_SESSION_BAD_SECRET`
   */
  constructor(app: SessionHost<Req> | null | undefined, options?: SessionOptions<T>);
  constructor(options?: SessionOptions<T>);
  constructor(first?: SessionHost<Req> | SessionOptions<T> | null, second?: SessionOptions<T>) {
    super();
    this.construct(first, second);
  }

  /**
   * The session of a request: what its cookie holds, or an empty dict where there is none that can be trusted. Decoded at
   * the first call; every later call in that request returns the same object.
   * @throws ValueError `ERR_SESSION_NO_SECRET`; `ERR_SESSION_NOT_INSTALLED` for a request that no host of this session made;
   * `ERR_SESSION_BAD_OPTION` for an asynchronous `schema` or `migrate`, a `revoked` that gives neither true nor false, and
   * `autoSave` on a cookie store
   */
  override get(request: Req): SessionDict<T> {
    this.policy.requireCodec();
    return Opened.of(this.jarOf(request), this.policy, request).dict() as SessionDict<T>;
  }

  /** {@link get} for hosts: by the request's jar. */
  override open(jar: SessionJar): SessionDict<T> {
    this.policy.requireCodec();
    return Opened.of(jar, this.policy).dict() as SessionDict<T>;
  }

  /**
   * Signs `data` as they are now and sends them with this request's response: what a dict's `save()` does.
   * @throws ValueError as {@link SessionDict}'s `save()`, and `ERR_SESSION_RESERVED_KEY` for a key `save` or `delete`
   */
  update(request: Req, data: Partial<T>): void {
    this.policy.requireCodec();
    if (typeof data === 'object' && data !== null) assertNoReservedKey(data);
    Opened.of(this.jarOf(request), this.policy, request).write(data);
  }

  /**
   * Has the browser forget the cookie with this request's response, and empties the request's dict: what a dict's
   * `delete()` does. Needs no secret.
   * @throws ValueError `ERR_SESSION_NOT_INSTALLED`, `ERR_SESSION_HEADERS_SENT`
   */
  delete(request: Req): void {
    Opened.of(this.jarOf(request), this.policy, request).delete();
  }

  /**
   * The signed token of a payload, with the claims that the session's options ask for. Judges no claims.
   * @param secretKey used instead of the session's own, unless it is empty
   * @throws ValueError `ERR_SESSION_NO_SECRET`, `ERR_SESSION_BAD_SECRET`, `ERR_SESSION_BAD_PAYLOAD`,
   * `ERR_SESSION_RESERVED_CLAIM`, `ERR_SESSION_TOO_LARGE` over 1 MiB; `ERR_SESSION_BAD_OPTION` for a timeout function that gives
   * no whole seconds
   */
  encode(payload: object, secretKey?: SecretKeys | null): string {
    const codec = this.codecFor(secretKey);
    if (codec === null) throw asymmetricSecret();
    return signPayload(payload, codec, this.policy.identified(payload, null)).token;
  }

  /** The payload of a token, or `{}` whatever is wrong with it. Parameters and errors as {@link verify}. */
  decode(token: string, secretKey?: SecretKeys | null): Partial<T> {
    const verdict = this.verify(token, secretKey);
    return verdict.ok ? verdict.payload : {};
  }

  /**
   * The payload of a token, or why it is refused. Never throws on a token.
   * @param secretKey used instead of the session's own, unless it is empty
   * @throws ValueError `ERR_SESSION_NO_SECRET` where there is none at all; `ERR_SESSION_BAD_SECRET` for one that cannot be
   * assigned to `secretKey` either, but for the text of a PEM or SSH key, which reads nothing; `ERR_SESSION_BAD_OPTION` for
   * an asynchronous `schema` or `migrate`, and a `revoked` that gives neither true nor false
   */
  verify(token: string, secretKey?: SecretKeys | null): Verdict<T> {
    const codec = this.codecFor(secretKey);
    return codec === null ? refused('unknown-key') : (verifyToken(token, codec) as Verdict<T>);
  }

  /**
   * What {@link get} would find in the request's cookies, and why not more. Changes and reports nothing.
   * @throws ValueError `ERR_SESSION_NO_SECRET`, `ERR_SESSION_NOT_INSTALLED`, `ERR_SESSION_BAD_OPTION` as {@link verify}
   */
  verdict(request: Req): RequestVerdict<T> {
    return this.judge(this.jarOf(request));
  }

  /** {@link verdict} for hosts: by the request's jar. */
  judge(jar: SessionJar): RequestVerdict<T> {
    return requestVerdict(jar, this.policy.requireCodec()) as RequestVerdict<T>;
  }

  /** A handler that gets this session's dict as its second argument, typed by this session. */
  with<R extends Req, A extends readonly unknown[], O>(
    handler: (request: R, session: SessionDict<T>, ...rest: A) => O,
  ): (request: R, ...rest: A) => O {
    return (request, ...rest) => handler(request, this.get(request), ...rest);
  }

  /** @internal */
  get [SEAT](): Seat<Req> {
    const { policy } = this;
    const openedOf = (request: Req): Opened => Opened.of(this.jarOf(request), policy, request);
    return {
      get settings() {
        return policy.settings;
      },
      endBy: (hasEnded) => this.endBy(hasEnded),
      adopt: () => this.adopt(),
      dateBy: (f) => {
        policy.authTimeOf = f;
      },
      tokenOf: (request) => openedOf(request).token(),
      assertHeadOpen: (request, method) => openedOf(request).assertHeadOpen(method),
      renew: (request, identity) => openedOf(request).renew(identity),
    };
  }
}
