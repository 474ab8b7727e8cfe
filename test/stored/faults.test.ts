// A store that fails, hangs, or answers too late: one typed error, and never an empty session taken for a logout.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { SessionEvent } from '../../dist/session/index.js';
import type { SessionStore } from '../../dist/stored/index.js';
import { StoreTimeout, withTimeout } from '../../dist/stored/with-timeout.js';
import { hides } from '../support/errors.js';
import { type Browser, type Options, rejectsCode, Site, T } from './support/site.js';

const METHODS = ['read', 'create', 'patch', 'delete', 'rename', 'list', 'deleteSubject', 'purge'] as const;

async function logged(options: Options = {}): Promise<{ site: Site; ada: Browser; events: SessionEvent[] }> {
  const events: SessionEvent[] = [];
  const site = new Site({ onEvent: (event) => void events.push(event), subject: () => 'ada', ...options });
  const ada = site.browser();
  await ada.save({ user: 'ada' });
  events.length = 0;
  return { site, ada, events };
}

/** Has every call, or one of a name, do something else. */
function breakStore(site: Site, instead: () => Promise<unknown>, ...names: readonly (typeof METHODS)[number][]): void {
  for (const name of names.length > 0 ? names : METHODS) site.counting.instead[name] = instead;
}

const refuse = (): Promise<never> => Promise.reject(new Error('connection refused by redis://:hunter2@host'));

/** Timers that tests run: what is asked of `setTimeout` until `use` has ended. */
async function withTimers<R>(
  use: (run: () => Promise<void>, delays: number[], due: ReadonlySet<unknown>) => Promise<R>,
): Promise<R> {
  const { setTimeout: original, clearTimeout: clear } = globalThis;
  const due = new Set<() => void>();
  const delays: number[] = [];
  const fake = (f: () => void, delay: number): (() => void) => {
    due.add(f);
    delays.push(delay);
    return f;
  };
  Object.assign(globalThis, { setTimeout: fake, clearTimeout: (f: () => void) => due.delete(f) });
  try {
    return await use(
      async () => {
        // Whatever waits for a promise comes to its call first.
        for (let i = 0; i < 50; i++) await Promise.resolve();
        const now = [...due];
        due.clear();
        for (const f of now) f();
      },
      delays,
      due,
    );
  } finally {
    Object.assign(globalThis, { setTimeout: original, clearTimeout: clear });
  }
}

describe('a store that fails', () => {
  it('is ERR_SESSION_STORE with its cause, whatever was asked; no message has its words', async () => {
    const { site, ada } = await logged();
    const held = ada.request();
    const dict = await site.sessions.get(held);
    dict.n = 1;
    breakStore(site, refuse);
    for (const call of [
      site.sessions.get(ada.request()),
      dict.save(),
      dict.delete(),
      site.sessions.regenerate(held),
      site.sessions.increment(held, 'n'),
      site.sessions.list('ada'),
      site.sessions.revokeAll('ada'),
      site.sessions.delete(ada.request()),
      site.browser().save({ n: 1 }),
    ]) {
      const error = await rejectsCode(call, 'ERR_SESSION_STORE');
      assert.match((error.cause as Error).message, /hunter2/);
      hides(error.message, ['hunter2']);
    }
  });

  it('S19: data that are no JSON are one, and what the error says of them is none of them', async () => {
    const { site, ada } = await logged();
    breakStore(
      site,
      async () => ({ version: 1, createdAt: T, seenAt: T, expiresAt: null, subject: null, data: 'hunter2' }),
      'read',
    );
    const error = await rejectsCode(site.sessions.get(ada.request()), 'ERR_SESSION_STORE');
    hides(inspect(error), ['hunter2']);
  });

  it('is one too where it throws at once, or answers what is no record of a session', async () => {
    const { site, ada } = await logged();
    site.counting.instead.read = (() => {
      throw new Error('no connection');
    }) as () => Promise<never>;
    await rejectsCode(site.sessions.get(ada.request()), 'ERR_SESSION_STORE');
    for (const data of ['[1]', 'null', '{', '']) {
      site.counting.instead.read = async () => ({
        data,
        version: 1,
        createdAt: T,
        seenAt: T,
        expiresAt: null,
        subject: null,
      });
      await rejectsCode(site.sessions.get(ada.request()), 'ERR_SESSION_STORE');
    }
  });

  it('is told, with what it was asked for and nothing else', async () => {
    const { site, ada, events } = await logged();
    breakStore(site, refuse);
    await rejectsCode(site.sessions.get(ada.request()), 'ERR_SESSION_STORE');
    assert.deepEqual(events, [{ type: 'store-error', operation: 'read', isTimeout: false, cookieName: 'session' }]);
  });

  it('is asked once for each request, and again by the next one', async () => {
    const { site, ada } = await logged();
    breakStore(site, refuse, 'read');
    const request = ada.request();
    site.counting.take();
    for (const _ of [1, 2]) await rejectsCode(site.sessions.get(request), 'ERR_SESSION_STORE');
    assert.deepEqual(site.counting.take(), ['read']);
    delete site.counting.instead.read;
    assert.deepEqual(await ada.visit(), { user: 'ada' });
  });

  it('at a read removes no cookie, and the answer still varies with it', async () => {
    const { site, ada } = await logged({ cacheHeaders: true });
    breakStore(site, refuse);
    const request = ada.request();
    await rejectsCode(site.sessions.get(request), 'ERR_SESSION_STORE');
    const { headers } = site.host.sessionJar(request);
    assert.deepEqual(ada.answer(request), []);
    assert.equal(headers.get('vary'), 'Cookie');
  });

  it('at a save leaves the dict as it is, and the next save brings it all', async () => {
    const { site, ada } = await logged();
    await ada.visit(async (dict) => {
      dict.n = 1;
      breakStore(site, refuse, 'patch');
      await rejectsCode(dict.save(), 'ERR_SESSION_STORE');
      assert.deepEqual({ ...dict }, { user: 'ada', n: 1 });
      delete site.counting.instead.patch;
      await dict.save();
    });
    assert.deepEqual(await ada.visit(), { user: 'ada', n: 1 });
  });

  it('at a delete leaves the session, its data and its cookie: it is not ended', async () => {
    const { site, ada } = await logged();
    await ada.visit(async (dict) => {
      breakStore(site, refuse, 'delete');
      await rejectsCode(dict.delete(), 'ERR_SESSION_STORE');
      assert.deepEqual({ ...dict }, { user: 'ada' });
      dict.n = 1;
      await dict.save();
    });
    delete site.counting.instead.delete;
    assert.deepEqual(await ada.visit(), { user: 'ada', n: 1 });
  });

  it('at a purge fails no request', async () => {
    const { site, ada, events } = await logged({ purgeInterval: 1 });
    breakStore(site, refuse, 'purge');
    site.at = 1;
    await ada.save({ n: 1 });
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(events.at(-1), {
      type: 'store-error',
      operation: 'purge',
      isTimeout: false,
      cookieName: 'session',
    });
  });
});

describe("onStoreError: 'empty-readonly'", () => {
  it('gives an empty session that writes nothing, and takes nothing away', async () => {
    const { site, ada } = await logged({ onStoreError: 'empty-readonly', cacheHeaders: true });
    breakStore(site, refuse, 'read');
    site.counting.take();
    const request = ada.request();
    const dict = await site.sessions.get(request);
    assert.deepEqual({ ...dict }, {});
    dict.n = 1;
    for (const call of [
      dict.save(),
      dict.delete(),
      site.sessions.delete(request),
      site.sessions.update(request, {}),
      site.sessions.regenerate(request),
      site.sessions.increment(request, 'n'),
    ]) {
      await rejectsCode(call, 'ERR_SESSION_STORE');
    }
    const { headers } = site.host.sessionJar(request);
    assert.deepEqual([ada.answer(request), site.counting.take()], [[], ['read']]);
    assert.equal(headers.get('vary'), 'Cookie');
    // Who is to be spared is not known, so nobody is ended.
    await rejectsCode(site.sessions.revokeAll('ada', { except: request }), 'ERR_SESSION_STORE');
    await rejectsCode(site.sessions.list('ada', { current: request }), 'ERR_SESSION_STORE');
    assert.deepEqual(site.counting.take(), []);
    delete site.counting.instead.read;
    assert.deepEqual(await ada.visit(), { user: 'ada' });
  });

  it('is for reads that fail: without a cookie there is none', async () => {
    const { site } = await logged({ onStoreError: 'empty-readonly' });
    breakStore(site, refuse, 'read');
    const eve = site.browser();
    await eve.save({ n: 1 });
    assert.equal(site.counting.memory.size, 2);
  });
});

describe('a store that does not answer', () => {
  const hang = (): Promise<never> => new Promise(() => {});

  it('has failed after two seconds', async () => {
    const { site, ada, events } = await logged();
    breakStore(site, hang);
    await withTimers(async (run, delays) => {
      const reading = site.sessions.get(ada.request());
      const outcome = rejectsCode(reading, 'ERR_SESSION_STORE');
      await run();
      const error = await outcome;
      assert.ok(error.cause instanceof StoreTimeout);
      assert.equal(error.cause.name, 'StoreTimeout');
      assert.deepEqual(delays, [2000]);
    });
    assert.deepEqual(events, [{ type: 'store-error', operation: 'read', isTimeout: true, cookieName: 'session' }]);
  });

  it('is not heard afterwards: a late answer changes no dict', async () => {
    const { site, ada } = await logged({ onStoreError: 'empty-readonly', timeout: 0.25 });
    let answer: (record: unknown) => void = () => {};
    const { memory, instead } = site.counting;
    instead.read = () => new Promise((resolve) => (answer = resolve));
    await withTimers(async (run, delays) => {
      const reading = site.sessions.get(ada.request());
      await run();
      const dict = await reading;
      const [key = ''] = site.counting.keys;
      answer(await memory.read(key, T));
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual({ ...dict }, {});
      assert.deepEqual(delays, [250]);
      await rejectsCode(dict.save(), 'ERR_SESSION_STORE');
    });
  });

  it('at a first save gives no cookie', async () => {
    const { site } = await logged();
    const eve = site.browser();
    await withTimers(async (run) => {
      breakStore(site, hang, 'create');
      const saving = rejectsCode(eve.save({ n: 1 }), 'ERR_SESSION_STORE');
      await run();
      await saving;
    });
    assert.deepEqual(eve.lines, []);
  });

  for (const [conflict, n] of [
    ['last-write', 1],
    ['reject', 2],
  ] as const) {
    it(`that stores a save after all, behind a later one: by ${conflict} ${n} is there`, async () => {
      const { site, ada } = await logged({ conflict });
      const { memory, instead } = site.counting;
      const late: (() => Promise<unknown>)[] = [];
      instead.patch = (...asked: Parameters<SessionStore['patch']>) => {
        late.push(() => memory.patch(...asked));
        return hang();
      };
      await withTimers(async (run) => {
        const saving = rejectsCode(ada.save({ n: 1 }), 'ERR_SESSION_STORE');
        await run();
        await saving;
      });
      delete instead.patch;
      await ada.save({ n: 2 });
      for (const store of late) await store();
      assert.deepEqual([late.length, await ada.visit()], [1, { user: 'ada', n }]);
    });
  }

  it('timeout: null waits, and so does an engine without timers', async () => {
    await withTimers(async (_run, delays) => {
      assert.equal(await withTimeout(async () => 1, null), 1);
      assert.deepEqual(delays, []);
    });
    const { setTimeout: original } = globalThis;
    Object.assign(globalThis, { setTimeout: undefined });
    try {
      assert.equal(await withTimeout(async () => 1, 2), 1);
    } finally {
      Object.assign(globalThis, { setTimeout: original });
    }
  });

  it('a timeout that is longer than timers count is not one at once', async () => {
    await withTimers(async (_run, delays) => {
      assert.equal(await withTimeout(async () => 1, 1e9), 1);
      assert.deepEqual(delays, [2 ** 31 - 1]);
    });
  });

  it('an answer in time leaves no timer behind', async () => {
    await withTimers(async (_run, delays, due) => {
      assert.equal(await withTimeout(async () => 1, 2), 1);
      await assert.rejects(
        withTimeout(() => Promise.reject(new Error('x')), 2),
        /x/,
      );
      assert.deepEqual([delays, due.size], [[2000, 2000], 0]);
    });
  });
});

describe('ended sessions go', () => {
  it('after a save, not more often than purgeInterval, 500 at a time', async () => {
    const site = new Site({ idleTimeout: 10, purgeInterval: 60 });
    const limits: unknown[] = [];
    const { memory, instead } = site.counting;
    instead.purge = async (now: number, limit: number) => {
      limits.push([now - T, limit]);
      return memory.purge(now, limit);
    };
    const ada = site.browser();
    for (const at of [0, 5, 59, 60, 70, 130]) {
      site.at = at;
      await ada.save({ n: at });
    }
    assert.deepEqual(limits, [
      [0, 500],
      [60, 500],
      [130, 500],
    ]);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(memory.size, 1);
  });

  it('a read removes none, and a store that needs no purge is asked for none', async () => {
    const site = new Site();
    site.sessions.initialize(site.host, {
      store: { ...site.counting.store, purge: undefined } as unknown as SessionStore,
    });
    const ada = site.browser();
    await ada.save({ n: 1 });
    await ada.visit();
    assert.deepEqual(site.counting.take(), ['create', 'read']);
  });
});
