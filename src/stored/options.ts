// The options of stored sessions beside those of every session: their meanings, defaults and checks.

import { typeName } from '../errors.js';
import type { SessionJar } from '../session/host.js';
import { assertOptions, badOption, type SessionOptions } from '../session/options.js';
import { SEAT, type Seat } from '../session/seat.js';
import type { RequestVerdict } from '../session/verdict.js';
import type { SessionStore } from './store.js';

/** A `Session`, as far as its cookies are taken over. */
export interface CookieSource {
  /** @internal */
  readonly [SEAT]?: Pick<Seat<object>, 'adopt'>;
  judge(jar: SessionJar): RequestVerdict<object>;
  open(jar: SessionJar): { delete(): void };
}

/** From this request's data, those in the store, and those this request began with, to the data that are saved. */
export type Merge<T> = (mine: Partial<T>, theirs: Partial<T>, base: Partial<T>) => Partial<T>;

/** Everything a stored session can be told: {@link SessionOptions}, and where and how its data are stored. */
export interface StoredOptions<T extends object = object> extends SessionOptions<T> {
  /** Where the data are. Without one `get` rejects. */
  readonly store?: SessionStore;
  /**
   * Older places, asked in this order for a session that the store does not have: a `Session`, whose cookies are taken over
   * when they are first read, or a store, whose records are copied then. Deleting deletes in all. Default: none.
   */
  readonly readFrom?: readonly (CookieSource | SessionStore)[];
  /** Whose session it is, from its data as they are saved: for `list` and `revokeAll`. Default: nobody's. */
  readonly subject?: ((data: Partial<T>) => string | null | undefined) | null;
  /**
   * What a save does about keys that it changes and that another request has changed since this one read them.
   * `'last-write'`: sets them. `'reject'`: `ERR_SESSION_CONFLICT`, and nothing is saved. A function: saves what it returns.
   * Keys that only one of them changed are no conflict. Default `'last-write'`.
   */
  readonly conflict?: 'last-write' | 'reject' | Merge<T>;
  /** Seconds after which the store counts as failed; `null` waits for ever. Default 2. */
  readonly timeout?: number | null;
  /**
   * What `get` does where the store fails. `'throw'`: rejects with `ERR_SESSION_STORE`. `'empty-readonly'`: gives an empty
   * session whose `save` and `delete` do so. Default `'throw'`.
   */
  readonly onStoreError?: 'throw' | 'empty-readonly';
  /** Bytes of the data as JSON that a save may not exceed. Default 1 MiB. */
  readonly maxStoredBytes?: number;
  /** Seconds between two removals of ended sessions, each after a save and of 500 at most. Default 60. */
  readonly purgeInterval?: number;
}

/** {@link StoredOptions} less those of every session, all present. */
export interface StoredSettings {
  readonly store: SessionStore | null;
  readonly readFrom: readonly (CookieSource | SessionStore)[];
  readonly subject: ((data: object) => unknown) | null;
  readonly conflict: 'last-write' | 'reject' | Merge<object>;
  readonly timeout: number | null;
  readonly onStoreError: 'throw' | 'empty-readonly';
  readonly maxStoredBytes: number;
  readonly purgeInterval: number;
}

export const STORED_DEFAULTS: StoredSettings = Object.freeze({
  store: null,
  readFrom: [],
  subject: null,
  conflict: 'last-write',
  timeout: 2,
  onStoreError: 'throw',
  maxStoredBytes: 1 << 20,
  purgeInterval: 60,
});

const isFunction = (value: unknown): boolean => typeof value === 'function';

const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;

const METHODS = ['read', 'create', 'patch', 'delete', 'rename', 'list', 'deleteSubject'] as const;

const hasMethods = (value: unknown, names: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  names.every((name) => isFunction((value as Record<string, unknown>)[name]));

const isStore = (value: unknown): boolean => hasMethods(value, METHODS);

export const isCookieSource = (value: unknown): value is CookieSource => hasMethods(value, ['judge', 'open']);

type Check = readonly [test: (value: unknown) => boolean, expected: string];

const checks: { readonly [K in keyof StoredSettings]: Check } = {
  store: [isStore, `a store: an object with ${METHODS.join(', ')}`],
  readFrom: [
    (value) => Array.isArray(value) && value.every((source) => isCookieSource(source) || isStore(source)),
    'a list of stores and Sessions',
  ],
  subject: [(value) => value === null || isFunction(value), 'a function of the data'],
  conflict: [
    (value) => value === 'last-write' || value === 'reject' || isFunction(value),
    "'last-write', 'reject' or a function",
  ],
  timeout: [
    (value) => value === null || (Number.isFinite(value) && (value as number) > 0),
    'seconds over 0, or null for no end',
  ],
  onStoreError: [(value) => value === 'throw' || value === 'empty-readonly', "'throw' or 'empty-readonly'"],
  maxStoredBytes: [isWhole, 'a whole number of bytes from 1 on'],
  purgeInterval: [isWhole, 'whole seconds from 1 on'],
};

/**
 * The options of every session, and the settings of `previous` with what is given in their places.
 * @throws ValueError `ERR_SESSION_BAD_OPTION`
 */
export function splitOptions(
  options: unknown,
  previous: StoredSettings,
): { readonly others: object; readonly settings: StoredSettings } {
  const others: Record<string, unknown> = { ...(options as object) };
  const settings: Record<string, unknown> = { ...previous };
  for (const [name, [test, expected]] of Object.entries(checks)) {
    const value = others[name];
    delete others[name];
    if (value === undefined) continue;
    if (!test(value)) throw badOption(`session option '${name}' must be ${expected}; this ${typeName(value)} is not`);
    settings[name] = Array.isArray(value) ? Object.freeze([...value]) : value;
  }
  // Text, a list, null: what is no object of options has no names to be split by.
  assertOptions(typeof options === 'object' && options !== null && !Array.isArray(options) ? others : options);
  if (others.autoSave === true) {
    throw badOption(
      'autoSave is for cookie sessions: the response head is made at once, and a store answers later. Leave it out, and ' +
        'await session.save()',
    );
  }
  if (others.revocable === true) {
    throw badOption(
      'revocable is for cookie sessions: a stored one ends when it is deleted from the store. Leave it out',
    );
  }
  return { others, settings: Object.freeze(settings) as unknown as StoredSettings };
}
