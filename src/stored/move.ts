// Older stores: a record that is only there is copied when it is first read, and an end is one everywhere.

import { isStoreError, storeError } from './guard.js';
import { createRenewal } from './patch.js';
import type { Rules } from './rules.js';
import type { ListedSession, PatchOutcome, SessionPatch, StoredRecord } from './store.js';

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
export function patchRecord(
  { key, record }: { readonly key: string; readonly record: StoredRecord },
  patch: SessionPatch,
  rules: Rules,
  now: number,
): Promise<PatchOutcome> {
  const { store, olderStores } = rules;
  const { expiresAt } = patch;
  const isNearer = expiresAt !== null && (record.expiresAt === null || expiresAt < record.expiresAt);
  return isNearer && olderStores.length > 0 ? patchEverywhere(key, patch, rules, now) : store.patch(key, patch, now);
}

async function patchEverywhere(key: string, patch: SessionPatch, rules: Rules, now: number): Promise<PatchOutcome> {
  const { seenAt, expiresAt } = patch;
  for (const older of rules.olderStores) await older.patch(key, createRenewal({ seenAt, expiresAt }), now);
  return rules.store.patch(key, patch, now);
}

/**
 * The record after a patch that was done: as the store has it; of a patch that says what it expects, as its request has it. Where
 * others wrote, their keys are none of the request's, and its version, one short then, is never the record's again.
 */
export function recordAfter(before: StoredRecord, patch: SessionPatch, answer: StoredRecord | null): StoredRecord {
  const { expected, seenAt, expiresAt, subject } = patch;
  if (expected === undefined) {
    if (answer !== null) return answer;
    throw storeError('patch', new Error('the store did a patch and gave no record'));
  }
  return {
    data: expected.data,
    version: expected.version + 1,
    createdAt: before.createdAt,
    seenAt,
    expiresAt,
    subject: subject === undefined ? before.subject : subject,
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
