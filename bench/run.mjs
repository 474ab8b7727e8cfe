// npm run bench: measures the package against its peers, part by part and Node by Node, and writes docs/benchmarks.md.

import { execFileSync, fork } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BENCH, DOCUMENT, IMAGES, RESULTS, ROOT, SCRATCH } from './lib/files.mjs';
import { forGoals, judge, readGoals, stillMissed } from './lib/goals.mjs';
import { commitOf, describeMachine, loadBefore, peerVersions } from './lib/machine.mjs';
import { PARTS, readResults, writeResult } from './lib/results.mjs';
import { goalsAsText } from './report/goals.mjs';
import { writeReport } from './report/report.mjs';

const USAGE = `npm run bench [-- [PART ...] [option ...]]     after npm ci --prefix bench

PART            ${PARTS.join(', ')}; all of them by default, with --quick: codec and package
--node PATH     the Node to measure on, more than once for several;
                default: this one, and Node 24 of runtimes/ where that is installed (npm ci --prefix runtimes)
--quick         within a minute, less exact, on one Node; nothing is kept, no document is written
--full          the part scale up to ten million visitors, the part request in runs of five seconds, of the rows that goals
                are about: an hour on each Node
--seconds N     of such a run, 5 by default
--check         fails where a goal is missed by more than 15 %, each of three times that it is measured
--report        measures nothing: the documents, and --check, from the results there are
--results DIR   where results are kept and documents are written; default: bench/results/ and docs/`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    node: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '5' },
    check: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
    results: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const say = (line) => process.stdout.write(`${line}\n`);

function end(line, status) {
  say(line);
  process.exit(status);
}

if (options.help) end(USAGE, 0);
const unknown = positionals.find((part) => !PARTS.includes(part));
if (!(Number(options.seconds) > 0)) end('--seconds takes a number', 2);
if (unknown !== undefined) end(`there is no part ${unknown}\n\n${USAGE}`, 2);
// Not installed from here: a bench is no reason to fetch two hundred packages unasked.
if (!existsSync(`${BENCH}node_modules`)) end('the peers are not installed: npm ci --prefix bench', 2);
if (!existsSync(`${ROOT}lib/session.js`)) end('the package is not built: npm run build', 2);

const parts = positionals.length > 0 ? positionals : options.quick ? ['codec', 'package'] : PARTS;

/** The Nodes to measure on. */
function nodes() {
  if (options.node !== undefined) return options.node.map((path) => resolve(path));
  const node24 = `${ROOT}runtimes/node_modules/node24/bin/node`;
  if (!existsSync(node24)) return [process.execPath];
  return options.quick || process.version.startsWith('v24.') ? [node24] : [node24, process.execPath];
}

const versionOf = (node) => execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();

/** Runs a part on a Node. */
async function measure(part, node) {
  const order = {
    mode: options.quick ? 'quick' : 'full',
    scale: options.full ? 'full' : 'normal',
    seconds: Number(options.seconds),
  };
  const about = { part, mode: order.mode, node: versionOf(node), date: new Date().toISOString().slice(0, 16) };
  say(`\n=== ${part}, Node ${about.node}`);
  const load = loadBefore();
  const startedMs = performance.now();
  const result = await runPart(part, node, order);
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  say(`${part}: ${seconds} s`);
  return {
    ...about,
    seconds,
    commit: commitOf(),
    machine: { ...describeMachine(), load },
    versions: peerVersions(),
    ...result,
  };
}

function runPart(part, node, order) {
  const env = { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' };
  // A bench of what users run: none of the options that this process may have been started with.
  delete env.NODE_OPTIONS;
  const execArgv = ['--expose-gc', '--disable-warning=FAST_JWT_CACHE_KEY_BUILDER_SECURITY_RISK'];
  const child = fork(`${BENCH}${part}/main.mjs`, { execPath: node, execArgv, env });
  return new Promise((resolvePart, reject) => {
    child.on('message', ({ progress, result, error }) => {
      if (progress !== undefined) say(`  ${progress}`);
      if (result !== undefined) resolvePart(result);
      if (error !== undefined) reject(new Error(error));
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the part ${part} ended with ${code}`)));
    child.send(order);
  });
}

const folder = options.results === undefined ? RESULTS : resolve(options.results);
const measured = [];
/** The path of the Node that a result is of. */
const nodeOf = new Map();
if (!options.report) {
  mkdirSync(SCRATCH, { recursive: true });
  for (const part of parts) {
    for (const node of nodes()) {
      const result = await measure(part, node);
      measured.push(result);
      nodeOf.set(result, node);
      writeResult(options.quick ? `${SCRATCH}quick` : folder, result);
    }
  }
}

const results = options.report ? readResults(folder).filter(({ part }) => parts.includes(part)) : measured;
if (!options.quick) {
  const to =
    options.results === undefined
      ? { document: DOCUMENT, images: IMAGES }
      : { document: `${folder}/benchmarks.md`, images: `${folder}/` };
  for (const file of writeReport(readResults(folder), to)) say(`written: ${file.replace(ROOT, '')}`);
}

const verdicts = readGoals().flatMap((goal) =>
  forGoals(results.filter(({ part }) => part === goal.part)).map((result) => ({ ...judge(goal, result), result })),
);
say(`\n${goalsAsText(verdicts)}`);
if (options.check) {
  const missed = await confirmed(verdicts.filter(({ verdict }) => verdict === 'missed'));
  say(
    missed.length === 0
      ? 'no goal is missed by more than 15 %'
      : `missed by more than 15 %: ${missed.map(({ goal }) => goal.id).join(', ')}`,
  );
  process.exitCode = missed.length === 0 ? 0 : 1;
}

/** Those of the misses that are missed whenever their part is measured: what else a machine does is over some time, a loss is not. */
async function confirmed(missed) {
  let left = missed;
  for (let time = 2; time <= 3 && left.length > 0 && !options.report; time++) {
    const anew = [];
    for (const result of new Set(left.map((miss) => miss.result))) {
      say(`\n${left.map(({ goal }) => goal.id).join(', ')}: missed, so measured again`);
      anew.push(await measure(result.part, nodeOf.get(result)));
    }
    left = stillMissed(left, anew);
  }
  return left;
}
