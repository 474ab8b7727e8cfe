// Entry `microdot/session/postgres`: sessions in PostgreSQL, through the application's own client.

import { createExecutor, type PgClient, type PostgresJsClient, type Row } from './postgres/client.js';
import { cursorText, parseCursor } from './postgres/cursor.js';
import { shareReads } from './postgres/reads.js';
import { numbersText, recordOf, subjectChange } from './postgres/record.js';
import {
  type PostgresSchemaOptions,
  type PostgresTable,
  postgresSchema,
  TABLE_OPTIONS,
  tableNames,
} from './postgres/schema.js';
import { createStatements } from './postgres/statements.js';
import { arrayText, escapeJson, escapeText, unescapeText } from './postgres/text.js';
import type { PatchOutcome, Revocation, RevocationLog, SessionPatch, SessionStore, StoredRecord } from './store.js';
import { assertOptions, badOption } from './store-options.js';

export type { PgClient, PostgresJsClient, PostgresJsQuery } from './postgres/client.js';
export { type PostgresSchemaOptions, type PostgresTable, postgresSchema } from './postgres/schema.js';

export interface PostgresStoreOptions extends PostgresTable {
  /**
   * `false` for a pooler that cannot keep prepared statements for its clients, such as PgBouncer before 1.21 in transaction
   * mode. Default `true`.
   */
  readonly prepare?: boolean;
  /**
   * `false` for a client that chooses its database by the request it works for, as with an `AsyncLocalStorage`: then each read
   * is a statement of its own, sent from its request. Default `true`: reads that come at the same time share one.
   */
  readonly shareReads?: boolean;
}

/** Sessions in PostgreSQL, and the end of cookie sessions before their time. */
export interface PostgresStore extends Required<SessionStore>, RevocationLog {
  /**
   * Makes the tables, where they are not there, in one transaction; several processes may ask at once. Needs the right to make
   * tables: for a role without it, put {@link postgresSchema} into a migration. Nothing else of the store makes or changes a
   * table.
   *
   * @throws ValueError `ERR_SESSION_BAD_OPTION`
   */
  migrate(options?: Pick<PostgresSchemaOptions, 'partitions'>): Promise<void>;
}

/**
 * A store in PostgreSQL 13 or later. Every method is one statement; a client that has sent it before needs one round trip. It
 * rejects with the error of the client, without what would show data: `detail`, `where`, parameters.
 *
 * @param client a `Pool` or `Client` of `pg`, or the `sql` of `postgres`: yours, with your settings, and yours to close
 * @throws ValueError `ERR_SESSION_BAD_OPTION`
 * @example
 * const store = postgresStore(new pg.Pool());
 */
export function postgresStore(client: PgClient | PostgresJsClient, options: PostgresStoreOptions = {}): PostgresStore {
  assertOptions('postgresStore', options, [...TABLE_OPTIONS, 'prepare', 'shareReads']);
  const { prepare = true, shareReads: isShared = true, ...table } = options;
  if (typeof prepare !== 'boolean') throw badOption('prepare is true or false');
  if (typeof isShared !== 'boolean') throw badOption('shareReads is true or false');
  const { execute, change, script } = createExecutor(client, prepare);
  const sql = createStatements(tableNames(table));

  async function readAll(keys: readonly string[], now: number): Promise<readonly (StoredRecord | null)[]> {
    const rows = await (keys.length === 1
      ? execute(sql.read, [keys[0], now])
      : execute(sql.readAll, [arrayText(keys), now]));
    // Of several keys each has a row. An answer that is not whole must not be taken for sessions that have ended.
    if (keys.length > 1 && rows.length !== keys.length) throw new Error('the client gave another number of rows');
    // Undefined, where the application's client makes that of every null.
    return rows.map(([record]) => ((record ?? null) === null ? null : recordOf(record)));
  }

  async function save(key: string, patch: SessionPatch, now: number): Promise<PatchOutcome> {
    const values = [key, numbersText(patch, now), setsJson(patch.set), subjectChange(patch.subject)];
    if (patch.expected !== undefined) return { isDone: (await change(sql.saveOnly, values)) > 0, record: null };
    const [row] = await execute(sql.save, values);
    return row === undefined ? { isDone: false, record: null } : { isDone: true, record: recordOf(row[0]) };
  }

  async function patchRow(key: string, patch: SessionPatch, now: number): Promise<PatchOutcome> {
    const [row] = await execute(sql.patch, [
      key,
      numbersText(patch, now),
      setsJson(patch.set),
      subjectChange(patch.subject),
      escapeJson(JSON.stringify(patch.remove)),
      amountsJson(patch.add),
    ]);
    if (row === undefined) return { isDone: false, record: null };
    return { isDone: Number(row[0]) === 1, record: recordOf(row[1]) };
  }

  return {
    read: isShared ? shareReads(readAll) : async (key, now) => (await readAll([key], now))[0] ?? null,

    async create(key, { data, createdAt, seenAt, expiresAt, subject }) {
      await execute(sql.create, [key, escapeJson(data), createdAt, seenAt, expiresAt, subjectText(subject)]);
    },

    patch(key, patch, now) {
      const isSave = patch.ifVersion === null && patch.remove.length + patch.add.length === 0;
      return isSave ? save(key, patch, now) : patchRow(key, patch, now);
    },

    async delete(key) {
      return (await execute(sql.delete, [key])).length > 0;
    },

    async rename(from, to, now) {
      return (await execute(sql.rename, [from, to, now])).length > 0;
    },

    async list(subject, now) {
      const rows = await execute(sql.list, [escapeText(subject), now]);
      return rows.map(([key, createdAt, seenAt, expiresAt]) => ({
        key: String(key),
        createdAt: Number(createdAt),
        seenAt: Number(seenAt),
        expiresAt: numberOrNull(expiresAt),
      }));
    },

    async deleteSubject(subject, except) {
      return countOf(await execute(sql.deleteSubject, [escapeText(subject), except]));
    },

    async purge(now, limit) {
      return countOf(await execute(sql.purge, [now, limit]));
    },

    async addRevocation({ kind, key, at, until }) {
      await execute(sql.addRevocation, [kind, escapeText(key), at, until]);
    },

    async revocationsSince(cursor, now) {
      const { server, xid } = parseCursor(cursor);
      const rows = await execute(sql.revocationsSince, [server, xid, now]);
      const [[here, xmin]] = rows as readonly [Row, ...Row[]];
      return { revocations: rows.flatMap(revocationsOf), cursor: cursorText(String(here), String(xmin)) };
    },

    async migrate(given = {}) {
      const schema = postgresSchema({ ...table, ...given });
      // IF NOT EXISTS alone fails where two look at the same time, see nothing, and make the same table.
      await script(`SELECT pg_advisory_xact_lock(hashtextextended('microdot', 0));\n${schema}`);
    },
  };
}

/** bigint and double precision are text in some settings of the clients, numbers in others. */
const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value));

const countOf = (rows: readonly Row[]): number => Number(rows[0]?.[0]);

const subjectText = (subject: string | null | undefined): string | null =>
  typeof subject === 'string' ? escapeText(subject) : null;

const setsJson = (set: SessionPatch['set']): string =>
  escapeJson(`{${set.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`);

/** A key that comes twice is added to twice. */
function amountsJson(add: readonly (readonly [key: string, amount: number])[]): string {
  const sums = new Map<string, number>();
  for (const [key, amount] of add) sums.set(key, (sums.get(key) ?? 0) + amount);
  return escapeJson(JSON.stringify(Object.fromEntries(sums)));
}

function revocationsOf([, , kind, key, at, until]: Row): readonly Revocation[] {
  if (kind !== 'token' && kind !== 'subject') return [];
  return [{ kind, key: unescapeText(String(key)), at: Number(at), until: numberOrNull(until) }];
}
