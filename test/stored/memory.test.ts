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
});
