// Mutation testing with Stryker over the compiled core: how many small mistakes the tests notice, and which they do not.
// node test/heavy/mutation/run.mjs [folder or folder/file ...]; after `npm run build:test`. SCALE=small: one file.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '../../..');
const WORK = join(ROOT, '.cache/mutation');
/** Percent of the mutants of a run that have to be noticed. */
const GOAL = 90;

/** Which tests a mutant of a folder meets, those that know it best first: the run ends at the first that fails. */
const TESTS = {
  jwt: ['jwt', 'attacks'],
  cookie: ['cookie'],
  crypto: ['crypto', 'jwt'],
  session: ['session', 'attacks'],
};

const say = (line) => process.stdout.write(`${line}\n`);

function makeWorkspace() {
  rmSync(WORK, { recursive: true, force: true });
  mkdirSync(WORK, { recursive: true });
  for (const path of ['dist', '.build', 'test/vectors', 'package.json']) {
    cpSync(join(ROOT, path), join(WORK, path), { recursive: true });
  }
  for (const file of ['bail.mjs', 'tests.mjs', 'ignore-messages.mjs']) cpSync(join(HERE, file), join(WORK, file));
  symlinkSync(join(HERE, 'node_modules'), join(WORK, 'node_modules'));
}

/** The mutants of a folder, or of one file of it, as Stryker's report has them. */
function mutate(target) {
  const [folder] = target.split('/');
  const tests = TESTS[folder];
  if (tests === undefined) throw new Error(`no such folder: ${folder}`);
  const pattern = target === folder ? `dist/${folder}/**/*.js` : `dist/${target}.js`;
  const config = {
    mutate: [pattern],
    testRunner: 'command',
    commandRunner: { command: `"${process.execPath}" --test-reporter=./bail.mjs tests.mjs ${tests.join(' ')}` },
    plugins: ['./ignore-messages.mjs'],
    ignorers: ['messages'],
    reporters: ['json'],
    jsonReporter: { fileName: 'report.json' },
    // A mutant may loop for ever. Generous, since a timeout counts as noticed.
    timeoutMS: 4000,
    timeoutFactor: 2,
    concurrency: 2,
    tempDirName: 'sandbox',
    checkers: [],
    disableTypeChecks: false,
    allowEmpty: false,
    logLevel: 'warn',
  };
  writeFileSync(join(WORK, 'stryker.config.json'), JSON.stringify(config));
  const { status } = spawnSync(process.execPath, ['node_modules/@stryker-mutator/core/bin/stryker.js', 'run'], {
    cwd: WORK,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error(`Stryker ended with status ${status}`);
  return JSON.parse(readFileSync(join(WORK, 'report.json'), 'utf8')).files;
}

const NOTICED = ['Killed', 'Timeout', 'RuntimeError', 'CompileError'];

/** One line a file, and one for each mutant that nothing noticed. */
function summarize(files) {
  let noticed = 0;
  let total = 0;
  for (const [file, { source, mutants }] of Object.entries(files)) {
    const counted = mutants.filter(({ status }) => status !== 'Ignored');
    const timeouts = counted.filter(({ status }) => status === 'Timeout').length;
    const survivors = counted.filter(({ status }) => !NOTICED.includes(status));
    noticed += counted.length - survivors.length;
    total += counted.length;
    const share = percent(counted.length - survivors.length, counted.length);
    say(
      `${file.padEnd(32)} ${share} of ${counted.length}, by timeout ${timeouts}, survived ${survivors.length}, ` +
        `messages left alone ${mutants.length - counted.length}`,
    );
    const lines = source.split('\n');
    for (const { location, mutatorName, replacement } of survivors) {
      const { start, end } = location;
      const line = lines[start.line - 1] ?? '';
      const was =
        start.line === end.line ? line.slice(start.column - 1, end.column - 1) : `${line.slice(start.column - 1)} …`;
      say(`  ${start.line}:${start.column} ${mutatorName}: ${oneLine(was)}  ->  ${oneLine(replacement ?? '')}`);
    }
  }
  return { noticed, total };
}

const oneLine = (text) => text.replace(/\s+/g, ' ').slice(0, 120);
const percent = (part, whole) => `${(whole === 0 ? 100 : (part / whole) * 100).toFixed(1).padStart(5)} %`;

const small = process.env.SCALE === 'small';
const targets = process.argv.length > 2 ? process.argv.slice(2) : small ? ['jwt/key-ring'] : Object.keys(TESTS);
makeWorkspace();
const sum = { noticed: 0, total: 0 };
for (const target of targets) {
  const startedMs = performance.now();
  const { noticed, total } = summarize(mutate(target));
  say(
    `${target}: ${percent(noticed, total)} of ${total} mutants noticed, ${Math.round((performance.now() - startedMs) / 1000)} s`,
  );
  sum.noticed += noticed;
  sum.total += total;
}
say(`all: ${percent(sum.noticed, sum.total)} of ${sum.total} mutants noticed; the goal is ${GOAL} %`);
process.exitCode = sum.noticed / sum.total < GOAL / 100 ? 1 : 0;
