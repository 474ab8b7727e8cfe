// The picture of docs/scale.md: reads and saves of stored sessions as an engine fills, from the evidence of the heavy suites.
// node bench/report/curves.mjs

import { readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { IMAGES, ROOT } from '../lib/files.mjs';
import { dotPlot } from './svg.mjs';

export const PICTURE = `${IMAGES}stored-curves.svg`;

/** Each with its title where the output has none for it. */
const EVIDENCE = [
  ['sqlite', 'SQLite, node:sqlite'],
  ['stored-curves', null],
];

/**
 * "Redis: 198 bytes of data; ..." begins a table, whose rows are a number of sessions, p50 and p99 of a read, then of a save. In
 * SQLite, which answers at once, these are the session's own get and save.
 */
const TITLE = /^(.+): \d+ bytes of data/;
const ROW = /^ *(\d+) \| *(\d+) \| *\d+ \| *(\d+) \|/;

function rowsOf(output, title) {
  const rows = title === null ? [] : [{ label: title, heading: true, points: [] }];
  for (const line of output.split('\n')) {
    const [, name] = TITLE.exec(line) ?? [];
    if (name !== undefined && title === null) rows.push({ label: name, heading: true, points: [] });
    const [, sessions, read, save] = (ROW.exec(line) ?? []).map(Number);
    if (sessions === undefined) continue;
    const points = [read, save].map((value, series) => ({ series, value }));
    rows.push({ label: `${sessions.toLocaleString('en')} sessions`, points });
  }
  return rows;
}

/** The picture that the committed evidence gives. */
export function curves() {
  const rows = EVIDENCE.flatMap(([name, title]) =>
    rowsOf(readFileSync(`${ROOT}docs/evidence/${name}.txt`, 'utf8'), title),
  );
  return dotPlot({
    title: 'Half of all calls take no longer: a store as it fills',
    about:
      '.ci/heavy sqlite (of the session) and stored-curves (of the store); one call after the other; a logarithmic axis',
    series: ['read', 'save'],
    unit: ' µs',
    rows,
  });
}

if (argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PICTURE, curves());
