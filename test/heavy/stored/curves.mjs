// Redis and PostgreSQL as they fill: how long a read and a save take with a thousand sessions in them and with a million, what
// they keep for each, and what it costs to clear away those that have ended.
// node test/heavy/stored/curves.mjs [--largest N]; after `npm run build:test` and `npm ci --prefix tools`, on Linux.
import { parseArgs } from 'node:util';
import { useOf } from './engine-use.mjs';
import { comparable } from './engines.mjs';
import { LOGIN as data, each, keyOf, times } from './sessions.mjs';
import { openStore } from './stores.mjs';

const { values } = parseArgs({ options: { largest: { type: 'string', default: '1000000' } } });
const LARGEST = Number(values.largest);
/** What the middle of a read or a save may grow by over all sizes, where there are enough of them to tell. */
const FLAT = 2;
const ENOUGH = 1_000_000;
const SAMPLES = 2_000;
const IN_FLIGHT = 64;
const BATCH = 1_000;
const NOW = 2_000_000_000;
const DAY = 86_400;

const say = (line) => process.stdout.write(`${line}\n`);
/** Three sessions belong to each subject. */
const sessionOf = (i, expiresAt) => ({
  data,
  createdAt: NOW - 9,
  seenAt: NOW - 9,
  expiresAt,
  subject: `user ${Math.floor(i / 3)}`,
});
const anyKey = (count) => keyOf(Math.floor(Math.random() * count));
const save = (n) => ({ set: [['n', `${n}`]], remove: [], add: [], seenAt: NOW, expiresAt: NOW + DAY, ifVersion: null });

/**
 * What it costs to clear away one in twenty more, that have ended: ms for a batch, the longest, and the middle of the reads
 * that ran meanwhile. Redis ends sessions by itself: scale-engines.mjs has what that takes.
 */
async function purge(store, count) {
  if (store.purge === undefined) return null;
  const ended = Math.min(count / 20, 50_000);
  await each(0, ended, IN_FLIGHT, (i) => store.create(keyOf(`ended ${i}`), sessionOf(i, NOW - 1)));
  const reads = { isOver: false, taken: [] };
  const reading = (async () => {
    while (!reads.isOver) reads.taken.push((await times(1, () => store.read(anyKey(count), NOW))).p50);
  })();
  let [purged, longest] = [0, 0];
  const began = performance.now();
  for (let last = BATCH; last === BATCH; ) {
    const from = performance.now();
    last = await store.purge(NOW, BATCH);
    longest = Math.max(longest, performance.now() - from);
    purged += last;
  }
  const each1000 = ((performance.now() - began) / purged) * 1000;
  reads.isOver = true;
  await reading;
  if (purged !== ended) throw new Error(`${purged} of ${ended} that had ended were found`);
  reads.taken.sort((a, b) => a - b);
  return { each1000, longest, read: reads.taken[reads.taken.length >> 1] };
}

const HEAD = [
  ' sessions',
  'read p50 us',
  '  p99',
  'save p50 us',
  '  p99',
  'bytes each',
  'purge of 1000, ms',
  'longest batch',
  'a read meanwhile, us',
];
const row = (cells) => cells.map((cell, i) => `${cell}`.padStart(HEAD[i].length)).join(' | ');

async function suite({ name, start }) {
  const { place, stop } = await start();
  const store = await openStore(place);
  const use = await useOf(place);
  try {
    const empty = await use.keptBytes();
    say(`${name}: ${data.length} bytes of data; ${SAMPLES} calls one after the other`);
    say(row(HEAD));
    const middles = { read: [], save: [] };
    for (let count = 1_000, before = 0; count <= LARGEST; before = count, count *= 10) {
      await each(before, count, IN_FLIGHT, (i) => store.create(keyOf(i), sessionOf(i, NOW + DAY)));
      await use.checkpoint();
      const bytes = ((await use.keptBytes()) - empty) / count;
      // The first calls warm connection and compiler up.
      await times(SAMPLES, () => store.read(anyKey(count), NOW));
      await times(SAMPLES / 4, (i) => store.patch(anyKey(count), save(i), NOW));
      const reads = await times(SAMPLES, () => store.read(anyKey(count), NOW));
      const saves = await times(SAMPLES, (i) => store.patch(anyKey(count), save(i), NOW));
      middles.read.push(reads.p50);
      middles.save.push(saves.p50);
      const purged = await purge(store, count);
      say(
        row([
          count,
          ...[reads.p50, reads.p99, saves.p50, saves.p99, bytes].map((figure) => figure.toFixed(0)),
          ...(purged === null
            ? ['by itself', '', '']
            : [purged.each1000.toFixed(1), purged.longest.toFixed(1), purged.read.toFixed(0)]),
        ]),
      );
    }
    for (const [what, of] of Object.entries(middles)) {
      const growth = Math.max(...of) / Math.min(...of);
      const isFlat = growth <= FLAT;
      say(`${name}, ${what}: the longest p50 is ${growth.toFixed(2)} of the shortest${isFlat ? '' : `, over ${FLAT}`}`);
      if (!isFlat && LARGEST >= ENOUGH) process.exitCode = 1;
    }
  } finally {
    await use.close();
    await stop();
  }
}

// Clients of the stores stay connected until the process ends; each suite is done with its engine.
for (const engine of comparable.filter(({ name }) => !name.startsWith('SQLite'))) {
  const { skip } = engine.need();
  if (skip === undefined) await suite(engine);
  else say(`skip: ${engine.name}: ${skip}`);
}
say(`curves: ${process.exitCode === 1 ? 'FAILED' : 'passed'}`);
process.exit();
