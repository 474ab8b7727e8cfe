// What a token says, taken apart: the claims that are judged, and the payload without those that are the session's own.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { claimsIn, contentOf } from '../../dist/jwt/content.js';
import { decodeJwt } from '../../dist/jwt/decode.js';
import { encodeJwt } from '../../dist/jwt/encode.js';
import { TokenCache } from '../../dist/jwt/token-cache.js';
import { KEY, RING } from './forge.js';

const NONE = { exp: undefined, nbf: undefined, iat: undefined, aud: undefined, jti: undefined, auth_time: undefined };

describe('claimsIn', () => {
  it('S10: has each claim as it stands, and undefined for what is not there', () => {
    assert.deepEqual(claimsIn({}), NONE);
    for (const name of ['exp', 'nbf', 'iat', 'aud', 'jti', 'auth_time'] as const) {
      for (const value of [0, null, '', 'x', false, [1]]) {
        assert.deepEqual(claimsIn({ [name]: value }), { ...NONE, [name]: value });
      }
    }
  });

  it('S10: a polluted Object.prototype gives a token no claims', () => {
    const polluted = Object.prototype as { exp?: unknown };
    polluted.exp = 1;
    try {
      assert.deepEqual(Object.entries(claimsIn({ iat: 2 })), Object.entries({ ...NONE, iat: 2 }));
    } finally {
      delete polluted.exp;
    }
  });
});

describe('contentOf', () => {
  it('S10: takes the claims out of the payload that are the session’s own, and no others', () => {
    const payload = JSON.parse('{"iat":1,"n":{"exp":3},"__proto__":{"a":1},"exp":2,"aud":"x"}');
    const { payload: left, claims } = contentOf(payload, ['iat', 'exp']);
    assert.equal(JSON.stringify(left), '{"n":{"exp":3},"__proto__":{"a":1},"aud":"x"}');
    assert.equal(Object.getPrototypeOf(left), Object.prototype);
    assert.deepEqual(claims, { ...NONE, iat: 1, exp: 2, aud: 'x' });
  });

  it('S4: in a program whose Object.prototype is polluted too, with a getter at that', () => {
    Object.defineProperty(Object.prototype, 'aud', { get: () => 'evil', configurable: true });
    try {
      const { payload } = contentOf(JSON.parse('{"aud":"x","exp":2}'), ['exp']);
      assert.deepEqual(Object.getOwnPropertyDescriptors(payload), {
        aud: { value: 'x', writable: true, enumerable: true, configurable: true },
      });
    } finally {
      delete (Object.prototype as { aud?: unknown }).aud;
    }
  });

  it('leaves a payload alone that has none of them', () => {
    const payload = { aud: 'x', n: 1 };
    assert.equal(contentOf(payload, ['iat', 'exp']).payload, payload);
    assert.equal(contentOf(payload, []).payload, payload);
  });
});

describe('claims of a token that was seen before', () => {
  it('S20: are nobody else’s, where one of them is a list or an object', () => {
    const cache = new TokenCache(4);
    const token = encodeJwt('{"n":1,"aud":["a",["b"]],"jti":{"x":[1]},"iat":5}', KEY);
    for (let i = 0; i < 4; i++) {
      const read = decodeJwt(token, RING, cache, ['aud', 'jti']);
      assert.ok(typeof read !== 'string');
      assert.deepEqual(read.payload, { n: 1, iat: 5 });
      assert.deepEqual(read.claims, { ...NONE, aud: ['a', ['b']], jti: { x: [1] }, iat: 5 });
      (read.claims.aud as unknown[]).push('evil');
      (read.claims.jti as { x: unknown[] }).x.push('evil');
    }
  });

  it('S20: are those of the token, whatever is done to the payloads that came with it', () => {
    const cache = new TokenCache(4);
    const token = encodeJwt('{"n":1,"aud":["a","b"],"iat":5}', KEY);
    for (let i = 0; i < 4; i++) {
      const read = decodeJwt(token, RING, cache, ['iat']);
      assert.ok(typeof read !== 'string');
      assert.deepEqual(read.payload, { n: 1, aud: ['a', 'b'] });
      assert.deepEqual(read.claims, { ...NONE, aud: ['a', 'b'], iat: 5 });
      (read.payload.aud as string[]).push('evil');
      read.payload.n = 2;
    }
  });
});
