// The quick way to the JSON of a payload: it writes what JSON.stringify does, and nothing that the thorough checks refuse.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { Session, ValueError } from '../../dist/session/index.js';
import { appendMembers, isWritten, writePlainJson, writtenText } from '../../dist/session/plain-json.js';
import { SECRET } from '../jwt/forge.js';
import { jsonValue, payload, SEED } from '../property/arbitraries.js';
import { needs } from '../support/needs.js';

const DEPTH = 500;

/** Whether the quick way takes a value, which is to be what JSON.stringify takes it for. */
function goesQuickly(value: object, depth: number): boolean {
  const written = writePlainJson({ value }, depth + 1);
  if (written === null) return false;
  assert.equal(writtenText(written), JSON.stringify({ value }));
  return true;
}

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
  if (goesQuickly(value, DEPTH)) assert.equal(isRefused(value), false);
}

describe('writePlainJson', () => {
  it('S15: writes what JSON.parse makes, so that the thorough checks are not needed', () => {
    fc.assert(
      fc.property(payload, (data) => {
        assert.equal(goesQuickly(data, DEPTH), true);
        assert.equal(goesQuickly([data], DEPTH), true);
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
      assert.equal(goesQuickly(value, DEPTH), true);
      assert.equal(goesQuickly(wrap(value), DEPTH), false);
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
      assert.equal(goesQuickly(value, DEPTH), false);
    }
    assert.equal(calls, 0);
  });

  it('S15: writes numbers and text as JSON.stringify does', () => {
    const numbers = [0, -0, 1, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31, -1, -(2 ** 31), 1.5, 1e21, 1e-7, 5e-324, 2 ** 53];
    const texts = [
      '',
      '"',
      '\\',
      '\n\u0000\u001f',
      '\x7e\x7f\x80',
      '\u00e9',
      '\u20ac',
      '\u{1f600}',
      '\\ud800',
      '\u2028',
    ];
    for (const length of [126, 127, 128, 129, 3000]) texts.push('x'.repeat(length), `${'x'.repeat(length)}\u00e9`);
    assert.equal(goesQuickly([numbers, texts, true, false, null], DEPTH), true);
    assert.equal(goesQuickly(Object.fromEntries(texts.map((text, i) => [text, numbers[i] ?? i])), DEPTH), true);
  });

  it('S15: leaves a lone surrogate to the thorough checks, in a value and in a key', () => {
    for (const text of ['\ud800', 'x\udfffx', `${'x'.repeat(200)}\ud83d`]) {
      assert.equal(goesQuickly([text], DEPTH), false);
      assert.equal(goesQuickly({ [text]: 1 }, DEPTH), false);
    }
  });

  it('writes as much as there is room for, whatever comes last, and not more', () => {
    let deep: object = [];
    for (let i = 0; i < 100; i++) deep = i % 2 === 0 ? [deep] : { deep };
    for (const last of [deep, 7, 'text', '\u20ac', [[]], { a: { b: -1.25e-300 } }, true, null]) {
      const sizes = Array.from({ length: 250 }, (_, i) => 4 * i + 7300);
      const taken = sizes.filter((size) => goesQuickly(['x'.repeat(size), last], DEPTH));
      // All up to one size, and none from there on.
      assert.deepEqual(taken, sizes.slice(0, taken.length));
      assert.ok(taken.length > 0 && taken.length < sizes.length);
      assert.equal(goesQuickly([...Array.from({ length: 3000 }, () => 12), last], DEPTH), false);
    }
  });

  it('adds members behind those that there are', () => {
    for (const [data, json] of [
      [{}, '{"a":1,"b":"\u20ac"}'],
      [{ n: [] }, '{"n":[],"a":1,"b":"\u20ac"}'],
    ] as const) {
      const written = writePlainJson(data, DEPTH);
      assert.ok(written !== null && isWritten(written));
      const length = appendMembers(written, '"a":1,"b":"\u20ac"');
      assert.equal(written.memory.readText(length), json);
      assert.equal(isWritten(written), false);
    }
    const full = writePlainJson({ text: 'x'.repeat(8120) }, DEPTH);
    assert.ok(full !== null);
    assert.equal(appendMembers(full, `"a":"${'x'.repeat(80)}"`), -1);
  });

  describe('code of the program that makes a token meanwhile', () => {
    const other = { other: 'x'.repeat(50) };
    it('S15: does not change what a proxy is written as', () => {
      const tokens: string[] = [];
      const get = (target: object, key: PropertyKey): unknown => {
        if (key !== 'toJSON') tokens.push(session.encode(other));
        return Reflect.get(target, key);
      };
      const token = session.encode(new Proxy({ a: 1, b: [2], c: 'three' }, { get }));
      assert.deepEqual(session.decode(token), { a: 1, b: [2], c: 'three' });
      assert.ok(tokens.length >= 3);
      for (const inner of tokens) assert.deepEqual(session.decode(inner), other);
    });

    it('S15: does not change what is signed where it is asked for a timeout', () => {
      const now = (): number => 1_000;
      const idleTimeout = (): number => {
        session.encode(other);
        return 60;
      };
      const timed = new Session({ secretKey: SECRET, idleTimeout, now });
      const quick = new Session({ secretKey: SECRET, idleTimeout: 60, now });
      assert.equal(timed.encode({ a: 1 }), quick.encode({ a: 1 }));
      assert.deepEqual(timed.decode(quick.encode({ a: 1 })), { a: 1 });
    });
  });

  it('S15: signs what has no room for the claims as well', () => {
    const now = (): number => 1_000;
    const timed = new Session({ secretKey: SECRET, idleTimeout: 60, now });
    for (const size of [8080, 8100, 8120, 8140, 8160, 9000]) {
      const data = { text: 'x'.repeat(size) };
      const parts = timed.encode(data).split('.');
      const json = Buffer.from(parts[1] ?? '', 'base64url').toString();
      assert.equal(json, `${JSON.stringify(data).slice(0, -1)},"iat":1000,"exp":1060}`);
    }
  });

  it('S15: one encoding by two ways: the bytes and the text', () => {
    // What is undefined is left to the thorough way.
    fc.assert(
      fc.property(payload, (data) => {
        const last = Object.keys(data).includes('last') ? {} : { last: undefined };
        assert.equal(session.encode({ ...data, ...last }), session.encode(data));
      }),
      { seed: SEED, numRuns: 1000 },
    );
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
            if (goesQuickly(value, DEPTH) && isRefused(value)) dishonest.push(i);
          }
        } finally {
          Reflect.deleteProperty(prototype, key);
        }
        assert.deepEqual(dishonest, []);
      });
    }
  });
});
