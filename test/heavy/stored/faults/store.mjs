// The store of an application under faults: its clients are set as the pages of docs/stores advise.

import { openWith } from '../../../../.build/stored/support/sqlite-drivers.js';
import { importTool } from '../../../../.build/support/needs.js';
import { postgresStore } from '../../../../dist/stored/postgres.js';
import { redisStore } from '../../../../dist/stored/redis.js';
import { sqliteStore } from '../../../../dist/stored/sqlite.js';

/** Failures come with the rejections too; without a listener they would end the process. */
const ignore = () => {};

const kinds = {
  sqlite: async ({ driver, path }) => sqliteStore(await openWith(driver, path)),

  async redis({ host, ports: [port] }) {
    const { createClient } = await importTool('redis');
    const client = createClient({ socket: { host, port }, disableOfflineQueue: true });
    return redisStore(await client.on('error', ignore).connect());
  },

  async cluster({ host, ports }) {
    const { createCluster } = await importTool('redis');
    const rootNodes = ports.map((port) => ({ socket: { host, port } }));
    const client = createCluster({ rootNodes, defaults: { disableOfflineQueue: true } });
    return redisStore(await client.on('error', ignore).connect());
  },

  async postgres({ host, ports: [port] }) {
    const { default: pg } = await importTool('pg');
    const pool = new pg.Pool({ connectionString: `postgres://postgres@${host}:${port}/postgres`, max: 4 });
    pool.on('error', ignore);
    const store = postgresStore(pool);
    await store.migrate();
    return store;
  },
};

export const openStore = (place) => kinds[place.kind](place);
