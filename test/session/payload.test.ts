// What a session can hold, and the path in the message for everything else.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import vm from 'node:vm';
import { Session, type ValueError } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { visit } from '../support/fake-host.js';

const session = new Session({ secretKey: SECRET });
const bad = (payload: unknown): ValueError =>
  throwsCode(() => session.encode(payload as object), 'ERR_SESSION_BAD_PAYLOAD', [SECRET]);
const nested = (depth: number): object => {
  let value: object = {};
  for (let i = 1; i < depth; i++) value = { a: value };
  return value;
};
const nestedArray = (depth: number): object => {
  let value: unknown[] = [];
  for (let i = 2; i < depth; i++) value = [value];
  return { a: value };
};

class Cart {
  items = 1;
}

/** One of each kind that JSON cannot hold. The path is put before by the tests. */
const REFUSED: readonly (readonly [what: string, value: unknown, inside?: string])[] = [
  ['a BigInt', 1n],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['a Date', new Date(0)],
  ['a Map', new Map([['a', 1]])],
  ['a Set', new Set([1])],
  ['a WeakMap', new WeakMap()],
  ['a RegExp', /x/],
  ['an Error', new Error('x')],
  ['a Promise', Promise.resolve()],
  ['bytes', Uint8Array.of(1)],
  ['a Buffer', Buffer.from('x')],
  ['an ArrayBuffer', new ArrayBuffer(1)],
  ['a URL', new URL('http://example.com/')],
  ['a boxed number', new Number(1)],
  ['a boxed text', new String('x')],
  ['a boxed boolean', new Boolean(true)],
  ['a boxed BigInt', Object(1n)],
  ['a boxed symbol', Object(Symbol('x'))],
  ['a function', () => 1],
  ['a class', Cart],
  ['a symbol', Symbol('x')],
  ['a class instance', new Cart()],
  ['an object with inherited data', Object.create({ a: 1 })],
  ['an array of a subclass', new (class List extends Array {})()],
  ['toJSON', { toJSON: () => 1 }],
  ['inherited toJSON', Object.create({ toJSON: () => 1 })],
  ['an array with toJSON', Object.assign([1], { toJSON: () => 1 })],
  ['an accessor', Object.defineProperty({}, 'x', { get: () => assert.fail('read'), enumerable: true }), '.x'],
  ['a setter', Object.defineProperty({}, 'x', { set: () => {}, enumerable: true }), '.x'],
  ['a symbol key', { [Symbol('x')]: 1 }],
  ['a symbol key that does not show', Object.defineProperty({}, Symbol('x'), { value: 1 })],
  ['a hole', Object.assign([1], { 2: 3 })],
  ['a hole at the end', Object.assign([1], { length: 2 })],
  ['an array of holes', Object.assign([], { length: 3 })],
  ['an array with a name', Object.assign([1], { name: 'x' })],
  ['a hole made up for by a name', Object.assign([1], { length: 2, name: 'x' })],
  ['an array with a symbol', Object.assign([1], { [Symbol('x')]: 1 })],
  ['an accessor in an array', Object.defineProperty([1], 0, { get: () => 1, enumerable: true }), '[0]'],
  ['undefined in an array', [1, undefined], '[1]'],
  ['a lone high surrogate', '\ud800'],
  ['a lone low surrogate', 'x\udc00x'],
  ['a surrogate pair the wrong way round', '\udc00\ud800'],
  ['a key with a lone surrogate', { '\ud800': 1 }],
];

describe('encode refuses', () => {
  for (const [what, value, inside = ''] of REFUSED) {
    it(`S15: ${what}, and names where it stands`, () => {
      assert.ok(bad({ field: value }).message.includes(` field${inside}:`));
      assert.ok(bad({ a: 1, cart: [0, 1, { price: value }] }).message.includes(` cart[2].price${inside}:`));
      assert.ok(bad({ list: [[value]] }).message.includes(` list[0][0]${inside}:`));
    });
  }

  it('S15: the same at the top: a payload is a plain object', () => {
    for (const payload of [
      null,
      undefined,
      1,
      'x',
      true,
      1n,
      Symbol('x'),
      () => 1,
      [],
      [1],
      new Date(),
      new Map(),
      new Cart(),
    ]) {
      bad(payload);
    }
    bad({ toJSON: () => ({}) });
    bad({ [Symbol('x')]: 1 });
  });

  const { rawJSON } = JSON as { rawJSON?(this: void, text: string): object };
  const skip = rawJSON === undefined ? { skip: 'this engine has no JSON.rawJSON' } : {};
  it('S15: raw JSON, which is an object to one way of writing it and a number to the other', skip, () => {
    const raw = rawJSON?.('1') ?? {};
    bad(raw);
    // The quick way, and what undefined leaves to the thorough one.
    for (const others of [{}, { last: undefined }]) {
      assert.ok(bad({ field: raw, ...others }).message.includes(' field:'));
      assert.ok(bad({ cart: [{ price: raw }], ...others }).message.includes(' cart[0].price:'));
    }
    const alike = Object.assign(Object.create(null), { rawJSON: '1' }) as object;
    assert.deepEqual(session.decode(session.encode({ alike })), { alike: { rawJSON: '1' } });
  });

  it('S15: cycles', () => {
    const object: Record<string, unknown> = {};
    object.self = object;
    bad(object);
    const list: unknown[] = [];
    list.push([list]);
    bad({ list });
    const shared = { n: 1 };
    assert.deepEqual(session.decode(session.encode({ a: shared, b: [shared] })), { a: { n: 1 }, b: [{ n: 1 }] });
  });

  it('S15: nesting over 500', () => {
    for (const make of [nested, nestedArray]) {
      assert.deepEqual(session.decode(session.encode(make(500))), make(500));
      bad(make(501));
      bad(make(100_000));
    }
  });

  it('S15: through save and update as well, and nothing is sent', () => {
    assert.deepEqual(
      visit(session, null, (dict) => {
        dict.cart = [1, 2, { price: Number.NaN }];
        const { message } = throwsCode(() => dict.save(), 'ERR_SESSION_BAD_PAYLOAD', [SECRET]);
        assert.ok(message.includes(' cart[2].price:'));
      }),
      [],
    );
  });

  it('S15, S19: the message holds the path, never a value', () => {
    for (const value of [
      123456789012345678901n,
      Symbol('hunter2'),
      new Map([['hunter2', 'hunter2']]),
      'hunter2\ud800',
    ]) {
      throwsCode(() => session.encode({ a: value, b: 'payload-4711' }), 'ERR_SESSION_BAD_PAYLOAD', [
        'hunter2',
        'payload-4711',
        '123456789012345678901',
        SECRET,
      ]);
    }
  });

  it('S15: an accessor is refused without being called', () => {
    let called = 0;
    const payload = {
      get x() {
        called++;
        return 1;
      },
    };
    bad(payload);
    bad({ a: [payload] });
    assert.equal(called, 0);
  });

  it('S15: keys that are no names are told apart in the path', () => {
    assert.ok(bad({ '': Number.NaN }).message.includes(' [""]:'));
    assert.ok(bad({ a: { '': 1n } }).message.includes(' a[""]:'));
    assert.ok(bad({ 'a.b': 1n }).message.includes(' ["a.b"]:'));
    assert.ok(bad({ a: { 'x y': 1n } }).message.includes(' a["x y"]:'));
    assert.ok(bad({ a: { 0: 1n } }).message.includes(' a["0"]:'));
    assert.ok(bad({ 'line\nbreak': 1n }).message.includes(' ["line\\nbreak"]:'));
  });
});

describe('encode accepts', () => {
  const roundTrip = (payload: object): unknown => session.decode(session.encode(payload));

  it('S15: all that JSON has', () => {
    const payload = {
      text: 'aé鍵🔑\u2028\0"\\',
      numbers: [0, -1, 1.5, 5e-324, Number.MAX_VALUE, Number.MAX_SAFE_INTEGER, 1e21],
      flags: [true, false, null],
      nested: { a: [{ b: [[]] }], c: {} },
      '': 'empty',
      '\ufffd\ufeff': 1,
    };
    assert.deepEqual(roundTrip(payload), payload);
  });

  it('S15: an own property that is undefined is left out', () => {
    assert.deepEqual(roundTrip({ a: undefined, b: { c: undefined, d: 1 } }), { b: { d: 1 } });
    assert.equal(session.encode({ a: undefined }), session.encode({}));
  });

  it('S15: -0 is 0, and prototypes are ignored', () => {
    assert.equal(session.encode({ n: -0 }), session.encode({ n: 0 }));
    assert.deepEqual(roundTrip(Object.assign(Object.create(null), { n: 1 })), { n: 1 });
    assert.deepEqual(roundTrip({ a: Object.assign(Object.create(null), { n: 1 }) }), { a: { n: 1 } });
  });

  it('S15: objects and arrays of another realm', () => {
    const foreign = vm.runInNewContext('({ a: [1, { b: 2 }], c: null })') as object;
    assert.deepEqual(roundTrip(foreign), { a: [1, { b: 2 }], c: null });
    bad({ date: vm.runInNewContext('new Date(0)') });
    bad({ map: vm.runInNewContext('new Map()') });
  });

  it('S15: arrays whose prototype is none, or has none', () => {
    for (const prototype of [null, Object.create(null)]) {
      assert.deepEqual(roundTrip({ list: Object.setPrototypeOf([1, 2], prototype) }), { list: [1, 2] });
    }
  });

  it('S15: frozen data, and data with toJSON that is no function', () => {
    assert.deepEqual(roundTrip(Object.freeze({ a: Object.freeze([1]) })), { a: [1] });
    assert.deepEqual(roundTrip({ toJSON: 1, a: { toJSON: 'x' } }), { toJSON: 1, a: { toJSON: 'x' } });
  });

  it('S15: properties that do not show are no data, as JSON has it', () => {
    assert.deepEqual(roundTrip(Object.defineProperty({ a: 1 }, 'b', { value: 2 })), { a: 1 });
  });

  it('S15: text that looks like an escaped surrogate is text', () => {
    for (const text of ['\\ud800', '\\\\ud800', '"\\udc00', '🔑\\ud83d']) {
      assert.deepEqual(roundTrip({ [text]: text }), { [text]: text });
      const among = { text, none: null, flag: true, n: 1, list: [null, { text }] };
      assert.deepEqual(roundTrip({ absent: undefined, ...among }), among);
    }
  });

  it('S15: key order is kept', () => {
    const json = '{"b":1,"a":{"d":1,"c":2},"":3,"__proto__":4}';
    const token = session.encode(JSON.parse(json));
    assert.equal(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(), json);
  });

  it('S16: keys of every name', () => {
    const json =
      '{"0":1,"10":2,"__proto__":{"__proto__":[]},"constructor":{"prototype":1},"toString":3,"hasOwnProperty":4}';
    assert.equal(JSON.stringify(roundTrip(JSON.parse(json))), json);
  });

  it('S16: encode takes save and delete for keys: it makes tokens, not dicts', () => {
    assert.deepEqual(roundTrip({ save: 1, delete: [2] }), { save: 1, delete: [2] });
  });
});
