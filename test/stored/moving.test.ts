// Moving up: from cookie sessions and from older stores, with nobody logged out and nothing that comes back.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Session } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { CountingStore, cookieFrom, type Data, type Options, rejectsCode, Site, T } from './support/site.js';

/** A site that still knows the sessions of an older store, where Ada has one. */
async function moved(
  options: Options = {},
): Promise<{ site: Site; older: CountingStore; ada: ReturnType<Site['browser']> }> {
  const older = new CountingStore();
  const site = new Site({ store: older.store, idleTimeout: 600, ...options });
  const ada = site.browser();
  await ada.save({ user: 'ada' });
  site.sessions.initialize(site.host, { store: site.counting.store, readFrom: [older.store] });
  older.take();
  return { site, older, ada };
}

describe('from another store', () => {
  it('a record is copied when it is first read, with its dates; the cookie stays', async () => {
    const { site, older, ada } = await moved();
    site.at = 5;
    const { cookie } = ada;
    assert.deepEqual(await ada.visit(), { user: 'ada' });
    assert.equal(ada.cookie, cookie);
    assert.deepEqual(site.counting.take(), ['read', 'create']);
    const [key = ''] = site.counting.keys;
    const record = await site.counting.memory.read(key, T);
    assert.deepEqual(record, await older.memory.read(key, T));
    older.take();
    await ada.visit();
    assert.deepEqual([site.counting.take(), older.take()], [['read'], []]);
  });

  it('deleting deletes in all, the older ones first', async () => {
    const { site, older, ada } = await moved();
    await ada.visit((dict) => dict.delete());
    assert.deepEqual([site.counting.memory.size, older.memory.size], [0, 0]);
    const again = await moved();
    await again.site.sessions.delete(again.ada.request());
    assert.deepEqual([again.older.memory.size, await again.ada.visit()], [0, {}]);
  });

  it('regenerate leaves the old id nowhere', async () => {
    const { site, older, ada } = await moved();
    const old = site.browser();
    old.cookie = ada.cookie;
    await ada.visit((_dict, request) => site.sessions.regenerate(request));
    assert.deepEqual(await old.visit(), {});
    assert.equal(older.memory.size, 0);
    assert.deepEqual(await ada.visit(), { user: 'ada' });
  });

  it('a session that ends while it is copied does not come back', async () => {
    const { site, older, ada } = await moved();
    site.counting.instead.create = async (key: string, record: Parameters<typeof older.memory.create>[1]) => {
      await older.memory.delete(key);
      await site.counting.memory.delete(key);
      return site.counting.memory.create(key, record);
    };
    assert.deepEqual(await ada.visit(), {});
    assert.equal(site.counting.memory.size, 0);
  });

  it('of two requests that copy at the same time one may be refused, and has the copy of the other', async () => {
    const { site, ada } = await moved();
    const { memory } = site.counting;
    site.counting.instead.create = async (key: string, record: Parameters<typeof memory.create>[1]) => {
      await memory.create(key, { ...record, data: '{"user":"ada","n":1}' });
      throw new Error('there is such a key');
    };
    assert.deepEqual(await ada.visit(), { user: 'ada', n: 1 });
  });

  it('a request that copies late takes nothing away from what was saved meanwhile', async () => {
    const { site, older, ada } = await moved();
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    older.instead.read = async (key: string, now: number) => {
      delete older.instead.read;
      const record = await older.memory.read(key, now);
      await held;
      return record;
    };
    const late = site.sessions.get(ada.request());
    while (older.calls.length === 0) await Promise.resolve();
    await ada.save({ n: 2 });
    release();
    assert.deepEqual({ ...(await late) }, { user: 'ada', n: 2 });
    assert.deepEqual(await ada.visit(), { user: 'ada', n: 2 });
  });

  it('a store that cannot take the copy is a store that fails', async () => {
    const { site, ada } = await moved();
    site.counting.instead.create = () => Promise.reject(new Error('read-only'));
    await rejectsCode(site.sessions.get(ada.request()), 'ERR_SESSION_STORE');
  });

  it('an older store that fails is one too: absent is only what was looked for', async () => {
    const { site, older, ada } = await moved();
    older.instead.read = () => Promise.reject(new Error('gone'));
    await rejectsCode(site.sessions.get(ada.request()), 'ERR_SESSION_STORE');
  });

  it('list and revokeAll speak of all stores, of a copy once', async () => {
    const { site, older, ada } = await moved({ subject: () => 'ada' });
    const other = site.browser();
    await other.save({ user: 'ada' });
    assert.equal((await site.sessions.list('ada')).length, 2);
    await ada.visit();
    assert.equal((await site.sessions.list('ada')).length, 2);
    const request = other.request();
    assert.equal(await site.sessions.revokeAll('ada', { except: request }), 1);
    assert.deepEqual([await ada.visit(), await other.visit()], [{}, { user: 'ada' }]);
    assert.equal(older.memory.size, 0);
    const unread = await moved({ subject: () => 'ada' });
    assert.equal(await unread.site.sessions.revokeAll('ada'), 1);
    assert.deepEqual(await unread.ada.visit(), {});
  });
});

describe('from another store, with an end that came nearer since', () => {
  const lifetime = { idleTimeout: ({ short }: Data) => (short === true ? 10 : 600) };

  /** Ada's session was copied, and is to end after ten seconds now; the older store knew of ten minutes. */
  async function shortened(options: Options = {}): ReturnType<typeof moved> {
    const all = await moved({ ...lifetime, ...options });
    await all.ada.save({ user: 'ada', short: true });
    return all;
  }

  for (const isPurged of [false, true]) {
    it(`it does not come back, ${isPurged ? 'when it was purged' : 'and nothing fails, before it is purged'}`, async () => {
      const { site, ada } = await shortened();
      site.at = 11;
      if (isPurged) assert.equal(await site.counting.memory.purge(T + 11, 500), 1);
      assert.deepEqual(await ada.visit(), {});
    });
  }

  it('the older store knows the end, and servers that only have that one go on until then', async () => {
    const { site, older, ada } = await shortened();
    const [key = ''] = site.counting.keys;
    assert.equal((await older.memory.read(key, T))?.expiresAt, T + 10);
    older.take();
    await ada.save({ n: 2 });
    assert.deepEqual(older.take(), []);
  });

  it('the older store fails: then so does the save, and the end is as it was in both', async () => {
    const { site, older, ada } = await moved(lifetime);
    older.instead.patch = () => Promise.reject(new Error('gone'));
    await ada.visit(async (dict) => {
      Object.assign(dict, { short: true });
      await rejectsCode(dict.save(), 'ERR_SESSION_STORE');
    });
    const [key = ''] = site.counting.keys;
    assert.equal((await site.counting.memory.read(key, T))?.expiresAt, T + 600);
  });

  it('what has ended here has ended, also where a server of before has prolonged it there', async () => {
    const { site, older, ada } = await moved();
    await ada.visit();
    const before = new Site({ store: older.store, idleTimeout: 600 });
    before.at = 500;
    const there = before.browser();
    there.cookie = ada.cookie;
    assert.deepEqual(await there.visit(), { user: 'ada' });
    ada.cookie = there.cookie;
    assert.equal(ada.claims.exp, T + 1100);
    site.at = 700;
    assert.deepEqual([await ada.visit(), older.memory.size], [{}, 0]);
  });

  it('list shows it no longer, and not the older copy', async () => {
    const { site } = await shortened({ subject: () => 'ada' });
    assert.equal((await site.sessions.list('ada')).length, 1);
    site.at = 11;
    assert.deepEqual(await site.sessions.list('ada'), []);
  });
});

describe('from another store, with another subject since', () => {
  it('list and the count of revokeAll ask whose it is now', async () => {
    const { site, older, ada } = await moved({ subject: ({ user }) => user as string });
    await ada.save({ user: 'eve' });
    assert.deepEqual(await site.sessions.list('ada'), []);
    assert.equal((await site.sessions.list('eve')).length, 1);
    assert.equal(await site.sessions.revokeAll('ada'), 0);
    assert.deepEqual([await ada.visit(), older.memory.size], [{ user: 'eve' }, 0]);
  });

  it('revokeAll ends it there too: it does not come back as whose it was', async () => {
    const { site, older, ada } = await moved({ subject: ({ user }) => user as string });
    await ada.save({ user: 'eve' });
    assert.equal(await site.sessions.revokeAll('eve'), 1);
    assert.deepEqual([await ada.visit(), older.memory.size], [{}, 0]);
  });
});

describe('from cookie sessions', () => {
  it('a clock that gives no time is an error of the configuration, and no session that ended', async () => {
    const cookies = new Session({ secretKey: SECRET, now: () => T });
    const site = new Site({ readFrom: [cookies], now: () => Number.NaN });
    const ada = site.browser();
    ada.cookie = cookieFrom(cookies, { user: 'ada' }, 'session');
    await rejectsCode(ada.visit(), 'ERR_SESSION_BAD_OPTION');
  });

  for (const name of ['session', 'older']) {
    describe(name === 'session' ? 'of the same name' : 'of another name', () => {
      const cookies = new Session({ secretKey: SECRET, cookieName: name, now: () => T, cookieOptions: { path: '/' } });
      const at = (options: Options = {}): Site => new Site({ readFrom: [cookies], ...options });

      it('the first read takes it over: data, a stored session, and one cookie in the place of the other', async () => {
        const reasons: string[] = [];
        const site = at({ onReject: (reason) => void reasons.push(reason) });
        const ada = site.browser();
        ada.cookie = cookieFrom(cookies, { user: 'ada', exp: T + 1e6 }, name);
        assert.deepEqual(await ada.visit(), { user: 'ada', exp: T + 1e6 });
        assert.deepEqual(reasons, []);
        assert.equal(ada.lines.length, name === 'session' ? 1 : 2);
        assert.match(ada.lines.at(-1) ?? '', /^session=ey/);
        if (name !== 'session') assert.match(ada.lines[0] ?? '', /^older=;/);
        assert.deepEqual(Object.keys(ada.claims), ['sid']);
        assert.deepEqual(await ada.visit(), { user: 'ada', exp: T + 1e6 });
        assert.deepEqual([site.counting.memory.size, ada.lines], [1, []]);
      });

      it('of a session on no app, as it is documented: its cookie is removed as on an app, and the new one stays', async () => {
        const bare = new Session({ secretKey: SECRET, cookieName: name });
        const site = new Site({ readFrom: [bare] });
        const ada = site.browser();
        ada.cookie = cookieFrom(bare, { user: 'ada' }, name);
        await ada.visit();
        if (name === 'session') assert.match(ada.lines.join('\n'), /^session=ey[^\n]*; Path=\/; HttpOnly$/);
        else {
          assert.deepEqual(ada.lines[0], 'older=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly');
        }
        assert.deepEqual(await ada.visit(), { user: 'ada' });
        assert.deepEqual(bare.cookieOptions, { path: '/', httpOnly: true });
      });

      it('what was ended does not come back by it', async () => {
        const site = at({ subject: () => 'ada' });
        const ada = site.browser();
        const old = cookieFrom(cookies, { user: 'ada' }, name);
        ada.cookie = old;
        await ada.visit();
        await site.sessions.revokeAll('ada');
        ada.cookie = `${old}; ${ada.cookie}`;
        assert.deepEqual(await ada.visit(), {});
      });

      it('delete and save in the request that takes it over have their way', async () => {
        const site = at();
        const ada = site.browser();
        ada.cookie = cookieFrom(cookies, { user: 'ada', n: 1 }, name);
        await ada.visit((dict) => {
          dict.n = 2;
          return dict.save();
        });
        assert.deepEqual(await ada.visit(), { user: 'ada', n: 2 });
        const eve = site.browser();
        eve.cookie = cookieFrom(cookies, { user: 'eve' }, name);
        await eve.visit((dict) => dict.delete());
        assert.equal(eve.cookie, null);
        assert.equal(site.counting.memory.size, 1);
        const mallory = site.browser();
        mallory.cookie = cookieFrom(cookies, { user: 'mallory' }, name);
        const request = mallory.request();
        await site.sessions.delete(request);
        assert.equal(mallory.answer(request).length, name === 'session' ? 1 : 2);
      });

      it('a prefetch reads it and takes nothing over; a store that fails leaves the cookie', async () => {
        const site = at();
        const ada = site.browser();
        ada.cookie = cookieFrom(cookies, { user: 'ada' }, name);
        assert.deepEqual(await ada.visit(() => {}, { 'sec-purpose': 'prefetch' }), { user: 'ada' });
        assert.deepEqual([ada.lines, site.counting.take()], [[], []]);
        site.counting.instead.create = () => Promise.reject(new Error('gone'));
        assert.deepEqual(await ada.visit(), { user: 'ada' });
        assert.deepEqual(ada.lines, []);
        delete site.counting.instead.create;
        await ada.visit(() => {}, { 'sec-purpose': 'prefetch' });
        assert.deepEqual(await ada.visit(), { user: 'ada' });
        assert.equal(site.counting.memory.size, 1);
      });

      it('increment takes the rest over too', async () => {
        const site = at();
        const ada = site.browser();
        ada.cookie = cookieFrom(cookies, { user: 'ada', n: 1 }, name);
        await ada.visit(async (_dict, request) => assert.equal(await site.sessions.increment(request, 'n'), 2), {
          'sec-purpose': 'prefetch',
        });
        assert.deepEqual(await ada.visit(), { user: 'ada', n: 2 });
      });
    });
  }

  it('goes on from the date of its first save, and not for longer than stored sessions may live', async () => {
    let now = T;
    const cookies = new Session({ secretKey: SECRET, idleTimeout: 600, now: () => now });
    const site = new Site({ readFrom: [cookies], absoluteTimeout: 100, now: () => now });
    const [ada, eve] = [site.browser(), site.browser()];
    ada.cookie = cookieFrom(cookies, { user: 'ada' });
    eve.cookie = ada.cookie;
    now = T + 90;
    assert.deepEqual(await ada.visit(), { user: 'ada' });
    assert.deepEqual([ada.claims.iat, ada.claims.exp], [T, T + 100]);
    const [key = ''] = site.counting.keys;
    assert.equal((await site.counting.memory.read(key, T))?.createdAt, T);
    now = T + 100;
    assert.deepEqual(await eve.visit(), {});
  });

  it('one that is no longer good is none, and neither is one of a shape that the schema refuses', async () => {
    const cookies = new Session({ secretKey: SECRET });
    const reasons: string[] = [];
    const schema = {
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        validate: (value: unknown) =>
          'user' in (value as Data) ? { value: value as Data } : { issues: [{ message: 'no user' }] },
      },
    };
    const site = new Site({ readFrom: [cookies], schema, onReject: (reason) => void reasons.push(reason) });
    for (const data of [{ user: 'ada', exp: 1 }, { n: 1 }, {}]) {
      const ada = site.browser();
      ada.cookie = cookieFrom(cookies, data);
      assert.deepEqual(await ada.visit(), {});
      assert.deepEqual(ada.lines, []);
    }
    assert.deepEqual(reasons, ['expired', 'malformed', 'malformed']);
    assert.equal(site.counting.memory.size, 0);
  });

  it('keys that a dict cannot show come through', async () => {
    const cookies = new Session({ secretKey: SECRET });
    const site = new Site({ readFrom: [cookies] });
    const ada = site.browser();
    ada.cookie = cookieFrom(cookies, { save: 1, n: 1 });
    assert.deepEqual(await ada.visit(), { n: 1 });
    await ada.save({ n: 2 });
    const [key = ''] = site.counting.keys;
    assert.equal((await site.counting.memory.read(key, T))?.data, '{"save":1,"n":2}');
  });

  it('S12: and do not come back after a delete, also one that nobody waits for', async () => {
    const cookies = new Session({ secretKey: SECRET });
    const site = new Site({ readFrom: [cookies] });
    const ada = site.browser();
    ada.cookie = cookieFrom(cookies, { save: 1, n: 1 });
    await ada.visit(async (dict) => {
      const ended = dict.delete();
      dict.n = 2;
      await Promise.all([ended, dict.save()]);
    });
    const key = [...site.counting.keys].at(-1) ?? '';
    assert.equal((await site.counting.memory.read(key, T))?.data, '{"n":2}');
  });
});
