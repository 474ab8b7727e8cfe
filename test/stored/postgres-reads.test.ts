// Reads that come at the same time share a statement: each gets what it asked for, and nobody notices but the server.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shareReads } from '../../dist/stored/postgres/reads.js';
import { tableNames } from '../../dist/stored/postgres/schema.js';
import { createStatements } from '../../dist/stored/postgres/statements.js';
import { type PgClient, postgresStore } from '../../dist/stored/postgres.js';
import type { StoredRecord } from '../../dist/stored/store.js';
import { openStore } from './support/postgres-clients.js';
import { describePostgres, NOW, newKey, newRecord } from './support/postgres-suite.js';
import { startProxy } from './support/proxy.js';

const recordOf = (key: string, expiresAt: number | null = null): StoredRecord => ({
  ...newRecord({ key }, { expiresAt }),
  version: 1,
});

/** Reads of records that are made of their keys, and the keys and times of each statement. */
function shared(recordFor = (key: string): StoredRecord | null => recordOf(key)) {
  const asked: { keys: readonly string[]; now: number }[] = [];
  const read = shareReads(async (keys, now) => {
    asked.push({ keys, now });
    return keys.map(recordFor);
  });
  return { asked, read };
}

describe('reads that share a statement', () => {
  it('are those of one turn of the program; a read alone has one of its own', async () => {
    const { asked, read } = shared();
    const [a, b] = await Promise.all([read('a', NOW), read('b', NOW)]);
    const c = await read('c', NOW);
    assert.deepEqual(
      [a, b, c],
      ['a', 'b', 'c'].map((key) => recordOf(key)),
    );
    assert.deepEqual(asked, [
      { keys: ['a', 'b'], now: NOW },
      { keys: ['c'], now: NOW },
    ]);
  });

  it('come from different callbacks of the same turn, and from promises that are done in it', async () => {
    const { asked, read } = shared();
    const later = new Promise<StoredRecord | null>((resolve, reject) => {
      process.nextTick(() => void read('b', NOW).then(resolve, reject));
    });
    await Promise.all([read('a', NOW), Promise.resolve().then(() => read('c', NOW)), later]);
    assert.deepEqual([...(asked[0]?.keys ?? [])].sort(), ['a', 'b', 'c']);
    assert.equal(asked.length, 1);
  });

  it('are judged each by its own time, and asked for by the earliest', async () => {
    const { asked, read } = shared((key) => recordOf(key, NOW + 5));
    const times = [NOW + 4, NOW + 5, NOW, NOW + 6];
    const records = await Promise.all(times.map((now) => read('a', now)));
    assert.deepEqual(
      records.map((record) => record !== null),
      [true, false, true, false],
    );
    assert.deepEqual(asked, [{ keys: ['a', 'a', 'a', 'a'], now: NOW }]);
  });

  it('give null for what is not there', async () => {
    const { read } = shared((key) => (key === 'b' ? null : recordOf(key)));
    assert.deepEqual(await Promise.all([read('a', NOW), read('b', NOW)]), [recordOf('a'), null]);
    assert.equal(await read('b', NOW), null);
  });

  it('are 64 at most', async () => {
    const { asked, read } = shared();
    const keys = Array.from({ length: 150 }, (_, i) => `k${i}`);
    const records = await Promise.all(keys.map((key) => read(key, NOW)));
    assert.deepEqual(
      records,
      keys.map((key) => recordOf(key)),
    );
    assert.deepEqual(
      asked.map((one) => one.keys.length),
      [64, 64, 22],
    );
  });

  it('fail together with one error, and the next ones do not', async () => {
    let isDown = true;
    const failure = new Error('gone');
    const read = shareReads(async (keys) => {
      if (isDown) throw failure;
      return keys.map((key) => recordOf(key));
    });
    const results = await Promise.allSettled([read('a', NOW), read('b', NOW)]);
    assert.deepEqual(
      results.map((result) => result.status === 'rejected' && result.reason === failure),
      [true, true],
    );
    isDown = false;
    assert.deepEqual(await read('a', NOW), recordOf('a'));
  });
});

describePostgres('reads that share a statement of PostgreSQL', (on) => {
  for (const partitions of [undefined, 4]) {
    it(`find what each finds alone${partitions === undefined ? '' : `, in ${partitions} partitions`}`, async () => {
      const { store } = await openStore(on.open(), partitions);
      const keys = ['"', '\\', '{}', 'a,b', 'NULL', '', ' ', "'", 'ä'].map((odd) => odd + newKey());
      const kinds = [{ expiresAt: null }, { expiresAt: NOW }, { expiresAt: NOW + 1, subject: 'a\nb' }];
      for (const [i, key] of keys.entries()) await store.create(key, newRecord({ i, key }, kinds[i % kinds.length]));
      const asked = [...keys, newKey(), ...keys, newKey()];
      const together = await Promise.all(asked.map((key) => store.read(key, NOW)));
      const alone: (StoredRecord | null)[] = [];
      for (const key of asked) alone.push(await store.read(key, NOW));
      assert.deepEqual(together, alone);
      assert.deepEqual(
        together.map((record) => record !== null),
        asked.map((key) => keys.includes(key) && keys.indexOf(key) % kinds.length !== 1),
      );
    });
  }

  it('do not with shareReads: false: each is sent at once, by whoever reads', async () => {
    const { client, table } = await openStore(on.open());
    const sent: string[] = [];
    const counting = new Proxy(client as object, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function' || (name !== 'query' && name !== 'unsafe')) return member;
        return (...args: readonly unknown[]) => {
          sent.push(String(name));
          return Reflect.apply(member, target, args) as unknown;
        };
      },
      apply: (target, self, args) => Reflect.apply(target as () => unknown, self, args),
    });
    const store = postgresStore(counting as PgClient, { table, shareReads: false });
    const reads = [newKey(), newKey(), newKey()].map((key) => store.read(key, NOW));
    assert.equal(sent.length, 3);
    assert.deepEqual(await Promise.all(reads), [null, null, null]);
    const sharing = postgresStore(counting as PgClient, { table });
    assert.deepEqual(await Promise.all([newKey(), newKey()].map((key) => sharing.read(key, NOW))), [null, null]);
    assert.equal(sent.length, 4);
  });

  it('take one round trip', async () => {
    const proxy = await startProxy(on.running().port);
    const direct = await on.connect(`postgres://postgres@127.0.0.1:${proxy.port}/postgres`, 1);
    try {
      const { store } = await openStore(direct);
      const keys = Array.from({ length: 50 }, newKey);
      for (const key of keys) await store.create(key, newRecord({ key }));
      const readAll = () => Promise.all(keys.map((key) => store.read(key, NOW)));
      await readAll();
      const start = proxy.trips();
      const records = await readAll();
      assert.equal(proxy.trips() - start, 1);
      assert.ok(records.every((record, i) => record?.data === `{"key": "${keys[i]}"}`));
    } finally {
      await direct.end();
      await proxy.cut();
    }
  });

  it('look for each key in its own partition, by the index', async () => {
    const { table } = await openStore(on.open(), 4);
    await on.singles(1, async ([single]) => {
      await single.query(`SET plan_cache_mode = force_generic_plan`);
      await single.query(`PREPARE asked AS ${createStatements(tableNames({ table })).readAll.text}`);
      const plan = (await single.query(`EXPLAIN (ANALYZE, COSTS off, TIMING off) EXECUTE asked('{"x"}', 0)`))
        .flat()
        .join('\n');
      assert.equal(plan.match(/never executed/g)?.length, 3, plan);
      assert.doesNotMatch(plan, /Seq Scan/);
    });
  });
});
