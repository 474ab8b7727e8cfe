// Runs the compiled tests. Node 20's --test takes no glob, so the files are listed here.
// node scripts/test.mjs [--coverage] [--runner=node|bun|deno] [--bin=PATH] [--exclude=PART,...] [--needing] [part of a path ...]
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    bin: { type: 'string' },
    coverage: { type: 'boolean', default: false },
    exclude: { type: 'string', default: '' },
    // Only files that may have been skipped on a bare machine, and so have more to say on this one.
    needing: { type: 'boolean', default: false },
    runner: { type: 'string', default: 'node' },
  },
});
const excluded = values.exclude.split(',').filter((part) => part !== '');

/** Whether a module asks what the machine has, itself or through what it imports. */
const known = new Map([[join('.build', 'support', 'needs.js'), true]]);
function isNeeding(file) {
  if (known.has(file)) return known.get(file);
  known.set(file, false);
  const imports = readFileSync(file, 'utf8').matchAll(/(?:from|import) '(\.[^']*)'/g);
  const needing = [...imports].some(([, path]) => !path.includes('/dist/') && isNeeding(join(dirname(file), path)));
  known.set(file, needing);
  return needing;
}

const files = readdirSync('.build', { recursive: true })
  .map((file) => `./.build/${file.replaceAll('\\', '/')}`)
  .filter((file) => file.endsWith('.test.js'))
  .filter((file) => positionals.length === 0 || positionals.some((part) => file.includes(part)))
  .filter((file) => !excluded.some((part) => file.includes(part)))
  .filter((file) => !values.needing || isNeeding(join(file)))
  .sort();
if (files.length === 0) {
  console.error('no test file matches');
  process.exit(1);
}

// The default depends on Node's version; one choice, so that the summary reads alike everywhere.
const reporter = `--test-reporter=${process.stdout.isTTY ? 'spec' : 'tap'}`;
const coverage = [
  '--experimental-test-coverage',
  '--enable-source-maps',
  // Both names of a file: it is filtered once as the emitted one and once as the source it maps to.
  '--test-coverage-include=src/**',
  '--test-coverage-include=dist/**',
];
// A file that hangs is ended and fails.
const limits = ['--test-concurrency=2', '--test-timeout=120000'];
const runners = {
  node: [...(values.coverage ? coverage : []), reporter, ...limits, '--test', ...files],
  bun: ['test', ...files],
  deno: ['test', '--allow-all', '--no-check', ...files],
};
const args = runners[values.runner];
if (args === undefined) {
  console.error(`--runner is one of ${Object.keys(runners).join(', ')}`);
  process.exit(1);
}
const { status, error } = spawnSync(values.bin ?? process.execPath, args, { stdio: 'inherit' });
if (error !== undefined) console.error(error.message);
process.exit(status ?? 1);
