// Makes lib/, what the package's entries load: one file an entry and a few that they share, in the place of a hundred.
// node scripts/bundle.mjs
//
// Node reads, compiles and links each file of a module graph on its own: microdot/session was 47 of them in dist/, and took
// four times as long to import as from here. dist/ stays what it is, the modules one by one, for types and for tests.
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
/** From an entry's declarations in dist/ to its source; and its name in lib/ from the exports. */
const entryPoints = Object.fromEntries(
  Object.values(exports)
    .filter((target) => typeof target === 'object')
    .map(({ types, default: file }) => [
      file.replace(/^\.\/lib\/(.*)\.js$/, '$1'),
      types.replace(/^\.\/dist\/(.*)\.d\.ts$/, 'src/$1.ts'),
    ]),
);

rmSync('lib', { recursive: true, force: true });
await build({
  entryPoints,
  outdir: 'lib',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  external: ['node:*'],
  chunkNames: 'shared/[name]-[hash]',
  sourcemap: true,
  // The sources are in the package.
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
});
