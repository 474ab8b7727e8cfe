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

/**
 * The record of a hash as clients give it: a list, or from one that does not do as it is told an object or a Map. Null where there
 * is no hash, or not one of ours. Values are joined, not parsed: in one pass, since every request of a visitor pays for it.
 * @param from where the fields of a list begin
 */
export function recordOf(reply: unknown, from = 0): StoredRecord | null {
  const fields = new Fields();
  if (Array.isArray(reply)) for (let i = from; i + 1 < reply.length; i += 2) fields.take(reply[i], reply[i + 1]);
  else if (reply instanceof Map) for (const [field, value] of reply) fields.take(field, value);
  else if (typeof reply === 'object' && reply !== null) {
    for (const field of Object.keys(reply)) fields.take(field, (reply as Readonly<Record<string, unknown>>)[field]);
  }
  return fields.record();
}

class Fields {
  #data = '';
  #version: string | null = null;
  #createdAt = '';
  #seenAt = '';
  #expiresAt: string | null = null;
  #subject: string | null = null;

  take(field: unknown, value: unknown): void {
    if (typeof field !== 'string' || typeof value !== 'string') return;
    // The dot is no character that JSON escapes, so the name's text is the field's without it.
    if (field.startsWith(DATA))
      this.#data += `${this.#data === '' ? '{"' : ',"'}${JSON.stringify(field).slice(2)}:${value}`;
    else if (field === 'v') this.#version = value;
    else if (field === 'c') this.#createdAt = value;
    else if (field === 's') this.#seenAt = value;
    else if (field === 'e') this.#expiresAt = value;
    else if (field === 'u') this.#subject = value;
  }

  record(): StoredRecord | null {
    if (this.#version === null) return null;
    return {
      data: this.#data === '' ? '{}' : `${this.#data}}`,
      version: Number(this.#version),
      createdAt: Number(this.#createdAt),
      seenAt: Number(this.#seenAt),
      expiresAt: timeOf(this.#expiresAt),
      subject: this.#subject,
    };
  }
}

/** A time, or null where there is no field. */
export const timeOf = (text: string | null | undefined): number | null =>
  text === null || text === undefined ? null : Number(text);

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
