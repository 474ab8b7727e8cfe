// Older stores: a record that is only there is copied when it is first read, and an end is one everywhere.

import { isStoreError, storeError } from './guard.js';
import { createRenewal } from './patch.js';
import type { Rules } from './rules.js';
import type { Expected, ListedSession, PatchOutcome, SessionPatch, StoredRecord } from './store.js';

/** {@link PatchOutcome} with the record: as the store has it, or of a patch with what it expects, as the caller has it. */
export type KnownOutcome =
  | { readonly isDone: true; readonly record: StoredRecord }
  | Extract<PatchOutcome, { readonly isDone: false }>;

/** A time at which no record has ended yet: a read then finds what is not purged. */
const BEFORE_ALL_ENDS = 0;

/**
 * The record of a key, out of the store or the first older one that has it.
 * @throws ValueError `ERR_SESSION_STORE`
 */
export function readRecord(key: string, rules: Rules): Promise<StoredRecord | null> {
  const { now, store, olderStores } = rules;
  return olderStores.length === 0 ? store.read(key, now) : readOrCopy(key, rules);
}

async function readOrCopy(key: string, rules: Rules): Promise<StoredRecord | null> {
  const { now, store, olderStores } = rules;
  const record = await store.read(key, BEFORE_ALL_ENDS);
  if (record !== null) {
    if (record.expiresAt === null || record.expiresAt > now) return record;
    // Over here is over: where an older store has a later end, the session would come back once this record is purged.
    await deleteOlder(key, rules);
    return null;
  }
  for (const older of olderStores) {
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

/**
 * Changes a record that is in the store. An end that comes nearer goes to the older stores first: by their own, later one, the
 * session would come back from them. They keep the record, for servers that know no newer store yet.
 */
export async function patchRecord(
  { key, record }: { readonly key: string; readonly record: StoredRecord },
  patch: SessionPatch,
  rules: Rules,
): Promise<KnownOutcome> {
  const { store, olderStores, now } = rules;
  const { seenAt, expiresAt } = patch;
  if (expiresAt !== null && (record.expiresAt === null || expiresAt < record.expiresAt)) {
    const end = createRenewal({ seenAt, expiresAt });
    for (const older of olderStores) await older.patch(key, end, now);
  }
  const outcome = await store.patch(key, patch, now);
  if (!outcome.isDone) return outcome;
  const { expected } = patch;
  if (expected !== undefined) return { isDone: true, record: expectedRecord(record, patch, expected) };
  if (outcome.record === null) throw storeError('patch', new Error('the store did a patch and gave no record'));
  return { isDone: true, record: outcome.record };
}

/**
 * What a patch makes of a record where nobody else wrote. Where somebody did, it is the record as this request has it: another's
 * keys are none of its own, and the version, one short then, is not expected again.
 */
function expectedRecord(
  { createdAt, subject: before }: StoredRecord,
  { seenAt, expiresAt, subject }: SessionPatch,
  expected: Expected,
): StoredRecord {
  return {
    data: expected.data,
    version: expected.version + 1,
    createdAt,
    seenAt,
    expiresAt,
    subject: subject === undefined ? before : subject,
  };
}

/** A subject's sessions that are in older stores only: of a copy the newer store speaks, also of whose it is. */
export async function listOlder(subject: string, rules: Rules): Promise<readonly ListedSession[]> {
  const { store, olderStores, now } = rules;
  const found = new Map<string, ListedSession>();
  for (const older of olderStores) {
    for (const listed of await older.list(subject, now)) {
      if (!found.has(listed.key) && (await store.read(listed.key, BEFORE_ALL_ENDS)) === null) {
        found.set(listed.key, listed);
      }
    }
  }
  return [...found.values()];
}

export async function deleteOlder(key: string, { olderStores }: Rules): Promise<void> {
  for (const older of olderStores) await older.delete(key);
}

/** Ends a session in every store, the older ones first: from them it would come back. */
export async function deleteEverywhere(key: string, rules: Rules): Promise<void> {
  await deleteOlder(key, rules);
  await rules.store.delete(key);
}

/** Ends a subject's sessions in every store. A session that was copied counts once. */
export async function deleteSubjectEverywhere(subject: string, except: string | null, rules: Rules): Promise<number> {
  const { store, olderStores, now } = rules;
  const here = olderStores.length === 0 ? [] : await store.list(subject, now);
  const older = (await listOlder(subject, rules)).filter(({ key }) => key !== except);
  for (const source of olderStores) await source.deleteSubject(subject, except);
  // What was copied may be somebody else's there still, as it was then: from there it would come back.
  for (const { key } of here) if (key !== except) await deleteOlder(key, rules);
  return (await store.deleteSubject(subject, except)) + older.length;
}
