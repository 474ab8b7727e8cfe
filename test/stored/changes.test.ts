// What a save changes in the store: its own keys and no others; and what happens where two requests meet.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SessionPatch, StoredRecord } from '../../dist/stored/index.js';
import type { Dict, Handler } from './support/site.js';
import { type Browser, rejectsCode, Site, T } from './support/site.js';

/** Two requests of one visitor at the same time: both have read what is there when the first one writes. */
async function both(ada: Browser, first: (dict: Dict) => unknown, second: (dict: Dict) => unknown): Promise<void> {
  const { sessions } = ada.site;
  const [a, b] = [ada.request(), ada.request()];
  const [one, two] = [await sessions.get(a), await sessions.get(b)];
  await first(one);
  ada.answer(a);
  await second(two);
  ada.answer(b);
}

const setting =
  (data: object) =>
  (dict: Dict): Promise<void> => {
    Object.assign(dict, data);
    return dict.save();
  };

async function logged(site: Site, data: object = { a: 1, b: 1 }): Promise<Browser> {
  const ada = site.browser();
  await ada.save(data);
  return ada;
}

describe('a second change of a request', () => {
  /** The first request changes `a`; the second one, which has read before that, first does something else. */
  const meeting = async (site: Site, other: Handler): Promise<Browser> => {
    const ada = await logged(site);
    const request = ada.request();
    const dict = await site.sessions.get(request);
    await ada.save({ a: 2 });
    await other(dict, request);
    await setting({ a: 3 })(dict);
    ada.answer(request);
    return ada;
  };

  it("meets the first one's conflict too: conflict 'reject'", async () => {
    for (const other of ['save', 'increment']) {
      const site = new Site({ conflict: 'reject' });
      const change: Handler = (dict, request) =>
        other === 'save' ? setting({ b: 2 })(dict) : site.sessions.increment(request, 'n');
      await rejectsCode(meeting(site, change), 'ERR_SESSION_CONFLICT');
    }
  });

  it('meets it where a function settles it', async () => {
    const asked: unknown[] = [];
    const site = new Site({
      conflict: (mine, theirs, base) => {
        asked.push({ mine, theirs, base });
        return { ...mine, a: [theirs.a, mine.a] };
      },
    });
    const ada = await meeting(site, setting({ b: 2 }));
    assert.deepEqual(asked, [{ mine: { a: 3, b: 2 }, theirs: { a: 2, b: 2 }, base: { a: 1, b: 2 } }]);
    assert.deepEqual(await ada.visit(), { a: [2, 3], b: 2 });
  });

  it('has no conflict with what the request itself has set or added', async () => {
    const site = new Site({ conflict: 'reject' });
    const ada = await logged(site);
    await ada.visit(async (dict, request) => {
      await setting({ a: 2 })(dict);
      await site.sessions.increment(request, 'n');
      await setting({ a: 3, n: 5 })(dict);
    });
    assert.deepEqual(await ada.visit(), { a: 3, b: 1, n: 5 });
  });
});

describe('a save is a patch', () => {
  it('two requests that change different keys both have their way', async () => {
    const ada = await logged(new Site());
    await both(ada, setting({ a: 2 }), setting({ b: 2 }));
    assert.deepEqual(await ada.visit(), { a: 2, b: 2 });
  });

  it('of removed keys too, and of what is changed inside a value', async () => {
    const ada = await logged(new Site(), { a: 1, cart: [{ price: 1 }], n: 1 });
    await both(
      ada,
      (dict) => {
        delete dict.a;
        return dict.save();
      },
      (dict) => {
        dict.cart[0].price = 2;
        return dict.save();
      },
    );
    assert.deepEqual(await ada.visit(), { cart: [{ price: 2 }], n: 1 });
  });

  it('a second save in a request takes back nothing that another one has done', async () => {
    const ada = await logged(new Site());
    const request = ada.request();
    const dict = await ada.site.sessions.get(request);
    await ada.save({ b: 2 });
    await setting({ a: 2 })(dict);
    await setting({ c: 3 })(dict);
    assert.deepEqual(await ada.visit(), { a: 2, b: 2, c: 3 });
  });

  it('of the same key the last write counts', async () => {
    const ada = await logged(new Site());
    await both(ada, setting({ a: 2 }), setting({ a: 3 }));
    assert.deepEqual(await ada.visit(), { a: 3, b: 1 });
  });

  it('a save without changes renews, and changes nothing', async () => {
    const site = new Site({ idleTimeout: 60 });
    const ada = await logged(site);
    site.at = 10;
    await ada.visit((dict) => dict.save());
    assert.equal(ada.claims.exp, T + 70);
    assert.deepEqual(await ada.visit(), { a: 1, b: 1 });
  });
});

describe('a session that another request has ended', () => {
  for (const [what, write] of Object.entries<(dict: Dict, ada: Browser, request: object) => Promise<unknown>>({
    save: (dict) => setting({ a: 2 })(dict),
    increment: (_dict, ada, request) => ada.site.sessions.increment(request, 'a'),
    regenerate: (_dict, ada, request) => ada.site.sessions.regenerate(request),
  })) {
    it(`is not brought back by ${what}: ERR_SESSION_CONFLICT, and no cookie is sent`, async () => {
      const site = new Site();
      const ada = await logged(site);
      const request = ada.request();
      const dict = await site.sessions.get(request);
      await ada.visit((other) => other.delete());
      await rejectsCode(write(dict, ada, request), 'ERR_SESSION_CONFLICT');
      await rejectsCode(dict.save(), 'ERR_SESSION_CONFLICT');
      assert.deepEqual(site.host.answer(request), []);
      assert.equal(site.counting.memory.size, 0);
    });
  }

  it('by a new id: the later answer of a parallel request leaves the browser the new cookie', async () => {
    const site = new Site();
    const ada = await logged(site);
    const request = ada.request();
    const dict = await site.sessions.get(request);
    await ada.visit((_dict, other) => site.sessions.regenerate(other));
    await rejectsCode(setting({ a: 2 })(dict), 'ERR_SESSION_CONFLICT');
    ada.answer(request);
    assert.deepEqual(await ada.visit(), { a: 1, b: 1 });
  });

  it('a new one begins with delete()', async () => {
    const site = new Site();
    const ada = await logged(site);
    const request = ada.request();
    const dict = await site.sessions.get(request);
    await ada.visit((other) => other.delete());
    await rejectsCode(dict.save(), 'ERR_SESSION_CONFLICT');
    await dict.delete();
    await setting({ n: 1 })(dict);
    ada.answer(request);
    assert.deepEqual(await ada.visit(), { n: 1 });
  });

  it('also where it is the end of its time', async () => {
    const site = new Site({ idleTimeout: 60, renew: 'save' });
    const ada = await logged(site);
    const request = ada.request();
    const dict = await site.sessions.get(request);
    site.at = 60;
    await rejectsCode(setting({ a: 2 })(dict), 'ERR_SESSION_CONFLICT');
  });
});

describe('what a patch says is expected', () => {
  /** A store that takes the data of the version it has as they are given, and answers without them. Keeps the patches. */
  function literal(options: ConstructorParameters<typeof Site>[0] = {}): { site: Site; patches: SessionPatch[] } {
    const site = new Site(options);
    const { memory, instead } = site.counting;
    const patches: SessionPatch[] = [];
    instead.patch = async (key: string, patch: SessionPatch, now: number) => {
      patches.push(patch);
      const record = await memory.read(key, now);
      if (record === null || patch.expected?.version !== record.version) return memory.patch(key, patch, now);
      const members = Object.entries(JSON.parse(patch.expected.data));
      const set = members.map(([name, value]): [string, string] => [name, JSON.stringify(value)]);
      const remove = Object.keys(JSON.parse(record.data)).filter((name) => !members.some(([kept]) => kept === name));
      await memory.patch(key, { ...patch, set, remove }, now);
      return { isDone: true, record: null };
    };
    return { site, patches };
  }

  it('is the version that was read, then the one that was made, with all of the data', async () => {
    const { site, patches } = literal();
    const ada = await logged(site);
    await ada.visit(async (dict) => {
      await setting({ a: 2 })(dict);
      delete dict.b;
      await dict.save();
    });
    assert.deepEqual(
      patches.map(({ expected }) => expected),
      [
        { version: 1, data: '{"a":2,"b":1}' },
        { version: 2, data: '{"a":2}' },
      ],
    );
    assert.deepEqual(
      patches.map(({ set, remove }) => ({ set, remove })),
      [
        { set: [['a', '2']], remove: [] },
        { set: [], remove: ['b'] },
      ],
    );
    assert.deepEqual(await ada.visit(), { a: 2 });
  });

  it('is one short once another request has written, so that what this one has not seen stays', async () => {
    const { site, patches } = literal();
    const ada = await logged(site);
    const request = ada.request();
    const dict = await site.sessions.get(request);
    await ada.visit(setting({ theirs: 1 }));
    await setting({ a: 2 })(dict);
    await setting({ a: 3 })(dict);
    assert.deepEqual(
      patches.slice(1).map(({ expected }) => expected?.version),
      [1, 2],
    );
    assert.deepEqual(await ada.visit(), { a: 3, b: 1, theirs: 1 });
  });

  it('nor after an increment, which shows no more than its number', async () => {
    const { site, patches } = literal();
    const ada = await logged(site);
    const request = ada.request();
    const dict = await site.sessions.get(request);
    await ada.visit(setting({ theirs: 1 }));
    await site.sessions.increment(request, 'a');
    await setting({ b: 2 })(dict);
    assert.deepEqual(
      patches.slice(1).map(({ expected }) => expected),
      [undefined, undefined],
    );
    assert.deepEqual(await ada.visit(), { a: 2, b: 2, theirs: 1 });
  });

  it('is never said where conflicts are to be told: that needs the answer', async () => {
    for (const conflict of ['reject', (mine: object): object => mine] as const) {
      const { site, patches } = literal({ conflict });
      await (await logged(site)).visit(setting({ a: 2 }));
      assert.deepEqual(
        patches.map(({ expected, ifVersion }) => ({ expected, ifVersion })),
        [{ expected: undefined, ifVersion: 1 }],
      );
    }
  });

  it('and an answer without a record to a patch that named none is a fault of the store', async () => {
    const site = new Site({ conflict: 'reject' });
    const ada = await logged(site);
    site.counting.instead.patch = async () => ({ isDone: true, record: null });
    await ada.visit((dict) => rejectsCode(setting({ a: 2 })(dict), 'ERR_SESSION_STORE'));
  });
});

describe("conflict: 'reject'", () => {
  it('refuses a key that another request has changed, and saves nothing of it', async () => {
    const ada = await logged(new Site({ conflict: 'reject' }));
    await both(ada, setting({ a: 2 }), async (dict) => {
      dict.c = 3;
      await rejectsCode(setting({ a: 3 })(dict), 'ERR_SESSION_CONFLICT');
      assert.deepEqual({ ...dict }, { a: 3, b: 1, c: 3 });
    });
    assert.deepEqual(await ada.visit(), { a: 2, b: 1 });
  });

  it('keeps the cookie: the session is there', async () => {
    const ada = await logged(new Site({ conflict: 'reject' }));
    await both(ada, setting({ a: 2 }), (dict) => rejectsCode(setting({ a: 3 })(dict), 'ERR_SESSION_CONFLICT'));
    assert.deepEqual(ada.lines, []);
  });

  it('a key that was removed, or added by both, is one too', async () => {
    for (const change of [{ a: undefined }, { z: 1 }]) {
      const ada = await logged(new Site({ conflict: 'reject' }));
      await both(ada, setting(change), (dict) =>
        rejectsCode(setting({ [Object.keys(change)[0] ?? '']: 9 })(dict), 'ERR_SESSION_CONFLICT'),
      );
    }
  });

  it('other keys are none, nor is a save of its own before', async () => {
    const site = new Site({ conflict: 'reject' });
    const ada = await logged(site);
    await both(ada, setting({ a: 2 }), async (dict) => {
      await setting({ b: 2 })(dict);
      await setting({ b: 3, c: 1 })(dict);
    });
    assert.deepEqual(await ada.visit(), { a: 2, b: 3, c: 1 });
  });

  it('a read that renews sees what was changed meanwhile', async () => {
    const site = new Site({ conflict: 'reject', idleTimeout: 60, clockTolerance: 0 });
    const ada = await logged(site);
    site.at = 40;
    const { memory, instead } = site.counting;
    // Between the read and its renewal another request saves.
    instead.read = async (key: string, now: number) => {
      const record = await memory.read(key, now);
      await memory.patch(
        key,
        { set: [['a', '2']], remove: [], add: [], seenAt: now, expiresAt: T + 90, ifVersion: null },
        now,
      );
      return record;
    };
    assert.deepEqual(await ada.visit(setting({ a: 3 })), { a: 2, b: 1 });
  });

  it('is none with an engine that writes values in a form of its own', async () => {
    const site = new Site({ conflict: 'reject' });
    const { memory, instead } = site.counting;
    const sorted = (record: StoredRecord | null): StoredRecord | null =>
      record && { ...record, data: record.data.replaceAll('{"z":1,"a":2}', '{"a":2,"z":1}') };
    instead.read = async (key: string, now: number) => sorted(await memory.read(key, now));
    instead.patch = async (key: string, patch: SessionPatch, now: number) => {
      const set = patch.set.map(([name, json]) => [name, json.replaceAll('{"z":1,"a":2}', '{"a":2,"z":1}')] as const);
      return memory.patch(key, { ...patch, set }, now);
    };
    const ada = await logged(site, { n: 1 });
    const request = ada.request();
    const dict = await site.sessions.get(request);
    await setting({ o: { z: 1, a: 2 } })(dict);
    await ada.visit(setting({ n: 2 }));
    await setting({ o: { z: 1, a: 3 } })(dict);
    assert.deepEqual(await ada.visit(), { n: 2, o: { z: 1, a: 3 } });
  });

  it('gives up after ten rounds in which others were faster', async () => {
    const site = new Site({ conflict: 'reject' });
    const ada = await logged(site);
    const { memory, instead } = site.counting;
    let n = 0;
    instead.patch = async (key: string, patch: Parameters<typeof memory.patch>[1], now: number) => {
      await memory.patch(key, { ...patch, set: [['other', String(n++)]], ifVersion: null }, now);
      return memory.patch(key, patch, now);
    };
    await ada.visit((dict) => rejectsCode(setting({ a: 3 })(dict), 'ERR_SESSION_CONFLICT'));
    assert.equal(n, 10);
  });
});

describe('conflict: a function', () => {
  const merge = (
    mine: Record<string, number>,
    theirs: Record<string, number>,
    base: Record<string, number>,
  ): object => ({
    ...theirs,
    ...mine,
    a: (mine.a ?? 0) + (theirs.a ?? 0) - (base.a ?? 0),
  });

  it('makes one of two changes of the same key, and the dict has what was saved', async () => {
    const seen: unknown[] = [];
    const ada = await logged(
      new Site({
        conflict: (mine, theirs, base) => {
          seen.push(structuredClone([mine, theirs, base]));
          return merge(
            mine as Record<string, number>,
            theirs as Record<string, number>,
            base as Record<string, number>,
          );
        },
      }),
      { a: 10, b: 1 },
    );
    await both(ada, setting({ a: 12, z: 1 }), async (dict) => {
      await setting({ a: 15 })(dict);
      assert.deepEqual({ ...dict }, { a: 17, b: 1, z: 1 });
      await dict.save();
    });
    assert.deepEqual(await ada.visit(), { a: 17, b: 1, z: 1 });
    assert.deepEqual(seen, [
      [
        { a: 15, b: 1 },
        { a: 12, b: 1, z: 1 },
        { a: 10, b: 1 },
      ],
    ]);
  });

  it('what is changed afterwards inside a value that came from the other request is saved too', async () => {
    const site = new Site({ conflict: (mine, theirs) => ({ ...theirs, ...mine }) });
    const ada = await logged(site, { a: 1 });
    await both(ada, setting({ a: 2, cart: ['tea'] }), async (dict) => {
      await setting({ a: 3 })(dict);
      (dict.cart as string[]).push('milk');
      await dict.save();
    });
    assert.deepEqual(await ada.visit(), { a: 3, cart: ['tea', 'milk'] });
  });

  it('is asked again where a third request was faster, from what it knew by then', async () => {
    const site = new Site({
      conflict: (mine, theirs, base) => {
        // It may change what it is given.
        theirs.a = Number(mine.a) + Number(theirs.a) - Number(base.a);
        base.a = mine.a = 0;
        return theirs;
      },
    });
    const ada = await logged(site, { a: 10 });
    await both(ada, setting({ a: 12 }), async (dict) => {
      const { memory, instead } = site.counting;
      let others = 2;
      instead.patch = async (key: string, patch: SessionPatch, now: number) => {
        if (others-- > 0) {
          const add = [['a', 100]] as const;
          await memory.patch(key, { ...patch, set: [], remove: [], add, ifVersion: null }, now);
        }
        return memory.patch(key, patch, now);
      };
      await setting({ a: 15 })(dict);
      assert.deepEqual({ ...dict }, { a: 217 });
    });
    assert.deepEqual(await ada.visit(), { a: 217 });
  });

  it('is not asked where the keys are others', async () => {
    const ada = await logged(
      new Site({
        conflict: () => {
          throw new Error('asked');
        },
      }),
    );
    await both(ada, setting({ a: 2 }), setting({ b: 2 }));
    assert.deepEqual(await ada.visit(), { a: 2, b: 2 });
  });

  it('what it makes is checked as every save is, and what it throws is thrown', async () => {
    for (const [made, code] of [
      [{ a: 1n }, 'ERR_SESSION_BAD_PAYLOAD'],
      [null, 'ERR_SESSION_BAD_PAYLOAD'],
    ] as const) {
      const ada = await logged(new Site({ conflict: () => made as unknown as object }));
      await both(ada, setting({ a: 2 }), (dict) => rejectsCode(setting({ a: 3 })(dict), code));
      assert.deepEqual(await ada.visit(), { a: 2, b: 1 });
    }
  });
});

describe('increment', () => {
  it('adds in the store, tells the number and puts it into the dict', async () => {
    const site = new Site();
    const ada = await logged(site, { n: 1, text: 'x' });
    await ada.visit(async (dict, request) => {
      dict.unsaved = true;
      assert.equal(await site.sessions.increment(request, 'n'), 2);
      assert.equal(await site.sessions.increment(request, 'n', 40), 42);
      assert.equal(await site.sessions.increment(request, 'absent', -1), -1);
      assert.equal(await site.sessions.increment(request, 'text'), 1);
      assert.deepEqual({ ...dict }, { n: 42, text: 1, unsaved: true, absent: -1 });
    });
    assert.deepEqual(await ada.visit(), { n: 42, text: 1, absent: -1 });
  });

  it('is exact over many requests at the same time, and a save afterwards takes nothing back', async () => {
    const site = new Site();
    const ada = await logged(site, { n: 0 });
    const numbers = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const request = ada.request();
        const dict = await site.sessions.get(request);
        const number = await site.sessions.increment(request, 'n');
        await setting({ [`k${number}`]: 1 })(dict);
        return number;
      }),
    );
    assert.deepEqual(
      [...numbers].sort((a, b) => a - b),
      Array.from({ length: 50 }, (_, i) => i + 1),
    );
    const { n, ...others } = await ada.visit();
    assert.deepEqual([n, Object.keys(others).length], [50, 50]);
  });

  it('creates a session where there is none, with nothing else in it', async () => {
    const site = new Site();
    const ada = site.browser();
    await ada.visit(async (dict, request) => {
      dict.unsaved = true;
      assert.equal(await site.sessions.increment(request, 'visits'), 1);
    });
    assert.deepEqual(await ada.visit(), { visits: 1 });
  });

  it('takes any key but save and delete, and numbers only', async () => {
    const site = new Site();
    const ada = await logged(site, {});
    await ada.visit(async (dict, request) => {
      assert.equal(await site.sessions.increment(request, '__proto__'), 1);
      assert.deepEqual(Object.keys(dict), ['__proto__']);
      for (const key of ['save', 'delete']) {
        await rejectsCode(site.sessions.increment(request, key), 'ERR_SESSION_RESERVED_KEY');
      }
      for (const by of [Number.NaN, Number.POSITIVE_INFINITY, '1', 1n]) {
        await rejectsCode(site.sessions.increment(request, 'n', by as number), 'ERR_SESSION_BAD_PAYLOAD');
      }
    });
  });
});

describe('regenerate', () => {
  it('gives another id with the same data: the old one is worth nothing', async () => {
    const site = new Site({ idleTimeout: 60 });
    const ada = await logged(site);
    const planted = site.browser();
    planted.cookie = ada.cookie;
    const before = ada.claims;
    site.at = 5;
    await ada.visit(async (dict, request) => {
      dict.user = 'ada';
      await site.sessions.regenerate(request);
      await dict.save();
    });
    assert.notEqual(ada.claims.sid, before.sid);
    assert.deepEqual([ada.claims.iat, ada.claims.exp], [T, T + 65]);
    assert.deepEqual(await ada.visit(), { a: 1, b: 1, user: 'ada' });
    assert.deepEqual(await planted.visit(), {});
  });

  it('alone it saves nothing and prolongs nothing', async () => {
    const site = new Site({ idleTimeout: 60 });
    const ada = await logged(site);
    site.at = 5;
    await ada.visit(async (dict, request) => {
      dict.user = 'ada';
      await site.sessions.regenerate(request);
    });
    assert.deepEqual([ada.claims.iat, ada.claims.exp], [T, T + 60]);
    assert.deepEqual(await ada.visit(), { a: 1, b: 1 });
  });

  it('where nothing is stored yet nothing happens, and the first save has a new id anyway', async () => {
    const site = new Site();
    const ada = site.browser();
    await ada.visit((_dict, request) => site.sessions.regenerate(request));
    assert.deepEqual([ada.lines, site.counting.calls], [[], []]);
  });
});

describe('subjects', () => {
  const subject = (data: Record<string, unknown>): string | null => (data.user as string | undefined) ?? null;

  it('are listed, seen last first, without data, and the current one is told', async () => {
    const site = new Site({ subject, idleTimeout: 600 });
    const [phone, laptop, eve] = [site.browser(), site.browser(), site.browser()];
    await phone.save({ user: 'ada', secret: 'x' });
    site.at = 10;
    await laptop.save({ user: 'ada' });
    await eve.save({ user: 'eve' });
    const request = laptop.request();
    const listed = await site.sessions.list('ada', { current: request });
    assert.deepEqual(
      listed.map(({ key, ...others }) => [key.length, others]),
      [
        [43, { createdAt: T + 10, seenAt: T + 10, expiresAt: T + 610, isCurrent: true }],
        [43, { createdAt: T, seenAt: T, expiresAt: T + 600, isCurrent: false }],
      ],
    );
    assert.deepEqual(
      (await site.sessions.list('ada')).map(({ isCurrent }) => isCurrent),
      [false, false],
    );
    assert.deepEqual(await site.sessions.list('nobody'), []);
  });

  it('log out everywhere, but for the request that asks', async () => {
    const site = new Site({ subject });
    const browsers = [site.browser(), site.browser(), site.browser()];
    for (const browser of browsers) await browser.save({ user: 'ada' });
    const eve = site.browser();
    await eve.save({ user: 'eve' });
    const [ada, ...others] = browsers;
    const request = ada.request();
    assert.equal(await site.sessions.revokeAll('ada', { except: request }), 2);
    for (const other of others) assert.deepEqual(await other.visit(), {});
    assert.deepEqual(await ada.visit(), { user: 'ada' });
    assert.equal(await site.sessions.revokeAll('ada'), 1);
    assert.deepEqual(await ada.visit(), {});
    assert.deepEqual(await eve.visit(), { user: 'eve' });
  });

  it('follow the data, and a save that is not about them leaves what another request has made of them', async () => {
    const site = new Site({ subject });
    const ada = await logged(site);
    assert.deepEqual(await site.sessions.list('ada'), []);
    await both(ada, setting({ user: 'ada' }), setting({ b: 2 }));
    assert.equal((await site.sessions.list('ada')).length, 1);
    await ada.visit((dict) => {
      delete dict.user;
      return dict.save();
    });
    assert.deepEqual(await site.sessions.list('ada'), []);
  });

  it('that another request has changed are not taken back by the second save of this one', async () => {
    const site = new Site({ subject });
    const browser = site.browser();
    await browser.save({ user: 'ada' });
    const request = browser.request();
    const dict = await site.sessions.get(request);
    await browser.visit(setting({ user: 'eve' }));
    await setting({ a: 1 })(dict);
    await setting({ a: 2 })(dict);
    assert.deepEqual(await browser.visit(), { user: 'eve', a: 2 });
    assert.deepEqual([(await site.sessions.list('ada')).length, (await site.sessions.list('eve')).length], [0, 1]);
  });

  it('are text or nothing', async () => {
    for (const bad of [1, {}, true]) {
      const site = new Site({ subject: () => bad as unknown as string });
      await site.browser().visit((dict) => rejectsCode(dict.save(), 'ERR_SESSION_BAD_OPTION'));
      assert.equal(site.counting.memory.size, 0);
    }
  });
});
