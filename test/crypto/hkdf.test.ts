// HKDF for one block: RFC 5869's own vector, node:crypto for every length around a block, and the keys of purposes.
import assert from 'node:assert/strict';
import { hkdfSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { deriveKey } from '../../dist/crypto/hkdf.js';
import { purposeKey } from '../../dist/session/purpose.js';
import { fromHex, toHex } from '../support/bytes.js';
import { throwsCode } from '../support/errors.js';
import { createRandom } from '../support/random.js';

const NONE = new Uint8Array(0);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const byNode = (secret: Uint8Array, info: Uint8Array, length = 32): string =>
  Buffer.from(hkdfSync('sha256', secret, NONE, info, length)).toString('hex');

describe('deriveKey', () => {
  it('RFC 5869, A.3: the first 32 octets of the only SHA-256 vector without a salt', () => {
    const okm = '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8';
    assert.equal(toHex(deriveKey(fromHex('0b'.repeat(22)), NONE)), okm.slice(0, 64));
  });

  it('RFC 5869, 2.2: a salt that is not provided is 32 zero octets', () => {
    const [secret, info] = [utf8('a secret'), utf8('info')];
    const zeros = Buffer.from(hkdfSync('sha256', secret, new Uint8Array(32), info, 32)).toString('hex');
    assert.equal(toHex(deriveKey(secret, info)), zeros);
  });

  it('RFC 5869, 2.3: it is the beginning of every longer output', () => {
    const [secret, info] = [utf8('a secret'), utf8('info')];
    for (const length of [32, 33, 42, 64, 82, 255 * 32]) {
      assert.equal(toHex(deriveKey(secret, info)), byNode(secret, info, length).slice(0, 64));
    }
  });

  it('equals node:crypto for secrets and infos of every length around the blocks', () => {
    const random = createRandom(5869);
    const lengths = [0, 1, 31, 32, 33, 54, 55, 56, 57, 63, 64, 65, 118, 119, 120, 127, 128, 129, 1000];
    for (const secretLength of lengths) {
      for (const infoLength of lengths) {
        const [secret, info] = [random.bytes(secretLength), random.bytes(infoLength)];
        assert.equal(toHex(deriveKey(secret, info)), byNode(secret, info), `${secretLength}, ${infoLength}`);
      }
    }
  });

  it('changes neither the secret nor the info, and reads a part of a larger buffer as itself', () => {
    const buffer = createRandom(1).bytes(200);
    const [secret, info] = [buffer.subarray(3, 90), buffer.subarray(100, 150)];
    const before = toHex(buffer);
    assert.equal(toHex(deriveKey(secret, info)), byNode(new Uint8Array(secret), new Uint8Array(info)));
    assert.equal(toHex(buffer), before);
  });

  it('gives a new array every time', () => {
    const first = deriveKey(utf8('a secret'), NONE);
    first.fill(0);
    assert.equal(toHex(deriveKey(utf8('a secret'), NONE)), byNode(utf8('a secret'), NONE));
  });
});

describe('purposeKey', () => {
  const secret = utf8('a test secret of more than thirty-two bytes');
  const key = (use: 'sign' | 'encrypt', purpose: string): string => toHex(purposeKey(use, purpose)(secret));

  it('purpose: the info is the UTF-8 of microdot/session/v1/USE, a zero byte, the purpose', () => {
    for (const purpose of ['login', '__Host-session', 'панель', '🔑', ' ', 'a\0b', 'x'.repeat(300)]) {
      for (const use of ['sign', 'encrypt'] as const) {
        assert.equal(key(use, purpose), byNode(secret, utf8(`microdot/session/v1/${use}\0${purpose}`)));
      }
    }
  });

  it('purpose: a known answer, so that nobody changes the derivation by accident', () => {
    assert.equal(key('sign', 'session'), '8c3e7ffffc437cf5c08e16b76c5d0b9cbab76bac0b01574a0ef51c55290a512f');
  });

  it('purpose: every use and every purpose has a key of its own, and none is the secret', () => {
    const keys = ['a', 'A', 'ab', 'a ', 'a\0'].flatMap((purpose) => [key('sign', purpose), key('encrypt', purpose)]);
    assert.equal(new Set([...keys, toHex(secret)]).size, 11);
  });

  it('purpose: a secret under 32 bytes is ERR_SESSION_BAD_SECRET, 32 are enough', () => {
    throwsCode(() => purposeKey('sign', 'a')(new Uint8Array(31).fill(0x68)), 'ERR_SESSION_BAD_SECRET', ['hhhh']);
    assert.equal(purposeKey('sign', 'a')(new Uint8Array(32)).length, 32);
  });
});
