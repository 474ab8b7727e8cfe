// A database with the store's tables in it: made at the first use, and changes of several statements at once or not at all.

import { ValueError } from '../../errors.js';
import type { Driver, Row, Value } from './driver.js';
import { SCHEMA_VERSION, type Schema } from './schema.js';

/** What the store's methods ask the database through. */
export interface Connection {
  read(sql: string, values: readonly Value[]): readonly Row[];
  /** Does all of `work` or, where it throws, nothing; nobody else writes meanwhile. */
  atomically<Result>(work: (driver: Driver) => Result): Result;
  /** True where what is read may be undone yet. */
  mayBeInTransaction(): boolean;
}

// A savepoint outside of a transaction is a transaction (sqlite.org/lang_savepoint.html), and inside of the application's
// own it is a part of that: one way for both, which asks no driver what it cannot tell. It begins as BEGIN DEFERRED does,
// so a change comes first: that takes the lock as BEGIN IMMEDIATE would, and waits for it as long as busy_timeout says,
// where a read first and a change after it would fail at once if another process wrote in between.
const BEGIN = 'SAVEPOINT microdot_session';
const COMMIT = 'RELEASE microdot_session';
const ROLLBACK = 'ROLLBACK TO microdot_session';

export function connectionOf(driver: Driver, schema: Schema): Connection {
  let isReady = false;

  // The lock is taken by exec(), also for a single statement: one of libsql that was prepared and found the database busy
  // stays "in progress", and nothing can be committed from then on.
  function locked<Result>(lock: string, work: (driver: Driver) => Result): Result {
    try {
      driver.exec(`${BEGIN}; ${lock}`);
      const result = work(driver);
      driver.exec(COMMIT);
      return result;
    } catch (error) {
      undo(driver);
      throw error;
    }
  }

  function assertReady(): void {
    if (isReady) return;
    const [version] = driver.all(schema.findMeta, []).length === 0 ? [] : driver.all(schema.version, []);
    if (version === undefined) locked(schema.create, () => undefined);
    else assertKnown(Number(version.value), schema);
    // In the application's transaction, that may be rolled back, and the tables with it: then ask again the next time.
    isReady = !driver.mayBeInTransaction();
  }

  return {
    read(sql, values) {
      assertReady();
      return driver.all(sql, values);
    },
    atomically(work) {
      assertReady();
      return locked(schema.lock, work);
    },
    mayBeInTransaction: () => driver.mayBeInTransaction(),
  };
}

/** Leaves no transaction behind. A full disk may have ended it already, which makes these fail; the first error counts. */
function undo(driver: Driver): void {
  for (const sql of [ROLLBACK, COMMIT]) {
    try {
      driver.exec(sql);
    } catch {
      return;
    }
  }
}

function assertKnown(version: number, { name }: Schema): void {
  if (version === SCHEMA_VERSION) return;
  throw new ValueError(
    'ERR_SESSION_STORE',
    `the tables of "${name}" have schema ${version}, and this version of microdot knows schema ${SCHEMA_VERSION} alone: take the version that made them, or give sqliteStore() another table`,
  );
}
