// The store in SQLite: opened with the driver that there is, and over the databases of every driver as its types have them.
import type { DatabaseSync } from 'node:sqlite';
import type Libsql from 'libsql';
import { openSqlite, sqliteStore } from 'microdot/session/sqlite';
import { type RevocationLog, type SessionStore, StoredSession } from 'microdot/session/stored';
import wasm from 'node-sqlite3-wasm';
import { type Equal, expectType } from './assert.js';

export const builtIn = (database: DatabaseSync) => sqliteStore(database, { table: 'sessions' });
export const native = (database: Libsql.Database) => sqliteStore(database);

// @ts-expect-error a database, not its path
export const path = () => sqliteStore('sessions.db');

const record = { data: '{"user":"ada"}', createdAt: 1, seenAt: 1, expiresAt: null, subject: 'ada' };
const databases = { opened: await openSqlite('sessions.db'), wasm: new wasm.Database('wasm.db') };
for (const [name, database] of Object.entries(databases)) {
  const store = sqliteStore(database);
  expectType<Equal<typeof store extends SessionStore & RevocationLog ? true : false, true>>();
  new StoredSession({ secretKey: new Uint8Array(32).fill(7), store });
  await store.create('a'.repeat(43), record);
  if ((await store.read('a'.repeat(43), 1))?.subject !== 'ada') throw new Error(`another record from ${name}`);
  database.close();
}
