// What stands in Redis: numbers as JavaScript adds them, hostile keys, the layout that is documented, and how long it stays.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { applyPatch } from '../../dist/stored/apply-patch.js';
import { createRandom } from '../support/random.js';
import { DAY, key, newPrefix, patch, plainClients, plainRedis, record, T, withRig } from './support/redis-rig.js';
import { ask } from './support/redis-server.js';

/** Lines of a reply, without the lengths. */
const lines = (reply: string): readonly string[] => reply.split('\r\n').filter((line) => !/^$|^[*$]\d/.test(line));

/** Doubles of every kind: any bits, whole, decimal, near the ends. */
function createNumbers(seed: number): () => number {
  const random = createRandom(seed);
  const special = [0, -0, 0.1, 0.2, 0.3, 1, -1, 2 ** 53, -(2 ** 53), 2 ** 53 - 1, 5e-324, 2 ** -1022, 1e21, 1e-7, 1e22];
  special.push(Number.MAX_VALUE, -Number.MAX_VALUE, Number.EPSILON, 123456789012345680000, 1e16, 1e17, 9.5e-5);
  return () => {
    const kind = random.below(4);
    if (kind === 0) return special[random.below(special.length)] ?? 0;
    if (kind === 1) return random.below(2 ** 31) - 2 ** 30;
    if (kind === 2) return (random.below(2_000_000) - 1_000_000) / 1000;
    const bits = new DataView(random.bytes(8).buffer).getFloat64(0);
    return Number.isFinite(bits) ? bits : 1.5;
  };
}

for (const engine of ['redis', 'valkey'] as const) {
  withRig('numbers', { engine, kind: plainRedis }, ({ store }) => {
    it('2,000 sums are those of JavaScript, bit for bit, also where the result is no JSON number', async () => {
      const redis = await store();
      const next = createNumbers(7);
      const pairs = Array.from({ length: 2000 }, (): [number, number] => [next(), next()]);
      await Promise.all(
        pairs.map(async ([a, b], i) => {
          const start = record({ data: JSON.stringify({ a }) });
          await redis.create(key(`n${i}`), start);
          const change = patch({ add: [['a', b]] });
          const outcome = await redis.patch(key(`n${i}`), change, T);
          const expected = JSON.parse(applyPatch({ ...start, version: 1 }, change).data);
          assert.deepEqual(JSON.parse(outcome.record?.data ?? ''), expected, `${a} + ${b}`);
        }),
      );
    });

    it('writes 0.1 + 0.2 and 2 ** 53 + 1 in full', async () => {
      const redis = await store();
      await redis.create(key('a'), record({ data: '{"x":0.1,"y":9007199254740992,"z":1,"w":1e21}' }));
      const change = patch({
        add: [
          ['x', 0.2],
          ['y', 1],
          ['z', -1],
          ['w', 1e21],
        ],
      });
      const { record: after } = await redis.patch(key('a'), change, T);
      const { x, y, z, w } = JSON.parse(after?.data ?? '');
      assert.deepEqual([x, y, Object.is(z, 0), w], [0.1 + 0.2, 2 ** 53, true, 2e21]);
    });
  });
}

for (const kind of plainClients) {
  withRig('the data', { engine: 'redis', kind }, ({ store }) => {
    const KEYS = ['', '.', 'v', 'c', 's', 'e', 'u', '.v', '__proto__', 'constructor', 'toString', '0', '10', '"', '\\'];
    KEYS.push('a\0b', '\r\n', '\u2028', 'ü', '𝒳', '}', "'); redis.call('FLUSHALL') --", ' '.repeat(300));

    it('keeps every key apart from what the store keeps itself', async () => {
      const redis = await store();
      const data = Object.fromEntries(KEYS.map((name, i) => [name, { name, i }]));
      await redis.create(key('a'), record({ data: JSON.stringify(data), subject: 'v' }));
      assert.deepEqual(JSON.parse((await redis.read(key('a'), T))?.data ?? ''), data);

      const change = patch({
        set: KEYS.map((name, i) => [name, JSON.stringify(-i)]),
        add: KEYS.map((name) => [name, 1]),
      });
      const { record: after } = await redis.patch(key('a'), change, T);
      const expected = Object.fromEntries(KEYS.map((name, i) => [name, 1 - i]));
      assert.deepEqual(JSON.parse(after?.data ?? ''), expected);
      assert.deepEqual({ ...after, data: '' }, { ...record({ subject: 'v', data: '' }), version: 2 });

      const emptied = await redis.patch(key('a'), patch({ remove: KEYS }), T);
      assert.equal(emptied.record?.data, '{}');
    });

    it('may be 20,000 keys, and a value of a million characters', async () => {
      const redis = await store();
      const data = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, i]));
      await redis.create(key('a'), record({ data: JSON.stringify(data) }));
      const long = JSON.stringify('x'.repeat(1_000_000));
      await redis.patch(key('a'), patch({ set: [['long', long]] }), T);
      const read = await redis.read(key('a'), T);
      assert.deepEqual(JSON.parse(read?.data ?? ''), { ...data, long: JSON.parse(long) });
    });
  });
}

withRig('the layout', { engine: 'redis', kind: plainRedis }, (rig) => {
  const answer = async (...args: readonly string[]) => lines(await ask(rig.servers[0]?.port ?? 0, ...args));
  /** Milliseconds that Redis keeps a key; less than what was asked for by what has passed since. */
  const lives = async (name: string, seconds: number) => {
    const left = Number((await answer('PTTL', name))[0]?.slice(1));
    assert.ok(left <= seconds * 1000 && left > seconds * 1000 - 50_000, `${name} lives ${left} ms, not ${seconds} s`);
  };

  it('is one hash for a session, one sorted set for a subject', async () => {
    const prefix = newPrefix();
    const store = await rig.store(prefix);
    await store.create(key('a'), record({ data: '{"n":1,"cart":["x"]}', subject: 'ada', expiresAt: T + 1000 }));
    const hash = ['v', '1', 'c', `${T}`, 's', `${T}`, 'e', `${T + 1000}`, 'u', 'ada', '.n', '1', '.cart', '["x"]'];
    assert.deepEqual(await answer('HGETALL', prefix + key('a')), hash);
    const until = (Math.floor((T + 1000) / DAY) + 2) * DAY;
    assert.deepEqual(await answer('ZRANGE', `${prefix}subject:ada`, '0', '-1', 'WITHSCORES'), [key('a'), `${until}`]);
    assert.deepEqual((await answer('KEYS', `${prefix}*`)).length, 2);
  });

  it('lives by the clock of the callers: until a minute after the end, the index a day or two', async () => {
    const prefix = newPrefix();
    const store = await rig.store(prefix);
    const [session, index] = [prefix + key('a'), `${prefix}subject:ada`];
    await store.create(key('a'), record({ subject: 'ada', expiresAt: T + 1000 }));
    await lives(session, 1060);
    await lives(index, (Math.floor((T + 1000) / DAY) + 2) * DAY - T);
    await store.patch(key('a'), patch({ expiresAt: T + 5000 }), T + 500);
    await lives(session, 4560);
    await store.patch(key('a'), patch({ expiresAt: null }), T + 500);
    assert.deepEqual([await answer('PTTL', session), await answer('PTTL', index)], [[':-1'], [':-1']]);
    await store.patch(key('a'), patch({ expiresAt: T + 600 }), T + 500);
    await lives(session, 160);
  });

  it('keeps the version, the dates and the life of what is renamed', async () => {
    const prefix = newPrefix();
    const store = await rig.store(prefix);
    await store.create(key('a'), record({ expiresAt: T + 1000 }));
    assert.equal(await store.rename(key('a'), key('b'), T), true);
    await lives(prefix + key('b'), 1060);
    assert.deepEqual(await answer('KEYS', `${prefix}*`), [prefix + key('b')]);
  });

  it('takes the default prefix where none is given', async () => {
    const { redisStore } = await import('../../dist/stored/redis.js');
    await redisStore(await rig.client()).create(key('a'), record());
    assert.deepEqual(await answer('EXISTS', `microdot:session:${key('a')}`), [':1']);
  });

  it('does not take for a session what is not one', async () => {
    const prefix = newPrefix();
    const store = await rig.store(prefix);
    await answer('HSET', prefix + key('a'), 'other', '1');
    assert.equal(await store.read(key('a'), T), null);
    assert.deepEqual(await store.patch(key('a'), patch(), T), { isDone: false, record: null });
    await answer('SET', prefix + key('b'), 'text');
    await assert.rejects(store.read(key('b'), T), /^(Simple|Reply)?Error: WRONGTYPE|WRONGTYPE/);
  });
});
