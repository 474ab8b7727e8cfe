// Older stores: a record that is only there is copied when it is first read, and an end is one everywhere.

import { isStoreError } from './guard.js';
import type { Rules } from './rules.js';
import type { StoredRecord } from './store.js';

/**
 * The record of a key, out of the store or the first older one that has it.
 * @throws ValueError `ERR_SESSION_STORE`
 */
export async function readRecord(key: string, rules: Rules): Promise<StoredRecord | null> {
  const { now, store } = rules;
  const record = await store.read(key, now);
  if (record !== null) return record;
  for (const older of rules.olderStores) {
    const found = await older.read(key, now);
    if (found === null) continue;
    const { version: _, ...given } = found;
    const copied = await create(key, given, rules);
    // An end goes through the older stores first: where it came between, it is seen here, and the copy goes too.
    if ((await older.read(key, now)) !== null) {
      if (copied !== null) rules.tell({ type: 'move' });
      return copied;
    }
    await store.delete(key);
    return null;
  }
  return null;
}

/** Of two requests that copy at the same time one may be refused: then the other's copy is there. */
async function create(key: string, given: Omit<StoredRecord, 'version'>, rules: Rules): Promise<StoredRecord | null> {
  try {
    await rules.store.create(key, given);
    return { ...given, version: 1 };
  } catch (error) {
    const other = isStoreError(error) ? await rules.store.read(key, rules.now) : null;
    if (other === null) throw error;
    return other;
  }
}

/** Ends a session in every store, the older ones first: from them it would come back. */
export async function deleteEverywhere(key: string, rules: Rules): Promise<void> {
  for (const older of rules.olderStores) await older.delete(key);
  await rules.store.delete(key);
}

/** Ends a subject's sessions in every store. A session that was copied counts once. */
export async function deleteSubjectEverywhere(subject: string, except: string | null, rules: Rules): Promise<number> {
  const { store, olderStores, now } = rules;
  const here = olderStores.length === 0 ? [] : await store.list(subject, now);
  const copied = new Set(here.map(({ key }) => key).filter((key) => key !== except));
  const listed = new Set<string>();
  for (const older of olderStores) {
    for (const { key } of await older.list(subject, now)) if (key !== except && !copied.has(key)) listed.add(key);
    await older.deleteSubject(subject, except);
    // What was copied may be somebody else's there still, as it was then: from there it would come back.
    for (const key of copied) await older.delete(key);
  }
  return (await store.deleteSubject(subject, except)) + listed.size;
}
