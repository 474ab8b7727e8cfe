// What importing each entry takes when a process starts, against node:crypto. A report and no test: machines differ.
// node scripts/startup.mjs [--rounds=21]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '21' } } });
const rounds = Number(values.rounds);
const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));

const EMPTY = 'an empty module';
const YARDSTICK = 'node:crypto';
/** What each module of a subject imports. */
const imports = new Map([
  [EMPTY, null],
  [YARDSTICK, YARDSTICK],
  ...Object.entries(exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([entry, target]) => [`microdot${entry.slice(1)}`, pathToFileURL(target.default).href]),
]);
const subjects = [...imports.keys()];

const folder = mkdtempSync(join(tmpdir(), 'microdot-startup-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
/** All are files that import one thing, so that they differ in nothing else. */
const files = new Map(
  [...imports].map(([subject, specifier], index) => {
    const file = join(folder, `${index}.mjs`);
    writeFileSync(file, specifier === null ? '' : `import ${JSON.stringify(specifier)};`);
    return [subject, pathToFileURL(file).href];
  }),
);

/** The milliseconds of one import, without those of starting Node: that is not ours. */
function time(subject) {
  const source = `const start = performance.now(); await import(${JSON.stringify(files.get(subject))});
    process.stdout.write(String(performance.now() - start));`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '--eval', source], { encoding: 'utf8' }));
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const times = new Map(subjects.map((subject) => [subject, []]));
for (const subject of subjects) time(subject); // the first one reads files that are in the cache for the others
for (let round = 0; round < rounds; round++) {
  // Interleaved, and each time from another one on: what else the machine does hits all of them.
  const start = round % subjects.length;
  for (const subject of [...subjects.slice(start), ...subjects.slice(0, start)]) times.get(subject).push(time(subject));
}

const over = (subject) => median(times.get(subject)) - median(times.get(EMPTY));
const yardstick = over(YARDSTICK);
console.log(`Node ${process.version}, the median of ${rounds} processes each, interleaved`);
console.log(`${'import'.padEnd(34)} ${'ms over an empty module'.padStart(24)} ${`of ${YARDSTICK}`.padStart(16)}`);
for (const subject of subjects.slice(1)) {
  const ms = over(subject);
  console.log(`${subject.padEnd(34)} ${ms.toFixed(2).padStart(24)} ${`${(ms / yardstick).toFixed(2)} x`.padStart(16)}`);
}
