// Reads that come at the same time share a statement: each gets what it asked for, and nobody notices but the server.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type * as Platform from '../../dist/platform.js';
import { shareReads } from '../../dist/stored/postgres/reads.js';
import { tableNames } from '../../dist/stored/postgres/schema.js';
import { createStatements } from '../../dist/stored/postgres/statements.js';
import { type PgClient, postgresStore } from '../../dist/stored/postgres.js';
import type { StoredRecord } from '../../dist/stored/store.js';
import { openStore } from './support/postgres-clients.js';
import { describePostgres, NOW, newKey, newPatch, newRecord } from './support/postgres-suite.js';
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

/** The platform as a runtime of that name would load it. */
async function importAs(userAgent: string): Promise<Pick<typeof Platform, 'whenIdle'>> {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { userAgent }, configurable: true });
  try {
    return (await import(`../../dist/platform.js?${userAgent}`)) as typeof Platform;
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'navigator');
    else Object.defineProperty(globalThis, 'navigator', before);
  }
}

describe('an answer with too few rows, or undefined for null', () => {
  const answering = (rows: readonly unknown[][]) => postgresStore({ query: async () => ({ rows, rowCount: null }) });
  const found = '1 0 0\n{}';

  it('is an error for all, and no ended session', async () => {
    const { read } = answering([[found]]);
    const results = await Promise.allSettled([read('a', NOW), read('b', NOW)]);
    for (const result of results) {
      assert.ok(result.status === 'rejected');
      assert.match(String(result.reason), /number of rows/);
    }
  });

  it('is no error for those who found something', async () => {
    const { read } = answering([[undefined], [found]]);
    const [a, b] = await Promise.all([read('a', NOW), read('b', NOW)]);
    assert.equal(a, null);
    assert.equal(b?.data, '{}');
  });
});

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
    assert.deepEqual(asked, [{ keys: ['a'], now: NOW }]);
  });

  it('ask once for what several want: the requests of one visitor cost the others no more than one', async () => {
    const { asked, read } = shared((key) => (key === 'b' ? null : recordOf(key)));
    const keys = ['a', 'b', 'a', 'c', 'b', 'a'];
    assert.deepEqual(
      await Promise.all(keys.map((key) => read(key, NOW))),
      keys.map((key) => (key === 'b' ? null : recordOf(key))),
    );
    assert.deepEqual(
      asked.map((one) => one.keys),
      [['a', 'b', 'c']],
    );
  });

  it('go on after a scheduler that throws, and are sent without one that never calls when they are 64', async () => {
    let calls = 0;
    const sent: number[] = [];
    const read = shareReads(
      async (keys) => {
        sent.push(keys.length);
        return keys.map((key) => recordOf(key));
      },
      (f) => {
        calls++;
        if (calls === 1) throw new Error('not in this scope');
        if (calls > 2) setImmediate(f);
      },
    );
    await assert.rejects(read('a', NOW), /not in this scope/);
    // The second call is lost, as with a request that ends before its timers come.
    const keys = Array.from({ length: 64 }, (_, i) => `k${i}`);
    await Promise.all(keys.map((key) => read(key, NOW)));
    assert.deepEqual(await read('b', NOW), recordOf('b'));
    assert.deepEqual(sent, [64, 1]);
  });

  it('wait on Workers for no timer, which would be that of one request', async () => {
    const { whenIdle } = await importAs('Cloudflare-Workers');
    const order: string[] = [];
    setImmediate(() => order.push('timer'));
    whenIdle(() => order.push('idle'));
    order.push('code');
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(order, ['code', 'idle', 'timer']);
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

  for (const table of ['asked', 's', 'i', 'key', 'done', 'gone', 'present', 'a', 'b', 'unnest']) {
    it(`find the right one in a table called ${table}`, async () => {
      const store = postgresStore(on.open().client as PgClient, { table });
      await store.migrate();
      const [mine, yours, nobody] = [newKey(), newKey(), newKey()];
      await store.create(mine, newRecord({ n: 1 }));
      assert.deepEqual(
        (await Promise.all([mine, nobody].map((key) => store.read(key, NOW)))).map((record) => record?.data),
        ['{"n": 1}', undefined],
      );
      await store.create(yours, newRecord({ n: 2 }));
      assert.deepEqual(
        (await Promise.all([yours, mine, nobody].map((key) => store.read(key, NOW)))).map((record) => record?.data),
        ['{"n": 2}', '{"n": 1}', undefined],
      );
      const { isDone, record } = await store.patch(mine, newPatch({ remove: ['n'], ifVersion: 2 }), NOW);
      assert.deepEqual([isDone, record?.data], [false, '{"n": 1}']);
      const patched = await store.patch(mine, newPatch({ remove: ['n'], add: [['m', 3]], ifVersion: 1 }), NOW);
      assert.deepEqual([patched.isDone, patched.record?.data], [true, '{"m": 3}']);
      assert.equal(await store.purge(NOW, 10), 0);
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
