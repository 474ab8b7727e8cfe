// Stored sessions from the cookie to the store and back: what a visit costs, what it writes, and what ends it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { clear, flash, Session, withSession } from '../../dist/session/index.js';
import { memoryStore, StoredSession } from '../../dist/stored/index.js';
import { SECRET } from '../jwt/forge.js';
import { FakeHost, FakeJar, type FakeRequest } from '../support/fake-host.js';
import { rejectsCode, Site, T } from './support/site.js';

const hash = (sid: unknown): string => createHash('sha256').update(String(sid)).digest('base64url');

describe('a stored session', () => {
  it('S3: costs a visitor who saves nothing no cookie, no row and no round trip', async () => {
    const site = new Site();
    const ada = site.browser();
    assert.deepEqual(
      await ada.visit((dict) => {
        dict.seen = true;
      }),
      {},
    );
    assert.deepEqual([ada.lines, site.counting.calls, site.counting.memory.size], [[], [], 0]);
  });

  it('S3: onReject that asks for the session gets the dict of the request, of the one read', async () => {
    const asked: Promise<object>[] = [];
    const events: string[] = [];
    const site: Site = new Site({
      onReject: (_, request) => void asked.push(site.sessions.get(request)),
      onEvent: ({ type }) => void events.push(type),
    });
    const ada = site.browser();
    await ada.save({ user: 'ada' });
    site.counting.take();
    events.length = 0;
    const dict = await site.sessions.get(site.host.request(`${ada.cookie}; session=x`));
    assert.deepEqual({ ...dict }, { user: 'ada' });
    assert.deepEqual([asked.length, (await asked[0]) === dict], [1, true]);
    assert.deepEqual([site.counting.take(), events], [['read'], ['reject', 'load']]);
  });

  it('S12: onReject that ends the session ends it before the handler has it', async () => {
    const ended: Promise<void>[] = [];
    const site: Site = new Site({
      onReject: (_, request) => void ended.push(site.sessions.delete(request)),
    });
    const ada = site.browser();
    await ada.save({ user: 'ada' });
    const request = site.host.request(`${ada.cookie}; session=x`);
    assert.deepEqual({ ...(await site.sessions.get(request)) }, {});
    await Promise.all(ended);
    assert.deepEqual([ended.length, site.counting.memory.size], [1, 0]);
    assert.match(site.host.answer(request)[0] ?? '', /^session=; .*Max-Age=0/);
  });

  it('onReject is told also where the store fails', async () => {
    const reasons: string[] = [];
    const site = new Site({ onReject: (reason) => void reasons.push(reason) });
    const ada = site.browser();
    await ada.save({ user: 'ada' });
    site.counting.instead.read = () => Promise.reject(new Error('away'));
    await rejectsCode(site.sessions.get(site.host.request(`${ada.cookie}; session=x`)), 'ERR_SESSION_STORE');
    assert.deepEqual(reasons, ['malformed']);
  });

  it('S7: the first save creates it, and its cookie holds a signed id and nothing else', async () => {
    const site = new Site();
    const ada = site.browser();
    await ada.save({ user: 'ada', cart: [1, { a: null }] });
    assert.deepEqual(site.counting.take(), ['create', 'purge']);
    assert.deepEqual(Object.keys(ada.claims), ['sid']);
    assert.match(String(ada.claims.sid), /^[\w-]{22}$/);
    assert.equal(ada.lines.length, 1);
    assert.equal(ada.lines[0], `${ada.cookie}; Path=/; HttpOnly`);
    assert.deepEqual(await ada.visit(), { user: 'ada', cart: [1, { a: null }] });
    assert.deepEqual(site.counting.take(), ['read']);
    assert.deepEqual(ada.lines, []);
  });

  it('ERR_SESSION_TOO_LARGE before the store is asked: a token that no cookie of the budget can hold', async () => {
    const site = new Site({ maxCookieBytes: 80 });
    const ada = site.browser();
    await rejectsCode(ada.save({ n: 1 }), 'ERR_SESSION_TOO_LARGE');
    assert.deepEqual([site.counting.calls, site.counting.memory.size], [[], 0]);
  });

  it('the store has the hash of the id, never the id', async () => {
    const site = new Site();
    const ada = site.browser();
    await ada.save({ n: 1 });
    const key = hash(ada.claims.sid);
    assert.deepEqual(await site.counting.memory.read(key, T), {
      data: '{"n":1}',
      version: 1,
      createdAt: T,
      seenAt: T,
      expiresAt: null,
      subject: null,
    });
    await ada.save({ n: 2 });
    await ada.visit((dict) => dict.delete());
    assert.deepEqual([...site.counting.keys], [key]);
  });

  it('S4: an id that no key of the session signed never reaches the store', async () => {
    const site = new Site();
    const ada = site.browser();
    await ada.save({ n: 1 });
    site.counting.take();
    const [name = '', ...rest] = (ada.cookie ?? '').split('=');
    const foreign = new Session({ secretKey: 'another secret of more than thirty-two bytes' });
    const good = new Session({ secretKey: SECRET });
    const { sid } = ada.claims;
    for (const token of [
      `${rest.join('=')}x`,
      'planted',
      foreign.encode({ sid }),
      good.encode({ sid: 1 }),
      good.encode({ sid: `${String(sid)}a` }),
      good.encode({ sid, exp: 1 }),
      good.encode({ sid, n: 1 }),
      good.encode({}),
    ]) {
      const eve = site.browser();
      eve.cookie = `${name}=${token}`;
      assert.deepEqual(await eve.visit(), {});
      assert.deepEqual([site.counting.take(), eve.lines], [[], []]);
    }
  });

  it('S4: one that the store has no longer is an empty session, and revoked', async () => {
    const reasons: string[] = [];
    const site = new Site({ onReject: (reason) => void reasons.push(reason) });
    const ada = site.browser();
    await ada.save({ n: 1 });
    await site.counting.memory.delete(hash(ada.claims.sid));
    assert.deepEqual(await ada.visit(), {});
    assert.deepEqual([reasons, ada.lines], [['revoked'], []]);
  });

  it('S14: an ended or a bad cookie beside the good one logs nobody out; the last good one counts', async () => {
    const site = new Site();
    const [ada, eve] = [site.browser(), site.browser()];
    await ada.save({ user: 'ada' });
    await eve.save({ user: 'eve' });
    const mallory = site.browser();
    mallory.cookie = `${ada.cookie}; ${eve.cookie}`;
    assert.deepEqual(await mallory.visit(), { user: 'eve' });
    await eve.visit((dict) => dict.delete());
    assert.deepEqual(await mallory.visit(), { user: 'ada' });
    mallory.cookie = `${ada.cookie}; session=planted`;
    assert.deepEqual(await mallory.visit(), { user: 'ada' });
  });

  it('S3: every get of a request gives the same object, by one read', async () => {
    const site = new Site();
    const ada = site.browser();
    await ada.save({ n: 1 });
    site.counting.take();
    const request = ada.request();
    const [a, b] = await Promise.all([site.sessions.get(request), site.sessions.get(request)]);
    assert.equal(a, b);
    assert.equal(await site.sessions.get(request), a);
    assert.deepEqual(site.counting.take(), ['read']);
  });

  it('S6: a save is of the data as they are when it is called, and nothing is saved unasked', async () => {
    const site = new Site();
    const ada = site.browser();
    await ada.visit(async (dict) => {
      dict.n = 1;
      dict.list = [1];
      const saving = dict.save();
      dict.n = 2;
      dict.list.push(2);
      await saving;
    });
    assert.deepEqual(await ada.visit(), { n: 1, list: [1] });
  });

  it('S11: two saves at once are two in order, and one cookie', async () => {
    const site = new Site();
    const ada = site.browser();
    await ada.visit(async (dict) => {
      dict.n = 1;
      const first = dict.save();
      dict.n = 2;
      await Promise.all([first, dict.save()]);
    });
    assert.deepEqual(site.counting.take(), ['create', 'purge', 'patch']);
    assert.equal(ada.lines.length, 1);
    assert.deepEqual(await ada.visit(), { n: 2 });
  });

  it('S16: any key is data, and only save and delete are reserved', async () => {
    const site = new Site();
    const ada = site.browser();
    const data = JSON.parse('{"__proto__":"a","constructor":"b","":"c","then":"d","get":1,"regenerate":2}');
    await ada.visit(async (dict) => {
      for (const [key, value] of Object.entries(data)) dict[key] = value;
      assert.throws(() => Object.assign(dict, { save: 1 }), { code: 'ERR_SESSION_RESERVED_KEY' });
      await dict.save();
    });
    assert.equal(JSON.stringify(await ada.visit()), JSON.stringify({ ...data }));
    await ada.visit((dict) => {
      Reflect.deleteProperty(dict, '__proto__');
      Object.assign(dict, { constructor: 'new' });
      return dict.save();
    });
    assert.deepEqual(Object.entries(await ada.visit()), [
      ['constructor', 'new'],
      ['', 'c'],
      ['then', 'd'],
      ['get', 1],
      ['regenerate', 2],
    ]);
  });

  it('claims are plain data of a stored session', async () => {
    const site = new Site({ idleTimeout: 60 });
    const ada = site.browser();
    const data = { exp: 'a', iat: 1, nbf: 2 ** 40, aud: 'x', sid: 'mine' };
    await ada.save(data);
    assert.deepEqual(await ada.visit(), data);
  });

  it('S15: what JSON cannot hold is refused by its path, and nothing is stored', async () => {
    const site = new Site();
    const ada = site.browser();
    await ada.visit(async (dict) => {
      for (const value of [1n, Number.NaN, new Date(), () => {}, [undefined], '\ud800']) {
        dict.x = value;
        await rejectsCode(dict.save(), 'ERR_SESSION_BAD_PAYLOAD');
      }
    });
    assert.deepEqual([ada.lines, site.counting.calls], [[], []]);
  });

  it('S15: an accessor is refused without being called', async () => {
    const site = new Site();
    const ada = site.browser();
    await ada.visit(async (dict) => {
      Object.defineProperty(dict, 'now', { get: () => assert.fail('read'), enumerable: true });
      await rejectsCode(dict.save(), 'ERR_SESSION_BAD_PAYLOAD');
    });
    assert.deepEqual([ada.lines, site.counting.calls], [[], []]);
  });

  it('S17: data over maxStoredBytes are refused, to the byte', async () => {
    const site = new Site({ maxStoredBytes: 20 });
    const ada = site.browser();
    await ada.visit(async (dict) => {
      // {"t":"ééééé😀x"}: 15 + 7 bytes are 8 + 10 + 4 + 1.
      dict.t = 'éééé😀';
      await dict.save();
      dict.t = 'éééé😀x';
      await rejectsCode(dict.save(), 'ERR_SESSION_TOO_LARGE');
    });
    assert.deepEqual(await ada.visit(), { t: 'éééé😀' });
  });

  it('holds what no cookie could', async () => {
    const site = new Site();
    const ada = site.browser();
    const text = 'é'.repeat(200_000);
    await ada.save({ text });
    assert.deepEqual(await ada.visit(), { text });
  });

  it('S12: delete ends it in the store, for every copy of the cookie, and is final', async () => {
    const site = new Site();
    const ada = site.browser();
    await ada.save({ user: 'ada' });
    const copy = site.browser();
    copy.cookie = ada.cookie;
    await ada.visit(async (dict) => {
      await dict.delete();
      assert.deepEqual({ ...dict }, {});
    });
    assert.match(
      ada.lines[0] ?? '',
      /^session=; Path=\/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly$|^session=;/,
    );
    assert.equal(site.counting.memory.size, 0);
    assert.deepEqual(await copy.visit(), {});
  });

  it('S12: a save after it begins a new session, also where the delete is not waited for', async () => {
    const site = new Site();
    const ada = site.browser();
    await ada.save({ user: 'ada' });
    const { sid } = ada.claims;
    await ada.visit(async (dict) => {
      const deleting = dict.delete();
      dict.n = 1;
      await dict.save();
      await deleting;
    });
    assert.notEqual(ada.claims.sid, sid);
    assert.deepEqual(await ada.visit(), { n: 1 });
    assert.equal(site.counting.memory.size, 1);
  });

  it('S8: delete by the request reads nothing, and needs no get', async () => {
    const site = new Site();
    const ada = site.browser();
    await ada.save({ n: 1 });
    site.counting.take();
    const request = ada.request();
    await site.sessions.delete(request);
    ada.answer(request);
    assert.deepEqual([site.counting.take(), ada.cookie], [['delete'], null]);
    assert.deepEqual({ ...(await site.sessions.get(request)) }, {});
  });

  it('S8: while it is read too', async () => {
    const site = new Site();
    const ada = site.browser();
    await ada.save({ n: 1 });
    const request = ada.request();
    const reading = site.sessions.get(request);
    await site.sessions.delete(request);
    assert.deepEqual({ ...(await reading) }, {});
    assert.equal(site.counting.memory.size, 0);
  });

  it('S8: and where it is read beside an end that nobody waits for: it ends, and the read finds nothing', async () => {
    const site = new Site();
    const ada = site.browser();
    await ada.save({ n: 1 });
    const { cookie } = ada;
    const { memory } = site.counting;
    site.counting.instead.read = async (key: string, now: number) => {
      const record = await memory.read(key, now);
      for (let i = 0; i < 50; i++) await Promise.resolve();
      return record;
    };
    const request = ada.request();
    const ended = site.sessions.delete(request);
    // The end has begun, and has not asked for anything yet.
    await Promise.resolve();
    const dict = await site.sessions.get(request);
    await ended;
    ada.answer(request);
    assert.deepEqual([{ ...dict }, ada.cookie, memory.size], [{}, null, 0]);
    ada.cookie = cookie;
    assert.deepEqual(await ada.visit(), {});
  });

  it('S12: what was asked for before a delete, and is done after it was called, brings nothing back', async () => {
    const site = new Site({ conflict: (mine, theirs) => ({ ...theirs, ...mine }) });
    const ada = site.browser();
    const other = site.browser();
    await ada.save({ user: 'ada', n: 1 });
    other.cookie = ada.cookie;
    await ada.visit(async (dict, request) => {
      await other.save({ n: 5 });
      dict.n = 2;
      await Promise.all([dict.save(), site.sessions.increment(request, 'n'), dict.delete()]);
      assert.deepEqual({ ...dict }, {});
    });
    const request = site.browser().request();
    const [, , dict] = await Promise.all([
      site.sessions.increment(request, 'n'),
      site.sessions.delete(request),
      site.sessions.get(request),
    ]);
    assert.deepEqual([{ ...dict }, site.counting.memory.size], [{}, 0]);
  });

  it('update puts other data in the place of all', async () => {
    const site = new Site();
    const ada = site.browser();
    await ada.save({ a: 1, b: 2 });
    const request = ada.request();
    await site.sessions.update(request, { b: 3, c: 4 });
    ada.answer(request);
    assert.deepEqual(await ada.visit(), { b: 3, c: 4 });
    await rejectsCode(site.sessions.update(request, { save: 1 } as object), 'ERR_SESSION_RESERVED_KEY');
  });

  it('works with the helpers of every session', async () => {
    const site = new Site();
    const ada = site.browser();
    await ada.visit((dict) => {
      flash(dict, 'info', 'Saved');
      return dict.save();
    });
    await ada.visit((dict) => {
      assert.equal(flash(dict, 'info'), 'Saved');
      return dict.save();
    });
    assert.deepEqual(await ada.visit(), {});
    await ada.save({ a: 1 });
    await ada.visit((dict) => {
      clear(dict);
      return dict.save();
    });
    assert.deepEqual(await ada.visit(), {});
  });

  it('withSession and with() wait for it', async () => {
    const site = new Site();
    const ada = site.browser();
    await ada.save({ n: 1 });
    const request = ada.request();
    const dict = await site.sessions.get(request);
    const loose = withSession(async (_request: FakeRequest, session, a: string) => [session, a]);
    assert.deepEqual(await loose(request, 'x'), [dict, 'x']);
    const typed = site.sessions.with((_request: FakeRequest, session, a: string) => [session, a]);
    assert.deepEqual(await typed(request, 'x'), [dict, 'x']);
  });

  /** A request whose answer has gone out, and what it holds. */
  const answered = async () => {
    const site = new Site({ idleTimeout: 60 });
    const ada = site.browser();
    await ada.save({ n: 1 });
    const request = ada.request();
    const dict = await site.sessions.get(request);
    ada.answer(request);
    return { site, ada, request, dict };
  };

  it('S13: what comes after the head: a session that is stored can still be changed and ended', async () => {
    const { site, ada, request, dict } = await answered();
    site.at = 10;
    dict.n = 2;
    await dict.save();
    assert.equal(await site.sessions.increment(request, 'n'), 3);
    assert.equal(site.host.sessionJar(request).waiting, 0);
    const record = await site.counting.memory.read(hash(ada.claims.sid), T);
    assert.deepEqual([record?.data, record?.expiresAt, record?.seenAt], ['{"n":3}', T + 70, T + 10]);
    await rejectsCode(site.sessions.regenerate(request), 'ERR_SESSION_HEADERS_SENT');
    assert.deepEqual(await ada.visit(), { n: 3 });
    await dict.delete();
    assert.deepEqual(await ada.visit(), {});
    await rejectsCode(dict.delete(), 'ERR_SESSION_HEADERS_SENT');
  });

  it('S13: what comes after the head: a save takes no time from a session that was used meanwhile', async () => {
    const { site, ada, request, dict } = await answered();
    site.at = 40;
    await ada.visit();
    assert.equal(ada.claims.exp, T + 100);
    site.at = 61;
    dict.n = 2;
    await dict.save();
    assert.equal(await site.sessions.increment(request, 'n'), 3);
    site.at = 99;
    assert.deepEqual(await ada.visit(), { n: 3 });
    site.at = 130;
    assert.deepEqual(await ada.visit(), { n: 3 });
  });

  it('S18: one that is new cannot, and leaves no row', async () => {
    const site = new Site();
    const ada = site.browser();
    const request = ada.request();
    const dict = await site.sessions.get(request);
    dict.n = 1;
    const saving = dict.save();
    ada.answer(request);
    await rejectsCode(saving, 'ERR_SESSION_HEADERS_SENT');
    await rejectsCode(dict.save(), 'ERR_SESSION_HEADERS_SENT');
    await rejectsCode(site.sessions.increment(request, 'n'), 'ERR_SESSION_HEADERS_SENT');
    assert.equal(site.counting.memory.size, 0);
  });

  it('S18: nor where the head goes while the store makes the row', async () => {
    const site = new Site();
    const ada = site.browser();
    const request = ada.request();
    const dict = await site.sessions.get(request);
    const { instead, memory } = site.counting;
    instead.create = async (key: string, record: Parameters<typeof memory.create>[1]) => {
      ada.answer(request);
      await memory.create(key, record);
    };
    await rejectsCode(dict.save(), 'ERR_SESSION_HEADERS_SENT');
    assert.deepEqual([site.counting.memory.size, site.counting.take()], [0, ['create', 'delete']]);
  });

  it('S18: nor a new id: the old one, which the browser has, goes on', async () => {
    const site = new Site();
    const ada = site.browser();
    await ada.save({ n: 1 });
    const request = ada.request();
    await site.sessions.get(request);
    const { instead, memory } = site.counting;
    instead.rename = async (from: string, to: string, now: number) => {
      delete instead.rename;
      ada.answer(request);
      return memory.rename(from, to, now);
    };
    await rejectsCode(site.sessions.regenerate(request), 'ERR_SESSION_HEADERS_SENT');
    assert.deepEqual(await ada.visit(), { n: 1 });
  });

  it('open gives the session of a jar', async () => {
    const site = new Site();
    const ada = site.browser();
    await ada.save({ n: 1 });
    const jar = new FakeJar(ada.cookie);
    const dict = await site.sessions.open(jar);
    assert.equal(dict, await site.sessions.open(jar));
    assert.deepEqual({ ...dict }, { n: 1 });
  });
});

describe('the configuration', () => {
  it('S1: no secret and no store are rejections of get, and nothing before', async () => {
    const host = new FakeHost();
    const sessions = new StoredSession(host);
    const request = host.request();
    await rejectsCode(sessions.get(request), 'ERR_SESSION_NO_SECRET');
    await rejectsCode(sessions.open(new FakeJar(null)), 'ERR_SESSION_NO_SECRET');
    sessions.secretKey = SECRET;
    await rejectsCode(sessions.get(request), 'ERR_SESSION_BAD_OPTION');
    sessions.initialize(host, { store: memoryStore() });
    assert.deepEqual({ ...(await sessions.get(request)) }, {});
    await rejectsCode(
      new StoredSession({ secretKey: SECRET, store: memoryStore() }).get(request),
      'ERR_SESSION_NOT_INSTALLED',
    );
  });

  it('S1: delete needs neither', async () => {
    const host = new FakeHost();
    const request = host.request('session=x');
    await new StoredSession(host).delete(request);
    assert.equal(host.answer(request).length, 1);
  });

  it('S2: a bad option is an error right there, and changes nothing', () => {
    const store = memoryStore();
    for (const bad of [
      { store: {} },
      { store: null },
      { store: { ...store, patch: undefined } },
      { readFrom: store },
      { readFrom: [{}] },
      { subject: 'user' },
      { conflict: 'first-write' },
      { timeout: 0 },
      { timeout: Number.POSITIVE_INFINITY },
      { timeout: '2' },
      { onStoreError: 'empty' },
      { maxStoredBytes: 0 },
      { purgeInterval: 0.5 },
      { autoSave: true },
      { storage: store },
      { idleTimeout: 'x' },
      'options',
      [store],
    ]) {
      assert.throws(
        () => new StoredSession({ secretKey: SECRET, store, ...(bad as object) }),
        {
          code: 'ERR_SESSION_BAD_OPTION',
        },
        JSON.stringify(bad),
      );
    }
    assert.throws(() => new StoredSession('options' as unknown as object), { code: 'ERR_SESSION_BAD_OPTION' });
  });

  it('S2: initialize replaces what it is given and keeps the rest; the list is copied', async () => {
    const host = new FakeHost();
    const store = memoryStore();
    const readFrom: never[] = [];
    const sessions = new StoredSession(host, { secretKey: SECRET, store, timeout: null, readFrom, autoSave: false });
    sessions.initialize(host, { cookieName: 'sid' });
    const request = host.request();
    const dict = await sessions.get(request);
    await dict.save();
    assert.match(host.answer(request)[0] ?? '', /^sid=/);
    assert.equal(store.size, 1);
  });
});
