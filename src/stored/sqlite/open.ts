// A database opened with whatever driver of SQLite there is, set as a store of sessions needs it.

import { typeName, ValueError } from '../../errors.js';
import type { SqliteDatabase } from './driver.js';

/** What {@link openSqlite} opened. */
export interface OpenedSqlite extends SqliteDatabase {
  /** Ends the connection; with the last one, the files beside the database go. */
  close(): unknown;
}

type Open = new (path: string) => OpenedSqlite;

/** What a driver's module exports; a CommonJS module stands in `default`. */
interface DriverModule {
  readonly DatabaseSync?: Open;
  readonly Database?: Open;
  readonly default?: Open | DriverModule;
}

/** Where drivers come from; tests have others. */
export interface Drivers {
  builtin(name: string): DriverModule | undefined;
  import(name: string): Promise<DriverModule>;
}

const BUILT_IN = ['node:sqlite', 'bun:sqlite'];
/** The fastest first; the last is not native, so it is installed everywhere. */
const PACKAGES = ['better-sqlite3', 'libsql', 'node-sqlite3-wasm'];

/**
 * As long as better-sqlite3 waits by default. Others write for a millisecond or less, but for VACUUM and large
 * transactions; the program stands still meanwhile.
 */
const BUSY_TIMEOUT_MS = 5000;

/** One for each process that may begin together with this one, and lose no more than one attempt to each. */
const WAL_ATTEMPTS = 10;

const system: Drivers = {
  builtin: (name) =>
    (
      globalThis as { process?: { getBuiltinModule?(name: string): DriverModule | undefined } }
    ).process?.getBuiltinModule?.(name),
  // The name is a variable: bundlers leave such an import alone, and would fail on a package that is not installed.
  import: (name) => import(name),
};

/**
 * Opens a database for {@link sqliteStore}, and makes the file where there is none: with node:sqlite (Node 22.13 or later,
 * Deno) or bun:sqlite; elsewhere with better-sqlite3, libsql or node-sqlite3-wasm, whichever is installed, in this order.
 *
 * ```ts
 * const store = sqliteStore(await openSqlite('sessions.db'));
 * ```
 *
 * Sets `busy_timeout` to 5 seconds and `journal_mode` to WAL, so that readers and a writer do not wait for each other; then
 * `synchronous` to NORMAL: what was saved outlives the end of the process, of any kind, and after a power cut the last
 * saves may be missing, in an intact file. Where the driver has no WAL (node-sqlite3-wasm), it stays at FULL.
 *
 * @throws ValueError `ERR_SESSION_STORE` where there is no driver, `ERR_SESSION_BAD_OPTION` where `path` is no text; and
 * what the driver throws where it cannot open the file
 */
export function openSqlite(path: string): Promise<OpenedSqlite> {
  return openSqliteWith(system, path);
}

export async function openSqliteWith(drivers: Drivers, path: string): Promise<OpenedSqlite> {
  if (typeof path !== 'string' || path === '') {
    throw new ValueError(
      'ERR_SESSION_BAD_OPTION',
      `openSqlite(path) takes a file's path; this ${typeName(path)} is none`,
    );
  }
  const database = new (await findDriver(drivers))(path);
  try {
    configure(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function configure(database: OpenedSqlite): void {
  database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  switchToWal(database);
  const [row] = database.prepare('PRAGMA journal_mode').all() as readonly { journal_mode: string }[];
  // Without WAL, NORMAL can ruin the file in a power cut (sqlite.org/pragma.html#pragma_synchronous).
  if (row.journal_mode === 'wal') database.exec('PRAGMA synchronous = NORMAL');
}

/**
 * The switch does not wait for another process that switches too: it fails, whatever `busy_timeout` says. The beginning of a
 * transaction does wait, and by its end the other is through.
 */
function switchToWal(database: OpenedSqlite): void {
  for (let attempt = 1; ; attempt++) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (attempt === WAL_ATTEMPTS) throw error;
      database.exec('BEGIN IMMEDIATE');
      database.exec('COMMIT');
    }
  }
}

async function findDriver(drivers: Drivers): Promise<Open> {
  for (const name of BUILT_IN) {
    const found = openerIn(drivers.builtin(name));
    if (found !== undefined) return found;
  }
  const causes: unknown[] = [];
  for (const name of PACKAGES) {
    try {
      const found = openerIn(await drivers.import(name));
      if (found !== undefined) return found;
    } catch (error) {
      // Not installed, or installed and built for another platform: the next one may do, and the cause says which.
      causes.push(error);
    }
  }
  throw new ValueError(
    'ERR_SESSION_STORE',
    `openSqlite(path) found no driver of SQLite: use Node 22.13 or later, Deno or Bun, or install one of ${PACKAGES.join(', ')}`,
    { cause: new AggregateError(causes) },
  );
}

function openerIn(module: DriverModule | undefined): Open | undefined {
  const { default: main } = module ?? {};
  const opener = module?.DatabaseSync ?? module?.Database;
  if (opener !== undefined || main === undefined) return opener;
  return typeof main === 'function' ? main : openerIn(main);
}
