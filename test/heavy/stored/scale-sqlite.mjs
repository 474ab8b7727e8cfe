// Sessions in one file of SQLite as it grows: how long a get, a save and what they ask the store for take, bytes, and what a
// purge costs. Times are those that a request waits: of sessions, each with a cookie of its own, and of the store alone.
// node test/heavy/stored/scale-sqlite.mjs; after `npm run build`, on a Node with node:sqlite. SCALE=small: up to 10,000
// sessions; SCALE=full: a million; FULL=1: ten million, which takes minutes and 4 GB.
// MMAP=1: with the file mapped into memory, as far as SQLite does.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from '../../../dist/session/index.js';
import { StoredSession } from '../../../dist/stored/index.js';
import { keyOf } from '../../../dist/stored/session-id.js';
import { openSqlite, sqliteStore } from '../../../dist/stored/sqlite.js';
import { LOGIN as data, idOf, microseconds, quantiles } from './sessions.mjs';

const LARGEST = process.env.FULL === '1' ? 1e7 : process.env.SCALE === 'small' ? 1e4 : 1e6;
/** What the middle of a get or a save may grow by over all sizes, where there are enough of them to tell. */
const FLAT = 2;
const ENOUGH = 1_000_000;
const SAMPLES = 20_000;
/** Turns, each long enough to be what a server is that does nothing else: the first calls of one miss the processor's caches. */
const ROUNDS = 40;
const BATCH = 100_000;
const NOW = 2_000_000_000;

const say = (line) => process.stdout.write(`${line}\n`);
/** Of each 20 sessions the first has ended by NOW: all over the file. A purge meets four more that were saved since it was due. */
const hasEnded = (i) => i % 20 === 0;
const isDue = (i) => i % 20 < 5;
const IDLE = 90_000;
const END = NOW + IDLE;
function liveId(count) {
  const i = Math.floor(Math.random() * count);
  return idOf(hasEnded(i) ? i + 1 : i);
}
const liveKey = (count) => keyOf(liveId(count));

const options = { secretKey: 'a secret of more than thirty-two bytes', idleTimeout: IDLE, now: () => NOW };
const tokens = new Session(options);
/** A request with the cookie of one session. */
const jarOf = (sid) => ({
  cookieHeader: `session=${tokens.encode({ sid })}`,
  secure: null,
  headSent: false,
  onHead() {},
});

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
      await store.create(keyOf(idOf(i)), { data, createdAt: NOW - 9, seenAt: NOW - 9, expiresAt, subject });
    }
    database.exec('COMMIT');
  }
  // As a save leaves them: the end has moved on, and a purge has not looked since. Rows are numbered from 1.
  database.exec(`UPDATE microdot_sessions SET expires_at = ${END} WHERE rowid % 20 BETWEEN 2 AND 5`);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

const renewal = () => ({
  set: [],
  remove: [],
  add: [],
  seenAt: NOW,
  expiresAt: END,
  ifVersion: null,
});

const HEAD = [
  'sessions',
  'get p50 us',
  'p99',
  'save p50',
  'p99',
  'read p50',
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
  // Without its purge, which the first save would begin.
  const sessions = new StoredSession({ ...options, store: { ...store, purge: undefined }, renew: 'save' });
  /** Made beforehand, as requests are: how long that takes is not the session's. */
  const jars = [];
  const dicts = [];
  const calls = {
    async get() {
      const dict = await sessions.open(jars.pop());
      if (dict.user === undefined) throw new Error('a session was not found');
      dicts.push(dict);
    },
    save() {
      const dict = dicts.pop();
      dict.n += 1;
      return dict.save();
    },
    read: () => store.read(liveKey(count), NOW),
    renewal: () => store.patch(liveKey(count), renewal(), NOW),
  };
  const measure = async (kind, times) => {
    if (kind === 'get') for (let i = 0; i < times; i++) jars.push(jarOf(liveId(count)));
    return microseconds(times, calls[kind]);
  };
  const samples = { get: [], save: [], read: [], renewal: [] };
  // The first calls warm the compiler up, and what of the file is asked for often.
  for (const kind of Object.keys(samples)) await measure(kind, SAMPLES);
  return { count, bytes, database, store, measure, samples };
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
  return Math.max(...middles) / Math.min(...middles);
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
    for (const { measure, samples } of files) {
      for (const [kind, taken] of Object.entries(samples)) taken.push(...(await measure(kind, SAMPLES / ROUNDS)));
    }
  }
  for (const file of files) await finish(file);
  const spreads = Object.keys(files[0].samples).map((kind) => [kind, spread(files, kind)]);
  say(`longest p50 over shortest: ${spreads.map(([kind, times]) => `${kind} ${times.toFixed(2)}`).join(', ')}`);
  const grown = spreads.filter(([kind, times]) => (kind === 'get' || kind === 'save') && times > FLAT);
  for (const [kind] of grown) say(`${kind}: over ${FLAT}`);
  if (grown.length > 0 && LARGEST >= ENOUGH) process.exitCode = 1;
  else say('sqlite: passed');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
