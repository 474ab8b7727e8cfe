// Prints the coverage of src/ by lines and branches. Node 20 maps branches badly, so a newer one is used when it is there.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const newer = 'runtimes/node_modules/node24/bin/node';
const bin = existsSync(newer) ? newer : process.execPath;
if (bin === process.execPath && Number.parseInt(process.versions.node, 10) < 22) {
  console.log('note: npm ci --prefix runtimes first, Node 20 counts branches less well');
}
const args = ['scripts/test.mjs', '--coverage', `--bin=${bin}`, '--exclude=docs/,browser/,runtimes/'];
const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 });

const lines = stdout.split('\n');
const start = lines.findIndex((line) => line.includes('start of coverage report'));
const table = start < 0 ? [] : lines.slice(start);
console.log(table.join('\n').trimEnd());
if (status !== 0) {
  const failures = lines.filter((line) => /^\s*not ok /.test(line));
  console.error([...failures, stderr].join('\n'));
}
process.exit(status ?? 1);
