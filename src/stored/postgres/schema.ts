// The tables: their names, and the SQL text that makes them.

import { typeName } from '../../errors.js';
import { assertOptions, badOption } from '../store-options.js';

export interface PostgresTable {
  /** Name of the table; that of the revocations is this with `_revocations`. Default `microdot_sessions`. */
  readonly table?: string;
  /** Name of the schema that the tables are in. Default: what the server's `search_path` finds. */
  readonly schema?: string;
}

export interface PostgresSchemaOptions extends PostgresTable {
  /** Into how many partitions, by the hash of the key, the sessions are divided, from 2 on. Default: none. */
  readonly partitions?: number;
}

/** Quoted names, ready for a statement. */
export interface Names {
  readonly sessions: string;
  readonly revocations: string;
  readonly partition: (i: number) => string;
}

/** Names of at most 63 bytes are PostgreSQL's limit, beyond which it cuts them: `_revocations_until` has to fit. */
const NAME = /^[A-Za-z_][\w$-]{0,43}$/;

/** @throws ValueError `ERR_SESSION_BAD_OPTION` */
export function tableNames({ table = 'microdot_sessions', schema }: PostgresTable): Names {
  assertName('table', table);
  if (schema !== undefined) assertName('schema', schema);
  const quoted = (name: string): string => (schema === undefined ? `"${name}"` : `"${schema}"."${name}"`);
  return {
    sessions: quoted(table),
    revocations: quoted(`${table}_revocations`),
    partition: (i) => quoted(`${table}_${i}`),
  };
}

/** Options of everything that is about the tables. */
export const TABLE_OPTIONS: readonly string[] = ['table', 'schema'];

function assertName(option: string, value: unknown): void {
  if (typeof value === 'string' && NAME.test(value)) return;
  const expected = 'a name of at most 44 ASCII letters, digits, _, $ and -';
  throw badOption(`${option} is ${expected}, not this ${typeName(value)}`);
}

/**
 * Free room in every page lets an update stay in its page, where it touches no index and needs no vacuum (HOT). The same for
 * each partition: a partitioned table has no storage of its own.
 */
const STORAGE = 'WITH (fillfactor = 80)';

/**
 * The SQL text that makes the tables of {@link postgresStore}, for a file of your migrations. What is there already is left as
 * it is. PostgreSQL 13 or later.
 *
 * @throws ValueError `ERR_SESSION_BAD_OPTION`
 */
export function postgresSchema(options: PostgresSchemaOptions = {}): string {
  assertOptions('postgresSchema', options, [...TABLE_OPTIONS, 'partitions']);
  const { sessions, revocations, partition } = tableNames(options);
  const { table = 'microdot_sessions', partitions } = options;
  const isDivided = partitions !== undefined;
  if (isDivided && !(Number.isInteger(partitions) && partitions > 1 && partitions <= 1024)) {
    throw badOption('partitions is a whole number from 2 to 1024');
  }
  const parts = Array.from(
    { length: partitions ?? 0 },
    (_, i) => `CREATE TABLE IF NOT EXISTS ${partition(i)} PARTITION OF ${sessions}
  FOR VALUES WITH (MODULUS ${partitions}, REMAINDER ${i}) ${STORAGE};
`,
  );
  // Keys collate as bytes, so that a new version of the system's collations never makes the index wrong. Times are JavaScript's
  // numbers, so that what is compared is exactly what was given.
  return `CREATE TABLE IF NOT EXISTS ${sessions} (
  key text COLLATE "C" PRIMARY KEY,
  data jsonb NOT NULL,
  version bigint NOT NULL,
  created_at double precision NOT NULL,
  seen_at double precision NOT NULL,
  expires_at double precision,
  -- Indexed in the place of expires_at: a session renewed within the hour leaves every index as it is.
  expires_hour double precision GENERATED ALWAYS AS (ceil(expires_at / 3600)) STORED,
  subject text COLLATE "C"
) ${isDivided ? 'PARTITION BY HASH (key)' : STORAGE};
${parts.join('')}CREATE INDEX IF NOT EXISTS "${table}_expiry" ON ${sessions} (expires_hour) WHERE expires_hour IS NOT NULL;
-- A hash, since a subject may be longer than a page of a B-tree takes.
CREATE INDEX IF NOT EXISTS "${table}_subject" ON ${sessions} USING hash (subject) WHERE subject IS NOT NULL;

CREATE TABLE IF NOT EXISTS ${revocations} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  kind text NOT NULL,
  key text NOT NULL,
  at double precision NOT NULL,
  until double precision
);
CREATE INDEX IF NOT EXISTS "${table}_revocations_xid" ON ${revocations} (xid);
CREATE INDEX IF NOT EXISTS "${table}_revocations_until" ON ${revocations} (until) WHERE until IS NOT NULL;
`;
}
