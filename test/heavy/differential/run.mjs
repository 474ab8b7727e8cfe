// Two threads run the same cases: one with everything that makes the codec quick, one in plain ECMAScript. Every answer has
// to be the same to the letter. node test/heavy/differential/run.mjs [--count 1000000] [--seed 20260101]
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '20260101' } },
});
const COUNT = Number(values.count);
const SEED = Number(values.seed);
const say = (line) => process.stdout.write(`${line}\n`);

/** The results of a thread, as they come: blocks of cases with a digest, and counts at the end. */
function start(isQuick, detail = null) {
  const worker = new Worker(new URL('cases.mjs', import.meta.url), {
    workerData: { isQuick, count: COUNT, seed: SEED, detail },
  });
  return new Promise((resolve, reject) => {
    const blocks = [];
    worker.on('message', (message) =>
      typeof message === 'string' ? blocks.push(message) : resolve({ ...message, blocks }),
    );
    worker.on('error', reject);
  });
}

const startedMs = performance.now();
const [quick, plain] = await Promise.all([start(true), start(false)]);
say(`seed ${SEED}: ${quick.cases} cases on each side, compared in ${quick.blocks.length} blocks`);
for (const [name, { counts, facts }] of Object.entries({ quick, plain })) {
  say(`${name}: ${facts}`);
  if (name === 'plain') continue;
  const width = Math.max(...Object.values(counts).map((count) => String(count).length));
  for (const [what, count] of Object.entries(counts).sort((a, b) => b[1] - a[1])) {
    say(`  ${String(count).padStart(width)}  ${what}`);
  }
}

const different = quick.blocks.findIndex((block, i) => block !== plain.blocks[i]);
if (different !== -1) {
  const [one, other] = await Promise.all([start(true, different), start(false, different)]);
  const at = one.lines.findIndex((line, i) => line !== other.lines[i]);
  say(`FAILED in block ${different}, case ${at}:\n  quick: ${one.lines[at]}\n  plain: ${other.lines[at]}`);
}
const isComplete = quick.cases === COUNT && plain.cases === COUNT && quick.blocks.length === plain.blocks.length;
const isFair = quick.hits > COUNT / 5 && quick.native > COUNT / 20 && plain.hits === 0 && plain.native === 0;
if (!isComplete || !isFair) say('FAILED: not all cases ran, or not by the ways that they are about');
say(`${different === -1 ? 'no' : 'a'} difference, ${Math.round((performance.now() - startedMs) / 1000)} s`);
process.exitCode = different === -1 && isComplete && isFair ? 0 : 1;
