// Reads that come at the same time share one statement: a client takes as long for it as for all the rest of a request's session.

import { whenIdle } from '../../platform.js';
import type { StoredRecord } from '../store.js';

/** Records by their keys; null for those that are not there, or have ended by `now`. */
export type ReadAll = (keys: readonly string[], now: number) => Promise<readonly (StoredRecord | null)[]>;

interface Waiting {
  readonly key: string;
  readonly now: number;
  readonly resolve: (record: StoredRecord | null) => void;
  readonly reject: (error: unknown) => void;
}

/** Keys of one statement at most, so that no reader waits for the records of very many others. */
const MAX_KEYS = 64;

/**
 * Reads one record at a time, for callers that know nothing of each other. Those who ask before the program has done what its
 * sockets gave it to do are asked for together; nobody waits for a timer. Where the statement fails it fails for all of them.
 */
export function shareReads(readAll: ReadAll): (key: string, now: number) => Promise<StoredRecord | null> {
  let waiting: Waiting[] = [];
  const send = (): void => {
    const all = waiting;
    waiting = [];
    for (let from = 0; from < all.length; from += MAX_KEYS) void readFor(all.slice(from, from + MAX_KEYS), readAll);
  };
  return (key, now) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, now, resolve, reject });
      if (waiting.length === 1) whenIdle(send);
    });
}

async function readFor(readers: readonly Waiting[], readAll: ReadAll): Promise<void> {
  try {
    // The earliest time, at which fewest have ended; each reader's own is looked at below.
    const now = Math.min(...readers.map((reader) => reader.now));
    const records = await readAll(
      readers.map(({ key }) => key),
      now,
    );
    for (const [i, reader] of readers.entries()) reader.resolve(liveAt(records[i] ?? null, reader.now));
  } catch (error) {
    for (const { reject } of readers) reject(error);
  }
}

const liveAt = (record: StoredRecord | null, now: number): StoredRecord | null =>
  record === null || (record.expiresAt !== null && record.expiresAt <= now) ? null : record;
