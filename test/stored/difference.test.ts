// What a save changes: by one pass over both texts the same as by their members, or left to those.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { changesInPlace, changesOf, changesOfMembers, keysOf } from '../../dist/stored/difference.js';
import { membersOf } from '../../dist/stored/members.js';
import { type Payload, payload, SEED } from '../property/arbitraries.js';

/** As PostgreSQL writes JSON. */
const spaced = (json: string): string =>
  json.replace(/("(?:[^"\\]|\\.)*")|([,:])/g, (_, text, mark) => text ?? `${mark} `);

const base = {
  user: 'ada',
  cart: [
    { id: 1, n: 2 },
    { id: 7, n: 1 },
  ],
  tags: { a: 'x, y: {z}', b: [] },
  n: 9,
};

describe('changesInPlace', () => {
  const cases: readonly (readonly [
    title: string,
    now: object,
    expected: readonly (readonly [string, string])[] | null,
  ])[] = [
    ['nothing', base, []],
    ['a number that grows', { ...base, n: 10 }, [['n', '10']]],
    ['a number that goes on as the old one', { ...base, n: 91 }, [['n', '91']]],
    ['a text', { ...base, user: 'adam' }, [['user', '"adam"']]],
    ['a text that becomes empty', { ...base, user: '' }, [['user', '""']]],
    ['a text that has what stands between members', { ...base, user: 'a","cart":1' }, null],
    ['a value of another kind', { ...base, cart: null }, [['cart', 'null']]],
    [
      'what is deep inside',
      {
        ...base,
        cart: [
          { id: 1, n: 3 },
          { id: 7, n: 1 },
        ],
      },
      [['cart', '[{"id":1,"n":3},{"id":7,"n":1}]']],
    ],
    ['a list that grows', { ...base, tags: { a: 'x, y: {z}', b: [[]] } }, [['tags', '{"a":"x, y: {z}","b":[[]]}']]],
    [
      'the first and the last',
      { ...base, user: 1, n: {} },
      [
        ['user', '1'],
        ['n', '{}'],
      ],
    ],
    [
      'two that stand side by side',
      { ...base, cart: 1, tags: 2 },
      [
        ['cart', '1'],
        ['tags', '2'],
      ],
    ],
    [
      'all',
      { user: 1, cart: 2, tags: 3, n: 4 },
      [
        ['user', '1'],
        ['cart', '2'],
        ['tags', '3'],
        ['n', '4'],
      ],
    ],
    ['a key more', { ...base, more: 1 }, null],
    ['a key less', { user: 'ada', cart: base.cart, tags: base.tags }, null],
    ['another key', { user: 'ada', cart: base.cart, tags: base.tags, m: 9 }, null],
    ['a key that goes on', { user: 'ada', cart: base.cart, tags: base.tags, nn: 9 }, null],
    ['another order', { n: 9, user: 'ada', cart: base.cart, tags: base.tags }, null],
    ['an escape', { ...base, user: '"' }, null],
    ['no keys', {}, null],
  ];
  for (const [title, now, expected] of cases) {
    it(title, () => {
      const json = JSON.stringify(base);
      assert.deepEqual(changesInPlace(json, JSON.stringify(now)), expected);
      assert.deepEqual(changesInPlace(spaced(json), JSON.stringify(now)), expected);
    });
  }

  it('no keys before and none now; some before and none now, and the other way around', () => {
    assert.deepEqual(changesInPlace('{}', '{}'), []);
    assert.equal(changesInPlace('{"a":1}', '{}'), null);
    assert.equal(changesInPlace('{}', '{"a":1}'), null);
  });

  it('a value that stands there in another form is the same', () => {
    assert.deepEqual(changesInPlace('{"a": 1.50, "b": [1, 2.0], "c": 1e2}', '{"a":1.5,"b":[1,2],"c":101}'), [
      ['c', '101'],
    ]);
  });

  it('a key called __proto__', () => {
    assert.deepEqual(changesInPlace('{"__proto__":1,"a":1}', '{"__proto__":2,"a":1}'), [['__proto__', '2']]);
  });
});

describe('changesOf', () => {
  it('as by the members, from any data to any other', () => {
    const json = payload.map((data: Payload) => JSON.stringify(data));
    fc.assert(
      fc.property(json, json, (before, now) => {
        for (const text of [before, spaced(before)]) {
          const expected = changesOfMembers(membersOf(before), membersOf(now));
          assert.deepEqual(changesOf(text, now), expected);
          assert.deepEqual(changesOf(text, before), { set: [], remove: [] });
        }
      }),
      { seed: SEED },
    );
  });

  it('as by the members, where some values of the same keys are others', () => {
    // Texts of what JSON itself is made of.
    const text = fc.string({ unit: fc.constantFrom(...'a1 ,:{}[]'.split('')), maxLength: 6 });
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        text,
        fc.integer(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(text, tie('value'), { maxKeys: 3 }),
      ),
    }));
    const data = fc.dictionary(text, value, { minKeys: 1, maxKeys: 6 });
    const change = fc.array(fc.option(value, { nil: undefined }), { minLength: 6, maxLength: 6 });
    let inPlace = 0;
    fc.assert(
      fc.property(data, change, (before, values) => {
        const text = JSON.stringify(before);
        const entries = Object.entries(JSON.parse(text) as object) as [string, unknown][];
        const now = JSON.stringify(Object.fromEntries(entries.map(([key, value], i) => [key, values[i] ?? value])));
        const expected = changesOfMembers(membersOf(text), membersOf(now));
        if (changesInPlace(text, now) !== null) inPlace++;
        assert.deepEqual(changesOf(text, now), expected);
        assert.deepEqual(changesOf(spaced(text), now), expected);
      }),
      { seed: SEED, numRuns: 500 },
    );
    assert.ok(inPlace > 400, `${inPlace}`);
  });

  it('of keys that were set, and of those that are gone', () => {
    const changes = changesOf('{"a":1,"b":2,"c":3}', '{"b":3,"d":"\\n"}');
    assert.deepEqual(changes, {
      set: [
        ['b', '3'],
        ['d', '"\\n"'],
      ],
      remove: ['a', 'c'],
    });
    assert.deepEqual(keysOf(changes), ['b', 'd', 'a', 'c']);
  });
});
