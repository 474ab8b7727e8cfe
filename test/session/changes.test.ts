// Which members of parsed data differ: those whose JSON does.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { differingMembers, isSameMember } from '../../dist/session/changes.js';
import { jsonValue, type Payload, payload, SEED } from '../property/arbitraries.js';

/** By the texts, which is what is meant. */
function differingTexts(before: Payload, now: Payload): readonly string[] {
  const textOf = (data: Payload, key: string): string | null =>
    Object.hasOwn(data, key) ? JSON.stringify(data[key]) : null;
  const changed = Object.keys(now).filter((key) => textOf(before, key) !== textOf(now, key));
  return [...changed, ...Object.keys(before).filter((key) => textOf(now, key) === null)];
}

const parsed = (data: object): Payload => JSON.parse(JSON.stringify(data)) as Payload;

describe('differingMembers', () => {
  it('changed and new keys first, then those that are gone', () => {
    const before = parsed({ same: { a: [1] }, gone: 1, changed: 1 });
    assert.deepEqual(differingMembers(before, parsed({ new: null, changed: 2, same: { a: [1] } })), [
      'new',
      'changed',
      'gone',
    ]);
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
      assert.equal(isSameMember({ x: one }, { x: other }, 'x'), false);
      assert.equal(isSameMember({ x: other }, { x: one }, 'x'), false);
      for (const value of [one, other]) assert.equal(isSameMember({ x: value }, parsed({ x: value }), 'x'), true);
    });
  }

  it('a key of a prototype is none', () => {
    const odd = JSON.parse('{"__proto__":{"a":1},"toString":1}') as Payload;
    assert.deepEqual(differingMembers({}, odd), ['__proto__', 'toString']);
    assert.deepEqual(differingMembers(odd, {}), ['__proto__', 'toString']);
    assert.deepEqual(differingMembers(odd, parsed(odd)), []);
  });

  it('as the texts of the members differ', () => {
    fc.assert(
      fc.property(payload, payload, jsonValue, (one, other, value) => {
        const [before, now] = [parsed(one), parsed({ ...one, ...other, x: value })];
        assert.deepEqual(differingMembers(before, now), differingTexts(before, now));
        assert.deepEqual(differingMembers(now, before), differingTexts(now, before));
        assert.deepEqual(differingMembers(before, parsed(one)), []);
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });
});
