// What a stored session costs the web server, beside express-session with its own store over the same engine and client.
// Processor time of the server process, user and system, of Express 5 without sessions subtracted; the requests come from
// this process. "By hand" is the same data read and written through the same client, without any session: where that is near
// the goal, no library can keep it. All servers stand at the same time and take turns, round by round, and medians count.
// After `npm run build:test` and `npm ci --prefix tools`.
// node test/heavy/stored/cost.mjs [--rounds N] [--requests N] [--warm-up N] [--path /read, /save or /mixed: one of ten saves] [--prof DIR]
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { comparable } from './engines.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '11' },
    requests: { type: 'string', default: '8000' },
    'warm-up': { type: 'string', default: '3' },
    path: { type: 'string' },
    prof: { type: 'string' },
  },
});
const ROUNDS = Number(values.rounds);
/** A second or more: in a turn of 1,600 most of what is measured is a process that has waited six seconds for it. */
const REQUESTS = Number(values.requests);
/** Turns before any counts: what an engine of JavaScript has not made machine code of yet takes several times as long. */
const WARM_UP = Number(values['warm-up']);
const VISITORS = 16;
/** What docs/scale.md reckons with: of ten requests of a visitor one saves. */
const SAVES_ONE_IN = 10;
const MIXED = '/mixed';
/** Of what express-session adds. */
const GOAL = 0.67;
const SERVER = fileURLToPath(new URL('cost-server.mjs', import.meta.url));
const execArgv = values.prof === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.prof}`];

const agent = new Agent({ keepAlive: true, maxSockets: VISITORS });
/** What has to end with this process. */
const sites = [];
const engines = [];

function ask(port, path, cookie) {
  return new Promise((resolve, reject) => {
    const headers = cookie === null ? {} : { cookie };
    const request = get({ agent, host: '127.0.0.1', port, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => {
        body += text;
      });
      response.on('end', () => {
        if (response.statusCode !== 200) return reject(new Error(`${response.statusCode} ${body}`));
        resolve({ body: JSON.parse(body), cookie: response.headers['set-cookie']?.[0].split(';', 1)[0] ?? null });
      });
    });
    request.on('error', reject);
  });
}

async function startSite(settings) {
  const env = { ...process.env, NODE_ENV: 'production' };
  const child = fork(SERVER, [JSON.stringify(settings)], { env, execArgv });
  const [{ port }] = await once(child, 'message');
  const visitors = [];
  for (let i = 0; i < VISITORS; i++) {
    const cookie = settings.kind === 'bare' ? null : (await ask(port, '/start', null)).cookie;
    visitors.push({ cookie, saves: 0 });
  }
  const cpu = async () => {
    child.send('cpu');
    return (await once(child, 'message'))[0].cpuUs;
  };
  const stop = async () => {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  };
  const site = { port, visitors, cpu, stop };
  sites.push(site);
  return site;
}

/** One turn: microseconds of the processor for each request, and requests a second. Every answer is looked at. */
async function wave({ port, visitors, cpu }, path) {
  const before = await cpu();
  const startedMs = performance.now();
  await Promise.all(
    visitors.map(async (visitor) => {
      for (let i = 0; i < REQUESTS / VISITORS; i++) {
        const asked = path === MIXED ? (i % SAVES_ONE_IN === 0 ? '/save' : '/read') : path;
        if (asked === '/save') visitor.saves++;
        const { body, cookie } = await ask(port, asked, visitor.cookie);
        assert.deepEqual(body, { user: 'ada', n: visitor.saves });
        if (cookie !== null) visitor.cookie = cookie;
      }
    }),
  );
  const seconds = (performance.now() - startedMs) / 1000;
  return { us: ((await cpu()) - before) / REQUESTS, rps: REQUESTS / seconds };
}

const sorted = (numbers) => [...numbers].sort((a, b) => a - b);
const quantile = (numbers, q) => sorted(numbers)[Math.round((numbers.length - 1) * q)];
const median = (numbers) => quantile(numbers, 0.5);

/** Said only where half of the rounds, taken one by one, are on the same side of the goal; else it is noise that decides. */
function verdict(low, high) {
  if (high <= GOAL) return 'kept';
  return low > GOAL ? 'missed' : 'inconclusive';
}

/** What is measured on one engine: its sites, and the paths that each is asked for. */
async function sitesOn({ peer, place }) {
  const stored = await startSite({ kind: 'stored', place });
  const theirs = await startSite({ kind: 'peer', place });
  const byHand = await startSite({ kind: 'hand', place });
  const turns = [
    { who: 'stored', path: '/read', site: stored },
    { who: peer, path: '/read', site: theirs },
    { who: 'stored', path: '/save', site: stored },
    { who: peer, path: '/save', site: theirs },
    { who: 'stored', path: MIXED, site: stored },
    { who: peer, path: MIXED, site: theirs },
    ...['/read', '/save', MIXED].map((path) => ({ who: 'by hand', path, site: byHand })),
  ];
  // By default express-session also writes the new end after each read; two of its stores can be told not to.
  if (place.kind === 'sqlite') return turns;
  const quiet = await startSite({ kind: 'peer', place, options: { disableTouch: true } });
  return [...turns, { who: `${peer}, disableTouch`, path: '/read', site: quiet }];
}

const turns = [];
try {
  const bare = { name: 'none', who: 'bare', path: '/read', site: await startSite({ kind: 'bare' }), waves: [] };
  turns.push(bare);
  for (const engine of comparable) {
    const { skip } = engine.need();
    if (skip !== undefined) {
      console.log(`skip: ${engine.name}: ${skip}`);
      continue;
    }
    const { place, stop } = await engine.start();
    engines.push(stop);
    for (const turn of await sitesOn({ peer: engine.peer, place })) {
      if (turn.path === (values.path ?? turn.path)) turns.push({ ...turn, name: engine.name, waves: [] });
    }
  }

  for (let round = -WARM_UP; round < ROUNDS; round++) {
    // Another one begins each time, so that none always follows the same one.
    const from = (round + WARM_UP) % turns.length;
    for (const turn of [...turns.slice(from), ...turns.slice(0, from)]) {
      const result = await wave(turn.site, turn.path);
      if (round >= 0) turn.waves.push(result);
    }
  }

  const usOf = (turn) => median(turn.waves.map(({ us }) => us));
  const rpsOf = (turn) => median(turn.waves.map(({ rps }) => rps)).toFixed(0);
  console.log(
    `Express 5, Node ${process.version}; ${ROUNDS} rounds of ${REQUESTS} requests, ${VISITORS} at a time, each visitor a session`,
  );
  console.log(`bare Express: ${usOf(bare).toFixed(0)} us of the processor a request, ${rpsOf(bare)} requests a second`);
  for (const turn of turns) {
    if (['bare', 'stored', 'by hand'].includes(turn.who)) continue;
    const besides = (wanted) =>
      turns.find(({ who, name, path }) => who === wanted && name === turn.name && path === turn.path);
    const [mine, byHand] = [besides('stored'), besides('by hand')];
    const ratioOf = (a, b, none) => (a - none) / (b - none);
    // Of the turns of one round, which lie close in time: what else the machine does falls on all of them.
    const each = (one) => bare.waves.map(({ us }, i) => ratioOf(one.waves[i].us, turn.waves[i].us, us));
    const [low, ratio, high] = [0.25, 0.5, 0.75].map((q) => quantile(each(mine), q));
    console.log(
      `${turn.name}, ${turn.path.slice(1)}: a stored session adds ${(usOf(mine) - usOf(bare)).toFixed(0)} us, ${turn.who} ` +
        `${(usOf(turn) - usOf(bare)).toFixed(0)} us: ${ratio.toFixed(2)} of it (half of the rounds between ` +
        `${low.toFixed(2)} and ${high.toFixed(2)}), goal ${GOAL}: ` +
        `${verdict(low, high)}; by hand ${(usOf(byHand) - usOf(bare)).toFixed(0)} us, ` +
        `${median(each(byHand)).toFixed(2)} of it; ${rpsOf(mine)}, ${rpsOf(turn)} and ${rpsOf(byHand)} requests a second`,
    );
  }
} finally {
  for (const site of sites) await site.stop();
  for (const stop of engines) await stop();
  agent.destroy();
}
