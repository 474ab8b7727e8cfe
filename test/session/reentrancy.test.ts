// The codec's shared buffers: the application's code may run while it encodes or verifies, and may call it again.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Session } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';

const session = new Session({ secretKey: SECRET });

describe('encode and decode called from within each other', () => {
  const probe = { other: 'x'.repeat(200) };

  it('S5: a proxy that encodes and decodes while it is encoded changes nothing', () => {
    const plain = { a: 'a'.repeat(100), b: [1, 2, { c: 3 }] };
    const expected = session.encode(plain);
    const token = session.encode(probe);
    let inner = 0;
    const meddle = (): void => {
      inner++;
      assert.deepEqual(session.decode(token), probe);
      assert.equal(session.encode(probe), token);
    };
    const payload = new Proxy(plain, {
      ownKeys: (target) => {
        meddle();
        return Reflect.ownKeys(target);
      },
      get: (target, key) => {
        meddle();
        return Reflect.get(target, key);
      },
      getOwnPropertyDescriptor: (target, key) => {
        meddle();
        return Reflect.getOwnPropertyDescriptor(target, key);
      },
      getPrototypeOf: (target) => {
        meddle();
        return Reflect.getPrototypeOf(target);
      },
    });
    assert.equal(session.encode(payload), expected);
    assert.ok(inner > 3);
  });

  it('S10: a clock that encodes and decodes while a token is verified changes nothing', () => {
    const inner = session.encode(probe);
    const own = new Session({
      secretKey: SECRET,
      now: () => {
        assert.deepEqual(session.decode(inner), probe);
        assert.equal(session.encode(probe), inner);
        return 1000;
      },
    });
    const payload = { exp: 2000, nbf: 500, iat: 500, text: 'y'.repeat(300) };
    assert.deepEqual(own.decode(own.encode(payload)), payload);
  });

  it('S15: what a proxy throws comes out as it is, and the next call works', () => {
    const error = new RangeError('of the application');
    const payload = new Proxy(
      {},
      {
        ownKeys: () => {
          throw error;
        },
      },
    );
    assert.throws(
      () => session.encode(payload),
      (thrown) => thrown === error,
    );
    assert.deepEqual(session.decode(session.encode(probe)), probe);
  });
});
