// Engines of stores for the heavy suites, each started for one run and gone after it: in folders and on ports of their own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { servers as postgresServers, startPostgres } from '../../../.build/stored/support/postgres-server.js';
import { needsRedis } from '../../../.build/stored/support/redis-programs.js';
import { startCluster, startServer } from '../../../.build/stored/support/redis-server.js';
import { drivers } from '../../../.build/stored/support/sqlite-drivers.js';
import { needs } from '../../../.build/support/needs.js';

/** Where a server process finds its data: what the functions of stores.mjs take. */
const at = (kind, where, stop) => ({ place: { kind, ...where }, stop });

const sqlite = (driver) => ({
  name: `SQLite, ${driver}`,
  need: () => drivers.find(({ name }) => name === driver).need,
  async start() {
    const folder = mkdtempSync(join(tmpdir(), 'microdot-sqlite-'));
    const remove = () => rmSync(folder, { recursive: true, force: true });
    return at('sqlite', { driver, path: join(folder, 'sessions.db') }, async () => remove());
  },
});

const single = (name, engine) => ({
  name,
  need: () => needsRedis(engine),
  async start() {
    const server = await startServer({ engine });
    return at('redis', { ports: [server.port] }, () => server.stop());
  },
});

const redis = single('Redis', 'redis');

const cluster = {
  name: 'Redis Cluster, 3 masters',
  need: () => needsRedis('redis'),
  async start() {
    const servers = await startCluster('redis');
    const stop = () => Promise.all(servers.map((server) => server.stop()));
    return at('cluster', { ports: servers.map(({ port }) => port) }, stop);
  },
};

const postgres = (server) => ({
  name: server.name,
  need: () => [needs.tool('pg'), server.need()].find(({ skip }) => skip !== undefined) ?? {},
  async start() {
    const running = await startPostgres(server);
    return at('postgres', { url: running.url }, () => running.stop());
  },
});

const [postgres15, postgres18] = postgresServers.map(postgres);
const betterSqlite3 = sqlite('better-sqlite3');

/** All of them. */
export const engines = [
  sqlite('node:sqlite'),
  betterSqlite3,
  sqlite('libsql'),
  redis,
  single('Valkey', 'valkey'),
  cluster,
  postgres15,
  postgres18,
];

/** One of each kind for which express-session has a store in tools/, and that store. */
export const comparable = [
  { engine: redis, peer: 'connect-redis' },
  { engine: postgres18, peer: 'connect-pg-simple' },
  { engine: betterSqlite3, peer: 'better-sqlite3-session-store' },
].map(({ engine, peer }) => ({
  ...engine,
  peer,
  need: () => [engine.need(), needs.tool('express-session'), needs.tool(peer)].find(({ skip }) => skip) ?? {},
}));
