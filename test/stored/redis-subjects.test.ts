// The index of subjects: what is left in it, and what happens between its commands and those of the sessions.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { redisStore } from '../../dist/stored/redis.js';
import { clusterClients } from './support/redis-clients.js';
import { DAY, key, newPrefix, patch, plainClients, plainRedis, record, T, withRig } from './support/redis-rig.js';
import { ask } from './support/redis-server.js';

const keysOf = (listed: readonly { readonly key: string }[]): readonly string[] => listed.map((one) => one.key).sort();

for (const kind of [...plainClients, ...clusterClients]) {
  withRig('subjects', { engine: 'redis', kind }, ({ store }) => {
    it('a rename and the end of all at the same time leave none', async () => {
      const redis = await store();
      for (let round = 0; round < 40; round++) {
        const [from, to, subject] = [key(`from${round}`), key(`to${round}`), `ada${round}`];
        await redis.create(from, record({ subject }));
        await Promise.all([redis.rename(from, to, T), redis.deleteSubject(subject, null)]);
        const read = await Promise.all([redis.read(from, T), redis.read(to, T)]);
        assert.deepEqual(read, [null, null], `round ${round}`);
        assert.deepEqual(await redis.list(subject, T), []);
      }
    });

    it('a list at the same time as a rename has the session', async () => {
      const redis = await store();
      await redis.create(key('0'), record({ subject: 'ada' }));
      for (let round = 0; round < 40; round++) {
        const [listed] = await Promise.all([
          redis.list('ada', T),
          redis.rename(key(`${round}`), key(`${round + 1}`), T),
        ]);
        assert.notEqual(listed.length, 0, `round ${round}`);
        assert.deepEqual(keysOf(await redis.list('ada', T)), [key(`${round + 1}`)]);
      }
    });

    it('a login of a session and its end at the same time leave nothing to list', async () => {
      const redis = await store();
      for (let round = 0; round < 20; round++) {
        const name = key(`${round}`);
        await redis.create(name, record());
        await Promise.all([redis.patch(name, patch({ subject: 'ada' }), T), redis.delete(name)]);
        assert.equal(await redis.read(name, T), null);
      }
      assert.deepEqual(await redis.list('ada', T), []);
      assert.equal(await redis.deleteSubject('ada', null), 0);
    });

    it('may have braces, which on a cluster choose the node', async () => {
      const redis = await store();
      for (const subject of ['{a}', '{}', 'a}{b', '']) {
        await redis.create(key(`k${subject}`), record({ subject }));
        assert.deepEqual(keysOf(await redis.list(subject, T)), [key(`k${subject}`)]);
        assert.equal(await redis.deleteSubject(subject, null), 1);
      }
    });
  });
}

withRig('the index', { engine: 'redis', kind: plainRedis }, (rig) => {
  const members = async (prefix: string): Promise<number> => {
    const reply = await ask(rig.servers[0]?.port ?? 0, 'ZCARD', `${prefix}subject:ada`);
    return Number(reply.slice(1));
  };

  it('holds no key that was deleted, renamed or ended with the others', async () => {
    const prefix = newPrefix();
    const store = await rig.store(prefix);
    for (const name of ['a', 'b', 'c', 'd']) await store.create(key(name), record({ subject: 'ada' }));
    assert.equal(await members(prefix), 4);
    await store.delete(key('a'));
    assert.equal(await members(prefix), 3);
    await store.rename(key('b'), key('b2'), T);
    assert.equal(await members(prefix), 3);
    assert.equal(await store.deleteSubject('ada', key('b2')), 2);
    assert.equal(await members(prefix), 1);
    await store.delete(key('b2'));
    assert.equal(await members(prefix), 0);
  });

  it('is swept at each login of what ended two days ago: who never logs out does not grow it', async () => {
    const prefix = newPrefix();
    const store = await rig.store(prefix);
    for (let hour = 0; hour < 240; hour++) {
      const seenAt = T + hour * 3600;
      await store.create(key(`${hour}`), record({ subject: 'ada', seenAt, expiresAt: seenAt + 1800 }));
    }
    const size = await members(prefix);
    assert.ok(size <= 49, `${size} members`);
    assert.equal((await store.list('ada', T + 239 * 3600)).length, 1);
  });

  it('keeps a session that goes on, however long it does', async () => {
    const prefix = newPrefix();
    const store = await rig.store(prefix);
    await store.create(key('a'), record({ subject: 'ada', expiresAt: T + DAY }));
    for (let day = 1; day <= 30; day++) {
      const now = T + day * DAY - 10 * day;
      await store.patch(key('a'), patch({ seenAt: now, expiresAt: now + DAY }), now);
      // Another one, which sweeps.
      await store.create(key(`b${day}`), record({ subject: 'ada', seenAt: now, expiresAt: now + 60 }));
      assert.deepEqual(keysOf(await store.list('ada', now + 100)), [key('a')], `day ${day}`);
    }
  });

  it('does not list what the index has and the record denies, or lacks', async () => {
    const prefix = newPrefix();
    const store = await rig.store(prefix);
    const port = rig.servers[0]?.port ?? 0;
    await store.create(key('eve'), record({ subject: 'eve' }));
    await store.create(key('nobody'), record());
    for (const name of ['eve', 'nobody', 'absent']) {
      await ask(port, 'ZADD', `${prefix}subject:ada`, '+inf', key(name));
    }
    assert.deepEqual(await store.list('ada', T), []);
    assert.equal(await store.deleteSubject('ada', null), 0);
    assert.notEqual(await store.read(key('eve'), T), null);
  });

  it('stands before the record says so: where the index fails, a login on a cluster was not made', async () => {
    const client = {
      masters: [],
      async sendCommand(_key: string, _isReadonly: boolean, args: string[]) {
        if (args[0] === 'EVAL') throw new Error('CLUSTERDOWN');
        return assert.fail(`${args[0]} was sent`);
      },
    };
    const store = redisStore(client);
    await assert.rejects(store.create(key('a'), record({ subject: 'ada' })), /CLUSTERDOWN/);
    await assert.rejects(store.patch(key('a'), patch({ subject: 'ada' }), T), /CLUSTERDOWN/);
  });
});
