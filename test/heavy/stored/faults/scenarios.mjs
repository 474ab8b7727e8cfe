// Which fault meets which engine, and what each needs of the machine.
import { servers } from '../../../../.build/stored/support/postgres-server.js';
import { needsRedis } from '../../../../.build/stored/support/redis-programs.js';
import { drivers } from '../../../../.build/stored/support/sqlite-drivers.js';
import { needs } from '../../../../.build/support/needs.js';
import { whyNoNamespaces } from './namespaces.mjs';
import * as rigs from './rigs.mjs';
import { whyNoSmallDisk } from './small-disk.mjs';

const REJECT = { conflict: 'reject' };
const EMPTY = { onStoreError: 'empty-readonly' };

/** Asked once: the answer makes one. */
function needing(whyNot) {
  let reason;
  return () => {
    reason ??= [whyNot()];
    return reason[0] === null ? {} : { skip: reason[0] };
  };
}
const needsSmallDisk = needing(whyNoSmallDisk);
const needsNamespaces = needing(whyNoNamespaces);
const first = (...asked) => asked.find((need) => need.skip !== undefined) ?? {};

const sqlite = (driver) => ({
  name: `SQLite, ${driver}`,
  need: () => drivers.find(({ name }) => name === driver).need,
  start: () => rigs.sqlite(driver),
  driver,
});
const redis = { name: 'Redis', need: () => needsRedis('redis'), start: () => rigs.redis(), within: rigs.redisWithin };
const valkey = { name: 'Valkey', need: () => needsRedis('valkey'), start: () => rigs.redis('valkey') };
const cluster = { name: 'Redis Cluster, 3 masters', need: () => needsRedis('redis'), start: rigs.cluster };
const [postgres15, postgres18] = servers.map((server) => ({
  name: server.name,
  need: () => first(needs.tool('pg'), server.need()),
  start: () => rigs.postgres(server),
  within: rigs.postgresWithin(server),
}));
const [nodeSqlite, betterSqlite3] = ['node:sqlite', 'better-sqlite3'].map(sqlite);

const killed = (engine) => ({
  name: `${engine.name}: kill -9 of the application`,
  need: engine.need,
  open: rigs.applicationKilled(engine.start),
  isRestarted: true,
  isKill: true,
});
const down = (engine, options = {}, what = 'the server') => ({
  name: `${engine.name}: kill -9 of ${what}`,
  need: engine.need,
  open: rigs.serverKilled(engine.start),
  options,
  isKill: true,
});
const backend = (engine) => ({
  name: `${engine.name}: kill -9 of one of its processes`,
  need: engine.need,
  open: rigs.backendKilled(engine.start),
  isKill: true,
});
const full = (engine) => ({
  name: `${engine.name}: a full disk`,
  need: () => first(engine.need(), needsSmallDisk()),
  open: rigs.diskFull(engine.driver),
  felt: 'each',
  canRead: true,
});
const slow = (engine, options) => ({
  name: `${engine.name}: 5 s of latency`,
  need: engine.need,
  open: rigs.slowed(engine.start, 5_000),
  options,
  isLong: true,
  isHeldBack: true,
});
/** Where one way is slow and another is not, a save can be overtaken by the next one of its own visitor. */
const overtaken = (engine, options) => ({
  name: `${engine.name}: 5 s of latency on 2 of 4 connections`,
  need: engine.need,
  open: rigs.slowed(engine.start, 5_000, 2),
  options,
  rounds: 3,
  isLong: true,
  isHeldBack: true,
});
/** What waits in a pool meanwhile is sent afterwards, over new connections that are ready one before the other. */
const swallowed = (engine, options) => ({
  name: `${engine.name}: a network that swallows everything, then ends the connections`,
  need: engine.need,
  open: rigs.swallowed(engine.start),
  options,
  isLong: true,
  isHeldBack: true,
});
const cut = (engine, options) => ({
  name: `${engine.name}: the network is cut`,
  need: () => first(engine.need(), needsNamespaces()),
  open: rigs.networkCut(engine.within),
  options,
  isLong: true,
  isHeldBack: true,
});

/** For every run. */
export const few = [killed(nodeSqlite), down(redis), full(nodeSqlite)];

export const all = [
  ...[nodeSqlite, betterSqlite3, redis, postgres15, postgres18].map(killed),
  ...[redis, valkey, postgres15, postgres18].map((engine) => down(engine)),
  ...[redis, postgres18].map((engine) => down(engine, EMPTY)),
  { ...down(cluster, {}, 'one master'), isPartial: true },
  ...[postgres15, postgres18].map(backend),
  ...[nodeSqlite, betterSqlite3].map(full),
  ...[redis, postgres18].flatMap((engine) => [slow(engine, {}), slow(engine, REJECT)]),
  slow(redis, EMPTY),
  overtaken(postgres18, {}),
  overtaken(postgres18, REJECT),
  ...[redis, postgres18].flatMap((engine) => [swallowed(engine, {}), swallowed(engine, REJECT)]),
  ...[redis, postgres18].flatMap((engine) => [cut(engine, {}), cut(engine, REJECT)]),
  cut(postgres18, EMPTY),
];

/** The control: a server that keeps nothing. Whoever looks for losses has to find some. */
export const forgetful = down({
  ...redis,
  name: 'Redis that writes nothing down',
  start: () => rigs.redis('redis', false),
});
