// Records and numbers as one text each: a client takes longer for a column or a parameter than for all that stands in it.

import type { SessionPatch, StoredRecord } from '../store.js';
import { escapeText, unescapeJson, unescapeText } from './text.js';

/** The expression for a record: a line of numbers, one of data, and what follows is the subject, where there is one. */
export const RECORD =
  "concat_ws(chr(10), concat_ws(' ', version, created_at, seen_at, expires_at), data::text, subject)";

/** A record of {@link RECORD}. The text of a jsonb has no line break of its own: in its strings they are escapes. */
export function recordOf(column: unknown): StoredRecord {
  const text = column as string;
  const first = text.indexOf('\n');
  const second = text.indexOf('\n', first + 1);
  const [version, createdAt, seenAt, expiresAt] = text.slice(0, first).split(' ');
  return {
    data: unescapeJson(text.slice(first + 1, second < 0 ? text.length : second)),
    version: Number(version),
    createdAt: Number(createdAt),
    seenAt: Number(seenAt),
    expiresAt: expiresAt === undefined ? null : Number(expiresAt),
    subject: second < 0 ? null : unescapeText(text.slice(second + 1)),
  };
}

/** The expression for a patch's numbers: now, seen, end, version. As text first, since what clients make of arrays differs. */
export const numbersIn = (parameter: string) => {
  const at = (i: number): string => `(${parameter}::text::float8[])[${i}]`;
  return { now: at(1), seenAt: at(2), expiresAt: at(3), version: at(4) };
};

export const numbersText = ({ seenAt, expiresAt }: SessionPatch, now: number, version: number | null): string =>
  `{${now},${seenAt},${expiresAt ?? 'NULL'},${version ?? 'NULL'}}`;

/** The expression for what becomes of the subject. */
export const subjectIn = (parameter: string): string =>
  `CASE WHEN ${parameter}::text IS NULL THEN subject WHEN ${parameter}::text <> '' THEN substr(${parameter}::text, 2) END`;

export function subjectChange(subject: string | null | undefined): string | null {
  if (subject === undefined) return null;
  return subject === null ? '' : `=${escapeText(subject)}`;
}
