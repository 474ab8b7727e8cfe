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
  // No split, which takes as long as all the rest.
  const created = text.indexOf(' ') + 1;
  const seen = text.indexOf(' ', created) + 1;
  const space = text.indexOf(' ', seen);
  const ends = space < 0 || space > first ? first : space;
  return {
    data: unescapeJson(text.slice(first + 1, second < 0 ? text.length : second)),
    version: Number(text.slice(0, created)),
    createdAt: Number(text.slice(created, seen)),
    seenAt: Number(text.slice(seen, ends)),
    expiresAt: ends === first ? null : Number(text.slice(ends, first)),
    subject: second < 0 ? null : unescapeText(text.slice(second + 1)),
  };
}

/** The expression for a patch's numbers: now, seen, end, the version that it has to be. As text first, since what clients make of arrays differs. */
export const numbersIn = (parameter: string) => {
  const at = (i: number): string => `(${parameter}::text::float8[])[${i}]`;
  return { now: at(1), seenAt: at(2), expiresAt: at(3), version: at(4) };
};

export const numbersText = ({ seenAt, expiresAt, ifVersion }: SessionPatch, now: number): string =>
  `{${now},${seenAt},${expiresAt ?? 'NULL'},${ifVersion ?? 'NULL'}}`;

/** The expression for what becomes of the subject. */
export const subjectIn = (parameter: string): string =>
  `CASE WHEN ${parameter}::text IS NULL THEN subject WHEN ${parameter}::text <> '' THEN substr(${parameter}::text, 2) END`;

export function subjectChange(subject: string | null | undefined): string | null {
  if (subject === undefined) return null;
  return subject === null ? '' : `=${escapeText(subject)}`;
}
