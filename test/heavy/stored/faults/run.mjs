// Faults of stores under load: what was acknowledged is there afterwards, whole, and nobody was logged out meanwhile.
// After `npm run build:test` and `npm ci --prefix tools`. node test/heavy/stored/faults/run.mjs [--few] [part of a scenario's name ...]
import { parseArgs } from 'node:util';
import { play } from './play.mjs';
import { all, few, forgetful } from './scenarios.mjs';

const { values, positionals } = parseArgs({
  options: { few: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const VISITORS = values.few ? 8 : 16;
const ROUNDS = values.few ? 1 : 5;
/** Of each visitor, before a fault and after it. */
const SAVES = values.few ? 10 : 50;
/** Of a full disk: reads that go on meanwhile. */
const FULL_MS = 1_000;
/** As long as reads and saves take to have met it; TCP is more patient. */
const HOLD_MS = 4_000;
const TIMEOUT_S = 2;
/** What a busy machine may add to a timeout before a wait is one that has no bound. */
const SLACK_MS = 5_000;

const settingsOf = ({ isKill, isLong, isHeldBack, felt, options = {}, rounds = isKill ? ROUNDS : 1 }) => ({
  visitors: VISITORS,
  rounds,
  saves: SAVES,
  holdMs: isLong ? HOLD_MS : isKill ? 0 : FULL_MS,
  settleMs: isHeldBack ? HOLD_MS : 0,
  felt,
  options: { timeout: TIMEOUT_S, ...options },
});

/** What is wrong, in words; nothing where all is well. */
function faultsOf({ crowd, starts, spared }, scenario, { rounds, options }) {
  const { counts, errors, emptied, slowestMs, wrong } = crowd;
  const isEmpty = options.onStoreError === 'empty-readonly';
  // Of an application that was killed, connections break. Of one that was not, there is one error alone.
  const isOurs = (code) => !scenario.isRestarted || code.startsWith('ERR_');
  const others = [...errors.keys()].filter((code) => code !== 'ERR_SESSION_STORE' && isOurs(code));
  return [
    ...['lost', 'halfWritten', 'loggedOut'].filter((name) => counts[name] > 0),
    ...others.map((code) => `errors ${code}`),
    ...(slowestMs > TIMEOUT_S * 1000 + SLACK_MS ? ['a call that took too long'] : []),
    // What was held back comes after what was saved meanwhile: by last-write it counts, by reject it does not.
    ...(counts.late > 0 && (!scenario.isHeldBack || options.conflict === 'reject') ? ['late'] : []),
    ...(scenario.canRead && (counts.readsFailed > 0 || counts.reads <= VISITORS) ? ['reads that failed'] : []),
    ...(scenario.isPartial && spared === 0 ? ['nobody was spared'] : []),
    ...(isEmpty === emptied > 0 ? [] : [`${emptied} empty sessions`]),
    ...(starts === (scenario.isRestarted ? rounds + 1 : 1) ? [] : ['another number of starts']),
    ...wrong.slice(0, 5),
  ];
}

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

function told({ name }, { options, rounds }, { crowd, backMs, spared }, isPartial) {
  const { counts, errors, emptied, slowestMs } = crowd;
  const modes = [options.conflict && `conflict '${options.conflict}'`, options.onStoreError].filter(Boolean);
  const codes = [...errors].map(([code, n]) => `${code} ${n}`).join(', ');
  return [
    `${name}${rounds > 1 ? `, ${rounds} times` : ''}${modes.length > 0 ? ` (${modes.join(', ')})` : ''}`,
    `  ${counts.requests} requests, ${counts.acknowledged} saves acknowledged; ${codes || 'no error'}`,
    `  lost ${counts.lost}, half-written ${counts.halfWritten}, logged out ${counts.loggedOut}` +
      `${counts.late > 0 ? `, late ${counts.late}` : ''}${emptied > 0 ? `, shown empty ${emptied}` : ''}` +
      `${isPartial ? `, visitors spared ${spared}` : ''}; ` +
      `slowest call ${seconds(slowestMs)}, all back after ${seconds(backMs)}`,
  ].join('\n');
}

async function outcomeOf(scenario) {
  const settings = settingsOf(scenario);
  const result = await play({ ...scenario, ...settings });
  console.log(told(scenario, settings, result, scenario.isPartial));
  return faultsOf(result, scenario, settings);
}

const isWanted = ({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part));
console.log(`${VISITORS} visitors, timeout ${TIMEOUT_S} s; Node ${process.version}`);
let [passed, failed] = [0, 0];

async function judge(scenario, isRight) {
  if (!isWanted(scenario)) return;
  const { skip } = scenario.need();
  if (skip !== undefined) return console.log(`skip: ${scenario.name}: ${skip}`);
  const faults = await outcomeOf(scenario).catch((error) => [`${error.stack}`]);
  if (isRight(faults)) passed++;
  else {
    failed++;
    console.log(`  FAILED: ${faults.join(', ') || 'nothing was lost'}`);
  }
}

for (const scenario of values.few ? few : all) await judge(scenario, (faults) => faults.length === 0);
if (isWanted(forgetful)) console.log('control, which has to lose:');
await judge(forgetful, (faults) => faults.includes('loggedOut'));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
