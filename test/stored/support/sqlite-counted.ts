// A database that tells which statements were prepared and which ran.
import type { SqliteDatabase, SqliteStatement } from '../../../dist/stored/sqlite.js';

export interface Counted {
  readonly database: SqliteDatabase;
  readonly prepared: string[];
  /** What ran since the last look: the first words of what was prepared, all of the others. */
  readonly ran: () => readonly string[];
}

/** Without `flags` it does not tell whether a transaction is open, as Node 22.13 does not. */
export function counted(inner: SqliteDatabase, flags = true): Counted {
  const prepared: string[] = [];
  let ran: string[] = [];
  const database: SqliteDatabase = {
    prepare(sql) {
      prepared.push(sql);
      const statement = inner.prepare(sql);
      const counting =
        (method: 'all' | 'run') =>
        (...values: never[]) => {
          ran.push(sql.split(' ', 2).join(' '));
          return statement[method](...values);
        };
      return { all: counting('all'), run: counting('run') } satisfies SqliteStatement;
    },
    exec(sql) {
      ran.push(sql);
      inner.exec(sql);
    },
  };
  if (flags) {
    const get = () => inner.inTransaction ?? inner.isTransaction;
    Object.defineProperty(database, 'inTransaction', { get });
  }
  return {
    database,
    prepared,
    ran() {
      const all = ran;
      ran = [];
      return all;
    },
  };
}
