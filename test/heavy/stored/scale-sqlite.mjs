// A store of sessions in one file of SQLite as it grows: how long a read and a save take, bytes, and what a purge costs.
// node test/heavy/stored/scale-sqlite.mjs; after `npm run build`, on a Node with node:sqlite. SCALE=small: up to 10,000
// sessions; SCALE=full: a million; FULL=1: ten million, which takes minutes and 4 GB.
// MMAP=1: with the file mapped into memory, as far as SQLite does.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqlite, sqliteStore } from '../../../dist/stored/sqlite.js';
import { LOGIN as data, keyOf, microseconds, quantiles } from './sessions.mjs';

const LARGEST = process.env.FULL === '1' ? 1e7 : process.env.SCALE === 'small' ? 1e4 : 1e6;
const SAMPLES = 4_000;
const ROUNDS = 40;
const BATCH = 100_000;
const NOW = 2_000_000_000;

const say = (line) => process.stdout.write(`${line}\n`);
/** Of each 20 sessions the first has ended by NOW: all over the file. A purge meets four more that were saved since it was due. */
const hasEnded = (i) => i % 20 === 0;
const isDue = (i) => i % 20 < 5;
const END = NOW + 90_000;
function liveKey(count) {
  const i = Math.floor(Math.random() * count);
  return keyOf(hasEnded(i) ? i + 1 : i);
}

const cells = ({ p50, p99 }) => [p50.toFixed(0), p99.toFixed(0)];

/** Three sessions belong to each subject. Nothing of how they come in is measured, so it is done as fast as it goes. */
async function fill(path, count) {
  const database = await openSqlite(path);
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -4000000');
  const store = sqliteStore(database);
  for (let at = 0; at < count; at += BATCH) {
    database.exec('BEGIN');
    for (let i = at; i < Math.min(at + BATCH, count); i++) {
      const expiresAt = isDue(i) ? NOW - 1 : NOW + 1000 + (i % 86_400);
      const subject = `user ${i % Math.ceil(count / 3)}`;
      await store.create(keyOf(i), { data, createdAt: NOW - 9, seenAt: NOW - 9, expiresAt, subject });
    }
    database.exec('COMMIT');
  }
  // As a save leaves them: the end has moved on, and a purge has not looked since. Rows are numbered from 1.
  database.exec(`UPDATE microdot_sessions SET expires_at = ${END} WHERE rowid % 20 BETWEEN 2 AND 5`);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

const save = (n) => ({
  set: [['n', `${n}`]],
  remove: [],
  add: [],
  seenAt: NOW,
  expiresAt: END,
  ifVersion: null,
});

const HEAD = [
  'sessions',
  'read p50 us',
  'p99',
  'save p50',
  'p99',
  'renewal p50',
  'p99',
  'bytes each',
  'purge of 500, ms',
];
const row = (cells) => cells.map((cell, i) => `${cell}`.padStart(HEAD[i].length + 1)).join(' |');

/** A file with so many sessions, open, and what is asked of it. */
async function prepare(count, folder) {
  const path = join(folder, `${count}.db`);
  await fill(path, count);
  const bytes = statSync(path).size / count;
  const database = await openSqlite(path);
  if (process.env.MMAP === '1') database.prepare(`PRAGMA mmap_size = ${2 ** 31}`).all();
  const store = sqliteStore(database);
  const calls = {
    read: () => store.read(liveKey(count), NOW),
    save: (i) => store.patch(liveKey(count), save(i), NOW),
    renewal: () => store.patch(liveKey(count), { ...save(0), set: [] }, NOW),
  };
  const samples = { read: [], save: [], renewal: [] };
  // The first calls warm the compiler up, and what of the file is asked for often.
  for (const call of Object.values(calls)) await microseconds(SAMPLES, call);
  return { count, bytes, database, store, calls, samples };
}

async function finish({ count, bytes, database, store, samples }) {
  const from = performance.now();
  let [purged, batches] = [0, 0];
  // A hundred batches are all of a million.
  for (let last = 500; last === 500 && batches < 100; batches++) {
    last = await store.purge(NOW, 500);
    purged += last;
  }
  const purge = ((performance.now() - from) / purged) * 500;
  const wrong =
    purged !== Math.min(count / 20, 50_000) || database.prepare('PRAGMA quick_check').all()[0].quick_check !== 'ok';
  database.close();
  const times = Object.values(samples).flatMap((all) => cells(quantiles(all)));
  say(row([count, ...times, bytes.toFixed(0), purge.toFixed(1)]));
  if (wrong) throw new Error('the purge did not find what had ended, or the file is damaged');
}

/** The longest middle over the shortest. */
const spread = (files, kind) => {
  const middles = files.map(({ samples }) => quantiles(samples[kind]).p50);
  return (Math.max(...middles) / Math.min(...middles)).toFixed(2);
};

const folder = mkdtempSync(join(tmpdir(), 'microdot-scale-'));
try {
  say(
    `Node ${process.version}, node:sqlite, WAL, synchronous NORMAL; ${data.length} bytes of data; ${SAMPLES} calls one after the other, the files by turns`,
  );
  say(row(HEAD));
  const files = [];
  for (let count = 1_000; count <= LARGEST; count *= 10) files.push(await prepare(count, folder));
  // By turns: what else the machine does meanwhile falls on all of them.
  for (let round = 0; round < ROUNDS; round++) {
    for (const { calls, samples } of files) {
      for (const [kind, call] of Object.entries(calls))
        samples[kind].push(...(await microseconds(SAMPLES / ROUNDS, call)));
    }
  }
  for (const file of files) await finish(file);
  say(
    `longest p50 over shortest: read ${spread(files, 'read')}, save ${spread(files, 'save')}, renewal ${spread(files, 'renewal')}`,
  );
  say('sqlite: passed');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
