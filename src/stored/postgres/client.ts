// The clients of PostgreSQL as one function: statements in, rows out, and no data in what is thrown.

import { typeName, ValueError } from '../../errors.js';

/** A `Pool` or `Client` of the package `pg`, or of what speaks like it. */
export interface PgClient {
  query(config: {
    name?: string;
    text: string;
    values?: unknown[];
    rowMode: 'array';
  }): Promise<{ readonly rows: readonly unknown[][]; readonly rowCount: number | null }>;
}

/** A query of the package `postgres`, not sent yet. */
export interface PostgresJsQuery {
  values(): PromiseLike<readonly unknown[][] & { readonly count: number | null }>;
}

/** The `sql` of the package `postgres`. */
export interface PostgresJsClient {
  unsafe(text: string, values?: (string | number | null)[], options?: { prepare: boolean }): PostgresJsQuery;
}

/** What the clients of both packages send alike: whatever else goes as text, and is cast there. */
export type Value = string | number | null;
/** The columns in their order: names would go through what the application does to names, such as camel case. */
export type Row = readonly unknown[];

export interface Statement {
  readonly name: string;
  readonly text: string;
}

export interface Executor {
  /** Runs one statement, again where the server says that it came in the way of another one. */
  readonly execute: (statement: Statement, values: Value[]) => Promise<readonly Row[]>;
  /** The same for one that gives no rows: how many it has changed. */
  readonly change: (statement: Statement, values: Value[]) => Promise<number>;
  /** Runs several statements as one transaction. */
  readonly script: (text: string) => Promise<void>;
}

/** @throws ValueError `ERR_SESSION_BAD_OPTION` where `client` is neither */
export function createExecutor(client: PgClient | PostgresJsClient, isPrepared: boolean): Executor {
  const given: unknown = client;
  // Postgres.js first: what wraps its `sql` may add a `query`.
  if (has(given, 'unsafe')) {
    const sql = client as PostgresJsClient;
    const execute = ({ text }: Statement, values: Value[]) =>
      attempt(() => sql.unsafe(text, values, { prepare: isPrepared }).values());
    return {
      execute,
      change: async (statement, values) => counted((await execute(statement, values)).count),
      // Without values it goes by the simple protocol, which takes several statements.
      script: async (text) => void (await attempt(() => sql.unsafe(text).values())),
    };
  }
  if (has(given, 'query')) {
    const pg = client as PgClient;
    const execute = ({ name, text }: Statement, values: Value[]) =>
      attempt(() =>
        pg.query(isPrepared ? { name, text, values, rowMode: 'array' } : { text, values, rowMode: 'array' }),
      );
    return {
      execute: async (statement, values) => (await execute(statement, values)).rows,
      change: async (statement, values) => counted((await execute(statement, values)).rowCount),
      script: async (text) => void (await attempt(() => pg.query({ text, rowMode: 'array' }))),
    };
  }
  throw new ValueError(
    'ERR_SESSION_BAD_OPTION',
    `postgresStore needs a Pool or Client of pg, or the sql of postgres, not ${typeName(given)}`,
  );
}

/** A client that does not say must not be taken for a session that has ended. */
function counted(rows: unknown): number {
  const count = typeof rows === 'bigint' || (typeof rows === 'string' && rows !== '') ? Number(rows) : rows;
  if (typeof count === 'number' && Number.isInteger(count)) return count;
  throw new Error('the client does not say how many rows a statement has changed');
}

const has = (client: unknown, method: string): boolean =>
  ((typeof client === 'object' && client !== null) || typeof client === 'function') &&
  typeof (client as Record<string, unknown>)[method] === 'function';

/**
 * serialization_failure and deadlock_detected: nothing was done, so the statement may come again. The first also comes in
 * READ COMMITTED, where a rename moved the row to another partition.
 */
const CONFLICTS: readonly unknown[] = ['40001', '40P01'];
const MAX_ATTEMPTS = 10;

async function attempt<T>(query: () => PromiseLike<T>): Promise<T> {
  for (let left = MAX_ATTEMPTS; ; left--) {
    try {
      return await query();
    } catch (error) {
      if (left === 1 || !CONFLICTS.includes((error as { code?: unknown } | null)?.code)) throw withoutData(error);
    }
  }
}

/** Where the clients keep what the statement was given, or what the server quotes of it: "Failing row contains …". */
const TELLING = ['detail', 'where', 'internalQuery', 'query', 'parameters', 'args'] as const;
/** Names of things, as pg has them and as Postgres.js has them, and what connections fail with. */
const HARMLESS = [
  'code',
  'severity',
  'schema',
  'table',
  'column',
  'constraint',
  'schema_name',
  'table_name',
  'column_name',
  'constraint_name',
  'routine',
  'errno',
  'syscall',
  'address',
  'port',
] as const;

/** A copy, for Postgres.js defines its members for good. What tells nothing is passed on as it is. */
function withoutData(error: unknown): unknown {
  if (!(error instanceof Error) || !TELLING.some((name) => name in error)) return error;
  const { name, message, stack } = error;
  const clean = Object.defineProperties(new Error(message), {
    name: { value: name, configurable: true },
    stack: { value: stack, configurable: true },
  });
  const known = error as Partial<Record<(typeof HARMLESS)[number], unknown>>;
  return Object.assign(
    clean,
    Object.fromEntries(HARMLESS.flatMap((key) => (known[key] === undefined ? [] : [[key, known[key]]]))),
  );
}
