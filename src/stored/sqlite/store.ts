// A store of sessions and revocations in the application's own database.

import type { RevocationLog, SessionStore } from '../store.js';
import { assertOptions } from '../store-options.js';
import { connectionOf } from './connection.js';
import { driverOf, type SqliteDatabase } from './driver.js';
import { revocationsIn } from './revocations.js';
import { schemaOf } from './schema.js';
import { sessionsIn } from './sessions.js';

/** What {@link sqliteStore} can be told. All optional; `undefined` counts as not given. */
export interface SqliteStoreOptions {
  /**
   * The table of the sessions; beside it come `<table>_revocations` and `<table>_meta`. Letters, digits and `_`, at most 63,
   * no digit first.
   * Default `'microdot_sessions'`.
   */
  readonly table?: string | undefined;
}

/**
 * Keeps sessions and revocations in an SQLite database that the application has opened: of node:sqlite, better-sqlite3,
 * libsql, node-sqlite3-wasm or bun:sqlite. {@link openSqlite} opens one that suits.
 *
 * ```ts
 * const store = sqliteStore(new DatabaseSync('sessions.db'));
 * ```
 *
 * The tables are made at the first use. Every change is one transaction; in a transaction that the application has open on
 * this database it is a part of that one, and undone with it. While another process writes, a change waits as long as the
 * database's `busy_timeout` says (0 with most drivers: set it), and blocks the program meanwhile; then it rejects with the
 * driver's error, as it does for a full disk, and nothing is half-written.
 *
 * @throws ValueError `ERR_SESSION_BAD_OPTION` for what is no open database of a synchronous driver, a bad `table`, an unknown
 * option. The methods reject with `ERR_SESSION_STORE` where the tables are those of a later version of this package.
 */
export function sqliteStore(
  database: SqliteDatabase,
  options: SqliteStoreOptions = {},
): Required<SessionStore> & RevocationLog {
  assertOptions('sqliteStore', options, ['table']);
  const { table = 'microdot_sessions' } = options;
  const schema = schemaOf(table);
  const connection = connectionOf(driverOf(database), schema);
  return Object.freeze({ ...sessionsIn(connection, schema), ...revocationsIn(connection, schema) });
}
