// In a server's process: the store of this package at a place of engines.mjs, and express-session over the same engine.
import { connectPg } from '../../../.build/stored/support/postgres-clients.js';
import { clusterClients, singleClients } from '../../../.build/stored/support/redis-clients.js';
import { openWith } from '../../../.build/stored/support/sqlite-drivers.js';
import { importTool } from '../../../.build/support/needs.js';
import { postgresStore } from '../../../dist/stored/postgres.js';
import { redisStore } from '../../../dist/stored/redis.js';
import { sqliteStore } from '../../../dist/stored/sqlite.js';

const CONNECTIONS = 4;

const clients = {
  sqlite: ({ driver, path }) => openWith(driver, path),
  redis: async ({ ports }) => (await singleClients[0].open(ports)).client,
  cluster: async ({ ports }) => (await clusterClients[0].open(ports)).client,
  postgres: async ({ url }) => (await connectPg(url, CONNECTIONS)).client,
};

const stores = {
  sqlite: sqliteStore,
  redis: redisStore,
  cluster: redisStore,
  async postgres(client) {
    const store = postgresStore(client);
    await store.migrate();
    return store;
  },
};

export async function openStore(place) {
  return stores[place.kind](await clients[place.kind](place));
}

const peers = {
  async redis(client, options) {
    const { RedisStore } = await importTool('connect-redis');
    return new RedisStore({ client, ...options });
  },
  async postgres(pool, options, session) {
    const { default: connect } = await importTool('connect-pg-simple');
    return new (connect(session))({ pool, createTableIfMissing: true, pruneSessionInterval: false, ...options });
  },
  async sqlite(client, _options, session) {
    const { default: connect } = await importTool('better-sqlite3-session-store');
    return new (connect(session))({ client });
  },
};

/** The middleware of express-session with its own store, through the same client with the same settings. */
export async function openPeer(place, { secret, maxAge, ...options }) {
  const { default: session } = await importTool('express-session');
  const store = await peers[place.kind](await clients[place.kind](place), options, session);
  return session({ secret, store, resave: false, saveUninitialized: false, cookie: { maxAge } });
}
