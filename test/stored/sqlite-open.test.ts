// openSqlite() takes the first driver there is, and sets a database as a store of sessions needs it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type Drivers, openSqliteWith } from '../../dist/stored/sqlite/open.js';
import { openSqlite, sqliteStore } from '../../dist/stored/sqlite.js';
import { rejectsCode } from '../support/errors.js';
import { drivers, only, openWith, rowsOf } from './support/sqlite-drivers.js';

/** Drivers that remember who was asked for; `installed` are there, under the names modules may export a class as. */
function fake(installed: Readonly<Record<string, object>>) {
  const asked: string[] = [];
  const found: Drivers = {
    builtin(name) {
      asked.push(name);
      return name.includes(':') ? installed[name] : undefined;
    },
    async import(name) {
      asked.push(name);
      if (installed[name] === undefined) throw new Error('not installed');
      return installed[name];
    },
  };
  return { asked, found };
}

class Fake {
  readonly ran: string[] = [];
  closed = false;
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
  exec(sql: string): void {
    this.ran.push(sql);
  }
  prepare() {
    return { all: () => [{ journal_mode: 'wal' }], run: () => ({ changes: 0 }) };
  }
  close(): void {
    this.closed = true;
  }
}

const ORDER = ['node:sqlite', 'bun:sqlite', 'better-sqlite3', 'libsql', 'node-sqlite3-wasm'];

describe('openSqlite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'microdot-sqlite-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('asks for built-in drivers first, then for packages, and stops at the first', async () => {
    const modules = [{ DatabaseSync: Fake }, { Database: Fake }, { default: Fake }, { default: { Database: Fake } }];
    for (const [i, name] of ORDER.entries()) {
      const { asked, found } = fake({ [name]: modules[i % modules.length] });
      const database = await openSqliteWith(found, 'a.db');
      assert.ok(database instanceof Fake);
      assert.equal(database.path, 'a.db');
      assert.deepEqual(asked, ORDER.slice(0, i + 1));
    }
  });

  it('says what to install where there is none', async () => {
    const { asked, found } = fake({ libsql: { other: Fake } });
    await rejectsCode(openSqliteWith(found, 'a.db'), 'ERR_SESSION_STORE');
    assert.deepEqual(asked, ORDER);
  });

  it('refuses what is no path', async () => {
    for (const path of [undefined, null, 1, '', {}])
      await rejectsCode(openSqlite(path as never), 'ERR_SESSION_BAD_OPTION');
  });

  it('waits for another process that switches to WAL as well, and no longer than it takes', async () => {
    let refusals = 3;
    class Busy extends Fake {
      override exec(sql: string): void {
        super.exec(sql);
        if (sql.includes('WAL') && refusals-- > 0) throw new Error('database is locked');
      }
    }
    const switching = 'PRAGMA journal_mode = WAL';
    const database = (await openSqliteWith(fake({ libsql: { default: Busy } }).found, 'a.db')) as unknown as Fake;
    const waiting = Array.from({ length: 3 }, () => [switching, 'BEGIN IMMEDIATE', 'COMMIT']).flat();
    assert.deepEqual(database.ran, [
      'PRAGMA busy_timeout = 5000',
      ...waiting,
      switching,
      'PRAGMA synchronous = NORMAL',
    ]);
  });

  it('closes what it cannot set', async () => {
    const made: Fake[] = [];
    class Broken extends Fake {
      constructor(path: string) {
        super(path);
        made.push(this);
      }
      override exec(sql: string): void {
        super.exec(sql);
        if (sql.includes('WAL')) throw new Error('broken');
      }
    }
    await assert.rejects(openSqliteWith(fake({ libsql: { default: Broken } }).found, 'a.db'), /^Error: broken$/);
    assert.equal(made[0]?.closed, true);
    assert.equal(made[0]?.ran.filter((sql) => sql.includes('WAL')).length, 10);
  });

  for (const { name, need, hasWal } of drivers) {
    it(`sets a database of ${name}`, need, async () => {
      const database = await openWith(name, join(folder, `${name.replace(':', '-')}.db`));
      const pragma = (of: string) => Object.values(rowsOf(database, `PRAGMA ${of}`)[0] ?? {})[0];
      assert.equal(pragma('busy_timeout'), 5000);
      assert.equal(pragma('journal_mode'), hasWal ? 'wal' : 'delete');
      assert.equal(pragma('synchronous'), hasWal ? 1 : 2);
      assert.equal(await sqliteStore(database).read('k', 1), null);
      database.close();
    });

    it(`throws what ${name} throws where it cannot open the file`, need, async () => {
      await assert.rejects(openSqliteWith(only(name), join(folder, 'no/such/folder/a.db')));
    });
  }

  const builtin = drivers.find(({ name, need }) => name.endsWith(':sqlite') && need.skip === undefined);
  const skip = builtin === undefined ? { skip: 'this runtime has no SQLite built in' } : {};

  it('opens with what is built in', skip, async () => {
    const database = await openSqlite(join(folder, 'built-in.db'));
    assert.equal(await sqliteStore(database).read('k', 1), null);
    database.close();
  });
});
