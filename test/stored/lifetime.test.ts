// How long a stored session lives: to the second that its record names, by the policy in force, with the stored data.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { Session } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { type Browser, type Data, Site, T } from './support/site.js';

const keyOf = (browser: Browser): string => createHash('sha256').update(String(browser.claims.sid)).digest('base64url');

async function saved(site: Site, data: object = { n: 1 }): Promise<Browser> {
  const ada = site.browser();
  await ada.save(data);
  return ada;
}

describe('the dates of a stored session', () => {
  it('stand in its token and its record', async () => {
    const site = new Site({ idleTimeout: 60, absoluteTimeout: 100 });
    site.at = 0.9;
    const ada = await saved(site);
    assert.deepEqual([ada.claims.iat, ada.claims.exp], [T, T + 60]);
    assert.match(ada.lines[0] ?? '', /; Max-Age=60; /);
    const record = await site.counting.memory.read(keyOf(ada), T);
    assert.deepEqual([record?.createdAt, record?.seenAt, record?.expiresAt], [T, T, T + 60]);
    site.at = 50;
    await ada.save({ n: 2 });
    assert.deepEqual([ada.claims.iat, ada.claims.exp], [T, T + 100]);
    const later = await site.counting.memory.read(keyOf(ada), T);
    assert.deepEqual([later?.createdAt, later?.seenAt, later?.expiresAt], [T, T + 50, T + 100]);
  });

  it('end it at that second', async () => {
    const site = new Site({ idleTimeout: 60, renew: 'save' });
    const ada = await saved(site);
    for (const [at, data] of [
      [59.999, { n: 1 }],
      [60, {}],
    ] as const) {
      site.at = at;
      assert.deepEqual(await ada.visit(), data);
    }
  });

  it('S4: a renewal that no cookie can carry is none, and no error of a read', async () => {
    const site = new Site({ idleTimeout: 60 });
    const ada = await saved(site);
    const newKey = { id: 'a new key', secret: 'another secret of more than thirty-two bytes' };
    const maxCookieBytes = (ada.cookie ?? '').length - 1;
    site.sessions.initialize(site.host, { secretKey: [newKey, SECRET], maxCookieBytes });
    site.at = 40;
    assert.deepEqual([await ada.visit(), ada.lines], [{ n: 1 }, []]);
    assert.equal((await site.counting.memory.read(keyOf(ada), T))?.expiresAt, T + 60);
  });

  it('a shortened policy bites at once, an older record without dates is none', async () => {
    const site = new Site({ idleTimeout: 3600, absoluteTimeout: 7200 });
    const ada = await saved(site);
    site.sessions.initialize(site.host, { idleTimeout: 60, clockTolerance: 0 });
    assert.deepEqual(await ada.visit(), {});
    site.sessions.initialize(site.host, { idleTimeout: 3600, absoluteTimeout: 10 });
    site.at = 10;
    assert.deepEqual(await ada.visit(), {});
    const undated = new Site();
    const eve = await saved(undated);
    undated.sessions.initialize(undated.host, { idleTimeout: 60 });
    assert.deepEqual(await eve.visit(), {});
    undated.sessions.initialize(undated.host, { acceptUndated: true });
    assert.deepEqual(await eve.visit(), { n: 1 });
    assert.equal(eve.claims.exp, T + 60);
  });

  it('the record decides: a browser that missed its first dated cookie is in', async () => {
    const site = new Site();
    const ada = await saved(site);
    const undated = ada.cookie;
    site.sessions.initialize(site.host, { idleTimeout: 60, acceptUndated: true });
    await ada.visit();
    ada.cookie = undated;
    site.sessions.initialize(site.host, { acceptUndated: false });
    assert.deepEqual(await ada.visit(), { n: 1 });
    assert.equal(ada.claims.exp, T + 60);
  });

  it('timeouts that are functions get the stored data, which another request may have changed', async () => {
    const site = new Site({ idleTimeout: (data) => (data.remember === true ? 1000 : 60), clockTolerance: 0 });
    const ada = await saved(site, { remember: true });
    assert.equal(ada.claims.exp, T + 1000);
    const { memory } = site.counting;
    const patch = {
      set: [['remember', 'false']],
      remove: [],
      add: [],
      seenAt: T,
      expiresAt: T + 1000,
      ifVersion: null,
    };
    await memory.patch(keyOf(ada), patch as unknown as Parameters<typeof memory.patch>[1], T);
    site.at = 29;
    assert.deepEqual(await ada.visit(), { remember: false });
    assert.equal(ada.claims.exp, T + 1000);
    site.at = 30;
    assert.deepEqual(await ada.visit(), { remember: false });
    assert.equal(ada.claims.exp, T + 90);
    site.at = 90;
    assert.deepEqual(await ada.visit(), {});
  });

  it('a timeout of data that another request has taken away ends the session when the data that are left say so', async () => {
    for (const late of [{ theme: 'dark' }, null]) {
      const site = new Site({ idleTimeout: (data) => (data.remember === true ? 1000 : 60), clockTolerance: 0 });
      const ada = await saved(site, { remember: true });
      const request = ada.request();
      const dict = await site.sessions.get(request);
      await ada.visit((other) => {
        delete other.remember;
        return other.save();
      });
      if (late === null) await site.sessions.increment(request, 'views');
      else await Object.assign(dict, late).save();
      ada.answer(request);
      site.at = 59;
      assert.deepEqual(await ada.visit(), late ?? { views: 1 });
      site.at = 59 + 60;
      assert.deepEqual(await ada.visit(), {});
    }
  });

  it('maxAge of the cookie may be a function of the data', async () => {
    const site = new Site({ cookieOptions: { maxAge: (data) => (data.remember === true ? 1000 : 60) } });
    const ada = await saved(site, { remember: true });
    assert.match(ada.lines[0] ?? '', /; Max-Age=1000; /);
  });

  it('a clock that gives no time is an error of the configuration', async () => {
    const site = new Site({ now: () => Number.NaN });
    await site.browser().visit((dict) => assert.rejects(dict.save(), { code: 'ERR_SESSION_BAD_OPTION' }));
  });
});

describe('renewal on read', () => {
  const options = { idleTimeout: 600, clockTolerance: 0 };

  it('comes once per half window: one patch, and the cookie anew', async () => {
    const site = new Site(options);
    const ada = await saved(site);
    site.counting.take();
    site.at = 299;
    await ada.visit();
    assert.deepEqual([site.counting.take(), ada.lines], [['read'], []]);
    site.at = 300;
    assert.deepEqual(await ada.visit(), { n: 1 });
    assert.deepEqual(site.counting.take(), ['read', 'patch']);
    assert.equal(ada.lines.length, 1);
    assert.match(ada.lines[0] ?? '', /; Max-Age=600; /);
    assert.equal(ada.claims.exp, T + 900);
    const record = await site.counting.memory.read(keyOf(ada), T);
    assert.deepEqual([record?.data, record?.seenAt, record?.expiresAt], ['{"n":1}', T + 300, T + 900]);
    site.at = 301;
    await ada.visit();
    assert.deepEqual([site.counting.take(), ada.lines], [['read'], []]);
  });

  it('never on a prefetch or an upgrade, nor with renew: save', async () => {
    const site = new Site(options);
    const ada = await saved(site);
    site.at = 400;
    site.counting.take();
    for (const headers of [{ 'sec-purpose': 'prefetch;prerender' }, { upgrade: 'websocket' }]) {
      assert.deepEqual(await ada.visit(() => {}, headers), { n: 1 });
    }
    site.sessions.initialize(site.host, { renew: 'save' });
    await ada.visit();
    assert.deepEqual([site.counting.take(), ada.lines], [['read', 'read', 'read'], []]);
  });

  it('what the handler says comes before it', async () => {
    const site = new Site(options);
    const ada = await saved(site);
    site.at = 400;
    await ada.visit((dict) => dict.delete());
    assert.equal(ada.lines.length, 1);
    assert.equal(ada.cookie, null);
  });

  it('a browser that missed the new cookie gets it with a later read', async () => {
    const site = new Site(options);
    const ada = await saved(site);
    const old = ada.cookie;
    site.at = 300;
    await ada.visit();
    ada.cookie = old;
    site.at = 310;
    assert.deepEqual(await ada.visit(), { n: 1 });
    assert.equal(ada.claims.exp, T + 910);
  });

  it('a store that fails at it fails no read', async () => {
    const events: unknown[] = [];
    const site = new Site({ ...options, onEvent: (event) => void events.push(event.type) });
    const ada = await saved(site);
    site.at = 400;
    site.counting.instead.patch = () => Promise.reject(new Error('read-only replica'));
    events.length = 0;
    assert.deepEqual(await ada.visit(), { n: 1 });
    assert.deepEqual([ada.lines, events], [[], ['load', 'store-error']]);
  });

  it('one that was ended between its read and its renewal is an empty session', async () => {
    const site = new Site(options);
    const ada = await saved(site);
    site.at = 400;
    const { memory, instead } = site.counting;
    instead.read = async (key: string, now: number) => {
      const record = await memory.read(key, now);
      await memory.delete(key);
      return record;
    };
    assert.deepEqual(await ada.visit(), {});
    assert.deepEqual([ada.lines, memory.size], [[], 0]);
  });
});

describe('the other options of every session', () => {
  it('resign: a token of an older key is re-issued, with the end that it had', async () => {
    const site = new Site({ idleTimeout: 600 });
    const ada = await saved(site);
    const { sid } = ada.claims;
    site.at = 10;
    site.sessions.initialize(site.host, { resign: true });
    site.sessions.secretKey = ['a new secret of more than thirty-two bytes', SECRET];
    site.counting.take();
    assert.deepEqual(await ada.visit(), { n: 1 });
    assert.equal(ada.lines.length, 1);
    assert.deepEqual(ada.claims, { sid, iat: T, exp: T + 600 });
    assert.deepEqual(site.counting.take(), ['read']);
    site.sessions.secretKey = 'a new secret of more than thirty-two bytes';
    assert.deepEqual(await ada.visit(), { n: 1 });
  });

  it('audience and purpose make another cookie', async () => {
    const site = new Site({ audience: 'shop', purpose: 'shop' });
    const ada = await saved(site);
    assert.deepEqual(Object.keys(ada.claims), ['sid', 'aud']);
    assert.deepEqual(await ada.visit(), { n: 1 });
    assert.deepEqual(new Session({ secretKey: SECRET, audience: 'shop' }).decode(ada.cookie?.slice(8) ?? ''), {});
  });

  it('schema and migrate judge the stored data', async () => {
    const site = new Site();
    const [old, odd] = [await saved(site, { count: 7 }), await saved(site, { count: 'x' })];
    const reasons: string[] = [];
    const schema = {
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        validate: (value: unknown) =>
          typeof (value as Data).n === 'number' ? { value: value as Data } : { issues: [{ message: 'no n' }] },
      },
    };
    site.sessions.initialize(site.host, {
      schema,
      migrate: ({ count }) => (typeof count === 'number' ? { n: count } : null),
      onReject: (reason) => void reasons.push(reason),
    });
    assert.deepEqual(
      await old.visit(async (dict) => {
        dict.n = 'x';
        await assert.rejects(dict.save(), { code: 'ERR_SESSION_SCHEMA' });
        dict.n = 8;
        await dict.save();
      }),
      { n: 7 },
    );
    assert.deepEqual(await old.visit(), { n: 8 });
    assert.deepEqual(await odd.visit(), {});
    assert.deepEqual(reasons, ['schema']);
    const record = await site.counting.memory.read(keyOf(old), T);
    assert.equal(record?.data, '{"n":8}');
  });

  it('debug warns of changes that were never saved, and only of those', async () => {
    const warned: string[] = [];
    const site = new Site({ debug: true });
    const ada = site.browser();
    const listen = (warning: Error & { code?: string }): void => void warned.push(String(warning.code));
    process.on('warning', listen);
    try {
      await ada.save({ n: 1 });
      await ada.visit((_dict, request) => site.sessions.increment(request, 'n'));
      await ada.visit((dict) => dict.delete());
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(warned, []);
      await ada.save({ n: 1 });
      await ada.visit(async (dict) => {
        const saving = dict.save();
        dict.n = 2;
        await saving;
      });
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(warned, ['WARN_SESSION_UNSAVED']);
    } finally {
      process.off('warning', listen);
    }
  });

  it('cacheHeaders marks every response that asked for the session', async () => {
    const site = new Site({ cacheHeaders: true });
    const ada = site.browser();
    for (const handler of [() => {}, (dict: { save(): Promise<void> }) => dict.save()]) {
      const request = ada.request();
      await handler(await site.sessions.get(request));
      const { headers } = site.host.sessionJar(request);
      const lines = ada.answer(request);
      assert.equal(headers.get('vary'), 'Cookie');
      assert.equal(headers.get('cache-control'), lines.length > 0 ? 'private, no-store' : 'private');
    }
  });

  it('events tell what happens, without data or ids', async () => {
    const events: unknown[] = [];
    const site = new Site({ onEvent: (event) => void events.push(event) });
    const ada = site.browser();
    await ada.save({ n: 1 });
    await ada.visit(async (dict, request) => {
      await site.sessions.regenerate(request);
      await dict.delete();
    });
    const cookieName = 'session';
    assert.deepEqual(events, [
      { type: 'save', bytes: 7, cookieName },
      { type: 'load', keyIndex: 0, keyId: null, cookieName },
      { type: 'regenerate', cookieName },
      { type: 'delete', cookieName },
    ]);
  });
});
