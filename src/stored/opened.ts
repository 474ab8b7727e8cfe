// One stored session in one request: its dict, its writes in their order, and what the response will say about it.

import { changedKeys, type Snapshot, snapshotOf } from '../session/changes.js';
import type { TokenToSend } from '../session/cookie.js';
import { CookieWord } from '../session/cookie-word.js';
import { quietly } from '../session/events.js';
import type { SessionJar } from '../session/host.js';
import type { Policy } from '../session/policy.js';
import { createDict, type DictOwner, emptyDict, reservedMembers, withMembers } from '../session/session-dict.js';
import type { Reason } from '../session/verdict.js';
import { isStoreError } from './guard.js';
import { Place, type Read } from './place.js';
import type { Rules } from './rules.js';
import { withMember } from './write.js';

export class StoredOpened extends CookieWord<Policy> implements DictOwner {
  readonly #rules: Rules;
  readonly #request: object;
  readonly #place: Place;
  #loading: Promise<void> | null = null;
  #dict: object | null = null;
  /** Members of the data that the dict cannot show. */
  #hidden: object | null = null;
  /** The data as they were last read or saved, where changes are watched. */
  #snapshot: Snapshot | null = null;
  #reissue: TokenToSend | null = null;
  /** Writes of one request go one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  /** The turn of the last end that was asked for; it never rejects. */
  #ending: Promise<unknown> | null = null;

  /** The state of a session on a jar, the same one at every call. */
  static of(jar: SessionJar, rules: Rules, request: object = jar): StoredOpened {
    return (CookieWord.find(jar, rules.policy) as StoredOpened | undefined) ?? new StoredOpened(jar, rules, request);
  }

  private constructor(jar: SessionJar, rules: Rules, request: object) {
    super(jar, rules.policy);
    this.#rules = rules;
    this.#request = request;
    this.#place = new Place(rules, jar);
  }

  /** The dict of this request, loaded at the first call. */
  async dict(): Promise<object> {
    if (this.#dict !== null) return this.#dict;
    // A read beside an end that is not done would find what is about to go, and show or move it.
    if (this.#ending !== null) await this.#ending;
    if (this.#dict === null) await this.#read();
    return this.#shown();
  }

  /**
   * The key of the session in the store; null where there is none.
   * @throws ValueError `ERR_SESSION_STORE` where it could not be read
   */
  async key(): Promise<string | null> {
    await this.dict();
    const { fault } = this.#place;
    // Nobody knows which it is: whoever is to be spared would not be.
    if (fault !== null && isStoreError(fault)) throw fault;
    return this.#place.key;
  }

  save(): Promise<void> {
    const dict = this.#dict ?? {};
    return this.write(this.#hidden === null ? dict : withMembers(dict, this.#hidden));
  }

  /** Stores `data` as they are now. */
  async write(data: object): Promise<void> {
    const mine = this.#rules.storable(data);
    const seen = this.#dict === null ? null : this.#watched();
    const ending = this.#ending;
    await this.#inTurn(async () => {
      const { token, merged } = await this.#place.write(mine);
      this.#snapshot = seen ?? this.#snapshot;
      // Into a dict that was emptied meanwhile nothing comes back.
      if (merged !== null && ending === this.#ending) this.#replace(merged);
      this.#send(token);
      this.#rules.tell({ type: 'save', bytes: mine.bytes });
    });
    this.#rules.purge();
  }

  /** Final for what is in the dict: a save afterwards begins a new session and brings no login back. */
  async delete(): Promise<void> {
    const before = this.#dict;
    const hidden = this.#hidden;
    const members = Object.getOwnPropertyDescriptors(before ?? {});
    // At once, and not when the store has answered: a save that does not wait for it must find nothing either.
    this.#hidden = null;
    if (before !== null && !emptyDict(before)) this.#dict = createDict({}, this);
    const ended = this.#inTurn(() => this.#delete(before === null), false);
    this.#ending = this.#turn;
    try {
      await ended;
    } catch (error) {
      // It goes on, and so do its data: without them the next save would take them away.
      this.#hidden ??= hidden;
      if (before !== null && this.#dict === before) Object.defineProperties(before, members);
      this.#dict = before ?? this.#dict;
      throw error;
    }
  }

  async regenerate(): Promise<void> {
    await this.#inTurn(async () => {
      const token = await this.#place.regenerate();
      if (token === null) return;
      this.#send(token);
      this.#rules.tell({ type: 'regenerate' });
    });
  }

  async increment(name: string, by: number): Promise<number> {
    const ending = this.#ending;
    const added = await this.#inTurn(async () => {
      const { number, token } = await this.#place.add(name, by);
      if (ending === this.#ending) this.#show(withMember({}, name, number));
      this.#send(token);
      return number;
    });
    this.#rules.purge();
    return added;
  }

  protected override get mayFail(): boolean {
    return this.policy.watches() !== null;
  }

  protected override beforeHead(): void {
    if (this.#snapshot === null || this.#dict === null || this.policy.watches() === null) return;
    const keys = changedKeys(this.#snapshot, this.#dict);
    if (keys.length > 0) this.policy.unsaved(keys);
  }

  protected override reissued(): TokenToSend | null {
    return this.#reissue;
  }

  #read(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** The dict after a read: that one, or an empty one where an end came between. */
  #shown(): object {
    this.#dict ??= createDict({}, this);
    return this.#dict;
  }

  async #load(): Promise<void> {
    const { policy, jar } = this;
    // Before the store is asked: the response depends on the session from now on, whatever the answer will be.
    if ((policy.protects() || policy.watches() !== null) && !jar.headSent) this.await();
    const { onReject } = policy.settings;
    const refused: Reason[] = [];
    try {
      this.#begin(await this.#place.read(refused));
    } finally {
      // Not while it loads: who hears of it may ask for the session, or end it.
      if (onReject !== null) for (const reason of refused) quietly(() => onReject(reason, this.#request));
    }
  }

  #begin({ payload, token, isMoved }: Read): void {
    this.#hidden = reservedMembers(payload);
    this.#dict = createDict(payload, this);
    this.#snapshot = this.#watched();
    if (token === null || this.jar.headSent) return;
    if (isMoved) this.say(token);
    else {
      this.#reissue = token;
      this.await();
    }
  }

  /** @param isUnread whether what is in the dict came from the store after the call */
  async #delete(isUnread: boolean): Promise<void> {
    await this.#place.delete();
    this.#hidden = null;
    if (this.#dict === null || (isUnread && !emptyDict(this.#dict))) this.#dict = createDict({}, this);
    this.#snapshot = this.#watched();
    if (!this.jar.headSent) this.say(null);
    this.policy.deleted();
  }

  /** Where the head has gone the browser's token is as good: the id is the same. */
  #send(token: TokenToSend): void {
    if (!this.jar.headSent) this.say(token);
  }

  /** Puts members that were stored by themselves into the dict. */
  #show(members: object): void {
    // A definition: an assignment to `__proto__` would be none on an object of the application's.
    Object.defineProperties(this.#dict, Object.getOwnPropertyDescriptors(members));
    if (this.#snapshot !== null) this.#snapshot = new Map([...this.#snapshot, ...snapshotOf(members)]);
  }

  #replace(data: object): void {
    const fresh = createDict(data, this);
    this.#hidden = reservedMembers(data);
    if (this.#dict === null || !emptyDict(this.#dict)) this.#dict = fresh;
    else Object.defineProperties(this.#dict, Object.getOwnPropertyDescriptors(fresh));
    this.#snapshot = this.#watched();
  }

  #watched(): Snapshot | null {
    return this.#dict === null || this.policy.watches() === null ? null : snapshotOf(this.#dict);
  }

  /** @param isOfRead whether the work is about what was read; an end is not, and waits for a read only that has begun */
  #inTurn<R>(work: () => Promise<R>, isOfRead = true): Promise<R> {
    const result = this.#turn.then(() => this.#attempt(work, isOfRead));
    this.#turn = result.catch(() => {});
    return result;
  }

  #attempt<R>(work: () => Promise<R>, isOfRead: boolean): Promise<R> {
    return isOfRead && this.#dict !== null && this.#place.fault === null ? work() : this.#attemptAtLast(work, isOfRead);
  }

  async #attemptAtLast<R>(work: () => Promise<R>, isOfRead: boolean): Promise<R> {
    if (!isOfRead) await this.#loading?.catch(() => {});
    else if (this.#dict === null) {
      await this.#read();
      this.#shown();
    }
    const { fault } = this.#place;
    if (fault !== null && (isOfRead || isStoreError(fault))) throw fault;
    // Where the session was ended meanwhile, its cookie stays, which names nothing: another request of the browser may have
    // given it a new id, and a removal that arrives later would take that one's cookie, and log the visitor out.
    return work();
  }
}
