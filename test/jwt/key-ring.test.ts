// Which key a token is tried on: by its kid where one has it, never by anything from outside the list.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { claimsIn } from '../../dist/jwt/content.js';
import { decodeJwt } from '../../dist/jwt/decode.js';
import { encodeJwt } from '../../dist/jwt/encode.js';
import type { JoseHeader } from '../../dist/jwt/header.js';
import { candidates } from '../../dist/jwt/key-ring.js';
import { forge, HEADER_SEGMENT, ringOf } from './forge.js';

const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(40));
const ids = ringOf([
  { id: 'a', secret: A },
  { id: 'b', secret: B },
]);
const mixed = ringOf([{ id: 'a', secret: A }, B, { secret: C }]);
const ALG = { alg: 'HS256' };

/** The index of the key that accepts a token, or why none does. */
function outcome(token: string, ring: typeof ids): number | string {
  const result = decodeJwt(token, ring);
  return typeof result === 'string' ? result : result.keyIndex;
}

const tried = (header: JoseHeader, ring: typeof ids): readonly number[] =>
  candidates(ring, header).map((key) => key.index);

describe('key ring', () => {
  it('secretKey: the first key signs; with an id the header is alg, kid, typ in this order', () => {
    const token = encodeJwt('{"n":1}', ids.keys[0]);
    assert.equal(token, forge('{"alg":"HS256","kid":"a","typ":"JWT"}', '{"n":1}', A));
    assert.deepEqual(decodeJwt(token, ids), {
      payload: { n: 1 },
      claims: claimsIn({}),
      header: { alg: 'HS256', kid: 'a', typ: 'JWT' },
      keyIndex: 0,
    });
  });

  it('secretKey: a key without id signs with the usual header', () => {
    assert.ok(encodeJwt('{}', mixed.keys[1]).startsWith(`${HEADER_SEGMENT}.`));
    assert.equal(outcome(encodeJwt('{}', mixed.keys[2]), mixed), 2);
  });

  it('secretKey: tokens of keys with and without id that take turns keep their own headers', () => {
    for (const key of [mixed.keys[0], mixed.keys[1], mixed.keys[0], mixed.keys[2], mixed.keys[0]]) {
      const token = encodeJwt('{}', key);
      assert.equal(outcome(token, mixed), key.index);
      assert.equal(token, forge(key.header.fields, '{}', [A, B, C][key.index]));
    }
  });

  it('secretKey: an id may hold quotes, backslashes and spaces', () => {
    const id = '"\\ {}';
    const ring = ringOf([{ id, secret: A }]);
    assert.equal(outcome(encodeJwt('{}', ring.keys[0]), ring), 0);
    assert.equal(outcome(forge({ ...ALG, kid: id }, '{}', A), ring), 0);
  });

  it('secretKey: a token without kid is tried on all', () => {
    assert.deepEqual(tried({}, mixed), [0, 1, 2]);
    for (const [index, secret] of [A, B, C].entries()) assert.equal(outcome(forge(ALG, '{}', secret), mixed), index);
    assert.equal(outcome(forge(ALG, '{}', 'd'.repeat(40)), mixed), 'bad-signature');
  });

  it('secretKey: a matching kid selects that key alone', () => {
    assert.deepEqual(tried({ kid: 'a' }, ids), [0]);
    assert.equal(outcome(forge({ ...ALG, kid: 'b' }, '{}', B), ids), 1);
    assert.equal(outcome(forge({ ...ALG, kid: 'a' }, '{}', B), ids), 'bad-signature');
    assert.equal(outcome(forge({ ...ALG, kid: 'b' }, '{}', A), ids), 'bad-signature');
    assert.equal(outcome(forge({ ...ALG, kid: 'a' }, '{}', B), mixed), 'bad-signature');
  });

  it('secretKey: an unmatched kid is tried on entries without id only', () => {
    assert.deepEqual(tried({ kid: 'x' }, mixed), [1, 2]);
    assert.equal(outcome(forge({ ...ALG, kid: 'x' }, '{}', B), mixed), 1);
    assert.equal(outcome(forge({ ...ALG, kid: 'x' }, '{}', C), mixed), 2);
    assert.equal(outcome(forge({ ...ALG, kid: 'x' }, '{}', A), mixed), 'bad-signature');
  });

  it('secretKey: an unmatched kid where every entry has an id is unknown-key, whoever signed', () => {
    for (const secret of [A, B, C])
      assert.equal(outcome(forge({ ...ALG, kid: 'x' }, '{}', secret), ids), 'unknown-key');
  });

  it('secretKey: an id matches exactly', () => {
    for (const kid of ['A', 'a ', ' a', 'aa', 'а', 'a\0', '']) {
      assert.equal(outcome(forge({ ...ALG, kid }, '{}', A), ids), 'unknown-key', JSON.stringify(kid));
    }
  });

  it('S20: kid tricks choose nothing: paths, SQL, names of the prototype, 10 KB', () => {
    for (const kid of [
      '../../../../dev/null',
      '/proc/self/environ',
      "x' UNION SELECT 'secret' --",
      '| sleep 9',
      'https://example.org/key',
      '__proto__',
      'constructor',
      'toString',
      '0',
      '\ud800',
      'x'.repeat(10_240),
    ]) {
      for (const secret of ['', 'x', A]) {
        assert.equal(outcome(forge({ ...ALG, kid }, '{}', secret), ids), 'unknown-key', kid.slice(0, 40));
        assert.equal(outcome(forge({ ...ALG, kid }, '{}', secret), mixed), 'bad-signature');
      }
    }
  });

  it('S20: a kid that is no text is unsupported-header, though genuine; before that its signature counts', () => {
    for (const kid of [null, 0, 1, true, false, ['a'], [], {}, { a: 1 }, 'a'.split('')]) {
      assert.equal(outcome(forge({ ...ALG, kid }, '{}', A), ids), 'unsupported-header', JSON.stringify(kid));
      assert.equal(outcome(forge({ ...ALG, kid }, '{}', 'x'), ids), 'bad-signature');
    }
  });

  it('S20: a key in the header is not looked at', () => {
    const jwk = { kty: 'oct', k: Buffer.from('x').toString('base64url') };
    assert.equal(outcome(forge({ ...ALG, jwk }, '{}', 'x'), ids), 'bad-signature');
    assert.equal(outcome(forge({ ...ALG, jwk, x5c: ['x'], jku: 'https://example.org' }, '{}', A), ids), 0);
  });

  it('secretKey: of two members kid the last counts, as of every name in JSON', () => {
    assert.equal(outcome(forge('{"alg":"HS256","kid":"a","kid":"b"}', '{}', B), ids), 1);
    assert.equal(outcome(forge('{"alg":"HS256","kid":"a","kid":"b"}', '{}', A), ids), 'bad-signature');
  });
});
