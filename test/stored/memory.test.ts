// memoryStore() keeps the whole contract of stores, and forgets what has ended.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryStore } from '../../dist/stored/memory.js';
import { storeConformance } from '../../dist/testing/index.js';
import { memorySubject } from './support/memory-subject.js';

describe('memoryStore: the conformance suite of stores', () => {
  for (const { name, part, skip, run } of storeConformance(memorySubject)) {
    it(`${part}: ${name}`, skip === undefined ? {} : { skip }, run);
  }
});

describe('memoryStore', () => {
  it('tells how many records it holds, ended ones included', async () => {
    const store = memoryStore();
    const record = { data: '{}', createdAt: 0, seenAt: 0, expiresAt: 10, subject: null };
    await store.create('a', record);
    await store.create('b', { ...record, expiresAt: null });
    assert.equal(await store.read('a', 10), null);
    assert.equal(store.size, 2);
    assert.equal(await store.purge(10, 500), 1);
    assert.equal(store.size, 1);
  });

  it('forgets with a purge what concerns no token any more, and no reader misses what does', async () => {
    const store = memoryStore();
    const add = (key: string, until: number | null): Promise<void> =>
      store.addRevocation({ kind: 'token', key, at: 0, until });
    const since = async (cursor: string | null): Promise<{ readonly keys: string; readonly cursor: string }> => {
      const read = await store.revocationsSince(cursor, 0);
      return { keys: read.revocations.map(({ key }) => key).join(''), cursor: read.cursor };
    };
    await add('a', null);
    await add('b', 5);
    await add('c', 20);
    const before = await since(null);
    await add('d', 5);
    await add('e', null);
    assert.deepEqual([before.keys, (await since(before.cursor)).keys], ['abc', 'de']);
    assert.equal(await store.purge(10, 500), 0);
    assert.equal((await since(null)).keys, 'ace');
    const after = await since(before.cursor);
    assert.match(after.keys, /e$/);
    assert.equal((await since(after.cursor)).keys, '');
    await add('f', null);
    assert.equal((await since(after.cursor)).keys, 'f');
    assert.match((await since(before.cursor)).keys, /ef$/);
  });
});
