// How many commands a call costs, as the server counts them; scripts that the server has lost.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { redisStore } from '../../dist/stored/redis.js';
import { ROOT } from '../support/needs.js';
import { DAY, key, newPrefix, patch, plainClients, plainRedis, record, T, withRig } from './support/redis-rig.js';
import { ask, commandsDuring } from './support/redis-server.js';

for (const kind of plainClients) {
  withRig('commands', { engine: 'redis', kind }, (rig) => {
    const during = (work: () => Promise<unknown>) => commandsDuring(rig.servers[0]?.port ?? 0, work);

    it('are one to read, one to save; for a login one more, in the same trip', async () => {
      const store = await rig.store();
      // Every script is known from here on.
      await store.create(key('x'), record({ subject: 'eve' }));
      await store.patch(key('x'), patch({ add: [['n', 1]] }), T);
      await store.rename(key('x'), key('y'), T);
      await store.delete(key('y'));

      const a = key('a');
      const b = key('b');
      assert.deepEqual(await during(() => store.create(a, record())), ['EVALSHA']);
      assert.deepEqual(await during(() => store.read(a, T)), ['HGETALL']);
      const save = patch({
        set: [
          ['x', '1'],
          ['y', '2'],
        ],
        add: [['n', 1]],
        remove: ['z'],
      });
      assert.deepEqual(await during(() => store.patch(a, save, T)), ['EVALSHA']);
      assert.deepEqual(await during(() => store.rename(a, b, T)), ['EVALSHA']);
      assert.deepEqual(await during(() => store.patch(b, patch({ subject: 'ada' }), T)), ['EVAL', 'EVALSHA']);
      assert.deepEqual(await during(() => store.patch(b, save, T)), ['EVALSHA']);
      assert.deepEqual(await during(() => store.rename(b, a, T)), ['EVALSHA', 'EVAL', 'EVALSHA', 'ZREM']);
      assert.deepEqual(await during(() => store.list('ada', T)), ['ZRANGE', 'HMGET', 'ZRANGE']);
      assert.deepEqual(await during(() => store.delete(a)), ['EVALSHA', 'ZREM']);
    });

    it('tell the index of an end that moves once a day', async () => {
      const store = await rig.store();
      const start = Math.floor(T / DAY) * DAY;
      await store.create(key('a'), record({ subject: 'ada', seenAt: start, expiresAt: start + 1800 }));
      for (const [seconds, commands] of [
        [600, ['EVALSHA']],
        [DAY - 1801, ['EVALSHA']],
        [DAY - 1800, ['EVALSHA', 'EVAL']],
        [DAY, ['EVALSHA']],
        [2 * DAY - 2000, ['EVALSHA']],
        [2 * DAY, ['EVALSHA', 'EVAL']],
      ] as const) {
        const now = start + seconds;
        const renewal = patch({ seenAt: now, expiresAt: now + 1800 });
        // Stays alive from one to the next only for this test.
        const sent = await during(() => store.patch(key('a'), renewal, start));
        assert.deepEqual(sent, commands, `at ${seconds} s`);
        assert.equal((await store.list('ada', now)).length, 1, `at ${seconds} s`);
      }
    });
  });
}

withRig('scripts', { engine: 'redis', kind: plainRedis }, (rig) => {
  it('are sent again to a server that has lost them', async () => {
    const store = await rig.store(newPrefix());
    await store.create(key('a'), record({ data: '{"n":1}' }));
    for (let i = 2; i < 5; i++) {
      await ask(rig.servers[0]?.port ?? 0, 'SCRIPT', 'FLUSH');
      const { record: after } = await store.patch(key('a'), patch({ add: [['n', 1]] }), T);
      assert.equal(after?.data, `{"n":${i}}`);
    }
  });
});

withRig('permissions', { engine: 'redis', kind: plainRedis }, (rig) => {
  it('those that the documents name are enough, and each is needed', async () => {
    const page = readFileSync(join(ROOT, 'docs/stores/redis.md'), 'utf8');
    const commands = /`(\+hgetall [^`]*)`/.exec(page)?.[1]?.split(/\s+/) ?? [];
    assert.equal(commands.length, 22);
    const port = rig.servers[0]?.port ?? 0;
    const everything = async (allowed: readonly string[]) => {
      // What a run before it has left half done.
      await ask(port, 'FLUSHALL');
      await ask(port, 'ACL', 'SETUSER', 'app', 'reset', 'on', 'nopass', '~microdot:session:*', '+auth', ...allowed);
      const client = await rig.client();
      assert.ok('sendCommand' in client && !('masters' in client) && !('isCluster' in client));
      await client.sendCommand(['AUTH', 'app', 'any']);
      const store = redisStore(client);
      await store.create(key('a'), record({ subject: 'ada' }));
      await store.create(key('b'), record({ subject: 'eve', expiresAt: null }));
      await store.create(key('c'), record());
      await store.patch(key('a'), patch({ subject: null, set: [['x', '1']], add: [['n', 1]], expiresAt: null }), T);
      await store.patch(key('a'), patch({ subject: 'ada', remove: ['x'] }), T);
      await store.read(key('a'), T);
      await store.rename(key('a'), key('d'), T);
      assert.equal((await store.list('ada', T)).length, 1);
      assert.equal(await store.deleteSubject('ada', null), 1);
      await store.delete(key('b'));
      await store.addRevocation({ kind: 'token', key: 'k', at: T * 1000, until: T });
      await store.addRevocation({ kind: 'token', key: 'k', at: T * 1000 + 1000, until: T });
      await store.revocationsSince(null, T);
    };
    await everything(commands);
    for (const missing of commands) {
      const others = commands.filter((command) => command !== missing);
      await assert.rejects(everything(others), /NOPERM|can't run this command/, missing);
    }
  });
});

for (const engine of ['redis', 'valkey'] as const) {
  withRig('a full memory', { engine, kind: plainRedis }, (rig) => {
    it('refuses whole saves, and lets read and log out', async () => {
      const store = await rig.store();
      const port = rig.servers[0]?.port ?? 0;
      await store.create(key('a'), record({ data: '{"n":1,"m":2}', subject: 'ada' }));
      const before = await store.read(key('a'), T);
      await ask(port, 'CONFIG', 'SET', 'maxmemory', '1');
      const isFull = (error: unknown) => error instanceof Error && error.message.startsWith('OOM');
      const everything = patch({ remove: ['n'], set: [['m', '3']], add: [['x', 1]], subject: 'eve', expiresAt: T + 9 });
      await assert.rejects(store.create(key('b'), record()), isFull);
      await assert.rejects(store.create(key('b'), record({ subject: 'ada' })), isFull);
      await assert.rejects(store.patch(key('a'), everything, T), isFull);
      await assert.rejects(store.patch(key('a'), patch({ remove: ['n'] }), T), isFull);
      await assert.rejects(store.addRevocation({ kind: 'token', key: 'k', at: T * 1000, until: null }), isFull);
      assert.deepEqual(await store.read(key('a'), T), before);
      assert.equal(await store.read(key('b'), T), null);
      assert.equal((await store.list('ada', T)).length, 1);
      assert.equal(await store.delete(key('a')), true);
    });
  });
}
