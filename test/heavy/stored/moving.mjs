// An application moves its sessions under load, from cookies to SQLite and on to Redis or PostgreSQL, one server after the other:
// nobody is logged out and no visit is lost. Done without `readFrom`, or with visitors on servers of both kinds, it loses some.
// After `npm run build:test` and `npm ci --prefix tools`. node test/heavy/stored/moving.mjs [--visitors N]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ask, keep } from '../support/ask.mjs';
import { engines } from './engines.mjs';

const { values } = parseArgs({ options: { visitors: { type: 'string', default: '200' } } });
const VISITORS = Number(values.visitors);
const SERVERS = 4;
/** Visits of everybody between two steps, and after the last one. */
const STAY = 5;
const SERVER = fileURLToPath(new URL('moving-server.mjs', import.meta.url));

const say = (line) => process.stdout.write(`${line}\n`);
let failures = 0;
function expect(truth, line) {
  if (truth) return;
  failures++;
  say(`FAILED: ${line}`);
}

async function start(config) {
  const child = fork(SERVER, [JSON.stringify(config)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [{ port }] = await once(child, 'message', { signal: AbortSignal.timeout(60_000) });
  return { child, port };
}

/** Ends a server when it has answered what it was asked; how many sessions it has moved. */
async function stop({ child }) {
  child.send('close');
  const [{ moved }] = await once(child, 'message', { signal: AbortSignal.timeout(60_000) });
  child.disconnect();
  return moved;
}

/** Visitors who each send one request after the other, to the servers as they are at the moment. */
class Crowd {
  servers = [];
  isSticky = true;
  #gates = Array.from({ length: SERVERS }, () => Promise.resolve());
  #busy = Array.from({ length: SERVERS }, () => new Set());
  #jars = Array.from({ length: VISITORS }, (_, i) => ({ i, cookie: '', visits: 0, n: 0, name: null, restarts: 0 }));
  #isOver = false;
  #walks;

  begin() {
    this.#walks = Promise.all(this.#jars.map((jar) => this.#walk(jar)));
    this.#walks.catch(() => {});
  }

  get visits() {
    return this.#jars.reduce((sum, { visits }) => sum + visits, 0);
  }

  /** Visitors who were taken for somebody new, or whose count was not what they had been told. */
  get restarted() {
    return this.#jars.filter(({ restarts }) => restarts > 0).length;
  }

  /** Resolves when everybody has been there so many times more. */
  async each(more) {
    const goals = this.#jars.map(({ visits }) => visits + more + 1);
    const isThere = () => this.#jars.every(({ visits }, i) => visits >= goals[i]);
    while (!isThere()) await Promise.race([this.#walks, new Promise((resolve) => setTimeout(resolve, 5))]);
  }

  /** Puts another server in the place of one, as a balancer does: nobody new is sent there until it stands. */
  async replace(index, config) {
    let open;
    this.#gates[index] = new Promise((resolve) => {
      open = resolve;
    });
    await Promise.all(this.#busy[index]);
    const before = this.servers[index];
    const moved = before === undefined ? 0 : await stop(before);
    this.servers[index] = await start(config);
    open();
    return moved;
  }

  async end() {
    this.#isOver = true;
    await this.#walks;
    return Promise.all(this.servers.map(stop));
  }

  async #walk(jar) {
    while (!this.#isOver) {
      const index = (this.isSticky ? jar.i : jar.visits + jar.i) % SERVERS;
      await this.#gates[index];
      const visit = this.#visit(jar, index);
      this.#busy[index].add(visit);
      await visit;
      this.#busy[index].delete(visit);
    }
  }

  async #visit(jar, index) {
    const answer = await ask({ agent: false, port: this.servers[index].port, path: '/', cookie: jar.cookie });
    if (answer.status !== 200) throw new Error(`status ${answer.status}`);
    const { n, name } = JSON.parse(answer.body);
    if (n !== jar.n + 1 || (jar.name !== null && name !== jar.name)) jar.restarts++;
    Object.assign(jar, { n, name, cookie: keep(jar.cookie, answer.headers), visits: jar.visits + 1 });
  }
}

/**
 * Rolls a crowd through configurations, one server after the other.
 * @param steps each with `title`, `config`, `moves`: sessions that have to be moved in it; `isMixed`: visitors go to all servers
 * @returns how many visitors were lost
 */
async function journey(name, steps) {
  const crowd = new Crowd();
  for (let i = 0; i < SERVERS; i++) await crowd.replace(i, steps[0].config);
  crowd.begin();
  await crowd.each(STAY);
  let moved = 0;
  const settle = async (title, expected) => {
    if (expected !== undefined) expect(moved === expected, `${name}, ${title}: ${moved} moved, not ${expected}`);
    say(`${name}: ${title}: ${crowd.visits} visits so far, ${moved} moved, ${crowd.restarted} visitors lost`);
    moved = 0;
  };
  let [title, moves] = [steps[0].title, undefined];
  for (const step of steps.slice(1)) {
    crowd.isSticky = step.isMixed !== true;
    await crowd.each(STAY);
    for (let i = 0; i < SERVERS; i++) {
      moved += await crowd.replace(i, step.config);
      // Those of the server that stands now come, while the others are of the kind before.
      if (i < SERVERS - 1) await crowd.each(1);
    }
    // What the servers of the step before had moved is known when they have ended.
    await settle(title, moves);
    [title, moves] = [step.title, step.moves];
    await crowd.each(STAY);
    crowd.isSticky = false;
    await crowd.each(STAY);
  }
  moved += (await crowd.end()).reduce((sum, n) => sum + n, 0);
  await settle(title, moves);
  return crowd.restarted;
}

const cookie = { title: 'cookies', config: { kind: 'cookie' } };
const stored = (title, place, older, rest = {}) => ({ title, config: { kind: 'stored', place, older }, ...rest });

async function suite(sqlite, target) {
  const [from, to] = [await sqlite.start(), await target.start()];
  try {
    const lost = await journey(`cookies, SQLite, ${target.name}`, [
      cookie,
      stored('SQLite, readFrom cookies', from.place, ['cookie'], { moves: VISITORS }),
      stored(`${target.name}, readFrom SQLite`, to.place, [from.place], { moves: VISITORS }),
      // Everybody has been there: the older store may go, and servers of both kinds read the same one.
      stored(`${target.name} alone`, to.place, [], { moves: 0, isMixed: true }),
    ]);
    expect(lost === 0, `${lost} visitors were lost on the way to ${target.name}`);
  } finally {
    await from.stop();
    await to.stop();
  }
}

/** A move that is done wrong has to lose visitors, or the journeys prove nothing. */
async function control(name, sqlite, steps) {
  const { place, stop: remove } = await sqlite.start();
  try {
    const lost = await journey(name, steps(place));
    expect(lost > 0, `${name} loses nobody, so the suite cannot fail`);
  } finally {
    await remove();
  }
}

const [sqlite] = engines;
const { skip } = sqlite.need();
if (skip !== undefined) say(`skip: ${sqlite.name}: ${skip}`);
else {
  for (const target of engines.filter(({ name }) => name === 'Redis' || name.startsWith('PostgreSQL 18'))) {
    const reason = target.need().skip;
    if (reason === undefined) await suite(sqlite, target);
    else say(`skip: ${target.name}: ${reason}`);
  }
  await control('control, without readFrom', sqlite, (place) => [cookie, stored('SQLite', place, [])]);
  await control('control, visitors on servers of both kinds', sqlite, (place) => [
    cookie,
    stored('SQLite, readFrom cookies', place, ['cookie'], { isMixed: true }),
  ]);
}
say(failures === 0 ? 'moving: passed' : `moving: ${failures} failed`);
process.exit(failures === 0 ? 0 : 1);
