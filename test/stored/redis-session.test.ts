// StoredSession over Redis: two servers of one site, what a request costs, and an engine that is down.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { clusterClients } from './support/redis-clients.js';
import { newPrefix, plainClients, plainRedis, withRig } from './support/redis-rig.js';
import { commandsDuring } from './support/redis-server.js';
import { rejectsCode, Site } from './support/site.js';

/** The data's own word of whose they are. */
const subject = (data: { readonly user?: unknown }): string | null =>
  typeof data.user === 'string' ? data.user : null;

for (const kind of [...plainClients, ...clusterClients]) {
  withRig('two servers', { engine: 'redis', kind }, (rig) => {
    it('share sessions, count together, and end all of a user on every device', async () => {
      const prefix = newPrefix();
      const [one, two] = [
        new Site({ store: await rig.store(prefix), subject }),
        new Site({ store: await rig.store(prefix), subject }),
      ];
      const laptop = one.browser();
      await laptop.save({ user: 'ada', n: 0 });
      const phone = two.browser();
      await phone.save({ user: 'ada', n: 0 });

      await Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          const { sessions } = i % 2 === 0 ? one : two;
          const visitor = (i % 2 === 0 ? one : two).browser();
          visitor.cookie = laptop.cookie;
          const request = visitor.request();
          await sessions.get(request);
          await sessions.increment(request, 'n');
        }),
      );
      assert.deepEqual(await laptop.visit(), { user: 'ada', n: 20 });

      await laptop.visit((_dict, request) => one.sessions.regenerate(request));
      assert.deepEqual(await laptop.visit(), { user: 'ada', n: 20 });
      const listed = await two.sessions.list('ada', { current: phone.request() });
      assert.equal(listed.length, 2);
      assert.equal(listed.filter((session) => session.isCurrent).length, 1);
      assert.equal(await two.sessions.revokeAll('ada', { except: phone.request() }), 1);
      assert.deepEqual(await laptop.visit(), {});
      assert.deepEqual(await phone.visit(), { user: 'ada', n: 0 });
    });
  });
}

withRig('a request', { engine: 'redis', kind: plainRedis }, (rig) => {
  it('costs one command to read and one to save, logged in or not', async () => {
    const during = (work: () => Promise<unknown>) => commandsDuring(rig.servers[0]?.port ?? 0, work);
    const site = new Site({ store: await rig.store(), subject, idleTimeout: 1800 });
    // Every script is known from here on.
    const first = site.browser();
    await first.save({ n: 1 });
    await first.visit((dict) => dict.delete());
    const browser = site.browser();
    assert.deepEqual(await during(() => browser.visit()), []);
    assert.deepEqual(await during(() => browser.save({ n: 1 })), ['EVALSHA']);
    await browser.save({ n: 2 });
    assert.deepEqual(await during(() => browser.visit()), ['HGETALL']);
    assert.deepEqual(await during(() => browser.save({ n: 3 })), ['HGETALL', 'EVALSHA']);
    assert.deepEqual(await during(() => browser.save({ user: 'ada' })), ['HGETALL', 'EVAL', 'EVALSHA']);
    assert.deepEqual(await during(() => browser.save({ n: 4 })), ['HGETALL', 'EVALSHA']);
    site.at = 1000;
    assert.deepEqual(await during(() => browser.visit()), ['HGETALL', 'EVALSHA']);
    assert.deepEqual(await during(() => browser.visit((dict) => dict.delete())), ['HGETALL', 'EVALSHA', 'ZREM']);
  });

  it('is ERR_SESSION_STORE while the server is down, and an empty session when it is back empty', async () => {
    const site = new Site({ store: await rig.store(), timeout: 0.5 });
    const browser = site.browser();
    await browser.save({ n: 1 });
    const [server] = rig.servers;
    await server.kill();
    await rejectsCode(browser.visit(), 'ERR_SESSION_STORE');
    await server.restart();
    // This server keeps nothing on the disk: the session is gone, which is an answer and no error.
    for (let data: unknown; data === undefined; ) data = await browser.visit().catch(() => undefined);
    assert.deepEqual(await browser.visit(), {});
  });
});
