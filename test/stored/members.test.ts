// The members of a JSON text, and which of two differ: those whose JSON does.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { differing, isSame, membersOf, objectOf } from '../../dist/stored/members.js';
import { jsonValue, type Payload, payload, SEED } from '../property/arbitraries.js';

/** By the texts, which is what is meant. */
function differingTexts(before: Payload, now: Payload): readonly string[] {
  const textOf = (data: Payload, key: string): string | null =>
    Object.hasOwn(data, key) ? JSON.stringify(data[key]) : null;
  const changed = Object.keys(now).filter((key) => textOf(before, key) !== textOf(now, key));
  return [...changed, ...Object.keys(before).filter((key) => textOf(now, key) === null)];
}

const parsed = (data: object): Payload => JSON.parse(JSON.stringify(data)) as Payload;

const members = (data: object): ReturnType<typeof membersOf> => membersOf(JSON.stringify(data));

const backslash = '\\';

describe('membersOf', () => {
  const cases: readonly (readonly [title: string, json: string, expected: readonly (readonly [string, string])[]])[] = [
    ['no members', '{}', []],
    ['one', '{"a":1}', [['a', '1']]],
    [
      'values of every kind',
      '{"a":"x","b":true,"c":null,"d":-1.5e+21}',
      [
        ['a', '"x"'],
        ['b', 'true'],
        ['c', 'null'],
        ['d', '-1.5e+21'],
      ],
    ],
    [
      'nested ones, with what ends a value in them',
      '{"a":{"b":[1,{"c":","}],"d":"}"},"e":[]}',
      [
        ['a', '{"b":[1,{"c":","}],"d":"}"}'],
        ['e', '[]'],
      ],
    ],
    [
      'empty texts',
      '{"":"","a":""}',
      [
        ['', '""'],
        ['a', '""'],
      ],
    ],
    ['quotes', JSON.stringify({ 'a"b': 'c",d:"' }), [['a"b', JSON.stringify('c",d:"')]]],
    [
      'backslashes before the quote',
      JSON.stringify({ a: backslash, b: backslash.repeat(3), [backslash]: 1 }),
      [
        ['a', JSON.stringify(backslash)],
        ['b', JSON.stringify(backslash.repeat(3))],
        [backslash, '1'],
      ],
    ],
    ['escapes in keys', '{"\\u0061\\n":1}', [['a\n', '1']]],
    [
      'keys of a prototype',
      '{"__proto__":1,"toString":2}',
      [
        ['__proto__', '1'],
        ['toString', '2'],
      ],
    ],
    [
      'the form of PostgreSQL',
      '{"a": 1, "b": {"c": [1, 2]}}',
      [
        ['a', '1'],
        ['b', '{"c": [1, 2]}'],
      ],
    ],
  ];
  for (const [title, json, expected] of cases) {
    it(title, () => {
      assert.deepEqual([...membersOf(json)], expected);
      assert.deepEqual(objectOf(membersOf(json)), JSON.parse(json));
    });
  }

  it('what JSON.parse finds, of whatever text JSON.stringify makes', () => {
    fc.assert(
      fc.property(payload, jsonValue, (data, value) => {
        const json = JSON.stringify({ ...data, x: value });
        assert.equal(JSON.stringify(objectOf(membersOf(json))), JSON.stringify(JSON.parse(json)));
        for (const [key, text] of membersOf(json)) assert.equal(text, JSON.stringify(JSON.parse(json)[key]));
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it('comes to an end with what is no JSON', () => {
    for (const text of [
      '',
      '"',
      '{"',
      '{"a',
      '{"a"',
      '{"a":',
      '{"a":"',
      '{"a":[',
      '}',
      ']',
      '{"a":1}"b',
      `{"a${backslash}`,
    ]) {
      assert.ok(membersOf(text) instanceof Map);
    }
    // Quotes after ever more backslashes, in whose count nothing may be counted twice.
    assert.equal(membersOf(`{"a":"${`${backslash.repeat(999)}"`.repeat(999)}`).size, 1);
  });
});

describe('differing', () => {
  it('changed and new keys first, then those that are gone', () => {
    const before = members({ same: { a: [1] }, gone: 1, changed: 1 });
    assert.deepEqual(differing(before, members({ new: null, changed: 2, same: { a: [1] } })), [
      'new',
      'changed',
      'gone',
    ]);
  });

  it('another form of a value is none of another value', () => {
    const before = membersOf('{"a": {"b": [1, 2.0]}, "n": 1e3, "s": "\\u0061"}');
    assert.deepEqual(differing(before, members({ a: { b: [1, 2] }, n: 1000, s: 'a' })), []);
    assert.deepEqual(differing(before, members({ a: { b: [2, 1] }, n: 1001, s: 'b' })), ['a', 'n', 's']);
  });

  for (const [one, other] of [
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    [[], {}],
    [{ 0: 1 }, [1]],
    [null, {}],
    [null, []],
    [[1, 2], [1]],
    [[1], [1, 2]],
    [{ a: 1 }, { a: 1, b: 1 }],
    [{ a: 1 }, { b: 1 }],
    [1, '1'],
    [0, false],
    [{ a: { b: [{ c: 1 }] } }, { a: { b: [{ c: 2 }] } }],
  ]) {
    it(`${JSON.stringify(one)} is not ${JSON.stringify(other)}, either way around`, () => {
      assert.equal(isSame(members({ x: one }), members({ x: other }), 'x'), false);
      assert.equal(isSame(members({ x: other }), members({ x: one }), 'x'), false);
      for (const value of [one, other]) {
        const spaced = membersOf(JSON.stringify({ x: value }, null, 1));
        assert.equal(isSame(members({ x: value }), spaced, 'x'), true);
      }
    });
  }

  it('a key of a prototype is none', () => {
    const odd = membersOf('{"__proto__":{"a":1},"toString":1}');
    assert.deepEqual(differing(new Map(), odd), ['__proto__', 'toString']);
    assert.deepEqual(differing(odd, new Map()), ['__proto__', 'toString']);
    assert.deepEqual(differing(odd, odd), []);
  });

  it('as the texts of the members differ', () => {
    fc.assert(
      fc.property(payload, payload, jsonValue, (one, other, value) => {
        const [before, now] = [parsed(one), parsed({ ...one, ...other, x: value })];
        assert.deepEqual(differing(members(before), members(now)), differingTexts(before, now));
        assert.deepEqual(differing(members(now), members(before)), differingTexts(now, before));
        assert.deepEqual(differing(members(before), members(parsed(one))), []);
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });
});
