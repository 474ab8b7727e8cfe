// The tables of the store, and what they are asked: every text of SQL there is, made once for a name.

import { typeName, ValueError } from '../../errors.js';

/**
 * Kept in a row of a table of its own: `PRAGMA user_version` is the application's, and a comment in the text of a CREATE
 * TABLE cannot be changed later.
 */
export const SCHEMA_VERSION = 2;

export type Schema = ReturnType<typeof schemaOf>;

/** Has not ended by `?`. */
const LIVE = '(expires_at IS NULL OR expires_at > ?)';
const RECORD = 'data, version, created_at, seen_at, expires_at, subject';

/** @throws ValueError `ERR_SESSION_BAD_OPTION` where `name` is no name for a table */
export function schemaOf(name: string) {
  assertTable(name);
  // Quoted, so that `order` is a name too; what is in the quotes has none.
  const quoted = (suffix: string) => `"${name}${suffix}"`;
  const [table, revocations, meta] = [quoted(''), quoted('_revocations'), quoted('_meta')];
  // A column with an index is assigned only where it changes: its index is written where it is assigned.
  const renew = (more: string) =>
    `UPDATE ${table} SET version = version + 1, seen_at = ?, expires_at = ?${more} WHERE key = ? AND ${LIVE} AND (? IS NULL OR version = ?) AND (? IS NULL OR purge_at <= ?) RETURNING ${RECORD}`;
  const writeExpected = (more: string) =>
    `UPDATE ${table} SET data = ?, version = version + 1, seen_at = ?, expires_at = ?${more} WHERE key = ? AND ${LIVE} AND version = ? AND (? IS NULL OR purge_at <= ?)`;
  const write = (more: string) =>
    `UPDATE ${table} SET data = ?, version = ?, seen_at = ?, expires_at = ?${more} WHERE key = ?`;
  const due = `SELECT rowid FROM ${table} WHERE purge_at <= ? ORDER BY purge_at LIMIT ?`;
  return {
    name,
    findMeta: `SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '${name}_meta' COLLATE NOCASE`,
    version: `SELECT value FROM ${meta} WHERE name = 'schema'`,
    // Who comes second waits, and finds it all.
    create: [
      `CREATE TABLE IF NOT EXISTS ${meta} (name TEXT PRIMARY KEY NOT NULL, value)`,
      // With rowids: without them, 1,000 bytes of data took 4,800 in the file and twice the time.
      `CREATE TABLE IF NOT EXISTS ${table} (
  key TEXT PRIMARY KEY NOT NULL,
  data TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  expires_at INTEGER,
  purge_at INTEGER,
  subject TEXT
)`,
      // No index on expires_at: each save moves the end, and would write two more pages of 4 KB for it, a third of its time.
      // When a purge looks at a session next is no later than its end, and is put off by the purge itself.
      `CREATE INDEX IF NOT EXISTS ${quoted('_purge_at')} ON ${table} (purge_at) WHERE purge_at IS NOT NULL`,
      `CREATE INDEX IF NOT EXISTS ${quoted('_subject')} ON ${table} (subject) WHERE subject IS NOT NULL`,
      // AUTOINCREMENT never gives a number twice, even when the newest rows are gone: a cursor stays true.
      `CREATE TABLE IF NOT EXISTS ${revocations} (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  at INTEGER NOT NULL,
  until INTEGER
)`,
      `CREATE INDEX IF NOT EXISTS ${quoted('_revocations_until')} ON ${revocations} (until) WHERE until IS NOT NULL`,
      `INSERT OR IGNORE INTO ${meta} (name, value) VALUES ('schema', ${SCHEMA_VERSION})`,
    ].join(';\n'),
    // Changes no row, and takes the lock of one that would.
    lock: `DELETE FROM ${table} WHERE 0`,

    read: `SELECT ${RECORD} FROM ${table} WHERE key = ? AND ${LIVE}`,
    readToWrite: `SELECT ${RECORD}, purge_at FROM ${table} WHERE key = ? AND ${LIVE}`,
    insert: `INSERT INTO ${table} (key, data, version, created_at, seen_at, expires_at, purge_at, subject) VALUES (?, ?, 1, ?, ?, ?, ?, ?)`,
    renew: renew(''),
    renewSubject: renew(', subject = ?'),
    writeExpected: writeExpected(''),
    writeExpectedSubject: writeExpected(', subject = ?'),
    write: write(''),
    writeSubject: write(', subject = ?'),
    schedule: `UPDATE ${table} SET purge_at = expires_at WHERE key = ?`,
    delete: `DELETE FROM ${table} WHERE key = ?`,
    rename: `UPDATE ${table} SET key = ? WHERE key = ? AND ${LIVE}`,
    list: `SELECT key, created_at, seen_at, expires_at FROM ${table} WHERE subject = ? AND ${LIVE} ORDER BY seen_at DESC, key`,
    deleteSubject: `DELETE FROM ${table} WHERE subject = ? AND (? IS NULL OR key <> ?)`,
    someDue: `SELECT 1 FROM ${table} WHERE purge_at <= ? LIMIT 1`,
    postpone: `UPDATE ${table} SET purge_at = expires_at WHERE rowid IN (${due}) AND (expires_at IS NULL OR expires_at > ?)`,
    purge: `DELETE FROM ${table} WHERE rowid IN (${due}) AND expires_at <= ?`,

    addRevocation: `INSERT INTO ${revocations} (kind, key, at, until) VALUES (?, ?, ?, ?)`,
    revocationsInForce: `SELECT * FROM ${revocations} WHERE until IS NULL OR until > ? ORDER BY id`,
    revocationsSince: `SELECT * FROM ${revocations} WHERE id > ? ORDER BY id`,
    purgeRevocations: `DELETE FROM ${revocations} WHERE id IN (SELECT id FROM ${revocations} WHERE until <= ? ORDER BY until LIMIT ?)`,
  };
}

function assertTable(table: unknown): void {
  if (typeof table === 'string' && /^[a-z_][a-z0-9_]{0,62}$/i.test(table) && !/^sqlite_/i.test(table)) return;
  const what = typeof table === 'string' ? 'text' : typeName(table);
  throw new ValueError(
    'ERR_SESSION_BAD_OPTION',
    `sqliteStore(database, { table }) takes a name of letters, digits and _, at most 63, that begins with no digit and not with sqlite_; this ${what} is not`,
  );
}
