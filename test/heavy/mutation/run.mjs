// Mutation testing of the compiled core: how many small mistakes the tests notice, and which they do not.
// node test/heavy/mutation/run.mjs [--again] [folder or folder/file ...]; after `npm run build:test`. SCALE=small: one file,
// with the tests nearest to it, and apart from the copies and results of a full run, which may be going on.
// --again: after new tests, only the mutants that survived the last run.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { mutantsOf } from './mutants.mjs';
import { digestOf, openResults } from './results.mjs';
import { createWorkspace, ROOT } from './workspace.mjs';

const small = process.env.SCALE === 'small';
/** Where the copies are: a run is of one state of the project, whatever is built meanwhile. */
const WORK = join(ROOT, `.cache/mutation/${small ? 'small' : 'work'}-`);
const COPY = `${WORK}0`;

/** Percent of the mutants of a folder that have to be noticed. */
const GOAL = 90;
const WORKERS = 2;

/** Which tests a mutant of a folder meets, folders or files: the run ends at the first that fails. */
const TESTS = {
  session: ['session', 'encrypt/session', 'attacks', 'stored/session', 'revocation/revocations'],
  crypto: ['crypto', 'jwt', 'session/token-cache'],
  jwt: ['jwt', 'attacks', 'session/rotation', 'session/token-cache', 'encrypt/session'],
  cookie: ['cookie'],
};

/** Enough for the one file of a small run, in a second. */
const SMALL = { target: 'jwt/key-ring', tests: ['jwt/key-ring', 'jwt/decode'] };

const say = (line) => process.stdout.write(`${line}\n`);

const testsOf = (folder) =>
  (small && folder === 'jwt' ? SMALL.tests : TESTS[folder]).flatMap((tests) =>
    tests.includes('/')
      ? [tests]
      : readdirSync(join(COPY, '.build', tests))
          .filter((file) => file.endsWith('.test.js'))
          .sort()
          .map((file) => `${tests}/${file.slice(0, -'.test.js'.length)}`),
  );

const sizeOf = (name) => statSync(join(COPY, `dist/${name}.js`)).size;

/** The files of a folder, the largest first, or the one that is named. */
function filesOf(target) {
  const [folder] = target.split('/');
  if (TESTS[folder] === undefined) throw new Error(`no such folder: ${folder}`);
  if (target !== folder) return [target];
  return readdirSync(join(COPY, 'dist', folder))
    .filter((file) => file.endsWith('.js'))
    .map((file) => `${folder}/${file.slice(0, -'.js'.length)}`)
    .sort((a, b) => sizeOf(b) - sizeOf(a));
}

/** The rows of one file, from the runs before or made now. */
async function mutate(name, workspaces, again) {
  const { source, mutants } = await mutantsOf(join(COPY, `dist/${name}.js`));
  const tests = testsOf(name.split('/')[0]);
  const texts = tests.map((test) => readFileSync(join(COPY, `.build/${test}.test.js`), 'utf8'));
  const results = openResults(name, { source: digestOf([source]), tests: digestOf(texts) }, { again, small });
  // What has noticed most mutants of this file comes first, and before that what is named like it.
  const noticedBy = new Map(tests.map((test) => [test, test === name ? 1 : 0]));
  for (const { by } of results.rows.values()) noticedBy.set(by, (noticedBy.get(by) ?? 0) + 1);
  const open = mutants.filter(({ id }) => !results.rows.has(id));
  const work = async (workspace) => {
    for (let mutant = open.shift(); mutant !== undefined; mutant = open.shift()) {
      if (mutant.isIgnored) {
        results.add({ id: mutant.id, outcome: 'ignored' });
        continue;
      }
      const ordered = tests.toSorted((a, b) => noticedBy.get(b) - noticedBy.get(a));
      const verdict = await workspace.judge(name, mutant.text, ordered);
      if (noticedBy.has(verdict.by)) noticedBy.set(verdict.by, noticedBy.get(verdict.by) + 1);
      results.add({ id: mutant.id, ...verdict });
    }
  };
  await Promise.all(workspaces.map(work));
  return mutants.map(({ id }) => results.rows.get(id));
}

/** A row of the table, and a line for each mutant that nothing noticed. */
function summarize(name, rows) {
  const count = (outcome) => rows.filter((row) => row.outcome === outcome).length;
  const total = rows.length - count('ignored');
  const survivors = rows.filter(({ outcome }) => outcome === 'survived');
  const cells = [name, total, percent(total - survivors.length, total), count('timeout'), survivors.length];
  say(`| ${[...cells, count('ignored')].join(' | ')} |`);
  return { noticed: total - survivors.length, total, survivors: survivors.map(({ id }) => `${name} ${id}`) };
}

const percent = (part, whole) => `${(whole === 0 ? 100 : (part / whole) * 100).toFixed(1)} %`;

const again = process.argv.includes('--again');
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const targets = named.length > 0 ? named : small ? [SMALL.target] : Object.keys(TESTS);

setPriority(10);
const workspaces = Array.from({ length: WORKERS }, (_, i) => createWorkspace(`${WORK}${i}`));
for (const folder of new Set(targets.map((target) => target.split('/')[0]))) {
  const unchanged = readFileSync(join(COPY, 'dist/errors.js'), 'utf8');
  const { outcome, test } = await workspaces[0].judge('errors', unchanged, testsOf(folder));
  if (outcome !== 'survived') throw new Error(`the tests of ${folder} fail without a mutant: ${outcome} ${test}`);
}

say('| file | mutants | noticed | of these by timeout | survivors | messages left alone |');
say('|---|---|---|---|---|---|');
const survivors = [];
const sums = new Map();
for (const name of targets.flatMap(filesOf)) {
  const found = summarize(name, await mutate(name, workspaces, again));
  survivors.push(...found.survivors);
  const folder = name.split('/')[0];
  const { noticed, total } = sums.get(folder) ?? { noticed: 0, total: 0 };
  sums.set(folder, { noticed: noticed + found.noticed, total: total + found.total });
}
say('');
for (const survivor of survivors) say(survivor);
say('');
for (const [folder, { noticed, total }] of sums) {
  say(`${folder}: ${percent(noticed, total)} of ${total} mutants noticed; the goal is ${GOAL} %`);
  if (noticed / total < GOAL / 100) process.exitCode = 1;
}
