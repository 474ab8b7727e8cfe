// What one session costs the engine that keeps it, Redis and PostgreSQL: processor time and log bytes of a login, a read, a
// save, an end. The figures of docs/scale.md. After `npm run build:test` and `npm ci --prefix tools`, on Linux.
// node test/heavy/stored/scale-engines.mjs [--sessions N]
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ask } from '../../../.build/stored/support/redis-server.js';
import { useOf } from './engine-use.mjs';
import { comparable } from './engines.mjs';
import { each, keyOf } from './sessions.mjs';
import { openStore } from './stores.mjs';

const { values } = parseArgs({ options: { sessions: { type: 'string', default: '100000' } } });
const SESSIONS = Number(values.sessions);
const NOW = 1_800_000_000;
const DAY = 86_400;
const IN_FLIGHT = 64;

const dataOf = (i) => JSON.stringify({ user: i, name: `user ${i}`, cart: [{ id: 1, n: 2 }], theme: 'dark', n: 0 });

/** Every session once, in an order that has nothing to do with where they lie: 7919 is a prime that divides no N here. */
const scattered = (i) => (i * 7919) % SESSIONS;

/** Runs `count` of something, and says what each of them has used. */
async function measure(name, use, count, work) {
  const before = [await use.cpuUs(), await use.logBytes()];
  const startedMs = performance.now();
  await work();
  const seconds = (performance.now() - startedMs) / 1000;
  const [cpuUs, logBytes] = [(await use.cpuUs()) - before[0], (await use.logBytes()) - before[1]];
  const cells = [(cpuUs / count).toFixed(0).padStart(5), (logBytes / count).toFixed(0).padStart(6)];
  console.log(`${name.padEnd(38)} | ${cells.join(' | ')} | ${(count / seconds).toFixed(0).padStart(6)}`);
}

/** Redis ends sessions by itself: it is told beforehand to do so soon. The indexes of the subjects stay. */
const END_ALL_SOON = `
for _, key in ipairs(redis.call('KEYS', '*')) do
  if redis.call('TYPE', key).ok == 'hash' then redis.call('PEXPIRE', key, 3000) end
end`;

/** What prepares the end of all sessions, and what waits for it. */
const ends = {
  redis: {
    prepare: (_store, { ports: [port] }) => ask(port, 'EVAL', END_ALL_SOON, '0'),
    async run(_store, { ports: [port] }) {
      while (Number((await ask(port, 'DBSIZE')).match(/\d+/)[0]) > SESSIONS) await sleep(20);
    },
  },
  postgres: {
    async prepare() {},
    async run(store) {
      let purged = 0;
      for (let n = 1; n > 0; purged += n) n = await store.purge(NOW + 3 * DAY, 1000);
      assert.equal(purged, SESSIONS);
    },
  },
};

async function suite({ name, start }) {
  const { place, stop } = await start();
  const store = await openStore(place);
  const use = await useOf(place);
  const save = (i, end) =>
    store.patch(
      keyOf(scattered(i)),
      { set: [['theme', '"light"']], remove: [], add: [], seenAt: NOW + 60, expiresAt: end, ifVersion: null },
      NOW + 60,
    );
  try {
    const empty = await use.keptBytes();
    console.log(`${name}: ${SESSIONS} sessions of ${dataOf(SESSIONS - 1).length} bytes, each of a subject of its own`);
    console.log(`${''.padEnd(38)} | CPU us | log bytes | a second, from one client process`);
    const times = { createdAt: NOW, seenAt: NOW, expiresAt: NOW + DAY };
    await measure('a first save', use, SESSIONS, () =>
      each(0, SESSIONS, IN_FLIGHT, (i) => store.create(keyOf(i), { data: dataOf(i), ...times, subject: `user-${i}` })),
    );
    console.log(`kept: ${((await use.keptBytes()) - empty) / SESSIONS} bytes a session`);
    await measure('a read', use, SESSIONS, () =>
      each(0, SESSIONS, IN_FLIGHT, (i) => store.read(keyOf(scattered(i)), NOW)),
    );
    await use.checkpoint();
    // In PostgreSQL, the first change of a page after a checkpoint writes the whole page to the log.
    await measure('a save, right after a checkpoint', use, SESSIONS / 10, () =>
      each(0, SESSIONS / 10, IN_FLIGHT, (i) => save(i, NOW + DAY)),
    );
    await each(0, SESSIONS, IN_FLIGHT, (i) => save(i, NOW + DAY));
    await measure('a save, long after it', use, SESSIONS, () =>
      each(0, SESSIONS, IN_FLIGHT, (i) => save(i, NOW + DAY + 60)),
    );
    console.log(`kept: ${((await use.keptBytes()) - empty) / SESSIONS} bytes a session`);
    const { prepare, run } = ends[place.kind];
    await prepare(store, place);
    await measure('an end by time', use, SESSIONS, () => run(store, place));
  } finally {
    await use.close();
    await stop();
  }
}

// Clients of the stores stay connected until then; each suite is done with its engine.
for (const engine of comparable.filter(({ name }) => !name.startsWith('SQLite'))) {
  const { skip } = engine.need();
  if (skip === undefined) await suite(engine);
  else console.log(`skip: ${engine.name}: ${skip}`);
}
process.exit();
