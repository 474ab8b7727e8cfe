// What a patch makes of a record: for stores that have the record in hand, and the words of the contract in code.

import type { SessionPatch, StoredRecord } from './store.js';

/** The record with a patch applied, whichever version it asks for. */
export function applyPatch(record: StoredRecord, patch: SessionPatch): StoredRecord {
  // A Map, since a key may be `__proto__`; Object.fromEntries then defines and does not assign.
  const members = new Map<string, unknown>(Object.entries(JSON.parse(record.data)));
  for (const key of patch.remove) members.delete(key);
  for (const [key, json] of patch.set) members.set(key, JSON.parse(json));
  for (const [key, amount] of patch.add) {
    const number = members.get(key);
    members.set(key, (typeof number === 'number' ? number : 0) + amount);
  }
  return {
    data: JSON.stringify(Object.fromEntries(members)),
    version: record.version + 1,
    createdAt: record.createdAt,
    seenAt: patch.seenAt,
    expiresAt: patch.expiresAt,
    subject: patch.subject === undefined ? record.subject : patch.subject,
  };
}
