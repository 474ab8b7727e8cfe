// A driver of SQLite as a subject of the suite of stores: a file for each case, and a connection for each store.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenedSqlite } from '../../../dist/stored/sqlite/open.js';
import { sqliteStore } from '../../../dist/stored/sqlite.js';
import type { StoreSubject } from '../../../dist/testing/index.js';
import { openWith } from './sqlite-drivers.js';

export const sqliteSubject = (driver: string): StoreSubject => ({
  name: `sqlite, ${driver}`,
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'microdot-sqlite-'));
    const connections: OpenedSqlite[] = [];
    const connect = async () => {
      const database = await openWith(driver, join(folder, 'sessions.db'));
      // The file is gone in a moment: no power cut matters.
      database.exec('PRAGMA synchronous = OFF');
      connections.push(database);
      return sqliteStore(database);
    };
    const close = () => {
      for (const connection of connections.splice(0)) connection.close();
    };
    return {
      store: await connect(),
      another: connect,
      fail: close,
      close() {
        close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
});
