// What goes wrong: the server is away, it is killed, it refuses; and what the errors tell.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type PgClient, postgresStore } from '../../dist/stored/postgres.js';
import { hides } from '../support/errors.js';
import { openStore } from './support/postgres-clients.js';
import { describePostgres, NOW, newKey, newPatch, newRecord } from './support/postgres-suite.js';
import { startProxy } from './support/proxy.js';

const SECRET = 'whatIsInTheSession';

describePostgres(
  'the store in PostgreSQL, failing',
  (on) => {
    /** The error of a call, which must not show the data, wherever one looks. */
    const errorOf = async (call: Promise<unknown>): Promise<Error & { code?: unknown }> => {
      const error: unknown = await call.then(
        () => assert.fail('resolved'),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof Error);
      hides(error, [SECRET]);
      return error;
    };

    it('keeps the code and hides the data: a key that is there already', async () => {
      const { store, table } = await openStore(on.open());
      const key = SECRET.padEnd(43, '_');
      await store.create(key, newRecord({}));
      const error = await errorOf(store.create(key, newRecord({ [SECRET]: SECRET })));
      // The clients have names of their own for the names of tables.
      const { code, severity, routine, ...names } = Object.fromEntries(Object.entries(error));
      assert.deepEqual([code, severity, routine], ['23505', 'ERROR', '_bt_check_unique']);
      assert.deepEqual(new Set(Object.values(names)), new Set(['public', table, `${table}_pkey`]));
      assert.equal(error.message, `duplicate key value violates unique constraint "${table}_pkey"`);
    });

    it('keeps the code and hides the data: a row that a constraint refuses', async () => {
      const { store, table, query } = await openStore(on.open());
      await query(`ALTER TABLE ${table} ADD CONSTRAINT few CHECK (version < 2)`);
      const key = newKey();
      await store.create(key, newRecord({ [SECRET]: SECRET }));
      assert.equal((await errorOf(store.patch(key, newPatch({ set: [[SECRET, `"${SECRET}"`]] }), NOW))).code, '23514');
    });

    it('keeps the code and hides the data: what is no JSON', async () => {
      const { store } = await openStore(on.open());
      const error = await errorOf(store.create(newKey(), { ...newRecord({}), data: `{"${SECRET}": ${SECRET}` }));
      assert.equal(error.code, '22P02');
    });

    it('keeps the code and hides the data: a sum that is no number', async () => {
      const { store } = await openStore(on.open());
      const key = newKey();
      await store.create(key, newRecord({ [SECRET]: Number.MAX_VALUE }));
      const error = await errorOf(store.patch(key, newPatch({ add: [[SECRET, Number.MAX_VALUE]] }), NOW));
      assert.equal(error.code, '22003');
      assert.equal((await store.read(key, NOW))?.version, 1);
    });

    it('rejects while there is no connection, and never says that a session is absent', async () => {
      const { table } = await openStore(on.open());
      const proxy = await startProxy(on.running().port);
      const away = await on.connect(`postgres://postgres@127.0.0.1:${proxy.port}/postgres`, 2);
      try {
        const store = postgresStore(away.client as PgClient, { table });
        const key = newKey();
        await store.create(key, newRecord({ [SECRET]: SECRET }));
        await proxy.cut();
        await errorOf(store.read(key, NOW));
        await errorOf(store.patch(key, newPatch({ set: [[SECRET, `"${SECRET}"`]] }), NOW));
        await errorOf(store.revocationsSince(null, NOW));
      } finally {
        await away.end();
      }
    });

    it('works again, without a new store, when the server does', async () => {
      const { store } = await openStore(on.open());
      const key = newKey();
      await store.create(key, newRecord({ n: 1 }));
      const { cursor } = await store.revocationsSince(null, NOW);
      await on.running().kill();
      // A child of the server may answer what it was asked before it sees that it is alone.
      await errorOf(untilFailed(() => store.read(key, NOW)));
      await on.running().start();
      // The pool may hold connections whose end it has not seen: each fails once.
      const read = await untilDone(() => store.read(key, NOW));
      assert.equal(read?.data, '{"n": 1}');
      await store.addRevocation({ kind: 'token', key: 'a', at: NOW * 1000, until: null });
      assert.equal((await store.revocationsSince(cursor, NOW)).revocations.length, 1);
    });

    it('has after a kill -9 of the server every save that it acknowledged', async (t) => {
      const { store, end } = await openStore(await on.connect(on.running().url, 8));
      t.after(end);
      const writers = await Promise.all(
        Array.from({ length: 8 }, async () => {
          const key = newKey();
          await store.create(key, newRecord({ n: 0 }));
          return { key, acknowledged: 0 };
        }),
      );
      for (let round = 1; round <= 3; round++) {
        let saves = 0;
        let killed: Promise<void> | undefined;
        const write = async (writer: (typeof writers)[number]): Promise<void> => {
          for (;;) {
            const { record } = await store.patch(writer.key, newPatch({ add: [['n', 1]] }), NOW);
            writer.acknowledged = JSON.parse(record?.data ?? '').n;
            if (++saves === 200) killed = on.running().kill();
          }
        };
        const ends = await Promise.allSettled(writers.map(write));
        assert.ok(ends.every(({ status }) => status === 'rejected'));
        await killed;
        await on.running().start();
        let there = 0;
        for (const { key, acknowledged } of writers) {
          const { n } = JSON.parse((await untilDone(() => store.read(key, NOW)))?.data ?? '');
          // What was under way when the server died may have been done: nobody was told.
          assert.ok(n === acknowledged || n === acknowledged + 1, `${n} of ${acknowledged}`);
          there++;
        }
        t.diagnostic(
          `round ${round}: ${saves} saves acknowledged, ${there} of ${writers.length} sessions have all of theirs`,
        );
      }
    });
  },
  { fsync: 'on' },
);

async function untilDone<T>(call: () => Promise<T>): Promise<T> {
  for (let left = 200; ; left--) {
    try {
      return await call();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

/** Rejects as soon as the call does. */
async function untilFailed(call: () => Promise<unknown>): Promise<void> {
  for (let left = 10_000; left > 0; left--) await call();
}
