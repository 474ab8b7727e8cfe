// What stored sessions do for their requests, with the options in force: stores, ends, tokens, and what is told.

import { utf8Length } from '../bytes/utf8.js';
import { typeName } from '../errors.js';
import { signDated, tooLarge } from '../session/codec.js';
import { maxAgeOfData, maxAgeOfOldData, type TokenToSend } from '../session/cookie.js';
import { emit, isHeard, type SessionEvent } from '../session/events.js';
import { type Dates, datesAt } from '../session/lifetime.js';
import { badOption } from '../session/options.js';
import { payloadJson } from '../session/payload.js';
import type { Policy } from '../session/policy.js';
import { checkShape } from '../session/schema.js';
import { SEAT } from '../session/seat.js';
import { type GuardedStore, guardStore } from './guard.js';
import { type CookieSource, isCookieSource, STORED_DEFAULTS, type StoredSettings } from './options.js';
import { KeyCache, keyOf } from './session-id.js';
import type { SessionStore } from './store.js';

/** Ended sessions that go at a time: a lock in the store's engine is held for no longer. */
const PURGE_LIMIT = 500;

/** Data as they will be stored. */
export class Storable implements Sourced {
  readonly json: string;
  readonly bytes: number;
  #data: object | undefined;

  constructor(json: string) {
    this.json = json;
    this.bytes = utf8Length(json);
  }

  /** The data, for whoever only reads them; parsed when they are asked for, which few options do. */
  get data(): object {
    this.#data ??= this.copy();
    return this.#data;
  }

  copy(): object {
    return JSON.parse(this.json) as object;
  }
}

/** Whoever has data, for the functions among the options that depend on them. */
export interface Sourced {
  readonly data: object;
}

/** What a number of seconds does not depend on. */
const NO_DATA: object = Object.freeze({});

const isOlderStore = (source: CookieSource | SessionStore): source is SessionStore => !isCookieSource(source);

/** Without the name that every event of a session has. */
type Told<E> = E extends unknown ? Omit<E, 'cookieName'> : never;

export class Rules {
  readonly policy: Policy;
  #settings: StoredSettings = STORED_DEFAULTS;
  #store: GuardedStore | null = null;
  #olderStores: readonly GuardedStore[] = [];
  readonly #keys = new KeyCache();
  #purgedAt = Number.NEGATIVE_INFINITY;

  constructor(policy: Policy) {
    this.policy = policy;
  }

  get settings(): StoredSettings {
    return this.#settings;
  }

  install(settings: StoredSettings): void {
    const { store, readFrom, timeout } = settings;
    const guard = (unguarded: SessionStore): GuardedStore =>
      guardStore(unguarded, timeout, (operation, isTimeout) =>
        this.tell({ type: 'store-error', operation, isTimeout }),
      );
    this.#settings = settings;
    this.#store = store && guard(store);
    this.#olderStores = readFrom.filter(isOlderStore).map(guard);
    // It is on no app any more. A removal without the path of its cookies would remove none, or the one of this session.
    for (const source of this.cookieSources) source[SEAT]?.adopt();
  }

  /** @throws ValueError `ERR_SESSION_BAD_OPTION` */
  get store(): GuardedStore {
    if (this.#store !== null) return this.#store;
    throw badOption("a StoredSession needs the option 'store': memoryStore(), or one of microdot/session/…");
  }

  get olderStores(): readonly GuardedStore[] {
    return this.#olderStores;
  }

  get cookieSources(): readonly CookieSource[] {
    return this.#settings.readFrom.filter(isCookieSource);
  }

  /** @throws ValueError `ERR_SESSION_BAD_OPTION` where the clock gives no time, at which no session could end */
  get now(): number {
    const now = this.policy.settings.now();
    if (Number.isFinite(now)) return now;
    throw badOption("session option 'now' must return seconds");
  }

  /** The dates of data that are saved now; null without timeouts. */
  datesOf(source: Sourced, createdAt: number | null, now: number): Dates | null {
    const { lifetime } = this.policy.requireCodec();
    if (lifetime === null) return null;
    const isOfData = typeof lifetime.idle === 'function' || typeof lifetime.absolute === 'function';
    return datesAt(lifetime, isOfData ? source.data : NO_DATA, createdAt, now);
  }

  /** The signed token of an id, and how long its cookie lives. */
  token(sessionId: string, source: Sourced, dates: Dates | null, now: number): TokenToSend {
    const { token, maxAge } = signDated({ sid: sessionId }, this.policy.requireCodec(), dates, now);
    const { cookie } = this.policy;
    return { token, maxAge, dataMaxAge: cookie.maxAgeOf === null ? null : maxAgeOfData(cookie, source.data) };
  }

  /** {@link token} for a read, which no function of the data may break. */
  tokenOfOld(sessionId: string, data: object, dates: Dates | null, now: number): TokenToSend {
    const { token, maxAge } = signDated({ sid: sessionId }, this.policy.requireCodec(), dates, now);
    return { token, maxAge, dataMaxAge: maxAgeOfOldData(this.policy.cookie, data) ?? maxAge };
  }

  /**
   * A copy of data as they will be stored.
   * @throws ValueError `ERR_SESSION_BAD_PAYLOAD`, `ERR_SESSION_SCHEMA`, `ERR_SESSION_TOO_LARGE`
   */
  storable(dict: object): Storable {
    const storable = new Storable(payloadJson(checkShape(dict, this.policy.settings)));
    const { maxStoredBytes } = this.#settings;
    if (storable.bytes <= maxStoredBytes) return storable;
    throw tooLarge(storable.bytes, maxStoredBytes, storable.data, 'Raise maxStoredBytes, or keep less');
  }

  /**
   * Whose session it is; undefined where the option was not given.
   * @throws ValueError `ERR_SESSION_BAD_OPTION` where it gives anything but text or nothing
   */
  subjectOf(source: Sourced): string | null | undefined {
    const { subject } = this.#settings;
    if (subject === null) return undefined;
    const name = subject(source.data) ?? null;
    if (name === null || typeof name === 'string') return name;
    throw badOption(`session option 'subject' must return text or null, and not ${typeName(name)}`);
  }

  /** The key of an id in the store. */
  keyOf(sessionId: string): string {
    return this.policy.settings.tokenCache === false ? keyOf(sessionId) : this.#keys.keyOf(sessionId);
  }

  tell(event: Told<SessionEvent>): void {
    const { cookieName, onEvent } = this.policy.settings;
    if (!isHeard(onEvent)) return;
    emit(onEvent, { ...event, cookieName } as SessionEvent);
  }

  /** Has ended sessions removed, where that has not been done lately. Off the request's path: nobody waits for it. */
  purge(): void {
    const { now } = this;
    if (now - this.#purgedAt < this.#settings.purgeInterval) return;
    this.#purgedAt = now;
    // What goes wrong has been told; the next one tries again.
    this.store.purge(now, PURGE_LIMIT).catch(() => {});
  }
}
