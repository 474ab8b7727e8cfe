// Servers that die: what was answered is there afterwards, what was not is an error, and the store goes on by itself.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterClients, ioredisOnce } from './support/redis-clients.js';
import { countOf, createAll, one, startLoad, sum } from './support/redis-load.js';
import { newPrefix, plainRedis, T, withRig } from './support/redis-rig.js';
import { ask, untilClusterIsWhole } from './support/redis-server.js';

for (const engine of ['redis', 'valkey'] as const) {
  for (const kind of [plainRedis, ioredisOnce]) {
    withRig('kill -9 of the server', { engine, kind, isDurable: true }, (rig) => {
      it('loses no save that was answered, makes none twice, and the same store goes on', async (t) => {
        const store = await rig.store();
        const [server] = rig.servers;
        const names = await createAll(store, 10);
        const load = startLoad(store, names);
        while (sum(load.saved) < 300) await sleep(1);
        await server.kill();
        load.isOver = true;
        await server.restart();
        await load.done;
        const found = await Promise.all(names.map((name) => countOf(store, name)));
        const [saved, sent, failed] = [load.saved, load.sent, load.failed].map(sum);
        t.diagnostic(`${saved} saves answered, ${failed} failed, ${sent} sent; ${sum(found)} found`);
        for (const [i, count] of found.entries()) {
          assert.ok(count >= load.saved[i] && count <= load.sent[i], `session ${i}: ${count}`);
        }
        assert.equal((await store.list('ada', T)).length, names.length);
        assert.equal((await store.patch(names[0], one(), T)).isDone, true);
      });
    });
  }
}

const slotOf = async (port: number, name: string): Promise<number> =>
  Number((await ask(port, 'CLUSTER', 'KEYSLOT', name)).trim().slice(1));

for (const kind of clusterClients) {
  withRig('kill -9 of one master', { engine: 'redis', kind, isDurable: true }, (rig) => {
    it('fails its own sessions, leaves the others, and all are there when it is back', async (t) => {
      const prefix = newPrefix();
      const store = await rig.store(prefix);
      const [{ port }, victim] = rig.servers;
      const names = await createAll(store, 30);
      const slots = await Promise.all(names.map((name) => slotOf(port, prefix + name)));
      const isIts = slots.map((slot) => slot >= 5461 && slot < 10_923);
      const load = startLoad(store, names);
      while (load.saved.some((count) => count < 5)) await sleep(1);
      await victim.kill();
      while (load.failed.some((count, i) => isIts[i] && count === 0)) await sleep(5);
      load.isOver = true;
      await load.done;
      assert.deepEqual(
        load.failed.map((count) => count > 0),
        isIts,
      );
      for (const [i, name] of names.entries()) {
        if (isIts[i]) await assert.rejects(store.read(name, T));
        else assert.equal(await countOf(store, name), load.saved[i]);
      }
      await victim.restart();
      for (const server of rig.servers) await untilClusterIsWhole(server.port);
      const found = await Promise.all(names.map((name) => countOf(store, name)));
      const its = isIts.filter(Boolean).length;
      const [saved, failed] = [load.saved, load.failed].map(sum);
      t.diagnostic(`${its} of ${names.length} sessions on the dead node: ${saved} saves answered, ${failed} failed`);
      for (const [i, count] of found.entries()) {
        assert.ok(count === load.saved[i] || (isIts[i] && count === load.saved[i] + 1), `session ${i}`);
      }
      for (const name of names) assert.equal((await store.patch(name, one(), T)).isDone, true);
      assert.equal((await store.list('ada', T)).length, names.length);
    });
  });
}
