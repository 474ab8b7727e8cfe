// sqliteStore() as a guest in the application's database: its transactions, locks, full disks, and what a call costs.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type OpenedSqlite, sqliteStore } from '../../dist/stored/sqlite.js';
import type { SessionPatch } from '../../dist/stored/store.js';
import { rejectsCode, throwsCode } from '../support/errors.js';
import { counted } from './support/sqlite-counted.js';
import { drivers, openWith, rowsOf } from './support/sqlite-drivers.js';

const KEY = 'k'.repeat(43);
const OTHER = 'o'.repeat(43);
const record = { data: '{"n":1}', createdAt: 1, seenAt: 1, expiresAt: 100, subject: 'ada' };
const patch = (given: Partial<SessionPatch> = {}): SessionPatch => ({
  set: [],
  remove: [],
  add: [],
  seenAt: 2,
  expiresAt: 100,
  ifVersion: null,
  ...given,
});
const plusOne = patch({ add: [['n', 1]] });

for (const { name, need, hasWal } of drivers) {
  describe(`sqliteStore over ${name}`, need, () => {
    const folder = mkdtempSync(join(tmpdir(), 'microdot-sqlite-'));
    const opened: OpenedSqlite[] = [];
    after(() => {
      for (const database of opened) database.close();
      rmSync(folder, { recursive: true, force: true });
    });
    let files = 0;
    const open = async (path = join(folder, `${files++}.db`)): Promise<OpenedSqlite> => {
      const database = await openWith(name, path);
      opened.push(database);
      return database;
    };
    const isOpen = (database: OpenedSqlite) => database.inTransaction ?? database.isTransaction;
    const purgeAt = (database: OpenedSqlite) =>
      rowsOf(database, 'SELECT purge_at FROM microdot_sessions ORDER BY key').map((row) => row.purge_at);
    const tables = (database: OpenedSqlite) =>
      rowsOf(database, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").map((row) => row.name);

    it('makes nothing before its first use, and then three tables', async () => {
      const database = await open();
      const store = sqliteStore(database, { table: 'order' });
      assert.deepEqual(tables(database), []);
      assert.equal(await store.read(KEY, 1), null);
      assert.deepEqual(tables(database), ['order', 'order_meta', 'order_revocations', 'sqlite_sequence']);
      assert.deepEqual({ ...rowsOf(database, 'PRAGMA user_version')[0] }.user_version, 0);
    });

    it('keeps stores of several tables apart', async () => {
      const database = await open();
      const [one, two] = ['one', 'two'].map((table) => sqliteStore(database, { table }));
      await one.create(KEY, record);
      assert.equal(await two.read(KEY, 1), null);
      assert.equal((await one.read(KEY, 1))?.subject, 'ada');
    });

    it('refuses the tables of a later version', async () => {
      const database = await open();
      await sqliteStore(database).read(KEY, 1);
      database.exec("UPDATE microdot_sessions_meta SET value = 3 WHERE name = 'schema'");
      await rejectsCode(sqliteStore(database).read(KEY, 1), 'ERR_SESSION_STORE');
    });

    it('reads with one statement, and changes with one transaction', async () => {
      const { database, prepared, ran } = counted(await open());
      const store = sqliteStore(database);
      await store.create(KEY, record);
      ran();
      const [begin, end] = [
        'SAVEPOINT microdot_session; DELETE FROM "microdot_sessions" WHERE 0',
        'RELEASE microdot_session',
      ];
      await store.read(KEY, 1);
      assert.deepEqual(ran(), ['SELECT data,']);
      await store.list('ada', 1);
      assert.deepEqual(ran(), ['SELECT key,']);
      await store.patch(KEY, plusOne, 1);
      assert.deepEqual(ran(), [begin, 'SELECT data,', 'UPDATE "microdot_sessions"', end]);
      await store.patch(KEY, patch(), 1);
      assert.deepEqual(ran(), [begin, 'UPDATE "microdot_sessions"', end]);
      await store.rename(KEY, OTHER, 1);
      assert.deepEqual(ran(), [begin, 'UPDATE "microdot_sessions"', end]);
      await store.delete(OTHER);
      assert.deepEqual(ran(), [begin, 'DELETE FROM', end]);
      await store.deleteSubject('ada', null);
      assert.deepEqual(ran(), [begin, 'DELETE FROM', end]);
      await store.purge(1, 10);
      assert.deepEqual(ran(), [begin, 'DELETE FROM', 'UPDATE "microdot_sessions"', 'DELETE FROM', 'SELECT 1', end]);
      await store.create(KEY, record);
      ran();
      await store.patch(KEY, patch({ expiresAt: null }), 1);
      assert.deepEqual(ran(), [begin, 'UPDATE "microdot_sessions"', end]);
      await store.patch(KEY, plusOne, 1);
      await store.patch(KEY, patch(), 1);
      await store.purge(1, 10);
      assert.equal(new Set(prepared).size, prepared.length);
    });

    it('finds by indexes: the ended, and those of a subject', async () => {
      const inner = await open();
      const { database, prepared } = counted(inner);
      const store = sqliteStore(database);
      await store.purge(1, 10);
      await store.list('ada', 1);
      await store.deleteSubject('ada', null);
      const plan = (beginning: string) => {
        const sql = (prepared.find((text) => text.startsWith(beginning)) ?? '').replaceAll('?', '1');
        return rowsOf(inner, `EXPLAIN QUERY PLAN ${sql}`).map((row) => String(row.detail));
      };
      const uses = (beginning: string, index: string) =>
        assert.ok(
          plan(beginning).some((detail) => detail.includes(`INDEX ${index} `)),
          plan(beginning).join('\n'),
        );
      uses('DELETE FROM "microdot_sessions" WHERE rowid IN', 'microdot_sessions_purge_at');
      uses('UPDATE "microdot_sessions" SET purge_at', 'microdot_sessions_purge_at');
      uses('DELETE FROM "microdot_sessions_revocations"', 'microdot_sessions_revocations_until');
      uses('SELECT key,', 'microdot_sessions_subject');
      uses('DELETE FROM "microdot_sessions" WHERE subject', 'microdot_sessions_subject');
    });

    it('a save that moves the end on writes no index; the purge that then looks puts itself off', async () => {
      const database = await open();
      const store = sqliteStore(database);
      await store.create(KEY, record);
      await store.patch(KEY, patch({ set: [['n', '2']], expiresAt: 200 }), 1);
      await store.patch(KEY, patch({ expiresAt: 300 }), 1);
      assert.deepEqual(purgeAt(database), [100]);
      assert.equal(await store.purge(100, 10), 0);
      assert.deepEqual(purgeAt(database), [300]);
      assert.equal(await store.purge(299, 10), 0);
      assert.equal((await store.read(KEY, 299))?.version, 3);
      assert.equal(await store.purge(300, 10), 1);
      assert.deepEqual(purgeAt(database), []);
    });

    it('an end that comes nearer is found at its time, by a save and by a renewal; and one that goes away is not', async () => {
      const database = await open();
      const store = sqliteStore(database);
      for (const change of [patch({ set: [['n', '2']], expiresAt: 50 }), patch({ expiresAt: 50 })]) {
        await store.create(KEY, record);
        await store.patch(KEY, change, 1);
        assert.equal(await store.purge(49, 10), 0);
        assert.equal(await store.purge(50, 10), 1);

        await store.create(KEY, record);
        await store.patch(KEY, { ...change, expiresAt: null }, 1);
        assert.equal(await store.purge(1000, 10), 0);
        assert.deepEqual(purgeAt(database), [null]);
        assert.equal((await store.read(KEY, 1000))?.expiresAt, null);
        await store.patch(KEY, { ...change, expiresAt: 2000 }, 1000);
        assert.equal(await store.purge(2000, 10), 1);
      }
    });

    it('a purge gets past those that were saved since, four in a transaction for each that it may remove', async () => {
      const { database, ran } = counted(await open());
      const store = sqliteStore(database);
      for (let i = 0; i < 21; i++) {
        const key = `${i}`.padStart(43, 'k');
        await store.create(key, { ...record, expiresAt: 100 + i });
        if (i < 20) await store.patch(key, patch({ expiresAt: 500 }), 1);
      }
      ran();
      assert.equal(await store.purge(200, 1), 1);
      assert.equal(ran().filter((text) => text.startsWith('RELEASE')).length, 5);
      assert.equal(await store.purge(499, 30), 0);
      assert.equal(await store.purge(500, 30), 20);
    });

    it('a purge that has 25 such transactions behind it leaves the rest to the next one', async () => {
      const store = sqliteStore(await open());
      for (let i = 0; i < 105; i++) {
        const key = `${i}`.padStart(43, 'k');
        await store.create(key, { ...record, expiresAt: 100 });
        if (i < 104) await store.patch(key, patch({ expiresAt: 500 }), 1);
      }
      assert.deepEqual([await store.purge(200, 1), await store.purge(200, 1)], [0, 1]);
    });

    it('purges revocations that can concern no token any more, no more than the limit', async () => {
      const database = await open();
      const store = sqliteStore(database);
      for (let i = 0; i < 5; i++) await store.addRevocation({ kind: 'token', key: `${i}`, at: 1, until: 10 });
      await store.addRevocation({ kind: 'token', key: 'ever', at: 1, until: null });
      const count = () => rowsOf(database, 'SELECT * FROM microdot_sessions_revocations').length;
      assert.equal(await store.purge(10, 3), 0);
      assert.equal(count(), 3);
      assert.equal(await store.purge(10, 3), 0);
      assert.equal(count(), 1);
      // The newest is purged; its number must not come again, or the cursor would pass over who gets it.
      await store.addRevocation({ kind: 'subject', key: 'ada', at: 2, until: 20 });
      const { cursor } = await store.revocationsSince(null, 10);
      await store.purge(20, 3);
      await store.addRevocation({ kind: 'subject', key: 'eve', at: 3, until: null });
      assert.deepEqual((await store.revocationsSince(cursor, 20)).revocations, [
        { kind: 'subject', key: 'eve', at: 3, until: null },
      ]);
    });

    it('does its part of a transaction of the application, and is undone with it', async () => {
      const database = await open();
      const store = sqliteStore(database);
      await store.create(KEY, record);
      database.exec('BEGIN');
      await store.patch(KEY, plusOne, 1);
      await store.create(OTHER, record);
      assert.equal(isOpen(database), true);
      database.exec('ROLLBACK');
      assert.equal((await store.read(KEY, 1))?.data, '{"n":1}');
      assert.equal(await store.read(OTHER, 1), null);
      database.exec('BEGIN');
      await store.patch(KEY, plusOne, 1);
      database.exec('COMMIT');
      assert.equal((await store.read(KEY, 1))?.data, '{"n":2}');
      assert.equal(isOpen(database), false);
    });

    it('undoes its own part alone where it fails in a transaction of the application', async () => {
      const database = await open();
      const store = sqliteStore(database);
      await store.create(KEY, record);
      database.exec('CREATE TABLE theirs (a)');
      database.exec('BEGIN');
      database.exec('INSERT INTO theirs VALUES (1)');
      await assert.rejects(store.patch(KEY, patch({ set: [['n', 'no JSON']] }), 1), SyntaxError);
      await assert.rejects(store.create(KEY, record));
      assert.equal(isOpen(database), true);
      database.exec('COMMIT');
      assert.equal(rowsOf(database, 'SELECT * FROM theirs').length, 1);
      assert.equal((await store.read(KEY, 1))?.version, 1);
    });

    it('leaves no transaction behind where a patch fails', async () => {
      const database = await open();
      const store = sqliteStore(database);
      await store.create(KEY, record);
      await assert.rejects(store.patch(KEY, patch({ set: [['n', 'no JSON']] }), 1), SyntaxError);
      assert.equal(isOpen(database), false);
      assert.equal((await store.patch(KEY, plusOne, 1)).record?.data, '{"n":2}');
    });

    it('makes its tables again where the application undid the first use', async () => {
      for (const flags of [true, false]) {
        const database = await open();
        const store = sqliteStore(counted(database, flags).database);
        database.exec('BEGIN');
        await store.create(KEY, record);
        database.exec('ROLLBACK');
        assert.equal(await store.read(KEY, 1), null);
        await store.create(KEY, record);
        assert.equal((await store.read(KEY, 1))?.version, 1);
      }
    });

    it('gives no cursor for revocations that may be undone', async () => {
      const database = await open();
      const store = sqliteStore(database);
      await store.addRevocation({ kind: 'token', key: 'first', at: 1, until: null });
      const { cursor } = await store.revocationsSince(null, 1);
      database.exec('BEGIN');
      await store.addRevocation({ kind: 'token', key: 'undone', at: 1, until: null });
      const uncertain = await store.revocationsSince(cursor, 1);
      assert.deepEqual(
        uncertain.revocations.map(({ key }) => key),
        ['undone'],
      );
      database.exec('ROLLBACK');
      await store.addRevocation({ kind: 'token', key: 'second', at: 1, until: null });
      const { revocations } = await store.revocationsSince(uncertain.cursor, 1);
      assert.deepEqual(
        revocations.map(({ key }) => key),
        ['second'],
      );
    });

    it('rejects while another connection writes for longer than busy_timeout, and goes on after it', async () => {
      const path = join(folder, 'busy.db');
      const [database, other] = [await open(path), await open(path)];
      const store = sqliteStore(database);
      await store.create(KEY, record);
      database.exec('PRAGMA busy_timeout = 20');
      other.exec('BEGIN IMMEDIATE');
      await assert.rejects(store.patch(KEY, plusOne, 1));
      await assert.rejects(store.patch(KEY, patch(), 1));
      await assert.rejects(store.delete(KEY));
      assert.equal(isOpen(database), false);
      // With WAL, who reads waits for nobody.
      if (hasWal) assert.equal((await store.read(KEY, 1))?.version, 1);
      other.exec('COMMIT');
      assert.equal((await store.patch(KEY, plusOne, 1)).record?.version, 2);
    });

    it('locks before it reads: what is read stays so until it is written', async () => {
      const path = join(folder, 'locked.db');
      const [inner, other] = [await open(path), await open(path)];
      other.exec('PRAGMA busy_timeout = 0');
      let attempts = 0;
      const spying = {
        prepare(sql: string) {
          const statement = inner.prepare(sql);
          return {
            all(...values: never[]) {
              if (sql.startsWith('SELECT data')) {
                attempts++;
                assert.throws(() => other.exec('UPDATE microdot_sessions SET version = 9'));
              }
              return statement.all(...values);
            },
            run: (...values: never[]) => statement.run(...values),
          };
        },
        exec: (sql: string) => inner.exec(sql),
      };
      const store = sqliteStore(spying);
      await store.create(KEY, record);
      assert.equal((await store.patch(KEY, plusOne, 1)).record?.version, 2);
      assert.equal(attempts, 1);
    });

    it('rejects where the disk is full, writes nothing by halves, and goes on once there is room', async () => {
      const database = await open();
      const store = sqliteStore(database);
      await store.create(KEY, record);
      const large = JSON.stringify('x'.repeat(1_000_000));
      const [pages] = rowsOf(database, 'PRAGMA page_count');
      rowsOf(database, `PRAGMA max_page_count = ${Number(pages?.page_count) + 10}`);
      await assert.rejects(store.patch(KEY, patch({ set: [['large', large]], add: [['n', 1]] }), 1));
      await assert.rejects(store.create(OTHER, { ...record, data: `{"large":${large}}` }));
      assert.equal(isOpen(database), false);
      assert.deepEqual(await store.read(KEY, 1), { ...record, version: 1 });
      assert.equal(await store.read(OTHER, 1), null);
      assert.equal((await store.patch(KEY, plusOne, 1)).record?.data, '{"n":2}');
      assert.equal(rowsOf(database, 'PRAGMA integrity_check')[0]?.integrity_check, 'ok');
      rowsOf(database, 'PRAGMA max_page_count = 1000000');
      assert.equal((await store.patch(KEY, patch({ set: [['large', large]] }), 1)).isDone, true);
    });

    it('refuses subjects and token ids that SQLite would change', async () => {
      const store = sqliteStore(await open());
      await store.create(KEY, record);
      for (const subject of ['ada\0', '\0', 'ada\ud800', '\udc00a']) {
        await rejectsCode(store.create(OTHER, { ...record, subject }), 'ERR_SESSION_STORE', [subject]);
        await rejectsCode(store.patch(KEY, patch({ subject }), 1), 'ERR_SESSION_STORE', [subject]);
        await rejectsCode(store.patch(KEY, patch({ subject, add: [['n', 1]] }), 1), 'ERR_SESSION_STORE', [subject]);
        await rejectsCode(store.list(subject, 1), 'ERR_SESSION_STORE', [subject]);
        await rejectsCode(store.deleteSubject(subject, null), 'ERR_SESSION_STORE', [subject]);
        const revocation = { kind: 'subject', key: subject, at: 1, until: null } as const;
        await rejectsCode(store.addRevocation(revocation), 'ERR_SESSION_STORE', [subject]);
      }
      assert.deepEqual(await store.read(KEY, 1), { ...record, version: 1 });
    });

    it('is backed up while it is used, by VACUUM INTO', async () => {
      const database = await open();
      const store = sqliteStore(database);
      await store.create(KEY, record);
      await store.addRevocation({ kind: 'token', key: 'a', at: 1, until: null });
      const copy = join(folder, 'backup.db');
      database.exec(`VACUUM INTO '${copy}'`);
      await store.delete(KEY);
      const restored = sqliteStore(await open(copy));
      assert.deepEqual(await restored.read(KEY, 1), { ...record, version: 1 });
      assert.equal((await restored.revocationsSince(null, 1)).revocations.length, 1);
    });

    it('rejects once the database is closed', async () => {
      const database = await openWith(name, join(folder, 'closed.db'));
      const store = sqliteStore(database);
      await store.create(KEY, record);
      await store.patch(KEY, plusOne, 1);
      database.close();
      await assert.rejects(store.read(KEY, 1));
      await assert.rejects(store.patch(KEY, plusOne, 1));
      await assert.rejects(store.create(OTHER, record));
    });
  });
}

describe('sqliteStore', () => {
  it('reads what the owner of a database has told to give as BigInts, or as arrays', async (t) => {
    const { DatabaseSync } = (process.getBuiltinModule?.('node:sqlite') ?? {}) as {
      DatabaseSync?: new (path: string, options: object) => OpenedSqlite;
    };
    if (DatabaseSync === undefined) return t.skip('this runtime has no node:sqlite');
    const store = sqliteStore(new DatabaseSync(':memory:', { readBigInts: true, returnArrays: true }));
    await store.create(KEY, record);
    assert.deepEqual((await store.patch(KEY, plusOne, 1)).record, {
      ...record,
      data: '{"n":2}',
      version: 2,
      seenAt: 2,
    });
    assert.deepEqual(await store.list('ada', 1), [{ key: KEY, createdAt: 1, seenAt: 2, expiresAt: 100 }]);
    assert.equal(await store.deleteSubject('ada', null), 1);
  });

  it('refuses what is no open database of a synchronous driver', () => {
    const statement = (answer: unknown) => ({ prepare: () => ({ all: () => answer, run: () => answer }), exec() {} });
    const asynchronous = statement(Promise.resolve([{ a: 1, b: 2 }]));
    const closed = {
      prepare: () => {
        throw new Error('closed');
      },
      exec() {},
    };
    for (const database of [
      null,
      undefined,
      'sessions.db',
      {},
      statement(undefined),
      statement([]),
      asynchronous,
      closed,
    ]) {
      throwsCode(() => sqliteStore(database as never), 'ERR_SESSION_BAD_OPTION');
    }
  });

  it('refuses names that are none for a table, and unknown options', () => {
    const database = { prepare: () => ({ all: () => [{ a: 1, b: 2 }], run: () => ({ changes: 0 }) }), exec() {} };
    for (const table of [
      '',
      '1a',
      'a b',
      'a"b',
      'a;b',
      'a.b',
      'a-b',
      'é',
      'a'.repeat(64),
      'sqlite_a',
      'SQLITE_a',
      1,
      null,
      {},
    ]) {
      throwsCode(() => sqliteStore(database, { table } as never), 'ERR_SESSION_BAD_OPTION');
    }
    for (const options of [null, 'a', { tables: 'a' }]) {
      throwsCode(() => sqliteStore(database, options as never), 'ERR_SESSION_BAD_OPTION');
    }
    for (const table of ['a', '_a', 'A1_', 'select', 'a'.repeat(63), undefined]) sqliteStore(database, { table });
  });
});
