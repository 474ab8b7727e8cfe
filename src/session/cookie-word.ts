// What a session says in a response: one word about its cookie, beside the words of the other sessions of the jar.

import { ValueError } from '../errors.js';
import type { TokenToSend } from './cookie.js';
import type { ResponseHead, SessionJar } from './host.js';

/** What a session does to the responses of its requests. */
export interface WordPolicy {
  /** What makes a cookie one and the same to a browser: name, domain and path. */
  identity(): string;
  /** The `Set-Cookie` header for a token, or for the cookie's removal. */
  setCookie(jar: SessionJar, signed: TokenToSend | null): string;
  /** Whether a response that depends on the session is marked so. */
  protects(): boolean;
  /**
   * Marks it. Takes and returns whether its `Cache-Control` is the work of sessions alone: then a second one may replace
   * what the first has set.
   */
  protect(head: ResponseHead, setsCookie: boolean, isOurs: boolean): boolean;
}

/** The first session opened on a jar; each knows the next one. A property costs a fraction of a WeakMap entry. */
const FIRST = Symbol('microdot.session.opened');

const NOBODY: readonly CookieWord[] = [];

interface MarkedJar extends SessionJar {
  [FIRST]?: CookieWord;
}

/** A base and no part of its own: a second object for every request would be paid by those who only read. */
export abstract class CookieWord<P extends WordPolicy = WordPolicy> {
  protected readonly policy: P;
  readonly #jar: MarkedJar;
  readonly #next: CookieWord | undefined;
  /** The token to send, null for the cookie's removal, undefined for no word about it. */
  #pending: TokenToSend | null | undefined;
  /** When `#pending` was set, counted over all sessions of the jar. */
  #order = 0;
  #waiting = false;
  /** The {@link SessionJar.drops} of when the head was asked for. */
  #drops: number | undefined;
  /** One and the same at every call: a jar whose head was taken back has it already. */
  #atHead: ((head: ResponseHead) => void) | null = null;
  /** Whether the head's `Cache-Control` is the work of the sessions of the jar alone, as far as this one has seen it. */
  #ownsCacheControl = false;

  /** The word of a session on a jar, where it was opened on it. */
  static find(jar: SessionJar, policy: WordPolicy): CookieWord | undefined {
    for (let word = (jar as MarkedJar)[FIRST]; word !== undefined; word = word.#next) {
      if (word.policy === policy) return word;
    }
    return undefined;
  }

  /** Joins the words of the jar. */
  protected constructor(jar: SessionJar, policy: P) {
    this.#jar = jar;
    this.policy = policy;
    this.#next = (jar as MarkedJar)[FIRST];
    (jar as MarkedJar)[FIRST] = this;
  }

  /** Called when the head is about to be made: the last moment for a word. */
  protected abstract beforeHead(): void;

  /** Whether that may throw. */
  protected abstract get mayFail(): boolean;

  /** The token that a read sends by itself, where nobody has said a word; null for none. */
  protected abstract reissued(): TokenToSend | null;

  /** Whether changes that nobody has said a word about are going to be saved with the head. */
  protected get isAboutToSave(): boolean {
    return false;
  }

  protected get jar(): SessionJar {
    return this.#jar;
  }

  /** Whether the handler has said what becomes of the cookie. */
  protected get hasSpoken(): boolean {
    return this.#pending !== undefined;
  }

  /** Whether another session has said what becomes of the same cookie. */
  protected get isSpokenFor(): boolean {
    return this.#others().some((other) => other.hasSpoken && other.policy.identity() === this.policy.identity());
  }

  /** Whether the head has been asked for and is still to come. */
  protected get isAwaiting(): boolean {
    return this.#waiting;
  }

  /**
   * @param method the one that was called, for the message
   * @throws ValueError `ERR_SESSION_HEADERS_SENT`
   */
  assertHeadOpen(method: string): void {
    if (this.#jar.headSent) throw headSent(method);
  }

  protected say(signed: TokenToSend | null): void {
    this.#pending = signed;
    this.#order = this.#latestOrder() + 1;
    this.await();
  }

  /**
   * Asks for the head; whether it is still to come. A jar without a head phase, that of a cookie store, calls at once; a
   * later word is then one more call.
   */
  protected await(): boolean {
    if (this.#waiting && this.#drops === this.#jar.drops) return true;
    this.#waiting = true;
    this.#drops = this.#jar.drops;
    // Bound, and no arrow function: one that captures `this` here keeps each request in V8's old generation until a full
    // collection (test/session/memory.test.ts).
    this.#atHead ??= this.#writeHead.bind(this);
    this.#jar.onHead(this.#atHead, this.mayFail);
    return this.#waiting;
  }

  #writeHead(head: ResponseHead): void {
    this.beforeHead();
    this.#waiting = false;
    const cookie = this.#cookie();
    const setsCookie = cookie !== null && this.#append(head, cookie);
    const isOurs = this.#ownsCacheControl || this.#others().some((other) => other.#ownsCacheControl);
    this.#ownsCacheControl = this.policy.protect(head, setsCookie, isOurs);
  }

  /** Whether the head took the cookie. A store may refuse it: that is an error of a save, and none of a read. */
  #append(head: ResponseHead, cookie: string): boolean {
    try {
      head.appendSetCookie(cookie);
      return true;
    } catch (error) {
      if (this.#pending === undefined && error instanceof ValueError) return false;
      throw error;
    }
  }

  /** The header to send, if any. What the handler said comes before what a read asks for by itself. */
  #cookie(): string | null {
    if (this.#isSuperseded()) return null;
    if (this.#pending !== undefined) return this.policy.setCookie(this.#jar, this.#pending);
    const signed = this.reissued();
    if (signed === null) return null;
    // A word like any other: a second session of the same cookie does not add its own.
    this.#order = this.#latestOrder() + 1;
    return this.policy.setCookie(this.#jar, signed);
  }

  /**
   * Two sessions may share name, domain and path; a response says one thing about a cookie (RFC 6265bis 4.1.1): the last word,
   * and what a read sends by itself only where no changes are about to be saved.
   */
  #isSuperseded(): boolean {
    return this.#others().some(
      (other) =>
        other.policy.identity() === this.policy.identity() &&
        (other.#order > this.#order || (this.#pending === undefined && other.isAboutToSave)),
    );
  }

  #latestOrder(): number {
    return this.#others().reduce((latest, other) => Math.max(latest, other.#order), this.#order);
  }

  /** The other sessions of the jar, of which there are seldom any. */
  #others(): readonly CookieWord[] {
    const first = this.#jar[FIRST];
    if (first === this && this.#next === undefined) return NOBODY;
    const others: CookieWord[] = [];
    for (let word = first; word !== undefined; word = word.#next) if (word !== this) others.push(word);
    return others;
  }
}

export const headSent = (method: string): ValueError =>
  new ValueError(
    'ERR_SESSION_HEADERS_SENT',
    `session.${method}() came after the response had started, when no cookie can be added; call it before the handler ` +
      'returns, not in a streamed body or a WebSocket',
  );
