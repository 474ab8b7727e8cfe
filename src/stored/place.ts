// Where the session of one request stands: in the store, still in an older cookie, ended, or nowhere yet.

import { ValueError } from '../errors.js';
import type { TokenToSend } from '../session/cookie.js';
import { headSent } from '../session/cookie-word.js';
import type { SessionJar } from '../session/host.js';
import type { Dates } from '../session/lifetime.js';
import type { Reason } from '../session/verdict.js';
import { isStoreError } from './guard.js';
import { commit, dataOf, ended, type Held } from './held.js';
import { type Loaded, loadStored, mayMove, NOTHING, namedKeys, type Taken } from './load.js';
import { deleteEverywhere, deleteOlder } from './move.js';
import type { Times } from './patch.js';
import type { Rules, Sourced, Storable } from './rules.js';
import { newSessionId } from './session-id.js';
import { addTo, createSession, withMember } from './write.js';

/** What a read found. `token`: what it sends by itself; `isMoved`: it has to, since the session has a new cookie. */
export interface Read {
  readonly payload: object;
  readonly token: TokenToSend | null;
  readonly isMoved: boolean;
}

export class Place {
  readonly #rules: Rules;
  readonly #jar: SessionJar;
  #held: Held | null = null;
  /** A cookie session that the first save makes a stored one. */
  #taken: Taken | null = null;
  #fault: ValueError | null = null;
  #isRead = false;

  constructor(rules: Rules, jar: SessionJar) {
    this.#rules = rules;
    this.#jar = jar;
  }

  get key(): string | null {
    return this.#held?.key ?? null;
  }

  /** Why nothing can be written: the store could not be read, or the session was ended elsewhere. */
  get fault(): ValueError | null {
    return this.#fault;
  }

  /** @param refused takes why cookies were */
  async read(refused: Reason[]): Promise<Read> {
    let loaded: Loaded;
    try {
      loaded = await loadStored(this.#jar, refused, this.#rules);
    } catch (error) {
      loaded = this.#failed(error);
    }
    const { found, taken } = loaded;
    // Not before: an end that comes in between knows nothing yet, and goes by the cookies.
    this.#isRead = this.#fault === null;
    this.#held = found?.held ?? null;
    this.#taken = taken;
    if (taken === null) return { payload: found?.payload ?? {}, token: found?.token ?? null, isMoved: false };
    const token = mayMove(this.#jar) ? await this.#move(taken) : null;
    return { payload: taken.payload, token, isMoved: token !== null };
  }

  /** The token of data that were stored, and what a function for conflicts has made of them. */
  async write(mine: Storable): Promise<{ readonly token: TokenToSend; readonly merged: object | null }> {
    if (this.#held === null) return { token: await this.#create(mine), merged: null };
    const held = this.#held;
    const { now } = this.#rules;
    // First, since of data that no cookie can be made of nothing is to be stored.
    const dates = this.#datesOf(held, mine, now);
    const token = this.#rules.token(held.sessionId, mine, dates, now);
    const timesOf = (data: Storable): Times => timesAt(data === mine ? dates : this.#datesOf(held, data, now), now);
    const committed = await commit(held, mine, this.#rules, timesOf, now);
    if (committed === null) throw this.#end();
    const { merged } = committed;
    this.#held = committed.held;
    if (merged === null) return { token, merged };
    const source = { data: merged };
    return { token: this.#rules.token(held.sessionId, source, this.#datesOf(held, source, now), now), merged };
  }

  async add(name: string, by: number): Promise<{ readonly token: TokenToSend; readonly number: number }> {
    if (this.#held === null) {
      const payload = this.#taken?.payload ?? {};
      const known = new Map<string, unknown>(Object.entries(payload)).get(name);
      const number = (typeof known === 'number' ? known : 0) + by;
      return { token: await this.#create(this.#rules.storable(withMember(payload, name, number))), number };
    }
    const held = this.#held;
    const source = { data: dataOf(held.record) };
    const { now } = this.#rules;
    const dates = this.#datesOf(held, source, now);
    const token = this.#rules.token(held.sessionId, source, dates, now);
    const added = await addTo(held, name, by, this.#rules, timesAt(dates, now), now);
    if (added === null) throw this.#end();
    this.#held = added.held;
    return { token, number: added.number };
  }

  /** The token of a new id; null where there is nothing yet that has one. */
  async regenerate(): Promise<TokenToSend | null> {
    const held = this.#held;
    if (held === null) return null;
    if (this.#jar.headSent) throw headSent('regenerate');
    const sessionId = newSessionId();
    const key = this.#rules.keyOf(sessionId);
    const { createdAt, expiresAt } = held.record;
    const dates = expiresAt === null ? null : { iat: createdAt, exp: expiresAt };
    const { store, now } = this.#rules;
    const token = this.#rules.tokenOfOld(sessionId, dataOf(held.record), dates, now);
    // From an older store the old id would come back.
    await deleteOlder(held.key, this.#rules);
    if (!(await store.rename(held.key, key, now))) throw this.#end();
    if (this.#jar.headSent) {
      // The browser knows the old id only.
      await store.rename(key, held.key, now);
      throw headSent('regenerate');
    }
    this.#held = { ...held, sessionId, key };
    return token;
  }

  /** Ends the session, by the tokens alone where it was not read. A new one may begin afterwards. */
  async delete(): Promise<void> {
    const keys = this.#keys();
    // Where there is a session its end needs no cookie: the token that the browser keeps is one of nothing.
    if (keys.length === 0 && this.#jar.headSent) throw headSent('delete');
    for (const key of keys) await deleteEverywhere(key, this.#rules);
    this.#held = null;
    this.#taken = null;
    this.#fault = null;
    if (this.#jar.headSent) return;
    for (const source of this.#rules.cookieSources) {
      if (source.judge(this.#jar).candidates > 0) source.open(this.#jar).delete();
    }
  }

  /** What a read goes on with where the store failed. */
  #failed(error: unknown): Loaded {
    if (!isStoreError(error) || this.#rules.settings.onStoreError === 'throw') throw error;
    this.#fault = error;
    return NOTHING;
  }

  #keys(): readonly string[] {
    if (this.#held !== null) return [this.#held.key];
    const { codec } = this.#rules.policy;
    return this.#isRead || codec === null ? [] : namedKeys(this.#jar, codec, this.#rules);
  }

  /** The read that finds a cookie session stores it. Where it cannot, the cookie goes on, and the next save tries again. */
  async #move({ payload }: Taken): Promise<TokenToSend | null> {
    try {
      const token = await this.#create(this.#rules.storable(payload));
      this.#rules.tell({ type: 'move' });
      return token;
    } catch (error) {
      if (error instanceof ValueError) return null;
      throw error;
    }
  }

  async #create(mine: Storable): Promise<TokenToSend> {
    if (this.#jar.headSent) throw headSent('save');
    const { held, token } = await createSession(mine, this.#taken?.issuedAt ?? null, this.#rules);
    if (this.#jar.headSent) {
      await this.#rules.store.delete(held.key);
      throw headSent('save');
    }
    // Before the new token is said, so that of one and the same cookie that is the last word.
    this.#taken?.source.open(this.#jar).delete();
    this.#taken = null;
    this.#held = held;
    return token;
  }

  #datesOf({ record }: Held, source: Sourced, now: number): Dates | null {
    return this.#rules.datesOf(source, record.createdAt, now);
  }

  #end(): ValueError {
    this.#fault = ended();
    this.#held = null;
    return this.#fault;
  }
}

/** Also after the head: the cookie then ends before the record, which a read of the browser's evens out. */
const timesAt = (dates: Dates | null, now: number): Times => ({
  seenAt: Math.floor(now),
  expiresAt: dates?.exp ?? null,
});
