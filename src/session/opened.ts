// One session in one request: what was loaded, and what the response will say about it.

import { ValueError } from '../errors.js';
import type { ResponseHead, SessionJar } from './host.js';
import { createDict, type DictOwner, emptyDict, reservedMembers } from './session-dict.js';

/** What the session does for its requests. */
export interface SessionPolicy {
  /** The payload of the request's cookie, or null. */
  load(cookieHeader: string | null): object | null;
  /** The signed token of data, checked for everything that would keep the next request from reading it. */
  tokenOf(data: object): string;
  /** What makes a cookie one and the same to a browser: name, domain and path. */
  identity(): string;
  /** The `Set-Cookie` header for a token, or for the cookie's removal. */
  setCookie(token: string | null): string;
}

/** The first session opened on a jar; each knows the next one. A property costs a fraction of a WeakMap entry. */
const FIRST = Symbol('microdot.session.opened');

interface MarkedJar extends SessionJar {
  [FIRST]?: Opened;
}

export class Opened implements DictOwner {
  readonly #policy: SessionPolicy;
  readonly #jar: MarkedJar;
  readonly #next: Opened | undefined;
  #dict: object | null = null;
  /** Members of a foreign token that the dict cannot show. */
  #hidden: object | null = null;
  /** The token to send, null for the cookie's removal, undefined for no word about it. */
  #pending: string | null | undefined;
  /** When `#pending` was set, counted over all sessions of the jar. */
  #order = 0;
  #waiting = false;

  /** The state of a session on a jar, the same one at every call. */
  static of(jar: SessionJar, policy: SessionPolicy): Opened {
    const first = (jar as MarkedJar)[FIRST];
    for (let opened = first; opened !== undefined; opened = opened.#next) {
      if (opened.#policy === policy) return opened;
    }
    const opened = new Opened(jar, policy, first);
    (jar as MarkedJar)[FIRST] = opened;
    return opened;
  }

  private constructor(jar: SessionJar, policy: SessionPolicy, next: Opened | undefined) {
    this.#jar = jar;
    this.#policy = policy;
    this.#next = next;
  }

  /** The dict of this request, loaded at the first call. */
  dict(): object {
    if (this.#dict !== null) return this.#dict;
    const payload = this.#policy.load(this.#jar.cookieHeader) ?? {};
    this.#hidden = reservedMembers(payload);
    this.#dict = createDict(payload, this);
    return this.#dict;
  }

  save(): void {
    const dict = this.dict();
    this.write(this.#hidden === null ? dict : { ...dict, ...this.#hidden });
  }

  /** Signs `data` as they are now, in place of whatever this response was to say. */
  write(data: object): void {
    this.#assertHeadOpen('save');
    this.#send(this.#policy.tokenOf(data));
  }

  /** Final for what was in the dict: a save afterwards starts from nothing and brings no login back. */
  delete(): void {
    this.#assertHeadOpen('delete');
    this.#hidden = null;
    // A frozen or sealed dict cannot be emptied: an empty one takes its place, also for the old one's save().
    if (this.#dict === null || !emptyDict(this.#dict)) this.#dict = createDict({}, this);
    this.#send(null);
  }

  #assertHeadOpen(method: string): void {
    if (!this.#jar.headSent) return;
    throw new ValueError(
      'ERR_SESSION_HEADERS_SENT',
      `session.${method}() came after the response had started, when no cookie can be added; call it before the handler ` +
        'returns, not in a streamed body or a WebSocket',
    );
  }

  #send(token: string | null): void {
    this.#pending = token;
    this.#order = this.#latestOrder() + 1;
    if (this.#waiting) return;
    this.#waiting = true;
    this.#jar.onHead((head) => this.#writeHead(head));
  }

  #writeHead(head: ResponseHead): void {
    this.#waiting = false;
    const token = this.#pending;
    if (token === undefined || this.#isSuperseded()) return;
    head.appendSetCookie(this.#policy.setCookie(token));
  }

  /** Two sessions may share name, domain and path; a response says one thing about a cookie (RFC 6265bis 4.1.1). */
  #isSuperseded(): boolean {
    for (let other = this.#jar[FIRST]; other !== undefined; other = other.#next) {
      if (other.#order > this.#order && other.#policy.identity() === this.#policy.identity()) return true;
    }
    return false;
  }

  #latestOrder(): number {
    let latest = 0;
    for (let other = this.#jar[FIRST]; other !== undefined; other = other.#next)
      latest = Math.max(latest, other.#order);
    return latest;
  }
}
