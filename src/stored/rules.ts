// What stored sessions do for their requests, with the options in force: stores, ends, tokens, and what is told.

import { utf8Length } from '../bytes/utf8.js';
import { typeName } from '../errors.js';
import { signDated, tooLarge } from '../session/codec.js';
import { maxAgeOfData, maxAgeOfOldData, type TokenToSend } from '../session/cookie.js';
import { emit, type SessionEvent } from '../session/events.js';
import { type Dates, datesAt } from '../session/lifetime.js';
import { badOption } from '../session/options.js';
import { payloadJson } from '../session/payload.js';
import type { Policy } from '../session/policy.js';
import { checkShape } from '../session/schema.js';
import { SEAT } from '../session/seat.js';
import { type GuardedStore, guardStore } from './guard.js';
import { type CookieSource, isCookieSource, STORED_DEFAULTS, type StoredSettings } from './options.js';
import type { SessionStore } from './store.js';

/** Ended sessions that go at a time: a lock in the store's engine is held for no longer. */
const PURGE_LIMIT = 500;

/** Data as they will be stored: a copy, its JSON, and how much that is. */
export interface Storable {
  readonly data: object;
  readonly json: string;
  readonly bytes: number;
}

const isOlderStore = (source: CookieSource | SessionStore): source is SessionStore => !isCookieSource(source);

/** Without the name that every event of a session has. */
type Told<E> = E extends unknown ? Omit<E, 'cookieName'> : never;

export class Rules {
  readonly policy: Policy;
  #settings: StoredSettings = STORED_DEFAULTS;
  #store: GuardedStore | null = null;
  #olderStores: readonly GuardedStore[] = [];
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
  datesOf(data: object, createdAt: number | null): Dates | null {
    const { lifetime, rules } = this.policy.requireCodec();
    return lifetime && datesAt(lifetime, data, createdAt, rules.now());
  }

  /** The signed token of an id, and how long its cookie lives. */
  token(sessionId: string, data: object, dates: Dates | null): TokenToSend {
    const signed = signDated({ sid: sessionId }, this.policy.requireCodec(), dates);
    return { ...signed, dataMaxAge: maxAgeOfData(this.policy.cookie, data) };
  }

  /** {@link token} for a read, which no function of the data may break. */
  tokenOfOld(sessionId: string, data: object, dates: Dates | null): TokenToSend {
    const signed = signDated({ sid: sessionId }, this.policy.requireCodec(), dates);
    return { ...signed, dataMaxAge: maxAgeOfOldData(this.policy.cookie, data) ?? signed.maxAge };
  }

  /**
   * A copy of data as they will be stored.
   * @throws ValueError `ERR_SESSION_BAD_PAYLOAD`, `ERR_SESSION_SCHEMA`, `ERR_SESSION_TOO_LARGE`
   */
  storable(dict: object): Storable {
    const json = payloadJson(checkShape(dict, this.policy.settings));
    const bytes = utf8Length(json);
    const data = JSON.parse(json) as object;
    const { maxStoredBytes } = this.#settings;
    if (bytes > maxStoredBytes) throw tooLarge(bytes, maxStoredBytes, data, 'Raise maxStoredBytes, or keep less');
    return { data, json, bytes };
  }

  /**
   * Whose session it is; undefined where the option was not given.
   * @throws ValueError `ERR_SESSION_BAD_OPTION` where it gives anything but text or nothing
   */
  subjectOf(data: object): string | null | undefined {
    const { subject } = this.#settings;
    if (subject === null) return undefined;
    const name = subject(data) ?? null;
    if (name === null || typeof name === 'string') return name;
    throw badOption(`session option 'subject' must return text or null, and not ${typeName(name)}`);
  }

  tell(event: Told<SessionEvent>): void {
    const { cookieName, onEvent } = this.policy.settings;
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
