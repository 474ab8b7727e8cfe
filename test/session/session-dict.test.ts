// The dict: plain data whatever the keys, two methods that no key can hide, everything of the language works on it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { Session, type SessionDict } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf, FakeJar, nextVisit, tokenOf, visit } from '../support/fake-host.js';

const session = new Session({ secretKey: SECRET });
const load = (payload: object): SessionDict => session.open(new FakeJar(cookieOf(session.encode(payload))));

const HOSTILE =
  '{"__proto__":{"admin":true},"constructor":1,"prototype":2,"toString":3,"valueOf":4,"hasOwnProperty":5,"":6,"0":7,' +
  '"then":"later","toJSON":8,"__defineGetter__":9,"isPrototypeOf":null}';

describe('the dict as data', () => {
  it('S16: spread, assign, keys, in, delete, for-in, entries and JSON see the data and nothing else', () => {
    const dict = load({ a: 1, b: [2] });
    assert.deepEqual({ ...dict }, { a: 1, b: [2] });
    assert.deepEqual(Object.assign({}, dict), { a: 1, b: [2] });
    assert.deepEqual(Object.keys(dict), ['a', 'b']);
    assert.deepEqual(Object.values(dict), [1, [2]]);
    assert.deepEqual(Object.entries(dict), [
      ['a', 1],
      ['b', [2]],
    ]);
    assert.deepEqual(Reflect.ownKeys(dict), ['a', 'b']);
    assert.equal(JSON.stringify(dict), '{"a":1,"b":[2]}');
    assert.equal(JSON.stringify({ dict }), '{"dict":{"a":1,"b":[2]}}');
    const seen: string[] = [];
    for (const key in dict) seen.push(key);
    assert.deepEqual(seen, ['a', 'b']);
    assert.ok('a' in dict && !('c' in dict) && Object.hasOwn(dict, 'a'));
    delete dict.a;
    assert.ok(!('a' in dict));
    const { b, ...rest } = dict;
    assert.deepEqual([b, rest], [[2], {}]);
    assert.deepEqual(structuredClone({ ...dict }), { b: [2] });
  });

  it('S16: what can be done to a plain object can be done to it', () => {
    const dict = load({});
    Object.assign(dict, { a: 1, b: { c: 2 } });
    dict.b.c++;
    dict.d ??= 4;
    dict['with space'] = 5;
    dict[7] = 'seven';
    Object.defineProperty(dict, 'e', { value: 6, enumerable: true, writable: true, configurable: true });
    assert.deepEqual({ ...dict }, { 7: 'seven', a: 1, b: { c: 3 }, d: 4, 'with space': 5, e: 6 });
    for (const key of Object.keys(dict)) delete dict[key];
    assert.deepEqual({ ...dict }, {});
  });

  it('S16: any key is data, loaded', () => {
    const dict = load(JSON.parse(HOSTILE));
    assert.equal(JSON.stringify({ ...dict }), JSON.stringify(JSON.parse(HOSTILE)));
    assert.deepEqual(Object.keys(dict).sort(), Object.keys(JSON.parse(HOSTILE)).sort());
    assert.deepEqual(Object.getOwnPropertyDescriptor(dict, '__proto__')?.value, { admin: true });
    assert.equal(dict.admin, undefined);
    assert.equal(({} as { admin?: boolean }).admin, undefined);
  });

  it('S16: any key is data, assigned and saved', () => {
    const lines = visit(session, null, (dict) => {
      for (const [key, value] of Object.entries(JSON.parse(HOSTILE) as object)) dict[key] = value;
      dict.save();
    });
    assert.equal(JSON.stringify(session.decode(tokenOf(lines[0]))), JSON.stringify(JSON.parse(HOSTILE)));
    assert.equal(JSON.stringify(nextVisit(session, lines)), JSON.stringify(JSON.parse(HOSTILE)));
  });

  it('S16: an absent key is absent, whatever its name', () => {
    const dict = load({});
    for (const key of [
      'constructor',
      '__proto__',
      'toString',
      'valueOf',
      'hasOwnProperty',
      'then',
      'toJSON',
      '__defineGetter__',
    ]) {
      assert.equal(dict[key], undefined, key);
      assert.ok(!(key in dict), key);
    }
  });

  it('S16: the prototype is an object without one, and has save and delete alone', () => {
    const dict = load({});
    const prototype: object = Object.getPrototypeOf(dict);
    assert.deepEqual(Reflect.ownKeys(prototype), ['save', 'delete']);
    assert.equal(Object.getPrototypeOf(prototype), null);
    assert.ok(!(dict instanceof Object));
    assert.equal(Object.getPrototypeOf(load({})), prototype);
    for (const key in prototype) assert.fail(key);
  });

  it('S16: save and delete cannot be assigned', () => {
    const dict = load({ n: 1 });
    for (const name of ['save', 'delete'] as const) {
      throwsCode(() => {
        dict[name] = () => {};
      }, 'ERR_SESSION_RESERVED_KEY');
      throwsCode(() => Object.assign(dict, { [name]: 1 }), 'ERR_SESSION_RESERVED_KEY');
      throwsCode(() => Reflect.set(dict, name, 1), 'ERR_SESSION_RESERVED_KEY');
      assert.equal(typeof dict[name], 'function');
      assert.ok(name in dict && !Object.hasOwn(dict, name));
    }
  });

  it('S16: deleting or printing them does no harm', () => {
    const dict = load({ n: 1 });
    Reflect.deleteProperty(dict, 'save');
    assert.equal(typeof dict.save, 'function');
    assert.ok(inspect(dict).includes('n: 1'));
    assert.ok(!inspect(dict).includes('save'));
  });

  it('S16: the methods work on dicts only', () => {
    const dict = load({});
    const prototype = Object.getPrototypeOf(dict) as SessionDict;
    for (const target of [undefined, null, {}, { ...dict }, Object.create(dict), prototype, 5]) {
      throwsCode(() => dict.save.call(target as SessionDict), 'ERR_SESSION_NOT_INSTALLED');
      throwsCode(() => dict.delete.call(target as SessionDict), 'ERR_SESSION_NOT_INSTALLED');
    }
    throwsCode(() => prototype.save(), 'ERR_SESSION_NOT_INSTALLED');
  });

  it('S16: the methods of one dict act on the dict they are called on', () => {
    const jar = new FakeJar(null);
    const dict = session.open(jar);
    dict.n = 1;
    load({ n: 2 }).save.call(dict);
    assert.deepEqual(nextVisit(session, jar.finish()), { n: 1 });
  });
});

describe('the dict as what is saved', () => {
  it('S15: an accessor on it is refused without being called', () => {
    for (const payload of [{}, { save: 1 }]) {
      const dict = load(payload);
      Object.defineProperty(dict, 'now', { get: () => assert.fail('read'), enumerable: true });
      throwsCode(() => dict.save(), 'ERR_SESSION_BAD_PAYLOAD');
    }
  });
});

describe('foreign keys save and delete', () => {
  const token = forge({ alg: 'HS256', typ: 'JWT' }, { save: 'hidden', n: 1, delete: { deep: true } });

  it('S16: do not show in the dict and hide no method; decode reads them', () => {
    visit(session, cookieOf(token), (dict) => {
      assert.deepEqual({ ...dict }, { n: 1 });
      assert.equal(typeof dict.save, 'function');
      assert.equal(typeof dict.delete, 'function');
    });
    assert.deepEqual(session.decode(token), { save: 'hidden', n: 1, delete: { deep: true } });
  });

  it('S16: are kept through load and save, again and again', () => {
    let cookie = cookieOf(token);
    for (let n = 2; n < 5; n++) {
      const lines = visit(session, cookie, (dict) => {
        dict.n = n;
        dict.save();
      });
      const next = tokenOf(lines[0]);
      assert.deepEqual({ ...session.decode(next) }, { save: 'hidden', n, delete: { deep: true } });
      cookie = cookieOf(next);
    }
  });

  it('S16: one of the two is kept alone', () => {
    for (const name of ['save', 'delete']) {
      const lines = visit(session, cookieOf(session.encode({ [name]: null, n: 1 })), (dict) => dict.save());
      assert.deepEqual(session.decode(tokenOf(lines[0])), { [name]: null, n: 1 });
    }
  });

  it('S16: a __proto__ beside them stays data', () => {
    const hostile = session.encode(JSON.parse('{"save":1,"__proto__":{"admin":true}}'));
    const lines = visit(session, cookieOf(hostile), (dict) => {
      assert.deepEqual(Object.keys(dict), ['__proto__']);
      assert.equal(dict.admin, undefined);
      dict.save();
    });
    assert.deepEqual(session.decode(tokenOf(lines[0])), JSON.parse('{"__proto__":{"admin":true},"save":1}'));
  });
});

describe('asynchronous use', () => {
  it('S16: a key `then` in the data does not make the dict a promise', async () => {
    const dict = load(JSON.parse('{"then":"later","n":1}'));
    assert.equal(await Promise.resolve(dict), dict);
    const handler = async (): Promise<SessionDict> => dict;
    assert.equal(await handler(), dict);
  });
});
