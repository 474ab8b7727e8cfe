// memoryStore(): sessions in this process, for tests and for programs that are one process and may forget.

import { applyPatch } from './apply-patch.js';
import type { ListedSession, Revocation, RevocationLog, SessionStore, StoredRecord } from './store.js';

/** What {@link memoryStore} makes: both contracts of `store.ts`. */
export interface MemoryStore extends SessionStore, RevocationLog {
  /** Removes at most `limit` records that have ended by `now`, and all revocations that are over by then; how many records. */
  purge(now: number, limit: number): Promise<number>;
  /** How many records it holds, ended ones included. */
  readonly size: number;
}

/**
 * A store in the memory of this process: gone when it ends, and unknown to other processes. It keeps the whole contract,
 * expiry and purges too, so that what was tested with it goes on with a store that lasts.
 */
export function memoryStore(): MemoryStore {
  const records = new Map<string, StoredRecord>();
  let revocations: Revocation[] = [];
  /** How many were forgotten: a cursor counts those too. */
  let forgotten = 0;

  const live = (key: string, now: number): StoredRecord | null => {
    const record = records.get(key);
    return record === undefined || hasEnded(record, now) ? null : record;
  };
  const ofSubject = (subject: string): readonly (readonly [string, StoredRecord])[] =>
    [...records].filter(([, record]) => record.subject === subject);

  return {
    get size() {
      return records.size;
    },
    async read(key, now) {
      return live(key, now);
    },
    async create(key, record) {
      if (records.has(key)) throw new Error('there is such a key');
      records.set(key, Object.freeze({ ...record, version: 1 }));
    },
    async patch(key, patch, now) {
      const record = live(key, now);
      if (record === null || (patch.ifVersion !== null && patch.ifVersion !== record.version)) {
        return { isDone: false, record };
      }
      const patched = Object.freeze(applyPatch(record, patch));
      records.set(key, patched);
      return { isDone: true, record: patched };
    },
    async delete(key) {
      return records.delete(key);
    },
    async rename(from, to, now) {
      const record = live(from, now);
      if (record === null) return false;
      records.delete(from);
      records.set(to, record);
      return true;
    },
    async list(subject, now) {
      return ofSubject(subject)
        .filter(([, record]) => !hasEnded(record, now))
        .map(listed)
        .sort((a, b) => b.seenAt - a.seenAt);
    },
    async deleteSubject(subject, except) {
      const ended = ofSubject(subject).filter(([key]) => key !== except);
      for (const [key] of ended) records.delete(key);
      return ended.length;
    },
    async purge(now, limit) {
      let purged = 0;
      for (const [key, record] of records) {
        if (purged >= limit) break;
        if (!hasEnded(record, now)) continue;
        records.delete(key);
        purged++;
      }
      const inForce = revocations.filter((revocation) => isInForce(revocation, now));
      forgotten += revocations.length - inForce.length;
      revocations = inForce;
      return purged;
    },
    async addRevocation(revocation) {
      revocations.push(Object.freeze({ ...revocation }));
    },
    async revocationsSince(cursor, now) {
      // Of those that were forgotten some may have come behind the cursor: then a reader gets as many again, and misses none.
      const fresh = revocations.slice(Math.max(0, Number(cursor ?? 0) - forgotten));
      return {
        revocations: fresh.filter((revocation) => isInForce(revocation, now)),
        cursor: String(forgotten + revocations.length),
      };
    },
  };
}

const hasEnded = ({ expiresAt }: StoredRecord, now: number): boolean => expiresAt !== null && expiresAt <= now;

const isInForce = ({ until }: Revocation, now: number): boolean => until === null || until > now;

const listed = ([key, { createdAt, seenAt, expiresAt }]: readonly [string, StoredRecord]): ListedSession => ({
  key,
  createdAt,
  seenAt,
  expiresAt,
});
