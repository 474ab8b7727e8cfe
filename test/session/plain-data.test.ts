// The quick look at a payload: a yes may never cover what the thorough checks refuse.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { Session, ValueError } from '../../dist/session/index.js';
import { isPlainData } from '../../dist/session/plain-data.js';
import { SECRET } from '../jwt/forge.js';
import { jsonValue, payload, SEED } from '../property/arbitraries.js';
import { needs } from '../support/needs.js';

const DEPTH = 500;
const session = new Session({ secretKey: SECRET });

/** What payload.ts finds by its thorough checks: beside something undefined the quick look leaves all to them. */
function isRefused(value: object): boolean {
  try {
    session.encode(Object.assign(Object.create(null) as object, { value, last: undefined }));
    return false;
  } catch (error) {
    if (error instanceof ValueError && error.code === 'ERR_SESSION_BAD_PAYLOAD') return true;
    throw error;
  }
}

const hidden = (value: unknown): PropertyDescriptor => ({
  value,
  enumerable: false,
  configurable: true,
  writable: true,
});

/** An array with a hole. */
function holed(array: unknown[], at: number): unknown[] {
  Reflect.deleteProperty(array, at);
  return array;
}

/** Values that are nearly data: made anew each time. */
const ODD: Readonly<Record<string, () => object>> = {
  'a getter': () => ({
    get a() {
      return 1;
    },
  }),
  'a setter only': () => ({ set a(_: number) {} }),
  'a getter in an array': () =>
    Object.defineProperty([1, 2], 1, { get: () => 2, enumerable: true, configurable: true }),
  'a symbol key': () => ({ [Symbol('s')]: 1 }),
  'a hidden symbol key': () => Object.defineProperty({}, Symbol('s'), hidden(1)),
  'a symbol key of an array': () => Object.assign([1], { [Symbol('s')]: 1 }),
  'an instance': () => new (class Thing {})(),
  'an instance of a class without a parent': () =>
    Object.create(Object.create(null, { constructor: hidden(class Thing {}) }) as object) as object,
  'an array of a class': () => new (class extends Array {})(),
  'an array with another prototype': () =>
    Object.setPrototypeOf([1], Object.create(Array.prototype) as object) as object,
  'an array without a prototype': () => Object.setPrototypeOf([1], null) as object,
  'an object with the prototype of arrays': () => Object.create(Array.prototype) as object,
  'a hole': () => holed([1, 2, 3], 1),
  'holes at the end': () => Object.assign([1], { length: 3 }),
  'a decorated array': () => Object.assign([1], { x: 1 }),
  'a decorated array with a hole': () => Object.assign(holed([0, 1], 0), { x: 1 }),
  'a decorated array with a hidden element': () => Object.assign(Object.defineProperty([1], 0, hidden(1)), { x: 1 }),
  'a hidden element': () => Object.defineProperty([1], 0, hidden(1)),
  'a hidden property': () =>
    Object.defineProperty(
      { a: 1 },
      'b',
      hidden(() => 1),
    ),
  toJSON: () => ({ toJSON: () => 1 }),
  'a hidden toJSON': () =>
    Object.defineProperty(
      {},
      'toJSON',
      hidden(() => 1),
    ),
  'toJSON of an array': () =>
    Object.defineProperty(
      [],
      'toJSON',
      hidden(() => 1),
    ),
  'toJSON that is data': () => ({ toJSON: 1 }),
  'a date': () => new Date(0),
  'a map': () => new Map(),
  'a typed array': () => new Uint8Array(2),
  'a boxed number': () => new Number(1), // oxlint-disable-line no-new-wrappers
  'a function': () => () => 1,
  'an error': () => new Error('x'),
  'a promise': () => Promise.resolve(),
  'a regular expression': () => /x/,
  'undefined in an array': () => [undefined],
  'undefined in an object': () => ({ a: undefined }),
  'a big number': () => ({ a: 1n }),
  NaN: () => [Number.NaN],
  Infinity: () => ({ a: Number.NEGATIVE_INFINITY }),
  'a symbol': () => [Symbol('s')],
  'a proxy of an object': () => new Proxy({ a: 1 }, {}),
  'a proxy of a map': () => new Proxy(new Map(), {}),
  'a proxy of an array': () => new Proxy([1], {}),
  'a proxy that shows a key it has not': () =>
    new Proxy(
      {},
      {
        ownKeys: () => ['a'],
        getOwnPropertyDescriptor: () => ({ get: () => 1, enumerable: true, configurable: true }),
      },
    ),
  'an object of another realm': () => runInNewContext('({ a: [1, { b: 2 }] })') as object,
  'an array of another realm': () => runInNewContext('[1]') as object,
  'a map of another realm': () => runInNewContext('new Map') as object,
  'a hole of another realm': () => runInNewContext('[, 1]') as object,
  'a date of another realm': () => runInNewContext('new Date') as object,
  'a frozen object': () => Object.freeze({ a: Object.freeze([1]) }),
  arguments: () =>
    (function (..._rest: number[]) {
      // biome-ignore lint/complexity/noArguments: the object itself is meant
      return arguments;
    })(1, 2),
  'a cycle': () => {
    const a: { a?: object } = {};
    a.a = a;
    return a;
  },
  'a proxy of a cycle in an array': () => {
    const a: unknown[] = [];
    a.push(a, a);
    return a;
  },
};

/** Hangs a value into data, at any depth. */
const planted = (value: object): fc.Arbitrary<object> =>
  fc
    .tuple(jsonValue, fc.array(fc.boolean(), { maxLength: 4 }), payload)
    .map(([beside, path, around]) =>
      path.reduce<object>((inner, inArray) => (inArray ? [beside, inner] : { ...around, inner }), value),
    );

/** Plain to the quick look, and refused by the thorough one: never. */
function isHonest(value: object): void {
  if (isPlainData(value, DEPTH)) assert.equal(isRefused(value), false);
}

describe('isPlainData', () => {
  it('S15: says yes to what JSON.parse makes, so that the thorough checks are not needed', () => {
    fc.assert(
      fc.property(payload, (data) => {
        assert.equal(isPlainData(data, DEPTH), true);
        assert.equal(isPlainData([data], DEPTH), true);
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  for (const [name, make] of Object.entries(ODD)) {
    it(`S15: its yes is one of the thorough checks: ${name}`, () => {
      isHonest(make());
      fc.assert(
        fc.property(planted(make()), (data) => isHonest(data)),
        { seed: SEED, numRuns: 60 },
      );
    });
  }

  it('S15: nesting of 500, and not of 501', () => {
    for (const wrap of [(inner: object): object => [inner], (inner: object): object => ({ inner })]) {
      let value: object = {};
      for (let depth = 1; depth < DEPTH; depth++) value = wrap(value);
      assert.equal(isPlainData(value, DEPTH), true);
      assert.equal(isPlainData(wrap(value), DEPTH), false);
    }
  });

  it('S15: calls no getter, wherever one stands', () => {
    let calls = 0;
    const call = { get: () => ++calls, enumerable: true, configurable: true };
    for (const value of [
      Object.defineProperty({}, 'a', call),
      Object.defineProperty([1], 0, call),
      { deep: [Object.defineProperty({}, 'a', call)] },
    ]) {
      assert.equal(isPlainData(value, DEPTH), false);
    }
    assert.equal(calls, 0);
  });

  describe('in a program that is polluted', needs.node('one process more on other runtimes shows nothing else'), () => {
    const pollutions: Readonly<Record<string, readonly [object, string, PropertyDescriptor]>> = {
      'a value on every object': [
        Object.prototype,
        'shared',
        { value: { a: 1 }, enumerable: true, configurable: true },
      ],
      'a function on every object': [
        Object.prototype,
        'shared',
        { value: () => 1, enumerable: true, configurable: true },
      ],
      'a getter on every object': [Object.prototype, 'shared', { get: () => 1, enumerable: true, configurable: true }],
      'toJSON on every object': [Object.prototype, 'toJSON', { value: () => 1, enumerable: false, configurable: true }],
      'an element of every array': [
        Array.prototype,
        '0',
        { value: 1, enumerable: true, configurable: true, writable: true },
      ],
      'an element of every object': [
        Object.prototype,
        '1',
        { value: 1, enumerable: true, configurable: true, writable: true },
      ],
    };
    for (const [name, [prototype, key, descriptor]] of Object.entries(pollutions)) {
      it(`S15: its yes is one of the thorough checks, with ${name}`, () => {
        // Made before, for their makers are polluted, too.
        const values = Object.values(ODD).map((make) => make());
        const dishonest: number[] = [];
        Object.defineProperty(prototype, key, descriptor);
        try {
          for (let i = 0; i < values.length; i++) {
            const value = values[i] as object;
            if (isPlainData(value, DEPTH) && isRefused(value)) dishonest.push(i);
          }
        } finally {
          Reflect.deleteProperty(prototype, key);
        }
        assert.deepEqual(dishonest, []);
      });
    }
  });
});
