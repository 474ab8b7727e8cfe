// What a web framework must offer to carry sessions: the types that join a host and the session, and nothing else.

/**
 * The property of a request under which its host keeps the session that `withSession` finds there.
 * `Symbol.for`, so that two copies of the package in one process understand each other.
 */
export const SESSION: unique symbol = Symbol.for('microdot.session');

/** The response head while it can still be changed. Names are case-insensitive. */
export interface ResponseHead {
  /** The value of a header, several joined by `, `; `null` where it is not set. */
  get(name: string): string | null;
  /** Sets a header, replacing what was there. */
  set(name: string, value: string): void;
  /** Adds one `Set-Cookie` line after those already there. */
  appendSetCookie(header: string): void;
}

/**
 * One request and its response, as the session sees them. A host makes one object per request and keeps it; the session
 * marks it, so it must be extensible.
 */
export interface SessionJar {
  /** The request's `Cookie` header as received, several lines joined by `; `; `null` where there was none. */
  readonly cookieHeader: string | null;
  /** What the client sees: `true` https, `false` http, `null` when the host cannot know. */
  readonly secure: boolean | null;
  /** True once the head is final. A `save()` then is `ERR_SESSION_HEADERS_SENT`. */
  readonly headSent: boolean;
  /**
   * Has `f` called once, synchronously, just before the head is final; never when the response is the answer to an
   * error that nobody handled (contract S13).
   * @param mayFail `f` may throw, as a session does that saves by itself: for hosts where nobody takes what is thrown there
   */
  onHead(f: (head: ResponseHead) => void, mayFail?: boolean): void;
  /**
   * How often what waited for the head was forgotten, because nobody handled the error that was to be answered. What a
   * session says afterwards, in an error handler further on, asks for the head anew. Hosts that never forget leave it out.
   */
  readonly drops?: number;
  /**
   * A header of the request by its lower-case name, null where it is absent. Lets a read tell a prefetch from a visit; a
   * host that leaves it out has every read renew.
   */
  requestHeader?(name: string): string | null;
  /**
   * The values of the request's cookies of a name, the last one counting most: asked in place of `cookieHeader` where a
   * framework gives its handlers a cookie store and no header.
   */
  cookieValues?(name: string): readonly string[];
}

/** What a host stores and `withSession` finds. `D` is a dict, or a promise of one. */
export interface SessionLike<D = unknown> {
  get(request: object): D;
  open(jar: SessionJar): D;
}

/**
 * An application that sessions can be installed on.
 *
 * Methods, not function properties, on purpose: `SessionHost<Req>` stays assignable to `SessionHost<object>`.
 */
export interface SessionHost<Req extends object = object> {
  /** Makes `session` the one that `withSession` finds on every request of this application, the last call winning. */
  installSession(session: SessionLike): void;
  /**
   * The jar of a request, the same object at every call.
   * @throws ValueError `ERR_SESSION_NOT_INSTALLED` for an object that is no request of this application.
   */
  sessionJar(request: Req): SessionJar;
}
