// What another request does between two commands of one call, at exactly that moment.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type NodeRedisCluster, type RedisClient, redisStore } from '../../dist/stored/redis.js';
import { key, newPrefix, patch, plainRedis, type RedisStore, record, T, withRig } from './support/redis-rig.js';

/** A server that looks like a cluster, and runs `then` once, when the first command that `after` knows was answered. */
function interrupted(client: RedisClient, after: (args: readonly string[]) => boolean, then: () => Promise<unknown>) {
  if (!('sendCommand' in client) || 'masters' in client) throw new Error('a plain client of redis');
  let isDone = false;
  const cluster: NodeRedisCluster = {
    masters: [],
    async sendCommand(_key, _isReadonly, args, options) {
      const reply = await client.sendCommand(args, options);
      if (isDone || !after(args)) return reply;
      isDone = true;
      await then();
      return reply;
    },
  };
  return { cluster, isDone: () => isDone };
}

withRig('between two commands', { engine: 'redis', kind: plainRedis }, (rig) => {
  const [from, to, third] = [key('from'), key('to'), key('third')];

  /** Two stores over the same sessions: one whose call is interrupted, and the other, which interrupts. */
  async function stores(after: (args: readonly string[]) => boolean, then: (other: RedisStore) => Promise<unknown>) {
    const prefix = newPrefix();
    const other = await rig.store(prefix);
    const { cluster, isDone } = interrupted(await rig.client(), after, () => then(other));
    await other.create(from, record({ data: '{"n":1}', subject: 'ada' }));
    return { store: redisStore(cluster, { prefix }), other, isDone };
  }

  const isOf = (name: string) => (args: readonly string[]) =>
    args[0].startsWith('EVAL') && args.some((arg) => arg.endsWith(`:${name}`) && !arg.includes('subject:'));
  const isIndexRead = ([command]: readonly string[]) => command === 'ZRANGE';

  it('a rename after the index was read: the end of all ends it under its new key', async () => {
    const { store, other, isDone } = await stores(isIndexRead, (one) => one.rename(from, to, T));
    assert.equal(await store.deleteSubject('ada', null), 1);
    assert.equal(isDone(), true);
    assert.deepEqual([await other.read(from, T), await other.read(to, T)], [null, null]);
  });

  it('a rename after the index was read: the list has it once', async () => {
    const { store, isDone } = await stores(isIndexRead, (one) => one.rename(from, to, T));
    const listed = await store.list('ada', T);
    assert.equal(isDone(), true);
    assert.deepEqual(
      listed.map((one) => one.key),
      [to],
    );
  });

  it('a save after the copy was made: it is in the session under its new key', async () => {
    const { store, other, isDone } = await stores(isOf(to), (one) => one.patch(from, patch({ add: [['n', 1]] }), T));
    assert.equal(await store.rename(from, to, T), true);
    assert.equal(isDone(), true);
    assert.equal(await other.read(from, T), null);
    assert.deepEqual(await other.read(to, T), { ...record({ data: '{"n":2}', subject: 'ada' }), version: 2 });
    assert.deepEqual(
      (await other.list('ada', T)).map((one) => one.key),
      [to],
    );
  });

  for (const [name, end] of Object.entries({
    'a logout': (one: RedisStore) => one.delete(from),
    'the end of all': (one: RedisStore) => one.deleteSubject('ada', null),
    'another rename': (one: RedisStore) => one.rename(from, third, T),
  })) {
    it(`${name} after the copy was made: no copy is left`, async () => {
      const { store, other, isDone } = await stores(isOf(to), end);
      assert.equal(await store.rename(from, to, T), false);
      assert.equal(isDone(), true);
      assert.deepEqual([await other.read(from, T), await other.read(to, T)], [null, null]);
      const left = (await other.list('ada', T)).map((one) => one.key);
      assert.deepEqual(left, name === 'another rename' ? [third] : []);
    });
  }

  it('a login before the one rename is done: the index of the new subject has it', async () => {
    const { store, other, isDone } = await stores(isOf(from), (one) => one.patch(from, patch({ subject: 'eve' }), T));
    assert.equal(await store.rename(from, to, T), true);
    assert.equal(isDone(), true);
    assert.equal((await other.read(to, T))?.subject, 'eve');
    assert.deepEqual(
      (await other.list('eve', T)).map((one) => one.key),
      [to],
    );
    assert.deepEqual(await other.list('ada', T), []);
  });

  it('a list between the index and the session of a login: the login is listed afterwards', async () => {
    const isIndex = (args: readonly string[]) => args.some((arg) => arg.endsWith('subject:eve'));
    const { store, isDone } = await stores(isIndex, async (one) => {
      assert.deepEqual(await one.list('eve', T), []);
      assert.equal(await one.deleteSubject('eve', null), 0);
    });
    await store.create(third, record({ subject: 'eve' }));
    assert.equal(isDone(), true);
    assert.equal((await store.list('eve', T)).length, 1);
  });
});
