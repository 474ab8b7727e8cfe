// Requests at the same time: real transactions that wait for each other, and what the store makes of it.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type PgClient, postgresStore } from '../../dist/stored/postgres.js';
import { type OpenClient, openStore } from './support/postgres-clients.js';
import { describePostgres, NOW, newKey, newPatch, newRecord, untilWaiting } from './support/postgres-suite.js';

describePostgres('the store in PostgreSQL, at the same time', (on) => {
  const storeOver = ({ client }: OpenClient, table: string) => postgresStore(client as PgClient, { table });

  for (const partitions of [undefined, 4]) {
    const where = partitions === undefined ? '' : `, in ${partitions} partitions`;

    /** Runs `meanwhile` in a transaction, starts `late`, which waits for its row, and commits. */
    const race = async <T>(
      meanwhile: (store: ReturnType<typeof storeOver>, key: string) => Promise<unknown>,
      late: (store: ReturnType<typeof storeOver>, key: string) => Promise<T>,
      isolation?: string,
    ): Promise<{ readonly result: T; readonly key: string; readonly store: ReturnType<typeof storeOver> }> => {
      const own = await openStore(on.open(), partitions);
      const key = newKey();
      await own.store.create(key, newRecord({ n: 1 }, { subject: 'ada' }));
      let result: T | undefined;
      await on.singles(2, async ([first, second]) => {
        if (isolation !== undefined) {
          await second.query(`SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL ${isolation}`);
        }
        await first.query('BEGIN');
        await meanwhile(storeOver(first, own.table), key);
        const waiting = late(storeOver(second, own.table), key);
        await untilWaiting(own, 1);
        await first.query('COMMIT');
        result = await waiting;
      });
      return { result: result as T, key, store: own.store };
    };

    it(`applies every one of 100 patches of one session${where}`, async () => {
      const { store } = await openStore(on.open(), partitions);
      const key = newKey();
      await store.create(key, newRecord({}));
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, (_, i) =>
          store.patch(key, newPatch({ set: [[`k${i}`, `${i}`]], add: [['n', 1]] }), NOW),
        ),
      );
      assert.deepEqual(
        outcomes.map(({ record }) => record?.version).sort((a = 0, b = 0) => a - b),
        Array.from({ length: 100 }, (_, i) => i + 2),
      );
      const expected = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, i]));
      assert.deepEqual(JSON.parse((await store.read(key, NOW))?.data ?? ''), { ...expected, n: 100 });
    });

    it(`lets one of 20 patches of one version through, and shows the others its outcome${where}`, async () => {
      const { store } = await openStore(on.open(), partitions);
      const key = newKey();
      await store.create(key, newRecord({}));
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, i) => store.patch(key, newPatch({ set: [['by', `${i}`]], ifVersion: 1 }), NOW)),
      );
      const by = outcomes.findIndex(({ isDone }) => isDone);
      assert.deepEqual(
        outcomes.map(({ isDone, record }) => [isDone, record?.version, record?.data]),
        outcomes.map((_, i) => [i === by, 2, `{"by": ${by}}`]),
      );
    });

    it(`shows a patch of a version that lost the newest version, not the one it saw when it began${where}`, async () => {
      const { result } = await race(
        (store, key) => store.patch(key, newPatch({ set: [['n', '2']] }), NOW),
        (store, key) => store.patch(key, newPatch({ set: [['n', '3']], ifVersion: 1 }), NOW),
      );
      assert.deepEqual([result.isDone, result.record?.version, result.record?.data], [false, 2, '{"n": 2}']);
    });

    it(`brings nothing back that was ended meanwhile: patch after delete${where}`, async () => {
      const { result, store, key } = await race(
        (first, key) => first.delete(key),
        (second, key) => second.patch(key, newPatch({ set: [['n', '3']] }), NOW),
      );
      assert.deepEqual(result, { isDone: false, record: null });
      assert.equal(await store.read(key, NOW), null);
    });

    it(`changes nothing under a key that was given up meanwhile: patch after rename${where}`, async () => {
      // Several, for some stay in their partition.
      for (let i = 0; i < 6; i++) {
        const to = newKey();
        const { result, store, key } = await race(
          (first, key) => first.rename(key, to, NOW),
          (second, key) => second.patch(key, newPatch({ set: [['n', '3']] }), NOW),
        );
        assert.deepEqual(result, { isDone: false, record: null });
        assert.equal(await store.read(key, NOW), null);
        assert.equal((await store.read(to, NOW))?.data, '{"n": 1}');
      }
    });

    it(`ends a session of a subject that gets another key meanwhile${where}`, async () => {
      for (let i = 0; i < 6; i++) {
        const to = newKey();
        const { result, store } = await race(
          (first, key) => first.rename(key, to, NOW),
          (second) => second.deleteSubject('ada', null),
        );
        assert.equal(result, 1);
        assert.equal(await store.read(to, NOW), null);
      }
    });

    it(`tries again where the application has another isolation${where}`, async () => {
      const { result } = await race(
        (first, key) => first.patch(key, newPatch({ add: [['n', 1]] }), NOW),
        (second, key) => second.patch(key, newPatch({ add: [['n', 1]] }), NOW),
        'REPEATABLE READ',
      );
      assert.deepEqual([result.isDone, result.record?.data], [true, '{"n": 3}']);
    });

    it(`purges what nobody is changing, without waiting${where}`, async () => {
      const { store, table } = await openStore(on.open(), partitions);
      const [held, free] = [newKey(), newKey()];
      for (const key of [held, free]) await store.create(key, newRecord({}, { expiresAt: NOW }));
      await on.singles(1, async ([single]) => {
        await single.query('BEGIN');
        await storeOver(single, table).patch(held, newPatch({ expiresAt: NOW + 100 }), NOW - 1);
        assert.equal(await store.purge(NOW, 10), 1);
        await single.query('COMMIT');
      });
      assert.notEqual(await store.read(held, NOW), null);
      assert.equal(await store.delete(free), false);
    });
  }
});
