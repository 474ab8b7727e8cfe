// One session, one hash: `v` version, `c` created, `s` seen, `e` ends, `u` subject, and `.KEY` the JSON text of a key.

import type { StoredRecord } from '../store.js';

/** Data fields begin with it, so that no key of a session can be taken for `v`, `c`, `s`, `e` or `u`. */
const DATA = '.';

/** The field of a session's key. */
export const dataField = (key: string): string => DATA + key;

/** Field, value, field, value ... as HSET takes them. What is null has no field. */
export function fieldsOf(record: StoredRecord): readonly string[] {
  const { data, version, createdAt, seenAt, expiresAt, subject } = record;
  const members: Readonly<Record<string, unknown>> = JSON.parse(data);
  const always = ['v', String(version), 'c', String(createdAt), 's', String(seenAt)];
  return [
    ...always,
    ...(expiresAt === null ? [] : ['e', String(expiresAt)]),
    ...(subject === null ? [] : ['u', subject]),
    ...Object.entries(members).flatMap(([key, value]) => [dataField(key), JSON.stringify(value)]),
  ];
}

/** The record of a hash; null where there is no hash, or not one of ours. Values are joined, not parsed. */
export function recordOf(fields: readonly (string | null)[]): StoredRecord | null {
  const meta = new Map<string, string>();
  const members: string[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [field, value] = [fields[i], fields[i + 1]];
    if (typeof field !== 'string' || typeof value !== 'string') continue;
    if (field.startsWith(DATA)) members.push(`${JSON.stringify(field.slice(DATA.length))}:${value}`);
    else meta.set(field, value);
  }
  if (!meta.has('v')) return null;
  return {
    data: `{${members.join(',')}}`,
    version: Number(meta.get('v')),
    createdAt: Number(meta.get('c')),
    seenAt: Number(meta.get('s')),
    expiresAt: timeOf(meta.get('e')),
    subject: meta.get('u') ?? null,
  };
}

/** A time, or null where there is no field. */
export const timeOf = (text: string | null | undefined): number | null =>
  text === null || text === undefined ? null : Number(text);

/** A hash as clients give it: a list in RESP2; in RESP3 an object or a Map, as the client was told. */
export function hashOf(reply: unknown): readonly (string | null)[] {
  if (Array.isArray(reply)) return reply.map(String);
  if (reply instanceof Map) return [...reply].flat().map(String);
  if (typeof reply !== 'object' || reply === null) return [];
  return Object.entries(reply).flat().map(String);
}

export const hasEnded = (expiresAt: number | null, now: number): boolean => expiresAt !== null && expiresAt <= now;

/** Seconds that Redis keeps a record beyond its end: the clocks of two servers may differ, and the reader's own counts. */
const GRACE = 60;
/** Seconds: 273,790 years, the range of a Date. Longer is as good as for ever, and Redis refuses what is much longer. */
export const FOREVER = 8.64e12;

/**
 * Milliseconds for which Redis keeps a key, 1 or more; empty: no end. From now on and not until a moment, since the clock of
 * Redis is not asked: the ones that judge are those of the web servers.
 */
export function lifeOf(expiresAt: number | null, now: number): string {
  if (expiresAt === null || expiresAt - now > FOREVER) return '';
  return String(Math.max(1, Math.ceil((expiresAt - now + GRACE) * 1000)));
}
