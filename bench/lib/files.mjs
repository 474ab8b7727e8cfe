// Where things are: the checkout, the built package, the results.

import { fileURLToPath } from 'node:url';

/** The folder `bench/`, and the root of the checkout; both with a slash at the end. */
export const BENCH = fileURLToPath(new URL('..', import.meta.url));
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The URL of a file of the built package, such as `session/index.js`. */
export const distUrl = (file) => new URL(`../../dist/${file}`, import.meta.url);

/** What a run leaves that is not to be kept. */
export const SCRATCH = `${ROOT}.cache/bench/`;

/** What full runs have measured: committed, so that the documents can be made from parts of different days. */
export const RESULTS = `${BENCH}results/`;

/** The documents made of them. */
export const DOCUMENT = `${ROOT}docs/benchmarks.md`;
export const IMAGES = `${ROOT}docs/images/`;
