// HMAC-SHA-256: the published vectors, every key length, and node:crypto as the second opinion.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import { createHmacKey, macEquals } from '../../dist/crypto/hmac.js';
import { BLOCK_BYTES, DIGEST_BYTES, loadState, sha256 } from '../../dist/crypto/sha256.js';
import { fromHex, toHex } from '../support/bytes.js';
import { readTestJson } from '../support/needs.js';
import { createRandom } from '../support/random.js';
import { digestOfState, macOf } from './support.js';

interface HmacVector {
  readonly name: string;
  readonly key_hex: string;
  readonly data_hex: string;
  readonly mac_hex: string;
  readonly published_hex: string;
}

const { hmac_sha256: vectors } = readTestJson<{ readonly hmac_sha256: readonly HmacVector[] }>(
  'vectors/standards.json',
);

const nodeHmac = (key: Uint8Array, message: Uint8Array): string =>
  createHmac('sha256', key).update(message).digest('hex');

describe('HMAC-SHA-256', () => {
  it('there are seven cases in RFC 4231', () => {
    assert.equal(vectors.length, 7);
  });

  for (const { name, key_hex, data_hex, mac_hex, published_hex } of vectors) {
    it(`S5: ${name}`, () => {
      const mac = toHex(macOf(fromHex(key_hex), fromHex(data_hex)));
      assert.equal(mac, mac_hex);
      assert.equal(mac.slice(0, published_hex.length), published_hex);
    });
  }

  it('S5: RFC 2104 keys of every length from 0 to 200 as node:crypto', () => {
    const random = createRandom(2104);
    for (let length = 0; length <= 200; length++) {
      const key = random.bytes(length);
      const message = random.bytes(random.below(300));
      assert.equal(toHex(macOf(key, message)), nodeHmac(key, message), `key length ${length}`);
    }
  });

  it('S5: messages of every length from 0 to 1000 as node:crypto, at any offset', () => {
    const random = createRandom(198);
    const secret = random.bytes(32);
    const key = createHmacKey(secret);
    for (let length = 0; length <= 1000; length++) {
      const message = random.bytes(length);
      assert.equal(toHex(macOf(key, message, length % 7)), nodeHmac(secret, message), `length ${length}`);
    }
  });

  it('S5: random keys and messages of up to 20,000 bytes as node:crypto', () => {
    const random = createRandom(4231);
    for (let i = 0; i < 200; i++) {
      const key = random.bytes(random.below(i % 10 === 0 ? 20_001 : 150));
      const message = random.bytes(random.below(20_001));
      assert.equal(toHex(macOf(key, message)), nodeHmac(key, message), `run ${i}`);
    }
  });

  it('a key under a block counts as padded with zeros, and so may be confused with one that is', () => {
    const random = createRandom(3);
    for (const length of [0, 1, 31, 32, 63]) {
      const key = random.bytes(length);
      const padded = new Uint8Array(BLOCK_BYTES);
      padded.set(key);
      assert.deepEqual(createHmacKey(padded), createHmacKey(key));
    }
  });

  it('a key over a block counts as its hash; a key of exactly a block does not', () => {
    const random = createRandom(4);
    for (const length of [65, 66, 128, 1000]) {
      const key = random.bytes(length);
      assert.deepEqual(createHmacKey(sha256(key)), createHmacKey(key));
    }
    const block = random.bytes(BLOCK_BYTES);
    assert.notDeepEqual(createHmacKey(sha256(block)), createHmacKey(block));
  });

  it('a prepared key serves any number of messages, mixed with other keys, and keeps nothing of the secret', () => {
    const random = createRandom(5);
    const secrets = [random.bytes(32), random.bytes(64), random.bytes(100)];
    const keys = secrets.map((secret) => createHmacKey(secret));
    const expected = secrets.map((secret) => nodeHmac(secret, Uint8Array.of(1, 2, 3)));
    for (const secret of secrets) secret.fill(0);
    for (let round = 0; round < 3; round++) {
      assert.deepEqual(
        keys.map((key) => toHex(macOf(key, Uint8Array.of(1, 2, 3)))),
        expected,
      );
    }
  });
});

describe('macEquals', () => {
  const mac = macOf(createRandom(6).bytes(32), createRandom(7).bytes(50));
  const wordsOf = (bytes: Uint8Array): Int32Array =>
    Int32Array.from({ length: DIGEST_BYTES / 4 }, (_, i) => new DataView(bytes.buffer).getInt32(i * 4));
  const words = wordsOf(mac);
  const equals = (received: Uint8Array): boolean => {
    loadState(words);
    return macEquals(wordsOf(received));
  };

  it('S20: accepts the MAC itself', () => {
    assert.equal(equals(mac), true);
    assert.deepEqual(digestOfState(), mac);
  });

  it('S20: refuses a difference in any one bit', () => {
    for (let bit = 0; bit < DIGEST_BYTES * 8; bit++) {
      const other = mac.slice();
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.equal(equals(other), false, `bit ${bit}`);
    }
  });

  it('S20: refuses differences that would cancel out in a sum or an exclusive or', () => {
    const swapped = mac.slice();
    swapped.set(mac.subarray(0, 4), 4);
    swapped.set(mac.subarray(4, 8), 0);
    assert.equal(equals(swapped), false);
    assert.equal(equals(mac.map((byte, i) => (i === 0 || i === 4 ? byte ^ 0x80 : byte))), false);
    assert.equal(equals(new Uint8Array(DIGEST_BYTES)), false);
  });
});
