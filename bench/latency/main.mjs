// Latency under load: every host bare and with a session, on this Node, at the same even rate in turns.
// node bench/latency/main.mjs [--seconds N] [--turns N] [--rate N] [--visitors N] [HOST ...]; SCALE=small: whether it works.
// Exit status 1 where a session makes a cliff (verdict.mjs), an answer is wrong, or a control passes.

import { parseArgs } from 'node:util';
import { Arm } from './arm.mjs';
import { CONTROLS, HOSTS } from './hosts.mjs';
import { linesOf } from './lines.mjs';
import { faultsOf, LIMITS } from './verdict.mjs';

const SMALL = process.env.SCALE === 'small';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Of load on each of the two servers. */
    seconds: { type: 'string', default: SMALL ? '1' : '60' },
    turns: { type: 'string', default: SMALL ? '2' : '6' },
    /** Requests a second; without it a part of what the slower one can do. */
    rate: { type: 'string', ...(SMALL && { default: '200' }) },
    visitors: { type: 'string', default: SMALL ? '200' : '2000' },
  },
});
const TURNS = Number(values.turns);
const VISITORS = Number(values.visitors);
const WARM_UP_MS = SMALL ? 600 : 2_000;
/**
 * Of the requests that the slower one answers when it is asked without a pause. Far from where queues grow, and where one
 * process can still keep the time: an answer by itself takes several times what one of many at once does.
 */
const LOAD = { part: 0.25, atMost: 2_500 };
/** Of a control: it has to show soon, and at any machine's pace. */
const CONTROL = { seconds: SMALL ? 1 : 6, rate: SMALL ? 200 : 500, warmUpMs: 600 };
/** How late a request in a hundred may be sent before these figures tell more of the machine than of a server. */
const LATE_MS = 1;

const say = (line) => process.stdout.write(`${line}\n`);

/** In steps that a reader can compare. */
const rateOf = (most) => Math.min(LOAD.atMost, Math.max(50, Math.round((most * LOAD.part) / 50) * 50));

async function measure(host, { seconds, rate: wanted, warmUpMs = WARM_UP_MS }) {
  const arms = [];
  try {
    for (const kind of ['bare', 'session']) arms.push(await Arm.start(host, kind, VISITORS));
    const [bare, session] = arms;
    const bareMost = await bare.warmUp(warmUpMs);
    const sessionMost = await session.warmUp(warmUpMs);
    const rate = wanted ?? rateOf(Math.min(bareMost, sessionMost));
    for (let turn = 0; turn < TURNS; turn++) {
      // Another one first each time: what follows the other's turn may find the machine warmer, or tired.
      for (const arm of turn % 2 === 0 ? arms : arms.toReversed()) await arm.turn({ rate, seconds: seconds / TURNS });
    }
    return {
      host,
      rate,
      seconds,
      turns: TURNS,
      visitors: VISITORS,
      bare: await bare.finish(),
      session: await session.finish(),
    };
  } finally {
    for (const arm of arms) arm.stop();
  }
}

/** Runs one, says what it saw, and which criteria were not met. */
async function report(host, order) {
  const result = await measure(host, order);
  for (const line of linesOf(result)) say(line);
  const lateMs = Math.max(result.bare.lateP99, result.session.lateP99);
  if (lateMs > LATE_MS) say(`  note: the visitors were late themselves: the machine had other work`);
  return faultsOf(result.session, result.bare);
}

const named = positionals.length > 0 ? positionals : SMALL ? ['Express'] : Object.keys(HOSTS);
for (const host of named)
  if (!(host in HOSTS)) throw new Error(`no host ${host}; there are: ${Object.keys(HOSTS).join(', ')}`);

say(`Node ${process.version}; limits: ${JSON.stringify(LIMITS)}`);
if (SMALL) say('skip: the criteria of time: a second on a shared machine does not tell');
const startedMs = performance.now();
let passed = 0;
let failed = 0;
function judge(isOk, line) {
  if (isOk) passed++;
  else failed++;
  say(`  ${isOk ? 'ok' : 'FAILED'}${line}`);
}

for (const host of named) {
  const order = { seconds: Number(values.seconds), rate: values.rate && Number(values.rate) };
  const counted = (await report(host, order)).filter(({ isTimed }) => !(SMALL && isTimed));
  judge(counted.length === 0, counted.length === 0 ? '' : `: ${counted.map(({ id }) => id).join(', ')}`);
}
for (const [name, { notices, isTimed }] of Object.entries(CONTROLS)) {
  if (SMALL && isTimed) continue;
  const ids = (await report(name, CONTROL)).map(({ id }) => id);
  judge(ids.includes(notices), `: it was noticed by: ${ids.join(', ') || 'nothing'}; wanted: ${notices}`);
}
say(`${passed} passed, ${failed} failed, in ${((performance.now() - startedMs) / 60_000).toFixed(1)} min`);
process.exitCode = failed === 0 ? 0 : 1;
