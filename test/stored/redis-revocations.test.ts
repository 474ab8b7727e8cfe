// The log of revocations in Redis: between processes, pages, what is forgotten, and values that look like names of fields.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Revocation } from '../../dist/stored/redis.js';
import { endsSessionsEverywhere } from '../revocation/over-log.js';
import { clusterClients } from './support/redis-clients.js';
import { newPrefix, plainClients, plainRedis, T, withRig } from './support/redis-rig.js';
import { ask } from './support/redis-server.js';

const revocation = (given: Partial<Revocation> = {}): Revocation => ({
  kind: 'token',
  key: 'k',
  at: T * 1000,
  until: T + 100,
  ...given,
});

for (const kind of [...plainClients, ...clusterClients]) {
  withRig('revocations', { engine: 'redis', kind }, ({ store }) => {
    it('come back as they were, whatever they hold', async () => {
      const redis = await store();
      const all = [
        revocation({ key: 'at', kind: 'subject', at: T * 1000 + 7 }),
        revocation({ key: 'until', until: null }),
        revocation({ key: '' }),
        revocation({ key: "ü\0\r\n'}", until: T + 0.5 }),
      ];
      for (const one of all) await redis.addRevocation(one);
      const { revocations, cursor } = await redis.revocationsSince(null, T);
      assert.deepEqual(revocations, all);
      assert.deepEqual(await redis.revocationsSince(cursor, T), { revocations: [], cursor });
    });

    it('2,500 come in pages, each once, and then what is new', async () => {
      const redis = await store();
      const keys = Array.from({ length: 2500 }, (_, i) => `k${i}`);
      await Promise.all(keys.map((name) => redis.addRevocation(revocation({ key: name }))));
      const { revocations, cursor } = await redis.revocationsSince(null, T);
      assert.deepEqual(revocations.map((one) => one.key).sort(), [...keys].sort());
      await redis.addRevocation(revocation({ key: 'new' }));
      const since = await redis.revocationsSince(cursor, T);
      assert.deepEqual(since.revocations, [revocation({ key: 'new' })]);
      assert.notEqual(since.cursor, cursor);
    });
  });
}

for (const engine of ['redis', 'valkey'] as const) {
  for (const kind of [...plainClients, ...clusterClients]) {
    withRig('sessions that end', { engine, kind }, ({ store }) => {
      endsSessionsEverywhere(() => store('ends:'));
    });
  }
}

withRig('the log', { engine: 'redis', kind: plainRedis }, (rig) => {
  const entries = async (prefix: string): Promise<number> => {
    const reply = await ask(rig.servers[0]?.port ?? 0, 'XLEN', `${prefix}{revocations}`);
    return Number(reply.slice(1));
  };

  it('forgets what concerns no token any more, and only that', async () => {
    const prefix = newPrefix();
    const store = await rig.store(prefix);
    await store.addRevocation(revocation({ key: 'for ever', until: null }));
    await store.addRevocation(revocation({ key: 'long', until: T + 10_000 }));
    for (let i = 0; i < 300; i++) await store.addRevocation(revocation({ key: `short${i}` }));
    assert.equal(await entries(prefix), 302);
    // 100 at a time, so that no addition has to wait for the sweeping of a large log.
    for (const left of [203, 104, 5, 6]) {
      await store.addRevocation(revocation({ key: `later${left}`, at: (T + 100) * 1000, until: T + 10_000 }));
      assert.equal(await entries(prefix), left);
    }
    const { revocations } = await store.revocationsSince(null, T);
    const later = [203, 104, 5, 6].map((left) => `later${left}`);
    assert.deepEqual(
      revocations.map((one) => one.key),
      ['for ever', 'long', ...later],
    );
  });

  it('forgets nothing that is in force by the clock of Redis, whatever moment is revoked', async () => {
    const prefix = newPrefix();
    const store = await rig.store(prefix);
    const now = Math.floor(Date.now() / 1000);
    await store.addRevocation(revocation({ until: now + 1000 }));
    await store.addRevocation(revocation({ at: (now + 100_000) * 1000, until: null }));
    assert.equal(await entries(prefix), 2);
  });

  it('reads on from a cursor when all before it is forgotten', async () => {
    const store = await rig.store();
    await store.addRevocation(revocation());
    const { cursor } = await store.revocationsSince(null, T);
    const next = revocation({ key: 'next', at: (T + 200) * 1000, until: T + 500 });
    await store.addRevocation(next);
    assert.deepEqual((await store.revocationsSince(cursor, T)).revocations, [next]);
  });
});
