// The session that a request holds, and the changes that it makes to it in the store.

import { ValueError } from '../errors.js';
import { type Changes, changesOf, changesOfMembers, keysOf } from './difference.js';
import { storeError } from './guard.js';
import { isSame, type Members, membersOf, objectOf } from './members.js';
import { patchRecord, recordAfter } from './move.js';
import { createPatch, type Times } from './patch.js';
import type { Rules, Storable } from './rules.js';
import type { StoredRecord } from './store.js';

/** A session that is in the store, as far as this request knows. */
export interface Held {
  readonly sessionId: string;
  readonly key: string;
  /** As it was seen last. */
  readonly record: StoredRecord;
  /**
   * The data as this request has them from there: what differs from them it has changed. Null: all those of the record. Made when
   * they are asked for: few requests save twice.
   */
  readonly base: (() => Members) | null;
}

/** A change that was made. */
export interface Committed {
  readonly held: Held;
  /** What the function for conflicts made of the data; null where it was not asked. */
  readonly merged: object | null;
}

/** Each round another request was faster. Ten in a row is a crowd, which an atomic `increment` would not mind. */
const ROUNDS = 10;

/**
 * Brings what `data` change into the store; null where the session has ended.
 * @throws ValueError `ERR_SESSION_CONFLICT`, `ERR_SESSION_STORE`, and what the function for conflicts may cause
 */
export async function commit(
  held: Held,
  data: Storable,
  rules: Rules,
  timesOf: (mine: Storable) => Times,
  now: number,
): Promise<Committed | null> {
  const { conflict } = rules.settings;
  let mine = data;
  let { record } = held;
  /** What the data are compared with; null: the record's. */
  let base = held.base === null ? null : baseOf(held);
  // What this request has of the record is what it compares with at its next save, whatever others wrote meanwhile. To tell
  // conflicts the answer is needed all the same: values that come back in the engine's own form are not somebody else's.
  const isWhole = held.base === null && conflict === 'last-write';
  const expected = isWhole ? { version: record.version, data: data.json } : undefined;
  for (let round = 0; round < ROUNDS; round++) {
    let changes = base === null ? changesOf(record.data, mine.json) : changesOfMembers(base, membersOf(mine.json));
    if (base !== null && conflict !== 'last-write') {
      // Also in the first round: a save or an increment of this request before may have met what others wrote, and taken it along.
      const theirs = membersIn(record);
      const keys = keysOf(changes);
      if (isClash(keys, base, theirs)) {
        if (conflict === 'reject') throw clash(keys);
        // Copies, so that the function may change what it is given.
        mine = rules.storable(conflict(mine.copy(), objectOf(theirs), objectOf(base)));
        base = theirs;
        changes = changesOfMembers(base, membersOf(mine.json));
      }
    }
    const { json } = mine;
    const subject = changeOf(rules.subjectOf(mine), held.record.subject);
    const ifVersion = conflict === 'last-write' ? null : record.version;
    const patch = createPatch(changes, timesOf(mine), { subject, ifVersion, expected });
    const outcome = await patchRecord({ key: held.key, record }, patch, rules, now);
    if (outcome.isDone) {
      const stored = recordAfter(record, patch, outcome.record);
      const base = isWhole ? null : () => seen(json, changes, stored);
      const after = { sessionId: held.sessionId, key: held.key, record: stored, base };
      // A copy: what the application changes inside of it afterwards must not change what this request has seen.
      return { held: after, merged: mine === data ? null : mine.copy() };
    }
    if (outcome.record === null) return null;
    record = outcome.record;
    base ??= baseOf(held);
  }
  throw clash([]);
}

/** The data that a request has of the session in the store. */
export const baseOf = ({ base, record }: Held): Members => base?.() ?? membersOf(record.data);

/** The data of a record that has not been looked at yet. */
function membersIn(record: StoredRecord): Members {
  dataOf(record);
  return membersOf(record.data);
}

/** The data of a record. What is no object was not written by a session: the store is at fault. */
export function dataOf({ data }: StoredRecord): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(data);
  } catch {
    // Not the engine's own words, which quote the text: these are data.
    throw storeError('read', new Error('the data of a record are no JSON'));
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  throw storeError('read', new Error('the data of a record are no object'));
}

const isClash = (keys: readonly string[], base: Members, theirs: Members): boolean =>
  keys.some((key) => (theirs.has(key) ? !isSame(base, theirs, key) : base.has(key)));

/** What this request has seen, with what it set as the store has it: engines write values in a form of their own. */
function seen(json: string, { set }: Changes, record: StoredRecord): Members {
  const members = new Map(membersOf(json));
  const stored = membersIn(record);
  for (const [key] of set) {
    const text = stored.get(key);
    if (text !== undefined) members.set(key, text);
  }
  return members;
}

/** What another request has made of the subject stays, unless this one changes it. */
const changeOf = (subject: string | null | undefined, known: string | null): string | null | undefined =>
  subject === known ? undefined : subject;

export const ended = (): ValueError =>
  new ValueError(
    'ERR_SESSION_CONFLICT',
    'the session was ended while this request held it, by another request or by its end, and is not brought back; a new ' +
      'one begins with session.delete()',
  );

const clash = (keys: readonly string[]): ValueError =>
  new ValueError(
    'ERR_SESSION_CONFLICT',
    `another request has changed what this one changes too${keys.length > 0 ? `, among ${keys.join(', ')}` : ''}: nothing ` +
      'was saved. Try the whole request again, use increment() for numbers, or give a function for conflict',
  );
