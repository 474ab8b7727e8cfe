// The store in PostgreSQL: data come back exactly, patches do what they say, in one round trip.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { it } from 'node:test';
import fc from 'fast-check';
import { openStore } from './support/postgres-clients.js';
import { describePostgres, NOW, newKey, newPatch, newRecord } from './support/postgres-suite.js';
import { startProxy } from './support/proxy.js';

describePostgres('the store in PostgreSQL', (on) => {
  const created = async (data: object): Promise<string> => {
    const key = newKey();
    await on.open().store.create(key, newRecord(data));
    return key;
  };
  const dataOf = async (key: string): Promise<unknown> =>
    JSON.parse((await on.open().store.read(key, NOW))?.data ?? '');

  it('gives back numbers exactly', async () => {
    const numbers = [1e21, 0.1, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** 53 + 2, 1e-7, 123456789.123, -0];
    const key = await created({ numbers });
    assert.deepEqual(await dataOf(key), { numbers: numbers.map((number) => (number === 0 ? 0 : number)) });
  });

  it('gives back U+0000, U+0001 and lone surrogates, in values, keys, subjects and increments', async () => {
    const odd = 'a\0b\u00010\u0001\ud83d\ude00\ud83d-\ude00\ud83d\\u0000\\u0001"\n\u001f\u0001d83d';
    const key = newKey();
    await on.open().store.create(key, newRecord({ [odd]: [odd, { [odd]: odd }], '': '\\\0' }, { subject: odd }));
    assert.deepEqual(await dataOf(key), { [odd]: [odd, { [odd]: odd }], '': '\\\0' });
    assert.equal((await on.open().store.read(key, NOW))?.subject, odd);
    assert.deepEqual(
      (await on.open().store.list(odd, NOW)).map((listed) => listed.key),
      [key],
    );
    const { record: patched } = await on
      .open()
      .store.patch(key, newPatch({ remove: [odd], set: [['\0', JSON.stringify('\0')]], add: [[`${odd}n`, 2]] }), NOW);
    assert.deepEqual(JSON.parse(patched?.data ?? ''), { '': '\\\0', '\0': '\0', [`${odd}n`]: 2 });
    assert.equal(await on.open().store.deleteSubject(odd, null), 1);
  });

  it('takes a subject of any length', async () => {
    // Digits of a hash, which no compression makes fit a page.
    const subject = Array.from({ length: 400 }, (_, i) => createHash('sha256').update(`${i}`).digest('hex')).join('');
    const key = newKey();
    await on.open().store.create(key, newRecord({}, { subject }));
    assert.equal((await on.open().store.list(subject, NOW))[0]?.key, key);
    assert.equal(await on.open().store.deleteSubject(subject, null), 1);
  });

  it('gives back any JSON as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), async (data) => {
        const expected: unknown = JSON.parse(JSON.stringify(data));
        assert.deepEqual(await dataOf(await created(data)), expected);
      }),
      { numRuns: 100 },
    );
  });

  it('adds as JavaScript does', async () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    await fc.assert(
      fc.asyncProperty(number, number, async (a, b) => {
        fc.pre(Number.isFinite(a + b));
        const key = await created({ n: a });
        const { record: patched } = await on.open().store.patch(key, newPatch({ add: [['n', b]] }), NOW);
        assert.deepEqual(JSON.parse(patched?.data ?? ''), JSON.parse(JSON.stringify({ n: a + b })));
      }),
      { numRuns: 200 },
    );
  });

  it('adds to what is absent, or no number, as to 0; after what was set and removed, and twice where it is asked twice', async () => {
    const key = await created({ text: '5', list: [1], yes: true, nil: null, gone: 7, set: 1 });
    const add = ['text', 'list', 'yes', 'nil', 'none', '__proto__', 'gone', 'set', 'set'].map((k) => [k, 0.5] as const);
    const { record: patched } = await on
      .open()
      .store.patch(key, newPatch({ add, remove: ['gone'], set: [['set', '10']] }), NOW);
    assert.deepEqual(
      JSON.parse(patched?.data ?? ''),
      JSON.parse('{"text":0.5,"list":0.5,"yes":0.5,"nil":0.5,"none":0.5,"__proto__":0.5,"gone":0.5,"set":11}'),
    );
  });

  it('replaces a key as a whole, and says what stands there where nothing was changed', async () => {
    const key = await created({ a: { b: 1 }, keep: 1 });
    const done = await on
      .open()
      .store.patch(
        key,
        newPatch({ set: [['a', '{"c":2}']], ifVersion: 1, seenAt: NOW + 1, expiresAt: NOW + 5.25, subject: 'ada' }),
        NOW,
      );
    const expected = {
      data: '{"a": {"c": 2}, "keep": 1}',
      version: 2,
      createdAt: NOW,
      seenAt: NOW + 1,
      expiresAt: NOW + 5.25,
      subject: 'ada',
    };
    assert.deepEqual(done, { isDone: true, record: expected });
    const other = await on.open().store.patch(key, newPatch({ set: [['a', '0']], ifVersion: 1, subject: null }), NOW);
    assert.deepEqual(other, { isDone: false, record: expected });
    const ended = await on.open().store.patch(key, newPatch({ set: [['a', '0']] }), NOW + 5.25);
    assert.deepEqual(ended, { isDone: false, record: null });
    assert.equal(await on.open().store.read(key, NOW + 5.25), null);
    assert.deepEqual(await on.open().store.read(key, NOW + 5.2), expected);
  });

  it('purges what has ended, at most so many, and nothing else', async () => {
    const own = await openStore(on.open());
    const live = newKey();
    await own.store.create(live, newRecord({}, { expiresAt: NOW + 1 }));
    await own.store.create(newKey(), newRecord({}));
    for (let i = 0; i < 5; i++) await own.store.create(newKey(), newRecord({}, { expiresAt: NOW - i * 5000 }));
    assert.equal(await own.store.purge(NOW, 3), 3);
    assert.equal(await own.store.purge(NOW, 3), 2);
    assert.equal(await own.store.purge(NOW, 3), 0);
    assert.notEqual(await own.store.read(live, NOW), null);
    const [rest] = await own.query(`SELECT count(*)::int FROM ${own.table}`);
    assert.deepEqual([...(rest ?? [])], [2]);
  });

  it('reads and saves in one round trip each', async () => {
    const proxy = await startProxy(on.running().port);
    const direct = await on.connect(`postgres://postgres@127.0.0.1:${proxy.port}/postgres`, 1);
    try {
      const { store } = await openStore(direct);
      const key = newKey();
      const calls: readonly (() => Promise<unknown>)[] = [
        () => store.read(key, NOW),
        () => store.patch(key, newPatch({ set: [['n', '2']] }), NOW),
        () => store.patch(key, newPatch({ ifVersion: 99 }), NOW),
      ];
      await store.create(key, newRecord({ n: 1 }));
      for (const call of calls) await call();
      for (const call of calls) {
        const start = proxy.trips();
        await call();
        assert.equal(proxy.trips() - start, 1);
      }
    } finally {
      await direct.end();
      await proxy.cut();
    }
  });
});
