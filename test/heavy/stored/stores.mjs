// In a server's process: the store of this package at a place of engines.mjs, and express-session over the same engine.
import { connectPg } from '../../../.build/stored/support/postgres-clients.js';
import { clusterClients, singleClients } from '../../../.build/stored/support/redis-clients.js';
import { openWith } from '../../../.build/stored/support/sqlite-drivers.js';
import { importTool } from '../../../.build/support/needs.js';
import { postgresStore } from '../../../dist/stored/postgres.js';
import { redisStore } from '../../../dist/stored/redis.js';
import { sqliteStore } from '../../../dist/stored/sqlite.js';

const CONNECTIONS = 4;
const DAY = 86_400;

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

const byHand = {
  redis: (client) => ({
    load: async (id) => JSON.parse(await client.get(id)),
    save: (id, data) => client.set(id, JSON.stringify(data), { expiration: { type: 'EX', value: DAY } }),
  }),
  async postgres(pool) {
    await pool.query('CREATE TABLE by_hand (id text PRIMARY KEY, data json NOT NULL, ends timestamptz NOT NULL)');
    const load = { name: 'load', text: 'SELECT data FROM by_hand WHERE id = $1 AND ends > now()' };
    const text = `INSERT INTO by_hand VALUES ($1, $2, now() + $3 * interval '1 second')
      ON CONFLICT (id) DO UPDATE SET data = EXCLUDED.data, ends = EXCLUDED.ends`;
    return {
      load: async (id) => (await pool.query({ ...load, values: [id] })).rows[0].data,
      save: (id, data) => pool.query({ name: 'save', text, values: [id, JSON.stringify(data), DAY] }),
    };
  },
  sqlite(client) {
    client.exec('CREATE TABLE by_hand (id TEXT PRIMARY KEY, data TEXT NOT NULL, ends INTEGER NOT NULL) WITHOUT ROWID');
    const load = client.prepare('SELECT data FROM by_hand WHERE id = ? AND ends > unixepoch()');
    const save = client.prepare('INSERT OR REPLACE INTO by_hand VALUES (?, ?, unixepoch() + ?)');
    return {
      load: async (id) => JSON.parse(load.get(id).data),
      save: async (id, data) => void save.run(id, JSON.stringify(data), DAY),
    };
  },
};

/** No session at all, but its data loaded and stored through the same client: what a library could save beyond is its own. */
export const openByHand = async (place) => byHand[place.kind](await clients[place.kind](place));

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
