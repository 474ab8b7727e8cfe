// Sessions under load: many visitors at once on every Node host, each with a counter of his own, and a heap that stays flat.
// node test/heavy/load/run.mjs [host ...]; after `npm run build`. SCALE=small: fewer requests.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('server.mjs', import.meta.url));
const SMALL = process.env.SCALE === 'small';
const VISITORS = 500;
const REQUESTS = SMALL ? 5_000 : 200_000;
/** Before the first look at the heap: code is compiled, pools are filled. */
const WARM_UP = SMALL ? 5_000 : 20_000;
/** Bytes that the heap may have grown by, from one full collection to the other: 10 a request would be 2 MB. */
const GROWTH = 1024 * 1024;

const say = (line) => process.stdout.write(`${line}\n`);
const agent = new Agent({ keepAlive: true, maxSockets: 100 });

function ask(port, path, cookie) {
  return new Promise((resolve, reject) => {
    const headers = cookie === null ? {} : { cookie };
    const request = get({ agent, host: '127.0.0.1', port, path, headers }, (response) => {
      let body = '';
      response.setEncoding('latin1').on('data', (text) => {
        body += text;
      });
      response.on('end', () => resolve({ body, cookie: response.headers['set-cookie'] }));
    });
    request.on('error', reject);
  });
}

/** One visitor: so many visits one after the other, each answered with his own name and the next number. */
async function visit(port, visitor, visits) {
  for (let i = 0; i < visits; i++) {
    const { body, cookie } = await ask(
      port,
      visitor.n === 0 ? `/count?name=${visitor.name}` : '/count',
      visitor.cookie,
    );
    visitor.n++;
    if (cookie?.length !== 1 || body !== JSON.stringify({ name: visitor.name, n: visitor.n })) return 1 + visits - i;
    visitor.cookie = cookie[0].split(';', 1)[0];
  }
  return 0;
}

async function message(child, key) {
  for (;;) {
    const [answer] = await once(child, 'message');
    if (key in answer) return answer[key];
  }
}

async function heapOf(child) {
  const heap = message(child, 'heap');
  child.send('heap');
  return heap;
}

async function load(name) {
  const child = fork(SERVER, [name], { execArgv: ['--expose-gc'], env: { ...process.env, NODE_ENV: 'production' } });
  try {
    const port = await message(child, 'port');
    const visitors = Array.from({ length: VISITORS }, (_, i) => ({ name: `visitor-${i}`, n: 0, cookie: null }));
    const wave = async (requests) => {
      const wrong = await Promise.all(visitors.map((visitor) => visit(port, visitor, requests / VISITORS)));
      return wrong.reduce((sum, n) => sum + n, 0);
    };
    let wrong = await wave(WARM_UP);
    const before = await heapOf(child);
    const startedMs = performance.now();
    wrong += await wave(REQUESTS);
    const seconds = (performance.now() - startedMs) / 1000;
    const growth = (await heapOf(child)) - before;
    const isFlat = growth < GROWTH;
    say(
      `${name.padEnd(10)} ${VISITORS} visitors, ${WARM_UP + REQUESTS} requests in ${seconds.toFixed(1)} s, ` +
        `${wrong} not their own, heap ${(growth / 1024).toFixed(0)} KB more`,
    );
    return wrong === 0 && isFlat;
  } finally {
    child.kill();
  }
}

const [{ names, control }] = await once(fork(SERVER), 'message');
const wanted = process.argv.length > 2 ? process.argv.slice(2) : names;
let failed = 0;
for (const name of wanted) {
  if (await load(name)) continue;
  say(`${name}: FAILED`);
  failed++;
}
if (await load(control)) {
  say(`${control}: FAILED, for it passed`);
  failed++;
}
agent.destroy();
say(`${wanted.length + 1 - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
