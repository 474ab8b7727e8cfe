// What has been found out about the mutants of a file, kept line by line: a run that is cut short goes on where it was.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './workspace.mjs';

const FOLDER = join(ROOT, '.cache/mutation');

export const digestOf = (texts) => createHash('sha256').update(texts.join('\0')).digest('hex');

/**
 * The rows of a file of `dist`, by mutant. Those of an earlier run count where source and tests are what they were; with
 * `again` also those that other tests noticed: tests are added, so what was noticed still is. Of a small run none count: it
 * has to see the tests notice something.
 */
export function openResults(name, digests, { again, small }) {
  const path = join(FOLDER, small ? 'results-small' : 'results', `${name}.jsonl`);
  const rows = new Map();
  if (!small && existsSync(path)) {
    const [head, ...kept] = readFileSync(path, 'utf8').trimEnd().split('\n').map(parsed);
    const isSame = head?.source === digests.source && head?.tests === digests.tests;
    const isNearly = again && head?.source === digests.source;
    for (const row of kept) {
      if (row !== null && (isSame || (isNearly && row.outcome !== 'survived'))) rows.set(row.id, row);
    }
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, [digests, ...rows.values()].map((row) => `${JSON.stringify(row)}\n`).join(''));
  return {
    rows,
    add(row) {
      rows.set(row.id, row);
      appendFileSync(path, `${JSON.stringify(row)}\n`);
    },
  };
}

/** The last line of a run that was killed may be half a line. */
function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
