// One session in one request: what was loaded, and what the response will say about it.

import { ValueError } from '../errors.js';
import { changedKeys, type Snapshot, snapshotOf } from './changes.js';
import type { TokenToSend } from './cookie.js';
import type { ResponseHead, SessionJar } from './host.js';
import type { Identity, Kept } from './identity.js';
import { createDict, type DictOwner, emptyDict, reservedMembers } from './session-dict.js';

/** What a request's cookie held. */
export interface Loaded extends Kept {
  readonly payload: object;
  readonly token: string;
  /** Why the token should be sent anew without a save. */
  readonly reissue: 'renew' | 'resign' | null;
}

/** What the session does for its requests. */
export interface SessionPolicy {
  /** What the request's cookie holds, null where none is good. */
  load(jar: SessionJar, request: object): Loaded | null;
  /** The signed token of data, checked for everything that would keep the next request from reading it. */
  sign(data: object, kept: Kept | null): TokenToSend;
  /** The token of the payload as it was loaded; null where that cannot be. */
  reissue(loaded: Loaded): TokenToSend | null;
  /** What makes a cookie one and the same to a browser: name, domain and path. */
  identity(): string;
  /** The `Set-Cookie` header for a token, or for the cookie's removal. */
  setCookie(jar: SessionJar, signed: TokenToSend | null): string;
  /** What becomes of changes that nobody saved. */
  watches(): 'save' | 'warn' | null;
  /** Tells that keys were changed and not saved. */
  unsaved(keys: readonly string[]): void;
  /** Tells that the handler deleted. */
  deleted(): void;
  /** Whether a response that depends on the session is marked so. */
  protects(): boolean;
  /**
   * Marks it. Takes and returns whether its `Cache-Control` is the work of sessions alone: then a second one may replace
   * what the first has set.
   */
  protect(head: ResponseHead, setsCookie: boolean, isOurs: boolean): boolean;
  /** Whether a save goes on with something of the token that came. */
  keeps(): boolean;
}

/** The first session opened on a jar; each knows the next one. A property costs a fraction of a WeakMap entry. */
const FIRST = Symbol('microdot.session.opened');

const NOBODY: readonly Opened[] = [];

interface MarkedJar extends SessionJar {
  [FIRST]?: Opened;
}

export class Opened implements DictOwner {
  readonly #policy: SessionPolicy;
  readonly #jar: MarkedJar;
  readonly #request: object;
  readonly #next: Opened | undefined;
  #dict: object | null = null;
  #loaded: Loaded | null = null;
  /** The identity that was given in this request, in place of the loaded one. */
  #identity: Identity | null = null;
  /** Members of a foreign token that the dict cannot show. */
  #hidden: object | null = null;
  /** The token to send, null for the cookie's removal, undefined for no word about it. */
  #pending: TokenToSend | null | undefined;
  /** When `#pending` was set, counted over all sessions of the jar. */
  #order = 0;
  #waiting = false;
  /** Whether the head's `Cache-Control` is the work of the sessions of the jar alone, as far as this one has seen it. */
  #ownsCacheControl = false;
  /** What was loaded, where changes are watched. */
  #snapshot: Snapshot | null = null;

  /** The state of a session on a jar, the same one at every call. */
  static of(jar: SessionJar, policy: SessionPolicy, request: object = jar): Opened {
    const first = (jar as MarkedJar)[FIRST];
    for (let opened = first; opened !== undefined; opened = opened.#next) {
      if (opened.#policy === policy) return opened;
    }
    const opened = new Opened(jar, policy, request, first);
    (jar as MarkedJar)[FIRST] = opened;
    return opened;
  }

  private constructor(jar: SessionJar, policy: SessionPolicy, request: object, next: Opened | undefined) {
    this.#jar = jar;
    this.#policy = policy;
    this.#request = request;
    this.#next = next;
  }

  /** The dict of this request, loaded at the first call. */
  dict(): object {
    if (this.#dict !== null) return this.#dict;
    this.#loaded = this.#policy.load(this.#jar, this.#request);
    const payload = this.#loaded?.payload ?? {};
    this.#hidden = reservedMembers(payload);
    this.#dict = createDict(payload, this);
    if (this.#policy.watches() !== null) this.#snapshot = snapshotOf(this.#dict);
    // The response depends on the cookie from now on, whatever the handler does with what it got.
    const hasWord = this.#policy.protects() || this.#snapshot !== null || (this.#loaded?.reissue ?? null) !== null;
    if (hasWord && !this.#jar.headSent) this.#awaitForRead();
    return this.#dict;
  }

  save(): void {
    const dict = this.dict();
    this.write(this.#hidden === null ? dict : { ...dict, ...this.#hidden });
  }

  /** Signs `data` as they are now, in place of whatever this response was to say. */
  write(data: object): void {
    this.assertHeadOpen('save');
    // update() may come without a get: also then the session's life goes on, and does not begin anew.
    if (this.#dict === null && this.#policy.keeps()) this.dict();
    const signed = this.#policy.sign(data, this.#kept());
    this.#settle();
    this.#say(signed);
  }

  /** The token that the dict was loaded from; null for none, and after a delete. */
  token(): string | null {
    this.dict();
    return this.#loaded?.token ?? null;
  }

  #kept(): Kept | null {
    if (this.#identity === null) return this.#loaded;
    return { issuedAt: this.#loaded?.issuedAt ?? null, identity: this.#identity };
  }

  /** Saves as another session than the one that came: what was said of that one's identity does not concern it. */
  renew(identity: Identity): void {
    this.assertHeadOpen('renew');
    this.dict();
    this.#identity = identity;
    this.save();
  }

  /** Final for what was in the dict: a save afterwards starts from nothing and brings no login back. */
  delete(): void {
    this.assertHeadOpen('delete');
    this.#hidden = null;
    this.#loaded = null;
    this.#identity = null;
    // A frozen or sealed dict cannot be emptied: an empty one takes its place, also for the old one's save().
    if (this.#dict === null || !emptyDict(this.#dict)) this.#dict = createDict({}, this);
    this.#settle();
    this.#say(null);
    this.#policy.deleted();
  }

  /** @throws ValueError `ERR_SESSION_HEADERS_SENT` */
  assertHeadOpen(method: string): void {
    if (!this.#jar.headSent) return;
    throw new ValueError(
      'ERR_SESSION_HEADERS_SENT',
      `session.${method}() came after the response had started, when no cookie can be added; call it before the handler ` +
        'returns, not in a streamed body or a WebSocket',
    );
  }

  #say(signed: TokenToSend | null): void {
    this.#pending = signed;
    this.#order = this.#latestOrder() + 1;
    this.#await();
  }

  /** A jar without a head phase, that of a cookie store, calls at once; a later word is then one more call. */
  #await(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#jar.onHead((head) => this.#writeHead(head));
  }

  #awaitForRead(): void {
    // After an update() the head has been asked for.
    if (this.#pending === undefined) this.#await();
    if (this.#waiting || this.#policy.watches() !== 'save') return;
    // Not kept, so that every get says so.
    this.#dict = null;
    throw new ValueError(
      'ERR_SESSION_BAD_OPTION',
      'autoSave needs a host that makes the response head after the handler, and a cookie store has none: leave autoSave ' +
        'out, and call session.save()',
    );
  }

  #writeHead(head: ResponseHead): void {
    this.#settleChanges();
    this.#waiting = false;
    const cookie = this.#cookie();
    const setsCookie = cookie !== null && this.#append(head, cookie);
    const isOurs = this.#others().some((other) => other.#ownsCacheControl) || this.#ownsCacheControl;
    this.#ownsCacheControl = this.#policy.protect(head, setsCookie, isOurs);
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

  /** The handler has spoken about the data as they are now: only later changes are unsaved. */
  #settle(): void {
    if (this.#snapshot !== null && this.#dict !== null) this.#snapshot = snapshotOf(this.#dict);
  }

  /** Saves, or tells of, changes that the handler left unsaved. After a save or a delete nothing is saved unasked. */
  #settleChanges(): void {
    if (this.#snapshot === null || this.#dict === null) return;
    const watches = this.#policy.watches();
    if (watches === null || (watches === 'save' && this.#pending !== undefined)) return;
    const keys = changedKeys(this.#snapshot, this.#dict);
    if (keys.length === 0) return;
    if (watches === 'save') this.save();
    else this.#policy.unsaved(keys);
  }

  /** The header to send, if any. What the handler said comes before what a read asks for by itself. */
  #cookie(): string | null {
    if (this.#pending !== undefined)
      return this.#isSuperseded() ? null : this.#policy.setCookie(this.#jar, this.#pending);
    const loaded = this.#loaded;
    if (loaded === null || loaded.reissue === null || this.#isSuperseded()) return null;
    const signed = this.#policy.reissue(loaded);
    // A word like any other: a second session of the same cookie does not add its own.
    if (signed !== null) this.#order = this.#latestOrder() + 1;
    return signed === null ? null : this.#policy.setCookie(this.#jar, signed);
  }

  /** Two sessions may share name, domain and path; a response says one thing about a cookie (RFC 6265bis 4.1.1). */
  #isSuperseded(): boolean {
    return this.#others().some(
      (other) => other.#order > this.#order && other.#policy.identity() === this.#policy.identity(),
    );
  }

  #latestOrder(): number {
    return this.#others().reduce((latest, other) => Math.max(latest, other.#order), this.#order);
  }

  /** The other sessions of the jar, of which there are seldom any. */
  #others(): readonly Opened[] {
    const first = this.#jar[FIRST];
    if (first === this && this.#next === undefined) return NOBODY;
    const others: Opened[] = [];
    for (let opened = first; opened !== undefined; opened = opened.#next) if (opened !== this) others.push(opened);
    return others;
  }
}
