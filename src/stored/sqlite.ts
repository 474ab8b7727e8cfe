// Entry `microdot/session/sqlite`: sessions and revocations in an SQLite database.

export type { SqliteDatabase, SqliteStatement } from './sqlite/driver.js';
export { type OpenedSqlite, openSqlite } from './sqlite/open.js';
export { type SqliteStoreOptions, sqliteStore } from './sqlite/store.js';
