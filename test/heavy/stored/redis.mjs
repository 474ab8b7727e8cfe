// kill -9 of Redis, Valkey, and of one node of a Cluster after another, under load and again and again: every save that was
// answered is there afterwards, and none counts twice. After `npm run build:test`.
// node test/heavy/stored/redis.mjs [--rounds N] [--sessions N]
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { clusterClients, ioredisOnce, singleClients } from '../../../.build/stored/support/redis-clients.js';
import { countOf, createAll, eventually, one, startLoad, sum } from '../../../.build/stored/support/redis-load.js';
import { needsRedis } from '../../../.build/stored/support/redis-programs.js';
import { startCluster, startServer, untilClusterIsWhole } from '../../../.build/stored/support/redis-server.js';
import { redisStore } from '../../../dist/stored/redis.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '100' }, sessions: { type: 'string', default: '50' } },
});
const rounds = Number(values.rounds);
const sessions = Number(values.sessions);
const T = 1_700_000_000;

/** One round: load, a kill at some moment of it, a restart, and a count. */
async function round(store, names, { victim, servers, before }) {
  const load = startLoad(store, names);
  const enough = sum(load.saved) + 100 + Math.floor(Math.random() * 400);
  while (sum(load.saved) < enough) await sleep(0);
  await victim.kill();
  load.isOver = true;
  await victim.restart();
  if (servers.length > 1) for (const { port } of servers) await untilClusterIsWhole(port);
  await load.done;
  // Asked of each session, so that the client has found the server again before the next round.
  const found = await Promise.all(names.map((name) => countOf(store, name)));
  for (const [i, count] of found.entries()) {
    assert.ok(count >= before[i] + load.saved[i], `${names[i]}: ${before[i] + load.saved[i]} answered, ${count} found`);
    assert.ok(count <= before[i] + load.sent[i], `${names[i]}: ${before[i] + load.sent[i]} sent, ${count} found`);
  }
  return { load, found };
}

async function suite(engine, kind, isCluster) {
  const { skip } = needsRedis(engine);
  if (skip !== undefined) return console.log(`skip: ${engine}: ${skip}`);
  const servers = isCluster ? await startCluster(engine, true) : [await startServer({ engine, isDurable: true })];
  const client = await kind.open(servers.map(({ port }) => port));
  try {
    const store = redisStore(client.client);
    const names = await createAll(store, sessions);
    const total = { saved: 0, failed: 0, sent: 0 };
    let before = names.map(() => 0);
    for (let i = 0; i < rounds; i++) {
      const { load, found } = await round(store, names, { victim: servers[i % servers.length], servers, before });
      for (const what of Object.keys(total)) total[what] += sum(load[what]);
      before = found;
    }
    for (const name of names) assert.equal((await eventually(() => store.patch(name, one(), T))).isDone, true);
    assert.equal((await store.list('ada', T)).length, sessions);
    const counts = `${total.sent} saves sent, ${total.saved} answered, ${total.failed} failed, ${sum(before)} found`;
    console.log(`${engine}, ${kind.name}: ${rounds} kills: ${counts}; lost 0, made twice 0`);
  } finally {
    client.close();
    for (const server of servers) await server.stop();
  }
}

const [redis] = singleClients;
for (const engine of ['redis', 'valkey']) {
  for (const kind of [redis, ioredisOnce]) await suite(engine, kind, false);
}
await suite('redis', clusterClients[0], true);
