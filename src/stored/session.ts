// StoredSession: a per-user dictionary on the server, found by a signed id in a cookie.

import { typeName, ValueError } from '../errors.js';
import type { SessionHost, SessionJar } from '../session/host.js';
import { Installed } from '../session/installed.js';
import { type AnyData, assertNoReservedKey, type DataOf } from '../session/session-dict.js';
import { deleteSubjectEverywhere, listOlder } from './move.js';
import { StoredOpened } from './opened.js';
import { type StoredOptions, splitOptions } from './options.js';
import { Rules } from './rules.js';
import type { ListedSession } from './store.js';
import type { StoredDict } from './stored-dict.js';

/** Keys of T whose values are numbers. */
export type NumberKeys<T> = Extract<
  { [K in keyof T]-?: [Exclude<T[K], undefined>] extends [number] ? K : never }[keyof T],
  string
>;

/** One of a subject's sessions, without its data. */
export interface SubjectSession extends ListedSession {
  /** Whether it is the session of the request that asks. */
  readonly isCurrent: boolean;
}

/**
 * Sessions whose data stay on the server. The cookie holds a signed random id, and the store its hash: what is logged out is
 * over for every copy of the cookie, and data may be large, and are not the client's to read.
 *
 * Everything that a store is asked for is awaited: `await sessions.get(request)`, `await session.save()`.
 *
 * @typeParam T the data, whose keys become optional and writable; `save` and `delete` may not be among them
 */
export class StoredSession<T extends object & DataOf<T> = AnyData, Req extends object = object> extends Installed<
  T,
  Req,
  StoredOptions<T>,
  Promise<StoredDict<T>>
> {
  readonly #rules: Rules = new Rules(this.policy);

  /**
   * Makes a session; with an app, installs it there at once.
   * @throws ValueError `ERR_SESSION_BAD_OPTION`, `ERR_SESSION_BAD_SECRET`
   */
  constructor(app: SessionHost<Req> | null | undefined, options?: StoredOptions<T>);
  constructor(options?: StoredOptions<T>);
  constructor(first?: SessionHost<Req> | StoredOptions<T> | null, second?: StoredOptions<T>) {
    super();
    this.construct(first, second);
  }

  /**
   * The session of a request: what the store has for the id in its cookie, or an empty dict where there is none. Read at the
   * first call; every later call in that request gives the same object. Without a cookie nobody is asked.
   * @throws ValueError (a rejection) `ERR_SESSION_NO_SECRET`, `ERR_SESSION_NOT_INSTALLED`, `ERR_SESSION_STORE`;
   * `ERR_SESSION_BAD_OPTION` without a store
   */
  override async get(request: Req): Promise<StoredDict<T>> {
    return (await this.#opened(request).dict()) as StoredDict<T>;
  }

  /** {@link get} for hosts: by the request's jar. */
  override async open(jar: SessionJar): Promise<StoredDict<T>> {
    this.#assertComplete();
    return (await StoredOpened.of(jar, this.#rules).dict()) as StoredDict<T>;
  }

  /**
   * Stores `data` as they are now, in the place of all keys: what a dict's `save()` does.
   * @throws ValueError (a rejection) as {@link StoredDict}'s `save()`, and `ERR_SESSION_RESERVED_KEY` for a key `save` or
   * `delete`
   */
  async update(request: Req, data: Partial<T>): Promise<void> {
    const opened = this.#opened(request);
    if (typeof data === 'object' && data !== null) assertNoReservedKey(data);
    await opened.write(data);
  }

  /**
   * Ends the request's session: what a dict's `delete()` does. Reads nothing.
   * @throws ValueError (a rejection) `ERR_SESSION_NOT_INSTALLED`, `ERR_SESSION_HEADERS_SENT`, `ERR_SESSION_STORE`
   */
  async delete(request: Req): Promise<void> {
    await StoredOpened.of(this.jarOf(request), this.#rules, request).delete();
  }

  /**
   * Gives the session another id, with the same data: after a login, so that an id which somebody planted before it is
   * worth nothing (OWASP: session fixation). Does not save. Nothing happens where nothing is stored yet.
   * @throws ValueError (a rejection) `ERR_SESSION_HEADERS_SENT`, `ERR_SESSION_CONFLICT` where the session was ended,
   * `ERR_SESSION_STORE`
   */
  async regenerate(request: Req): Promise<void> {
    await this.#opened(request).regenerate();
  }

  /**
   * Adds to a number where it stands, in the store: exact however many requests do so at the same time. Saves no other key.
   * @param by what is added; 1 by default
   * @returns the new number, which the dict has then too; what was absent, or no number, counts as 0
   * @throws ValueError (a rejection) `ERR_SESSION_BAD_PAYLOAD` where `by` is no finite number, `ERR_SESSION_RESERVED_KEY`, and
   * as {@link StoredDict}'s `save()`
   */
  async increment(request: Req, key: NumberKeys<T>, by = 1): Promise<number> {
    const opened = this.#opened(request);
    assertNoReservedKey({ [key]: by });
    if (Number.isFinite(by)) return opened.increment(key, by);
    throw new ValueError('ERR_SESSION_BAD_PAYLOAD', `increment() adds a finite number, and not ${typeName(by)}`);
  }

  /**
   * The sessions of a subject, those seen last first: devices, to be shown to whose they are. Needs the option `subject`.
   * @param options `current`: the request that asks, for `isCurrent`
   * @throws ValueError (a rejection) `ERR_SESSION_STORE`
   */
  async list(subject: string, { current }: { readonly current?: Req } = {}): Promise<readonly SubjectSession[]> {
    const key = current === undefined ? null : await this.#opened(current).key();
    const { now, store } = this.#rules;
    // In this order, and each once: what is copied in between is in the second list too.
    const sessions = new Map((await listOlder(subject, this.#rules)).map((listed) => [listed.key, listed]));
    for (const listed of await store.list(subject, now)) sessions.set(listed.key, listed);
    return [...sessions.values()]
      .sort((a, b) => b.seenAt - a.seenAt)
      .map((listed) => ({ ...listed, isCurrent: listed.key === key }));
  }

  /**
   * Ends all sessions of a subject, on every device: after a change of password, or by "log out everywhere".
   * @param options `except`: the request whose session goes on
   * @returns how many were ended
   * @throws ValueError (a rejection) `ERR_SESSION_STORE`
   */
  async revokeAll(subject: string, { except }: { readonly except?: Req } = {}): Promise<number> {
    const key = except === undefined ? null : await this.#opened(except).key();
    return deleteSubjectEverywhere(subject, key, this.#rules);
  }

  /** A handler that gets this session's dict as its second argument, typed by this session. */
  with<R extends Req, A extends readonly unknown[], O>(
    handler: (request: R, session: StoredDict<T>, ...rest: A) => O,
  ): (request: R, ...rest: A) => Promise<Awaited<O>> {
    return async (request: R, ...rest: A): Promise<Awaited<O>> => {
      const dict = (await this.#opened(request).dict()) as StoredDict<T>;
      return (await handler(request, dict, ...rest)) as Awaited<O>;
    };
  }

  /** @internal */
  protected override configure(options: unknown): void {
    const { others, settings } = splitOptions(options, this.#rules.settings);
    super.configure(others);
    this.#rules.install(settings);
  }

  #opened(request: Req): StoredOpened {
    this.#assertComplete();
    return StoredOpened.of(this.jarOf(request), this.#rules, request);
  }

  #assertComplete(): void {
    this.policy.requireCodec();
    // Asked for its error alone.
    void this.#rules.store;
  }
}
