// Where things are: the checkout, the built package, the results.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder `bench/`, and the root of the checkout; both with a slash at the end. */
export const BENCH = fileURLToPath(new URL('..', import.meta.url));
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const { exports } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));

/** The URL of what users load for an entry such as `microdot/session`; null where the package has none of that name. */
export function entryUrl(entry) {
  const target = exports[entry.replace(/^microdot/, '.')];
  return target === undefined ? null : new URL(`../../${target.default}`, import.meta.url).href;
}

/** What a run leaves that is not to be kept. */
export const SCRATCH = `${ROOT}.cache/bench/`;

/** What full runs have measured: committed, so that the documents can be made from parts of different days. */
export const RESULTS = `${BENCH}results/`;

/** The documents made of them. */
export const DOCUMENT = `${ROOT}docs/benchmarks.md`;
export const IMAGES = `${ROOT}docs/images/`;
