// Any synchronous driver of SQLite as one: how it takes values, and what it says of transactions.

import { typeName, ValueError } from '../../errors.js';

/** A prepared statement of a driver. How it takes values is asked, not declared: one after the other, or as an array. */
export interface SqliteStatement {
  all(...values: never[]): unknown;
  run(...values: never[]): unknown;
  /** Frees the statement, with node-sqlite3-wasm and bun:sqlite. */
  finalize?(): unknown;
}

/**
 * An open database of a synchronous driver: `DatabaseSync` of node:sqlite, `Database` of better-sqlite3, libsql,
 * node-sqlite3-wasm or bun:sqlite.
 */
export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement;
  /** Runs statements that give nothing back. */
  exec(sql: string): unknown;
  /** Whether a transaction is open, as most drivers call it. */
  readonly inTransaction?: boolean;
  /** And as node:sqlite does, since Node 22.16. */
  readonly isTransaction?: boolean;
  /** False once it is closed, with better-sqlite3 and libsql; a method with node:sqlite. */
  readonly open?: unknown;
}

export type Value = string | number | null;
export type Row = Readonly<Record<string, unknown>>;

/** A driver with statements that are prepared once. */
export interface Driver {
  /** The rows of a query, or of a change with RETURNING. */
  all(sql: string, values: readonly Value[]): readonly Row[];
  /** How many rows a change changed. */
  run(sql: string, values: readonly Value[]): number;
  /** Runs statements without values, prepared each time and put away whatever came. */
  exec(sql: string): void;
  /** Whether a transaction may be open: true too where the driver does not say. */
  mayBeInTransaction(): boolean;
}

interface Prepared extends SqliteStatement {
  all(...values: readonly unknown[]): readonly Row[];
  run(...values: readonly unknown[]): { readonly changes: number | bigint };
  /** node:sqlite may have been told to give arrays for rows. */
  setReturnArrays?(on: boolean): void;
}

/** @throws ValueError `ERR_SESSION_BAD_OPTION` where it is no open database of a synchronous driver */
export function driverOf(database: SqliteDatabase): Driver {
  const takesArray = takesValuesAsArray(database);
  const statements = new Map<string, Prepared>();

  function use<Result>(sql: string, how: (statement: Prepared) => Result): Result {
    assertOpen(database);
    const statement = statements.get(sql) ?? prepare(database, sql);
    // Back among the others only once it is through: node-sqlite3-wasm refuses the next use of a statement that failed.
    statements.delete(sql);
    try {
      const result = how(statement);
      statements.set(sql, statement);
      return result;
    } catch (error) {
      free(statement);
      throw error;
    }
  }
  return {
    // Never get(): node-sqlite3-wasm stops at the first row then, and holds its lock until the statement runs again.
    all: (sql, values) => use(sql, (statement) => (takesArray ? statement.all(values) : statement.all(...values))),
    run: (sql, values) =>
      use(sql, (statement) => Number((takesArray ? statement.run(values) : statement.run(...values)).changes)),
    exec(sql) {
      assertOpen(database);
      database.exec(sql);
    },
    mayBeInTransaction: () => database.inTransaction ?? database.isTransaction ?? true,
  };
}

/** It fails where the statement has failed, with the same error. */
function free(statement: SqliteStatement): void {
  try {
    statement.finalize?.();
  } catch {}
}

/** Statements of libsql and bun:sqlite go on writing to a database that is closed. bun:sqlite throws where this is asked. */
function assertOpen(database: SqliteDatabase): void {
  if (database.open !== false && database.inTransaction !== null) return;
  throw new ValueError('ERR_SESSION_STORE', 'the database of sqliteStore() is closed');
}

function prepare(database: SqliteDatabase, sql: string): Prepared {
  // The interface says no more than what every driver's types fit.
  const statement = database.prepare(sql) as unknown as Prepared;
  statement.setReturnArrays?.(false);
  return statement;
}

/** Tried with a query that touches no file, so that drivers this file never heard of do as well. */
function takesValuesAsArray(database: SqliteDatabase): boolean {
  const came = typeName(database);
  try {
    const statement = prepare(database, 'SELECT ? AS a, ? AS b');
    if (isAnswer(statement.all(1, 2))) return false;
    if (isAnswer(statement.all([1, 2]))) return true;
  } catch (cause) {
    throw notADatabase(came, cause);
  }
  throw notADatabase(came);
}

/** Numbers may be BigInts, as the owner of the database wishes. */
function isAnswer(rows: readonly Row[]): boolean {
  return Array.isArray(rows) && rows.length === 1 && Number(rows[0].a) === 1 && Number(rows[0].b) === 2;
}

function notADatabase(came: string, cause?: unknown): ValueError {
  return new ValueError(
    'ERR_SESSION_BAD_OPTION',
    `sqliteStore(database) takes an open database of a synchronous driver, such as DatabaseSync of node:sqlite or Database of better-sqlite3; this ${came} is not: see openSqlite(path)`,
    { cause },
  );
}
