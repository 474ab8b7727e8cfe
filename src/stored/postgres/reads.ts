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

/** Readers of one statement at most, so that none waits for the records of very many others. */
const MAX_READERS = 64;

/**
 * Reads one record at a time, for callers that know nothing of each other. Those who ask before the program has done what its
 * sockets gave it to do are asked for together; nobody waits for a timer. Where the statement fails it fails for all of them.
 */
export function shareReads(
  readAll: ReadAll,
  schedule = whenIdle,
): (key: string, now: number) => Promise<StoredRecord | null> {
  let waiting: Waiting[] = [];
  const send = (): void => {
    const readers = waiting;
    waiting = [];
    if (readers.length > 0) void readFor(readers, readAll);
  };
  return (key, now) =>
    new Promise((resolve, reject) => {
      // First, since it may throw: who waits for a call that never comes would have all later ones wait too.
      if (waiting.length === 0) schedule(send);
      waiting.push({ key, now, resolve, reject });
      if (waiting.length === MAX_READERS) send();
    });
}

async function readFor(readers: readonly Waiting[], readAll: ReadAll): Promise<void> {
  try {
    // The earliest time, at which fewest have ended; each reader's own is looked at below.
    const now = Math.min(...readers.map((reader) => reader.now));
    // One visitor's requests at the same time ask for one record, which may be large, once.
    const keys = [...new Set(readers.map(({ key }) => key))];
    const records = await readAll(keys, now);
    const found = new Map(keys.map((key, i) => [key, records[i] ?? null]));
    for (const reader of readers) reader.resolve(liveAt(found.get(reader.key) ?? null, reader.now));
  } catch (error) {
    for (const { reject } of readers) reject(error);
  }
}

const liveAt = (record: StoredRecord | null, now: number): StoredRecord | null =>
  record === null || (record.expiresAt !== null && record.expiresAt <= now) ? null : record;
