// A store as the sessions use it: every call ends in time, and every failure is one and the same error.

import { ValueError } from '../errors.js';
import type { StoreOperation } from '../session/events.js';
import type { SessionStore } from './store.js';
import { StoreTimeout, withTimeout } from './with-timeout.js';

export type GuardedStore = Required<SessionStore>;

/** Hears of every failure, before the error is thrown. */
export type OnFault = (operation: StoreOperation, isTimeout: boolean) => void;

/** @param seconds how long a call may take; null for ever */
export function guardStore(store: SessionStore, seconds: number | null, onFault: OnFault): GuardedStore {
  const ask = <R>(operation: StoreOperation, call: () => Promise<R>): Promise<R> =>
    withTimeout(call, seconds, (cause) => {
      onFault(operation, cause instanceof StoreTimeout);
      return storeError(operation, cause);
    });
  return {
    read: (key, now) => ask('read', () => store.read(key, now)),
    create: (key, record) => ask('create', () => store.create(key, record)),
    patch: (key, patch, now) => ask('patch', () => store.patch(key, patch, now)),
    delete: (key) => ask('delete', () => store.delete(key)),
    rename: (from, to, now) => ask('rename', () => store.rename(from, to, now)),
    list: (subject, now) => ask('list', () => store.list(subject, now)),
    deleteSubject: (subject, except) => ask('deleteSubject', () => store.deleteSubject(subject, except)),
    purge: (now, limit) => ask('purge', async () => (await store.purge?.(now, limit)) ?? 0),
  };
}

/** The client's own words are in `cause`: they may name a host or a key, and are not repeated. */
export const storeError = (operation: StoreOperation, cause: unknown): ValueError =>
  new ValueError('ERR_SESSION_STORE', `the session store failed to ${operation}; error.cause says why`, { cause });

export const isStoreError = (error: unknown): error is ValueError =>
  error instanceof ValueError && error.code === 'ERR_SESSION_STORE';
