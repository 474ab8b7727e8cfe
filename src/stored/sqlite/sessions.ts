// The sessions of a store in their table.

import { startTimer } from '../../platform.js';
import { applyPatch } from '../apply-patch.js';
import type { ListedSession, PatchOutcome, SessionPatch, SessionStore, StoredRecord } from '../store.js';
import type { Connection } from './connection.js';
import type { Driver, Row, Value } from './driver.js';
import type { Schema } from './schema.js';
import { whole } from './text.js';

// The methods are async so that what a driver throws is a rejection. None waits: drivers are synchronous.
export function sessionsIn(connection: Connection, schema: Schema): Required<SessionStore> {
  const read = (driver: Pick<Driver, 'all'>, key: string, now: number): StoredRecord | null =>
    firstRecord(driver.all(schema.read, [key, now]));

  const run = (sql: string, values: readonly Value[]): number =>
    connection.atomically((driver) => driver.run(sql, values));

  /** A patch that changes no data, which is not read then; null also where a purge has to look at the session sooner. */
  function renew(driver: Driver, key: string, { seenAt, expiresAt, subject, ifVersion }: SessionPatch, now: number) {
    const [sql, more] = subject === undefined ? [schema.renew, []] : [schema.renewSubject, [whole(subject)]];
    return firstRecord(
      driver.all(sql, [seenAt, expiresAt, ...more, key, now, ifVersion, ifVersion, expiresAt, expiresAt]),
    );
  }

  /** A patch of the version that its request has in hand: the data as they will be. Whether that was it, and no purge due sooner. */
  function writeExpected(
    driver: Driver,
    key: string,
    { seenAt, expiresAt, subject, expected, ifVersion }: SessionPatch,
    now: number,
  ): boolean {
    if (expected === undefined || (ifVersion !== null && ifVersion !== expected.version)) return false;
    const { data, version } = expected;
    const [sql, more] =
      subject === undefined ? [schema.writeExpected, []] : [schema.writeExpectedSubject, [whole(subject)]];
    return driver.run(sql, [data, seenAt, expiresAt, ...more, key, now, version, expiresAt, expiresAt]) > 0;
  }

  function change(driver: Driver, key: string, patch: SessionPatch, now: number): StoredRecord | null {
    const [row] = driver.all(schema.readToWrite, [key, now]);
    if (row === undefined) return null;
    const found = recordOf(row);
    if (patch.ifVersion !== null && patch.ifVersion !== found.version) return null;
    const changed = applyPatch(found, patch);
    const { data, version, seenAt, expiresAt, subject } = changed;
    const [sql, more] = patch.subject === undefined ? [schema.write, []] : [schema.writeSubject, [whole(subject)]];
    driver.run(sql, [data, version, seenAt, expiresAt, ...more, key]);
    if (endsBefore(expiresAt, orNull(row.purge_at, Number))) driver.run(schema.schedule, [key]);
    return changed;
  }

  return {
    async read(key, now) {
      return firstRecord(connection.read(schema.read, [key, now]));
    },
    async create(key, { data, createdAt, seenAt, expiresAt, subject }) {
      run(schema.insert, [key, data, createdAt, seenAt, expiresAt, expiresAt, whole(subject)]);
    },
    async patch(key, patch, now): Promise<PatchOutcome> {
      return connection.atomically((driver) => {
        if (writeExpected(driver, key, patch, now)) return { isDone: true, record: null };
        const record = (isRenewal(patch) ? renew(driver, key, patch, now) : null) ?? change(driver, key, patch, now);
        return record === null ? { isDone: false, record: read(driver, key, now) } : { isDone: true, record };
      });
    },
    async delete(key) {
      return run(schema.delete, [key]) > 0;
    },
    async rename(from, to, now) {
      return run(schema.rename, [to, from, now]) > 0;
    },
    async list(subject, now) {
      return connection.read(schema.list, [whole(subject), now]).map(listedOf);
    },
    async deleteSubject(subject, except) {
      return run(schema.deleteSubject, [whole(subject), except, except]);
    },
    async purge(now, limit) {
      let count = 0;
      for (let round = 1; round <= ROUNDS; round++) {
        const isDone = connection.atomically((driver) => {
          if (round === 1) driver.run(schema.purgeRevocations, [now, limit]);
          driver.run(schema.postpone, [now, limit * POSTPONED, now]);
          count += driver.run(schema.purge, [now, limit - count, now]);
          return count === limit || driver.all(schema.someDue, [now]).length === 0;
        });
        if (isDone) break;
        // Others have their turn: the program stands still for no more than one transaction.
        await pause();
      }
      return count;
    },
  };
}

/** How many sessions a transaction of a purge puts off for each that it may remove: most are saved again before they end. */
const POSTPONED = 4;
/** Transactions of one purge at most: with 500 at a time it gets past 50,000 that were saved since. The next one goes on. */
const ROUNDS = 25;

const pause = (): Promise<void> => new Promise((resolve) => void (startTimer(resolve, 0) ?? resolve()));

/** Whether a purge that looks at a session at that time would come too late. */
const endsBefore = (expiresAt: number | null, purgeAt: number | null): boolean =>
  expiresAt !== null && (purgeAt === null || expiresAt < purgeAt);

/** Changes no data. */
const isRenewal = ({ set, remove, add }: SessionPatch): boolean => set.length + remove.length + add.length === 0;

const firstRecord = ([row]: readonly Row[]): StoredRecord | null => (row === undefined ? null : recordOf(row));

const recordOf = (row: Row): StoredRecord => ({
  data: String(row.data),
  version: Number(row.version),
  createdAt: Number(row.created_at),
  seenAt: Number(row.seen_at),
  expiresAt: orNull(row.expires_at, Number),
  subject: orNull(row.subject, String),
});

const listedOf = (row: Row): ListedSession => ({
  key: String(row.key),
  createdAt: Number(row.created_at),
  seenAt: Number(row.seen_at),
  expiresAt: orNull(row.expires_at, Number),
});

/** Numbers come as BigInts where the owner of the database wishes. */
function orNull<Type>(value: unknown, as: (value: unknown) => Type): Type | null {
  return value === null ? null : as(value);
}
