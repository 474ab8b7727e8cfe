// Prints the coverage of src/ by lines and branches. Node 20 maps branches badly, so a newer one is used when it is there.
// node scripts/coverage.mjs [--exclude=PART,...]: what need not run again; all of the output where a test fails.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { exclude: { type: 'string', default: 'docs/,browser/,runtimes/' } } });

const newer = 'runtimes/node_modules/node24/bin/node';
const bin = existsSync(newer) ? newer : process.execPath;
if (bin === process.execPath && Number.parseInt(process.versions.node, 10) < 22) {
  console.log('note: npm ci --prefix runtimes first, Node 20 counts branches less well');
}
const args = ['scripts/test.mjs', '--coverage', `--bin=${bin}`, `--exclude=${values.exclude}`];
const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 });

// What was skipped and why, how many passed, and the table.
const isWanted = (line) => / # SKIP |^# (?!Subtest)/.test(line);
console.log(status === 0 ? stdout.split('\n').filter(isWanted).join('\n') : stdout.trimEnd());
if (status !== 0) console.error(stderr);
process.exit(status ?? 1);
