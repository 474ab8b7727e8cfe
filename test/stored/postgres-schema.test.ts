// The tables: who makes them, where, in how many parts, and what an update costs.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type PgClient, postgresSchema, postgresStore } from '../../dist/stored/postgres.js';
import { throwsCode } from '../support/errors.js';
import { openStore } from './support/postgres-clients.js';
import { describePostgres, NOW, newKey, newPatch, newRecord } from './support/postgres-suite.js';

const client: PgClient = { query: async () => ({ rows: [], rowCount: 0 }) };

describe('the options of the store in PostgreSQL', () => {
  for (const table of ['', 'a"b', 'a b', '1a', 'a'.repeat(45), 'ä', 7]) {
    it(`refuse the table ${JSON.stringify(table)}`, () => {
      throwsCode(() => postgresStore(client, { table: table as string }), 'ERR_SESSION_BAD_OPTION');
      throwsCode(() => postgresStore(client, { schema: table as string }), 'ERR_SESSION_BAD_OPTION');
      throwsCode(() => postgresSchema({ table: table as string }), 'ERR_SESSION_BAD_OPTION');
    });
  }
  for (const partitions of [0, 1, 1.5, 1025, Number.NaN]) {
    it(`refuse ${partitions} partitions`, () => {
      throwsCode(() => postgresSchema({ partitions }), 'ERR_SESSION_BAD_OPTION');
    });
  }
  it('refuse names that are none, and values that are none', async () => {
    for (const options of [{ tabel: 'x' }, { partitions: 2 }, { prepare: 1 }, { shareReads: 1 }, null, 'x']) {
      throwsCode(() => postgresStore(client, options as object), 'ERR_SESSION_BAD_OPTION');
    }
    throwsCode(() => postgresSchema({ prepare: true } as object), 'ERR_SESSION_BAD_OPTION');
    await assert.rejects(postgresStore(client).migrate({ parts: 2 } as object), { code: 'ERR_SESSION_BAD_OPTION' });
  });
  for (const other of [null, undefined, 'postgres://', {}, () => {}]) {
    it(`refuse a client that is ${typeof other}`, () => {
      throwsCode(() => postgresStore(other as unknown as PgClient), 'ERR_SESSION_BAD_OPTION');
    });
  }
});

describe('a client that does not say how many rows a statement has changed', () => {
  it('is no store that says a session has ended', async () => {
    const patch = newPatch({ set: [['n', '2']], expected: { version: 1, data: '{"n":2}' } });
    for (const rowCount of [undefined, null, Number.NaN, '', 'UPDATE 1', true]) {
      const silent = { query: async () => ({ rows: [], rowCount }) } as unknown as PgClient;
      await assert.rejects(postgresStore(silent).patch(newKey(), patch, NOW), /how many rows/, String(rowCount));
    }
    const { isDone } = await postgresStore(client).patch(newKey(), patch, NOW);
    assert.equal(isDone, false);
  });

  it('may say it as text or as a bigint', async () => {
    const patch = newPatch({ set: [['n', '2']], expected: { version: 1, data: '{"n":2}' } });
    for (const [rowCount, expected] of [
      ['1', true],
      ['0', false],
      [1n, true],
      [0n, false],
    ] as const) {
      const odd = { query: async () => ({ rows: [], rowCount }) } as unknown as PgClient;
      assert.equal((await postgresStore(odd).patch(newKey(), patch, NOW)).isDone, expected);
    }
  });
});

describePostgres('the tables in PostgreSQL', (on) => {
  it('are made by nobody but migrate()', async () => {
    const { query, client: own } = on.open();
    const table = 'nobody_made';
    const store = postgresStore(own as PgClient, { table });
    await assert.rejects(store.read(newKey(), NOW), { code: '42P01' });
    assert.deepEqual((await query(`SELECT to_regclass('${table}')`)).flat(), [null]);
  });

  it('are made once, by however many ask at the same time, from migrate() and from a migration', async () => {
    const { query, client: own } = on.open();
    const table = `many_${newKey().slice(-6).replaceAll('k', '_')}`;
    const store = postgresStore(own as PgClient, { table });
    await Promise.all(Array.from({ length: 6 }, () => store.migrate()));
    await store.create(newKey(), newRecord({}));
    await store.migrate();
    assert.deepEqual((await query(`SELECT count(*)::int FROM ${table}`)).flat(), [1]);
  });

  it('may have the longest name, and stand in a schema of their own', async () => {
    const { query, client: own } = on.open();
    const table = 'T'.repeat(44);
    await query('CREATE SCHEMA IF NOT EXISTS "my-app"');
    const store = postgresStore(own as PgClient, { table, schema: 'my-app' });
    await store.migrate({ partitions: 2 });
    const made = await query(
      `SELECT relname::text FROM pg_class WHERE relnamespace = '"my-app"'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1`,
    );
    assert.deepEqual(made.flat(), [table, `${table}_0`, `${table}_1`, `${table}_revocations`]);
    await store.create(newKey(), newRecord({}));
    await query('DROP SCHEMA "my-app" CASCADE');
  });

  it('may be partitioned by the hash of the key: everything works in all parts', async () => {
    const { store, query, table } = await openStore(on.open(), 4);
    const keys = Array.from({ length: 40 }, newKey);
    for (const key of keys) await store.create(key, newRecord({}, { subject: 'ada', expiresAt: NOW + 1 }));
    const parts = await query(`SELECT DISTINCT tableoid::regclass::text FROM ${table} ORDER BY 1`);
    assert.deepEqual(
      parts.flat(),
      [0, 1, 2, 3].map((i) => `${table}_${i}`),
    );
    const [from = '', other = ''] = keys;
    for (let i = 0; i < 8; i++) {
      const [a, b] = [newKey(), newKey()];
      await store.create(a, newRecord({ i }));
      assert.equal(await store.rename(a, b, NOW), true);
      assert.deepEqual([await store.read(a, NOW), (await store.read(b, NOW))?.data], [null, `{"i": ${i}}`]);
    }
    assert.equal((await store.list('ada', NOW)).length, 40);
    assert.equal((await store.patch(from, newPatch({ expiresAt: NOW + 9 }), NOW)).isDone, true);
    assert.equal(await store.purge(NOW + 1, 30), 30);
    assert.equal(await store.purge(NOW + 1, 30), 9);
    assert.equal(await store.deleteSubject('ada', other), 1);
  });

  it('leave every index alone when a session is renewed within the hour', async () => {
    const { store: made, table } = await openStore(on.open());
    const key = newKey();
    const start = 3600 * 472_223;
    await made.create(key, newRecord({ n: 1 }, { expiresAt: start + 1, subject: 'ada' }));
    await on.singles(1, async ([single]) => {
      const store = postgresStore(single.client as PgClient, { table });
      await single.query('BEGIN');
      for (let i = 2; i <= 11; i++) await store.patch(key, newPatch({ add: [['n', 1]], expiresAt: start + i }), NOW);
      const counts = async (): Promise<unknown> =>
        (
          await single.query(
            `SELECT n_tup_upd::int, n_tup_hot_upd::int FROM pg_stat_xact_user_tables WHERE relname = '${table}'`,
          )
        ).flat();
      assert.deepEqual(await counts(), [10, 10]);
      await store.patch(key, newPatch({ expiresAt: start + 3601 }), NOW);
      assert.deepEqual(await counts(), [11, 10]);
      await single.query('ROLLBACK');
    });
  });

  it('are asked by prepared statements, or with prepare: false by none', async () => {
    const { table } = await openStore(on.open());
    for (const prepare of [true, false]) {
      await on.singles(1, async ([single]) => {
        const store = postgresStore(single.client as PgClient, { table, prepare });
        await store.read(newKey(), NOW);
        await store.read(newKey(), NOW);
        const kept = await single.query(
          `SELECT count(*)::int FROM pg_prepared_statements WHERE statement LIKE '%FROM "${table}"%'`,
        );
        assert.deepEqual(kept.flat(), [prepare ? 1 : 0]);
      });
    }
  });

  it('may be two sets for one client', async () => {
    await on.singles(1, async ([single]) => {
      const [one, two] = [await openStore(single), await openStore(single)];
      const key = newKey();
      await one.store.create(key, newRecord({}));
      assert.notEqual(await one.store.read(key, NOW), null);
      assert.equal(await two.store.read(key, NOW), null);
    });
  });
});
