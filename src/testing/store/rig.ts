// What the cases of the stores' suite share: keys, records and patches that are typical, and data compared as data.

import { randomSource } from '../../platform.js';
import type { SessionPatch, StoredRecord } from '../../stored/store.js';
import { equal } from '../suite/expect.js';
import type { StoreUnderTest } from './subject.js';

/**
 * The suite's second: in 2096, so that an engine which expires by its own clock leaves the rows alone, and past 2038, so
 * that 32 bits do not pass for enough.
 */
export const T = 4_000_000_000;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A key as sessions make them: 43 characters of base64url. */
export function newKey(): string {
  const bytes = new Uint8Array(43);
  const fill = randomSource();
  if (fill === undefined) for (let i = 0; i < bytes.length; i++) bytes[i] = Math.random() * 256;
  else fill(bytes);
  return Array.from(bytes, (byte) => ALPHABET[byte & 63]).join('');
}

export const newRecord = (given: Partial<StoredRecord> = {}): Omit<StoredRecord, 'version'> => {
  const { data = '{"n":1}', createdAt = T, seenAt = T, expiresAt = T + 100, subject = null } = given;
  return { data, createdAt, seenAt, expiresAt, subject };
};

export const newPatch = (given: Partial<SessionPatch> = {}): SessionPatch => ({
  set: [],
  remove: [],
  add: [],
  seenAt: T + 1,
  expiresAt: T + 101,
  ifVersion: null,
  ...given,
});

/** Makes a record under a new key, which it returns. */
export async function made(store: StoreUnderTest, given: Partial<StoredRecord> = {}): Promise<string> {
  const key = newKey();
  await store.create(key, newRecord(given));
  return key;
}

/** The data of a key, as data; null where it is not there at `now`. */
export async function dataOf(store: StoreUnderTest, key: string, now: number = T): Promise<unknown> {
  const record = await store.read(key, now);
  return record === null ? null : canonical(JSON.parse(record.data));
}

/** Asserts that a record is this one, in every member and no other, its data as data. */
export function equalRecord(what: string, actual: StoredRecord | null, expected: StoredRecord | null): void {
  equal(what, actual && asData(actual), expected && asData(expected));
}

const asData = (record: StoredRecord): unknown => canonical({ ...record, data: JSON.parse(record.data) });

/** Members in order of their names: engines that keep JSON as a value of their own may order them as they like. */
export function canonical(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(canonical);
  const members = Object.entries(value).map(([key, member]): [string, unknown] => [key, canonical(member)]);
  // As a list: of an object, integer keys would come first whatever was done.
  return { members: members.sort(([a], [b]) => (a < b ? -1 : 1)) };
}

/** The data that a case expects, in the form of {@link dataOf}. */
export const data = (object: object): unknown => canonical(object);

/** `count` numbers from 0 on. */
export const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
