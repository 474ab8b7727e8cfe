// The stores' suite over Redis, Valkey and a Cluster of three, through both packages' clients.
import { after, before, describe, it } from 'node:test';
import { redisStore } from '../../dist/stored/redis.js';
import { type StoreSubject, storeConformance } from '../../dist/testing/index.js';
import { type ClientKind, clusterClients, singleClients } from './support/redis-clients.js';
import { type Engine, needsRedis } from './support/redis-programs.js';
import { type Server, startCluster, startServer } from './support/redis-server.js';

let opened = 0;

/** A client for each case, under a prefix of its own. */
const subjectOf = (name: string, kind: ClientKind, ports: () => readonly number[]): StoreSubject => ({
  name,
  lacks: { purge: 'Redis expires by itself' },
  async open() {
    const prefix = `case-${++opened}:`;
    const clients = [await kind.open(ports())];
    return {
      store: redisStore(clients[0].client, { prefix }),
      async another() {
        const other = await kind.open(ports());
        clients.push(other);
        return redisStore(other.client, { prefix });
      },
      fail: () => clients[0].close(),
      close() {
        for (const client of clients) client.close();
      },
    };
  },
});

function conforms(
  title: string,
  engine: Engine,
  kinds: readonly ClientKind[],
  start: () => Promise<readonly Server[]>,
) {
  describe(title, needsRedis(engine), () => {
    let servers: readonly Server[] = [];
    before(async () => {
      servers = await start();
    });
    after(() => Promise.all(servers.map((server) => server.stop())));
    for (const kind of kinds) {
      describe(kind.name, () => {
        const subject = subjectOf(`${title}, ${kind.name}`, kind, () => servers.map(({ port }) => port));
        for (const { name, part, skip, run } of storeConformance(subject)) {
          it(`${part}: ${name}`, skip === undefined ? {} : { skip }, run);
        }
      });
    }
  });
}

for (const engine of ['redis', 'valkey'] as const) {
  conforms(`redisStore on one ${engine}`, engine, singleClients, async () => [await startServer({ engine })]);
}
conforms('redisStore on a Cluster of redis', 'redis', clusterClients, () => startCluster('redis'));
