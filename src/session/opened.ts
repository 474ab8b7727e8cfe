// One session in one request: what was loaded, and what the response will say about it.

import { ValueError } from '../errors.js';
import { changedKeys, type Snapshot, snapshotOf } from './changes.js';
import type { TokenToSend } from './cookie.js';
import { CookieWord, type WordPolicy } from './cookie-word.js';
import type { SessionJar } from './host.js';
import type { Identity, Kept } from './identity.js';
import type { Loads } from './load.js';
import { createDict, type DictOwner, emptyDict, reservedMembers, withMembers } from './session-dict.js';

/** What a request's cookie held. */
export interface Loaded extends Kept {
  readonly payload: object;
  readonly token: string;
  /** Why the token should be sent anew without a save. */
  readonly reissue: 'renew' | 'resign' | null;
}

/** What the session does for its requests. */
export interface SessionPolicy extends WordPolicy {
  /** Gives what the request's cookie holds, and tells of it. */
  load(jar: SessionJar, request: object, opened: Loads): void;
  /** The signed token of data, checked for everything that would keep the next request from reading it. */
  sign(data: object, kept: Kept | null): TokenToSend;
  /** The token of the payload as it was loaded; null where that cannot be. */
  reissue(loaded: Loaded): TokenToSend | null;
  /** What becomes of changes that nobody saved. */
  watches(): 'save' | 'warn' | null;
  /** Tells that keys were changed and not saved. */
  unsaved(keys: readonly string[]): void;
  /** Tells that the handler deleted. */
  deleted(): void;
  /** Whether a save goes on with something of the token that came. */
  keeps(): boolean;
}

export class Opened extends CookieWord<SessionPolicy> implements DictOwner, Loads {
  readonly #request: object;
  #dict: object | null = null;
  #loaded: Loaded | null = null;
  /** The identity that was given in this request, in place of the loaded one. */
  #identity: Identity | null = null;
  /** Members of a foreign token that the dict cannot show. */
  #hidden: object | null = null;
  /** What was loaded, where changes are watched. */
  #snapshot: Snapshot | null = null;

  /** The state of a session on a jar, the same one at every call. */
  static of(jar: SessionJar, policy: SessionPolicy, request: object = jar): Opened {
    return (CookieWord.find(jar, policy) as Opened | undefined) ?? new Opened(jar, policy, request);
  }

  private constructor(jar: SessionJar, policy: SessionPolicy, request: object) {
    super(jar, policy);
    this.#request = request;
  }

  /** The dict of this request, loaded at the first call. */
  dict(): object {
    return this.#dict ?? this.#load();
  }

  #load(): object {
    this.policy.load(this.jar, this.#request, this);
    // The response depends on the cookie from now on, whatever the handler does with what it got.
    const hasWord = this.policy.protects() || this.#snapshot !== null || (this.#loaded?.reissue ?? null) !== null;
    if (hasWord && !this.jar.headSent) this.#awaitForRead();
    return this.dict();
  }

  begin(loaded: Loaded | null): void {
    this.#loaded = loaded;
    const payload = loaded?.payload ?? {};
    this.#hidden = reservedMembers(payload);
    this.#dict = createDict(payload, this);
    if (this.policy.watches() !== null) this.#snapshot = snapshotOf(this.#dict);
  }

  save(): void {
    const dict = this.dict();
    this.write(this.#hidden === null ? dict : withMembers(dict, this.#hidden));
  }

  /** Signs `data` as they are now, in place of whatever this response was to say. */
  write(data: object): void {
    this.assertHeadOpen('save');
    // update() may come without a get: also then the session's life goes on, and does not begin anew.
    if (this.#dict === null && this.policy.keeps()) this.dict();
    const signed = this.policy.sign(data, this.#kept());
    this.#settle();
    this.say(signed);
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
    this.say(null);
    this.policy.deleted();
  }

  #awaitForRead(): void {
    // After an update() the head has been asked for.
    const isToCome = this.hasSpoken ? this.isAwaiting : this.await();
    if (isToCome || this.policy.watches() !== 'save') return;
    // Not kept, so that every get says so.
    this.#dict = null;
    throw new ValueError(
      'ERR_SESSION_BAD_OPTION',
      'autoSave needs a host that makes the response head after the handler, and a cookie store has none: leave autoSave ' +
        'out, and call session.save()',
    );
  }

  /**
   * Saves, or tells of, changes that the handler left unsaved. After a save or a delete, also one of another session of the same
   * cookie, nothing is saved unasked: it would bring back what the handler has just ended.
   */
  protected override beforeHead(): void {
    if (this.#snapshot === null || this.#dict === null) return;
    const watches = this.policy.watches();
    if (watches === null || (watches === 'save' && this.hasSpoken)) return;
    const keys = changedKeys(this.#snapshot, this.#dict);
    if (keys.length === 0) return;
    if (watches === 'warn') this.policy.unsaved(keys);
    else if (!this.isSpokenFor) this.save();
  }

  protected override get isAboutToSave(): boolean {
    if (this.#snapshot === null || this.#dict === null || this.hasSpoken) return false;
    return this.policy.watches() === 'save' && changedKeys(this.#snapshot, this.#dict).length > 0;
  }

  /** What the handler put there is looked at when nobody is left to hear what is wrong with it. */
  protected override get mayFail(): boolean {
    return this.policy.watches() !== null;
  }

  protected override reissued(): TokenToSend | null {
    return this.#loaded === null || this.#loaded.reissue === null ? null : this.policy.reissue(this.#loaded);
  }

  /** The handler has spoken about the data as they are now: only later changes are unsaved. */
  #settle(): void {
    if (this.#snapshot !== null && this.#dict !== null) this.#snapshot = snapshotOf(this.#dict);
  }
}
