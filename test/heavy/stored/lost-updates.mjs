// Lost updates: 64 clients change ONE session through four server processes, and every change has to be there at the end.
// The same requests to express-session with its own stores show that they come in each other's way.
// After `npm run build:test` and `npm ci --prefix tools`. node test/heavy/stored/lost-updates.mjs [--requests N] [part of an engine's name ...]
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { comparable, engines } from './engines.mjs';

const { values, positionals } = parseArgs({
  options: { requests: { type: 'string', default: '20000' } },
  allowPositionals: true,
});
const REQUESTS = Number(values.requests);
const CLIENTS = 64;
const PROCESSES = 4;
const SERVER = fileURLToPath(new URL('lost-updates-server.mjs', import.meta.url));

const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });

function ask(port, path, cookie) {
  return new Promise((resolve, reject) => {
    const request = get({ agent, host: '127.0.0.1', port, path, headers: cookie ? { cookie } : {} }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => {
        body += text;
      });
      response.on('end', () => {
        if (response.statusCode !== 200) return reject(new Error(`${response.statusCode} ${body}`));
        resolve({ value: JSON.parse(body), cookie: response.headers['set-cookie']?.[0].split(';', 1)[0] });
      });
    });
    request.on('error', reject);
  });
}

async function startServers(place, isPeer) {
  const children = Array.from({ length: PROCESSES }, () => fork(SERVER, [JSON.stringify({ place, isPeer })]));
  const ports = await Promise.all(
    children.map(async (child) => {
      // Whoever waits for it then has an error that does not say why.
      child.on('exit', (code, signal) => {
        if (!child.killed) console.log(`a server ended by itself: ${signal ?? code}`);
      });
      const [port] = await once(child, 'message', { signal: AbortSignal.timeout(60_000) });
      return port;
    }),
  );
  return { children, ports };
}

/** Changes that were answered, by key. Every second one counts where all count, the others where this client alone does. */
async function load(ports, cookie) {
  const answered = new Map();
  let sent = 0;
  const client = async (i) => {
    while (sent < REQUESTS) {
      const number = sent++;
      const key = number % 2 === 0 ? 'n' : `own${i}`;
      await ask(ports[(number + i) % ports.length], key === 'n' ? '/add' : `/own/${key}`, cookie);
      answered.set(key, (answered.get(key) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, i) => client(i)));
  return answered;
}

/** Of the changes of these keys, those that are not in the session. One that was made twice counts as wrong as well. */
const lostOf = (answered, data, isWanted) =>
  [...answered].filter(([key]) => isWanted(key)).reduce((sum, [key, n]) => sum + Math.abs(n - (data[key] ?? 0)), 0);

async function run(place, isPeer) {
  const { children, ports } = await startServers(place, isPeer);
  try {
    // The session begins with one count, which is no part of the load.
    const { cookie } = await ask(ports[0], '/own/first');
    const startedMs = performance.now();
    const answered = await load(ports, cookie);
    const seconds = (performance.now() - startedMs) / 1000;
    const { value } = await ask(ports[0], '/', cookie);
    const total = [...answered.values()].reduce((sum, n) => sum + n, 0);
    assert.equal(total, REQUESTS);
    return {
      increments: answered.get('n'),
      lostIncrements: lostOf(answered, value, (key) => key === 'n'),
      saves: total - answered.get('n'),
      lostSaves: lostOf(answered, value, (key) => key !== 'n'),
      seconds,
    };
  } finally {
    for (const child of children) {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    }
  }
}

const told = (name, { increments, lostIncrements, saves, lostSaves, seconds }) =>
  `${name}: ${increments} increments answered, ${lostIncrements} lost; ${saves} saves answered, ${lostSaves} lost; ` +
  `${seconds.toFixed(1)} s`;

async function onEngine({ name, need, start }, use) {
  if (positionals.length > 0 && !positionals.some((part) => name.includes(part))) return;
  const { skip } = need();
  if (skip !== undefined) return console.log(`skip: ${name}: ${skip}`);
  const { place, stop } = await start();
  try {
    await use(place);
  } finally {
    await stop();
  }
}

console.log(
  `${CLIENTS} clients, ${PROCESSES} server processes, one session, ${REQUESTS} requests; Node ${process.version}`,
);
let failed = 0;
let passed = 0;
for (const engine of engines) {
  await onEngine(engine, async (place) => {
    const result = await run(place, false);
    const isWhole = result.lostIncrements === 0 && result.lostSaves === 0;
    if (isWhole) passed++;
    else failed++;
    console.log(`${told(engine.name, result)}${isWhole ? '' : ': FAILED'}`);
  });
}
// The control: how often these requests meet. That it loses is its design, and by chance it might not: no failure.
for (const engine of comparable) {
  await onEngine(engine, async (place) => {
    console.log(told(`control, express-session with ${engine.peer} (${engine.name})`, await run(place, true)));
  });
}
agent.destroy();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
