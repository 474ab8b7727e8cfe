// What a list remembers, for how long, and when it forgets.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryLog, type Revocation, type RevocationOptions } from '../../dist/revocation/index.js';
import { Ledger } from '../../dist/revocation/ledger.js';
import type { SessionOptions } from '../../dist/session/index.js';
import { type Data, Process, T } from './fleet.js';

const token = (key: string, until: number | null): Revocation => ({ kind: 'token', key, at: 0, until });
const subject = (key: string, at: number, until: number | null): Revocation => ({ kind: 'subject', key, at, until });

describe('the ledger', () => {
  it('forgets what can concern no token any more within two rounds, a part at a time, and nothing else', () => {
    const ledger = new Ledger();
    for (let i = 0; i < 6400; i++) ledger.add(token(`t${i}`, i % 2 === 0 ? 10 : null));
    for (let i = 0; i < 64; i++) ledger.add(subject(`s${i}`, 5, i % 2 === 0 ? 10 : 11));
    ledger.forget(9.9);
    assert.equal(ledger.size, 6464);
    ledger.forget(10);
    assert.ok(ledger.size >= 6464 - 102, 'all at once');
    for (let i = 0; i < 130; i++) ledger.forget(10);
    assert.equal(ledger.size, 3232);
    assert.deepEqual([ledger.hasId('t0'), ledger.hasId('t1')], [false, true]);
    assert.deepEqual([ledger.epochOf('s0'), ledger.epochOf('s1')], [-Infinity, 5]);
  });

  it('goes through all there is in 65 steps, also where every one is over', () => {
    const ledger = new Ledger();
    for (let i = 0; i < 10_000; i++) ledger.add(token(`t${i}`, 10));
    for (let i = 0; i < 65; i++) ledger.forget(10);
    assert.equal(ledger.size, 0);
  });

  it('keeps up with what comes in', () => {
    const ledger = new Ledger();
    for (let now = 0; now < 2000; now++) {
      ledger.add(token(`t${now}`, now + 100));
      ledger.forget(now);
    }
    assert.ok(ledger.size <= 250, String(ledger.size));
  });

  it('of several entries for one key the latest moment and the latest end count, in any order', () => {
    for (const entries of [
      [subject('ada', 5, 100), subject('ada', 9, 50)],
      [subject('ada', 9, 50), subject('ada', 5, 100)],
    ]) {
      const ledger = new Ledger();
      for (const entry of entries) ledger.add(entry);
      for (let i = 0; i < 3; i++) ledger.forget(99);
      assert.equal(ledger.epochOf('ada'), 9);
      for (let i = 0; i < 3; i++) ledger.forget(100);
      assert.equal(ledger.epochOf('ada'), -Infinity);
    }
    const ledger = new Ledger();
    ledger.add(token('x', null));
    ledger.add(token('x', 5));
    for (let i = 0; i < 3; i++) ledger.forget(6);
    assert.equal(ledger.hasId('x'), true);
  });
});

/** When the entries of a logout and of a logout everywhere may be forgotten, in seconds since {@link T}. */
async function untils(
  session: SessionOptions<Data>,
  list: Partial<RevocationOptions<Data>> = {},
): Promise<readonly (number | null)[]> {
  const log = memoryLog();
  const time = { at: 0 };
  const one = new Process(log, time, { session, list: { clockTolerance: 7, maxStaleness: 5, ...list } });
  await one.list.refresh();
  const login = await one.login('ada');
  time.at = 2;
  await one.request(login, (_, request) => one.list.revoke(request));
  await one.list.revokeAll('ada');
  const { revocations } = await log.revocationsSince(null, T);
  return revocations.map(({ until }) => (until === null ? null : until - T));
}

describe('an entry may be forgotten', () => {
  it('after the absolute end of the session, and both tolerances', async () => {
    assert.deepEqual(await untils({ absoluteTimeout: 1000 }), [1000 + 60 + 7, 2 + 7 + 1000 + 60 + 7]);
    assert.deepEqual(await untils({ absoluteTimeout: 1000, clockTolerance: 0 }), [1000 + 7, 2 + 7 + 1000 + 7]);
  });

  it('closed: after an idle time that begins when the last process knows it', async () => {
    assert.deepEqual(await untils({ idleTimeout: 100 }), [2 + 5 + 100 + 67, 2 + 5 + 100 + 67]);
    assert.deepEqual(await untils({ idleTimeout: 100, absoluteTimeout: 1000 }), [174, 174]);
  });

  it('open: never for an idle time alone, since a process that lost the log may renew for ever', async () => {
    assert.deepEqual(await untils({ idleTimeout: 100 }, { onUnavailable: 'open' }), [null, null]);
    assert.deepEqual(await untils({ idleTimeout: 100, absoluteTimeout: 50 }, { onUnavailable: 'open' }), [117, 126]);
  });

  it('never where no end is known: none, functions of data, tokens without dates', async () => {
    assert.deepEqual(await untils({}), [null, null]);
    assert.deepEqual(await untils({ idleTimeout: () => 100, absoluteTimeout: () => 100 }), [null, null]);
    assert.deepEqual(await untils({ idleTimeout: 100, absoluteTimeout: 100, acceptUndated: true }), [null, null]);
  });

  it('by the timeouts in force, not those of when the list was made', async () => {
    const log = memoryLog();
    const one = new Process(log, { at: 0 }, { list: { clockTolerance: 7 } });
    one.sessions.initialize(one.host, { absoluteTimeout: 500, clockTolerance: 0 });
    await one.list.refresh();
    await one.list.revokeAll('ada');
    const { revocations } = await log.revocationsSince(null, T);
    assert.deepEqual(
      revocations.map(({ until }) => until),
      [T + 7 + 500 + 7],
    );
  });

  it('after maxLifetime, where that is said', async () => {
    assert.deepEqual(await untils({ absoluteTimeout: () => 100 }, { maxLifetime: 500 }), [2 + 500 + 67, 2 + 500 + 67]);
  });
});

describe('memoryLog()', () => {
  it('tells what came since a cursor, also where it has forgotten in between', async () => {
    const log = memoryLog();
    const keys = async (cursor: string | null, now: number): Promise<readonly string[]> =>
      (await log.revocationsSince(cursor, now)).revocations.map(({ key }) => key);
    const { cursor: start } = await log.revocationsSince(null, 0);
    await log.addRevocation(token('a', 10));
    await log.addRevocation(token('b', 20));
    const { cursor } = await log.revocationsSince(start, 0);
    await log.addRevocation(token('c', null));
    assert.deepEqual(await keys(start, 9), ['a', 'b', 'c']);
    assert.deepEqual(await keys(cursor, 9), ['c']);
    assert.deepEqual(await keys(start, 10), ['b', 'c']);
    assert.deepEqual(await keys(start, 20), ['c']);
    assert.deepEqual(await keys(cursor, 20), ['c']);
    await log.addRevocation(token('d', 21));
    assert.deepEqual(await keys(cursor, 20), ['c', 'd']);
    assert.deepEqual(await keys(null, 21), ['c']);
  });
});
