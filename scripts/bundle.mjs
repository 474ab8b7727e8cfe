// Makes lib/, what the package's entries load: a file an entry and a few that they share, in the place of a hundred.
// node scripts/bundle.mjs
//
// Node reads, compiles and links each file of a module graph on its own: microdot/session is 50 of them in dist/, and three
// here. dist/ stays what it is, the modules one by one, for types and for tests.
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'rolldown';

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
/** From an entry's name in lib/, taken from the exports, to the source of its declarations in dist/. */
const input = Object.fromEntries(
  Object.values(exports)
    .filter((target) => typeof target === 'object')
    .map(({ types, default: file }) => [
      file.replace(/^\.\/lib\/(.*)\.js$/, '$1'),
      types.replace(/^\.\/dist\/(.*)\.d\.ts$/, 'src/$1.ts'),
    ]),
);

rmSync('lib', { recursive: true, force: true });
await build({
  input,
  platform: 'neutral',
  external: /^node:/,
  // An entry gives what it is documented to give, and not what others take from the code beside it.
  preserveEntrySignatures: 'strict',
  transform: { target: 'es2022' },
  output: {
    dir: 'lib',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'shared/[name].js',
    sourcemap: true,
    // They are in dist/ and in src/; to compile them away takes a tenth of an import. Line ends stay: stacks are read.
    comments: false,
    codeSplitting: {
      groups: [
        // What is needed without a session too: an app alone must not load one.
        { name: 'base', test: /src\/(errors|platform|session\/host|cookie\/.*)\.ts$/, priority: 3 },
        // All that a session needs. Bundlers split by the entries that need it: a dozen files, twice as long to load.
        { name: 'session', test: /src\/session\/index\.ts$/, priority: 2 },
        { name: 'hosts', test: /src\/hosts\//, minShareCount: 2, priority: 1 },
      ],
    },
  },
});
