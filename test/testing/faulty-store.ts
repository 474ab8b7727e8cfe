// Stores that are broken in one way each, over the one in memory.
import { type MemoryStore, memoryStore } from '../../dist/stored/memory.js';
import type { SessionPatch, SessionStore } from '../../dist/stored/store.js';
import type { StoreSubject, StoreUnderTest } from '../../dist/testing/index.js';

/** Lets whatever else was asked at the same time go first: what a store does that is not atomic. */
const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const without = (patch: SessionPatch, name: 'ifVersion' | 'subject' | 'remove'): SessionPatch => ({
  ...patch,
  [name]: { ifVersion: null, subject: undefined, remove: [] }[name],
});

type Break = (store: MemoryStore) => Partial<StoreUnderTest>;

/** What can be wrong with a store. Each replaces a method or two. */
export const STORE_FAULTS: Readonly<Record<string, Break>> = {
  'reads what has ended': (store) => ({ read: (key) => store.read(key, 0) }),
  'ends a second late': (store) => ({ read: (key, now) => store.read(key, now - 1) }),
  'ends by a clock of whole seconds': (store) => ({ read: (key, now) => store.read(key, Math.ceil(now)) }),
  'has 32 bits for times': (store) => ({
    create: (key, record) => store.create(key, { ...record, createdAt: Math.trunc(record.createdAt) | 0 }),
  }),
  'tells keys apart by letter alone': (store) => ({
    create: (key, record) => store.create(key.toLowerCase(), record),
    read: (key, now) => store.read(key.toLowerCase(), now),
    patch: (key, patch, now) => store.patch(key.toLowerCase(), patch, now),
    delete: (key) => store.delete(key.toLowerCase()),
    rename: (from, to, now) => store.rename(from.toLowerCase(), to.toLowerCase(), now),
  }),
  'writes what it has read': (store) => ({
    async patch(key, patch, now) {
      const record = await store.read(key, now);
      await pause();
      if (record === null) return { isDone: false, record };
      const { set, remove } = patch;
      const members = new Map<string, unknown>(Object.entries(JSON.parse(record.data)));
      for (const name of remove) members.delete(name);
      for (const [name, json] of set) members.set(name, JSON.parse(json));
      const all = [...members].map(([name, value]): [string, string] => [name, JSON.stringify(value)]);
      const gone = Object.keys(JSON.parse((await store.read(key, now))?.data ?? '{}')).filter(
        (name) => !members.has(name),
      );
      return store.patch(key, { ...patch, set: all, remove: gone }, now);
    },
  }),
  'assigns keys': (store) => ({
    async read(key, now) {
      const record = await store.read(key, now);
      if (record === null) return null;
      const data: Record<string, unknown> = {};
      for (const [name, value] of Object.entries(JSON.parse(record.data))) data[name] = value;
      return { ...record, data: JSON.stringify(data) };
    },
  }),
  'looks at no version': (store) => ({
    patch: (key, patch, now) => store.patch(key, without(patch, 'ifVersion'), now),
  }),
  'writes what is expected over what others wrote': (store) => ({
    async patch(key, patch, now) {
      const outcome = await store.patch(key, patch, now);
      if (!outcome.isDone || outcome.record === null || patch.expected === undefined) return outcome;
      const kept = Object.keys(JSON.parse(patch.expected.data));
      const remove = Object.keys(JSON.parse(outcome.record.data)).filter((name) => !kept.includes(name));
      if (remove.length > 0) await store.patch(key, { ...patch, remove, ifVersion: null }, now);
      return { isDone: true, record: null };
    },
  }),
  'writes what is expected and forgets the end': (store) => ({
    async patch(key, patch, now) {
      const known = await store.read(key, now);
      const isKnown = known !== null && known.version === patch.expected?.version;
      const outcome = await store.patch(key, isKnown ? { ...patch, expiresAt: known.expiresAt } : patch, now);
      return outcome.isDone && isKnown ? { isDone: true, record: null } : outcome;
    },
  }),
  'keeps the first subject': (store) => ({
    patch: (key, patch, now) => store.patch(key, without(patch, 'subject'), now),
  }),
  'removes no keys': (store) => ({ patch: (key, patch, now) => store.patch(key, without(patch, 'remove'), now) }),
  'makes a record by a patch': (store) => ({
    async patch(key, patch, now) {
      const { seenAt, expiresAt } = patch;
      const record = { data: '{}', createdAt: seenAt, seenAt, expiresAt, subject: null };
      if ((await store.read(key, now)) === null) await store.create(key, record);
      return store.patch(key, patch, now);
    },
  }),
  'patches what has ended': (store) => ({ patch: (key, patch) => store.patch(key, patch, 0) }),
  'says that every delete was one': (store) => ({ delete: (key) => store.delete(key).then(() => true) }),
  'renames by a copy': (store) => ({
    async rename(from, to, now) {
      const record = await store.read(from, now);
      if (record !== null) await store.create(to, record);
      return record !== null;
    },
  }),
  'renames what has ended': (store) => ({ rename: (from, to) => store.rename(from, to, 0) }),
  'lists the oldest first': (store) => ({
    list: (subject, now) => store.list(subject, now).then((all) => [...all].reverse()),
  }),
  'lists what has ended': (store) => ({ list: (subject) => store.list(subject, 0) }),
  'ends the one to be kept': (store) => ({ deleteSubject: (subject) => store.deleteSubject(subject, null) }),
  'counts the one that is kept': (store) => ({
    async deleteSubject(subject, except) {
      const { length } = await store.list(subject, 0);
      await store.deleteSubject(subject, except);
      return length;
    },
  }),
  'purges without a limit': (store) => ({ purge: (now) => store.purge(now, Number.POSITIVE_INFINITY) }),
  'purges a second late': (store) => ({ purge: (now, limit) => store.purge(now - 1, limit) }),
  'purges what has no end yet': (store) => ({ purge: (now, limit) => store.purge(now + 1, limit) }),
  'takes an engine that is gone for an absence': (store) => ({
    read: (key, now) => store.read(key, now).catch(() => null),
  }),
  'forgets a revocation that was told': (store) => ({
    revocationsSince: (_cursor, now) =>
      store.revocationsSince(null, now).then((page) => ({ ...page, revocations: [] })),
  }),
  'keeps revocations for ever': (store) => ({ revocationsSince: (cursor) => store.revocationsSince(cursor, 0) }),
};

/** The memory store as a subject, whole or broken; its engine can be taken away. */
export const storeSubject = (fault?: string): StoreSubject => ({
  name: fault ?? 'whole',
  async open() {
    const memory = memoryStore();
    let isGone = false;
    const engine = failing(memory, () => isGone);
    const store: StoreUnderTest = fault === undefined ? engine : { ...engine, ...STORE_FAULTS[fault]?.(engine) };
    return {
      store,
      another: () => store,
      fail() {
        isGone = true;
      },
      close() {},
    };
  },
});

/** Rejects every call once the engine is gone. */
function failing(store: MemoryStore, isGone: () => boolean): MemoryStore {
  const calls = Object.entries(store).map(([name, member]): [string, unknown] => [
    name,
    typeof member !== 'function'
      ? member
      : async (...args: unknown[]) => {
          if (isGone()) throw new Error('connection refused');
          return Reflect.apply(member, store, args);
        },
  ]);
  return Object.fromEntries(calls) as unknown as MemoryStore & SessionStore;
}
