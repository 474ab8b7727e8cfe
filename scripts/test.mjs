// Runs the compiled tests with Node's own runner. Node 20's --test takes no glob, so the files are listed here.
// node scripts/test.mjs [--coverage] [part of a path ...]
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

const args = process.argv.slice(2);
const flags = args.filter((arg) => arg.startsWith('--'));
const parts = args.filter((arg) => !arg.startsWith('--'));

const files = readdirSync('.build', { recursive: true })
  .map((file) => `.build/${file.replaceAll('\\', '/')}`)
  .filter((file) => file.endsWith('.test.js') && (parts.length === 0 || parts.some((part) => file.includes(part))))
  .sort();
if (files.length === 0) {
  console.error('no test file matches');
  process.exit(1);
}

const coverage = flags.includes('--coverage')
  ? ['--experimental-test-coverage', '--test-coverage-include=src/**', '--test-coverage-include=dist/**', '--enable-source-maps']
  : [];
const { status } = spawnSync(process.execPath, [...coverage, '--test', ...files], { stdio: 'inherit' });
process.exit(status ?? 1);
