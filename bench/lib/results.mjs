// Keeps what the parts have found, one file for each part and Node, so that each can be measured on a day of its own.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** In the order of the documents. */
export const PARTS = Object.freeze(['codec', 'request', 'scale', 'package']);

const fileOf = ({ part, node }) => `${part}-node${/\d+/.exec(node)?.[0]}.json`;

/** Four digits are more than any of them means. */
const rounded = (_key, value) =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;

/** One row a line: a diff shows what was measured anew. */
const format = (result) =>
  `${JSON.stringify(result, rounded, 1).replace(/\[[\s\d.,e+-]*\]/g, (list) => list.replace(/\s+/g, ''))}\n`;

export function writeResult(folder, result) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, fileOf(result)), format(result));
}

/** All that a folder has, by part and then the newest Node first. */
export function readResults(folder) {
  const results = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
  const major = ({ node }) => Number(/\d+/.exec(node)?.[0]);
  return results.sort((a, b) => PARTS.indexOf(a.part) - PARTS.indexOf(b.part) || major(b) - major(a));
}
