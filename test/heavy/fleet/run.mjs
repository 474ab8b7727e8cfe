// A key rotation on a fleet under load: no visitor is lost, and rotations done wrong lose some.
// node test/heavy/fleet/run.mjs [--small]; exit status 1 when a visitor's counter is not the requests it made.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { exitOnSignals } from '../support/nginx.mjs';
import { ABSOLUTE_TIMEOUT, BEHIND, IDLE_TIMEOUT, startFleet } from './fleet.mjs';
import { startVisitors, total } from './visitors.mjs';

const { values } = parseArgs({ options: { small: { type: 'boolean', default: false } } });
/** Requests of a visitor, on average between two servers' changes, and at least while all servers are alike. */
const [GAP, STAY] = values.small ? [1, 2] : [10, 40];
const VISITORS = 200;
/** In each of the rotations that are done wrong. */
const LOST = 50;

const secret = () => randomBytes(32).toString('base64url');
const key = (label, id) => ({ label, id, secret: secrets[label] });
const secrets = { first: secret(), second: secret(), third: secret() };

const say = (line) => process.stdout.write(`${line}\n`);
let failures = 0;
function expect(truth, line) {
  if (truth) return;
  failures++;
  say(`FAILED: ${line}`);
}

/** Changes one server after the other, under load. */
async function roll(fleet, visitors, command, rest) {
  for (const server of fleet.servers) {
    await server.tell(command, rest);
    await visitors.together(GAP * visitors.jars.length);
  }
}

const STEPS = [
  { title: 'first', keys: [key('first')] },
  { title: 'first, second', keys: [key('first'), key('second')] },
  { title: 'second, first', keys: [key('second'), key('first')] },
  { title: 'second', keys: [key('second')] },
  { title: 'second gets the id "b"', keys: [key('second', 'b')] },
  { title: 'b, c', keys: [key('second', 'b'), key('third', 'c')] },
  // Where visitors only read, nothing is saved: the rotation stands still until `resign`.
  { title: 'c, b, only reads', keys: [key('third', 'c'), key('second', 'b')], readOnly: true },
  { title: 'c, b, only reads, resign', resign: true, readOnly: true },
  { title: 'c', keys: [key('third', 'c')] },
];

const row = (title, requests, { loads, older, resigned, rejected }) =>
  [
    title.padEnd(38),
    ...[requests, loads.first ?? 0, loads.second ?? 0, loads.third ?? 0, older, resigned, sumOf(rejected)].map((n) =>
      String(n).padStart(9),
    ),
  ].join('');
const sumOf = (record) => Object.values(record).reduce((sum, n) => sum + n, 0);

async function rotation() {
  say(
    `4 servers behind nginx, the clock of one ${BEHIND} s behind; ${VISITORS} visitors, each request after the other`,
  );
  say(`idleTimeout ${IDLE_TIMEOUT}, absoluteTimeout ${ABSOLUTE_TIMEOUT}, clockTolerance by default`);
  say('by onEvent: loads by the key that had signed the cookie; older: those with keyIndex over 0; resigned; rejected');
  say('each step on one server after the other (one by one), then with all servers alike (all)');
  say(`${'secretKey'.padEnd(38)}${'requests    first   second    third    older resigned rejected'.padStart(63)}`);
  const fleet = await startFleet({ keys: STEPS[0].keys });
  const visitors = startVisitors(fleet.port, VISITORS);
  let before = 0;
  const report = async (title) => {
    const counts = await fleet.counts();
    const requests = total(visitors.jars, 'requests');
    say(row(title, requests - before, counts));
    before = requests;
    expect(sumOf(counts.rejected) === 0, `${title}: refused ${JSON.stringify(counts.rejected)}`);
    return counts;
  };
  for (const { title, keys, readOnly = false, resign = false } of STEPS) {
    visitors.readOnly(readOnly);
    // A save on its way belongs to the step before.
    if (readOnly) await visitors.each(1);
    await roll(fleet, visitors, ...(resign ? ['resign', { resign }] : ['keys', { keys }]));
    // Of two requests one saves: every cookie has been issued since the last server changed.
    await visitors.each(2);
    const rolling = await report(`${title}: one by one`);
    await visitors.each(STAY);
    const { older } = await report(`${title}: all`);
    if (resign) expect(rolling.resigned === VISITORS, `re-signed ${rolling.resigned}, not once for each visitor`);
    // Reads alone re-issue nothing; after anything else the older key is out of use, and may go.
    const finished = older === 0;
    expect(finished === (resign || !readOnly), `${title}: ${older} loads with an older key when all servers had it`);
  }
  await visitors.stop();
  await fleet.stop();
  const { jars } = visitors;
  const requests = total(jars, 'requests');
  const restarts = total(jars, 'restarts');
  const everywhere = jars.filter((jar) => jar.servers.size === 4).length;
  expect(restarts === 0, `${restarts} restarts`);
  expect(everywhere === VISITORS, `only ${everywhere} visitors met all servers`);
  say(
    `note: fleet: ${requests} requests, ${VISITORS} visitors, ${everywhere} met all 4 servers, ${restarts} restarted`,
  );
}

/** A rotation done wrong: `change` on a fleet under load must lose visitors, or the proof above proves nothing. */
async function control(title, { clockTolerance, change }) {
  const fleet = await startFleet({ keys: STEPS[0].keys, clockTolerance });
  const visitors = startVisitors(fleet.port, LOST);
  await visitors.each(2);
  await change(fleet, visitors);
  await visitors.each(2);
  await visitors.stop();
  const { rejected } = await fleet.counts();
  await fleet.stop();
  const restarted = visitors.jars.filter((jar) => jar.restarts > 0).length;
  say(`note: ${title}: ${restarted} of ${LOST} visitors restarted, refused: ${JSON.stringify(rejected)}`);
  expect(restarted > 0, `${title} loses nobody, so the proof cannot fail`);
}

exitOnSignals();
try {
  await rotation();
  const second = [key('second')];
  const secondFirst = [key('second'), key('first')];
  await control('control, straight from first to second', {
    change: (fleet, visitors) => roll(fleet, visitors, 'keys', { keys: second }),
  });
  await control('control, the new key signs before every server has it', {
    change: (fleet, visitors) => roll(fleet, visitors, 'keys', { keys: secondFirst }),
  });
  await control('control, clockTolerance 0', { clockTolerance: 0, change: () => {} });
} catch (error) {
  expect(false, error.stack);
}
say(failures === 0 ? 'fleet: passed' : `fleet: ${failures} failed`);
process.exit(failures === 0 ? 0 : 1);
