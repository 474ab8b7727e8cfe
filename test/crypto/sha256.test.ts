// SHA-256: NIST's vectors, the borders of padding, and node:crypto as the second opinion.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  BLOCK_BYTES,
  compress,
  loadState,
  PADDING_ROOM,
  padMessage,
  sha256,
  state,
  storeState,
} from '../../dist/crypto/sha256.js';
import { fromHex, toHex } from '../support/bytes.js';
import { ROOT } from '../support/needs.js';
import { createRandom } from '../support/random.js';
import { digestOfState, withRoom } from './support.js';

const nodeSha256 = (message: Uint8Array): string => createHash('sha256').update(message).digest('hex');

/** The `Name = value` lines of a response file, in order. */
function responses(file: string): readonly (readonly [name: string, value: string])[] {
  return readFileSync(join(ROOT, 'test/vectors/nist', file), 'ascii')
    .split(/\r?\n/)
    .map((line) => /^(\w+) = (\w+)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, name, value]) => [name ?? '', value ?? ''] as const);
}

function messages(file: string): readonly { readonly message: Uint8Array; readonly digest: string }[] {
  const lines = responses(file);
  const values = (wanted: string): readonly string[] =>
    lines.filter(([name]) => name === wanted).map(([, value]) => value);
  const digests = values('MD');
  const texts = values('Msg');
  return values('Len').map((bits, i) => ({
    message: fromHex(texts[i] ?? '').subarray(0, Number(bits) / 8),
    digest: digests[i] ?? '',
  }));
}

describe('SHA-256: NIST CAVP', () => {
  for (const [file, count] of [
    ['SHA256ShortMsg.rsp', 65],
    ['SHA256LongMsg.rsp', 64],
  ] as const) {
    it(`S5: every message of ${file}`, () => {
      const vectors = messages(file);
      assert.equal(vectors.length, count);
      for (const { message, digest } of vectors) assert.equal(toHex(sha256(message)), digest);
    });
  }

  it('S5: the 100 checkpoints of the Monte Carlo test', () => {
    const lines = responses('SHA256Monte.rsp');
    const digests = lines.filter(([name]) => name === 'MD').map(([, value]) => value);
    let seed = fromHex(lines.find(([name]) => name === 'Seed')?.[1] ?? '');
    assert.equal(digests.length, 100);
    for (const digest of digests) {
      let last: readonly [Uint8Array, Uint8Array, Uint8Array] = [seed, seed, seed];
      for (let i = 0; i < 1000; i++) {
        const message = new Uint8Array(96);
        last.forEach((part, at) => {
          message.set(part, at * 32);
        });
        last = [last[1], last[2], sha256(message)];
      }
      seed = last[2];
      assert.equal(toHex(seed), digest);
    }
  });
});

describe('SHA-256 against node:crypto', () => {
  it('S5: every message length from 0 to 1000', () => {
    const random = createRandom(256);
    for (let length = 0; length <= 1000; length++) {
      const message = random.bytes(length);
      assert.equal(toHex(sha256(message)), nodeSha256(message), `length ${length}`);
    }
  });

  it('S5: random messages of up to 20,000 bytes', () => {
    const random = createRandom(18_044);
    for (let i = 0; i < 300; i++) {
      const message = random.bytes(random.below(20_001));
      assert.equal(toHex(sha256(message)), nodeSha256(message), `run ${i}, length ${message.length}`);
    }
  });

  it('S5: bytes that are all zero, all ones, or one bit', () => {
    for (let length = 0; length <= 130; length++) {
      for (const byte of [0x00, 0xff]) {
        const message = new Uint8Array(length).fill(byte);
        assert.equal(toHex(sha256(message)), nodeSha256(message));
      }
      if (length === 0) continue;
      const message = new Uint8Array(length);
      message[length - 1] = 1;
      assert.equal(toHex(sha256(message)), nodeSha256(message));
    }
  });

  it('leaves the message alone and returns a digest of its own', () => {
    const message = createRandom(1).bytes(100);
    const copy = message.slice();
    const first = sha256(message);
    const kept = first.slice();
    sha256(new Uint8Array(3));
    assert.deepEqual(message, copy);
    assert.deepEqual(first, kept);
  });

  it('reads a message that is a part of a larger buffer', () => {
    const whole = createRandom(2).bytes(200);
    assert.equal(toHex(sha256(whole.subarray(13, 113))), nodeSha256(whole.slice(13, 113)));
  });
});

describe('padMessage and compress', () => {
  it('S5: pads around every block border to the bytes of FIPS 180-4, at any offset, over rubbish', () => {
    for (const length of [0, 1, 54, 55, 56, 57, 62, 63, 64, 65, 118, 119, 120, 121, 127, 128, 129, 183, 184]) {
      for (const offset of [0, 1, 3, 37]) {
        const message = createRandom(length + 1).bytes(length);
        const view = withRoom(message, offset);
        const blocks = padMessage(view, offset, offset + length, 0);
        assert.equal(blocks, Math.ceil((length + 9) / BLOCK_BYTES));
        const padded = new Uint8Array(view.buffer, offset, blocks * BLOCK_BYTES);
        const expected = new Uint8Array(blocks * BLOCK_BYTES);
        expected.set(message);
        expected[length] = 0x80;
        new DataView(expected.buffer).setUint32(expected.length - 4, length * 8);
        assert.deepEqual(padded, expected, `length ${length} at ${offset}`);
      }
    }
  });

  it('writes no further than PADDING_ROOM', () => {
    for (let length = 0; length <= 200; length++) {
      const blocks = padMessage(withRoom(new Uint8Array(length)), 0, length, 0);
      assert.ok(blocks * BLOCK_BYTES <= length + PADDING_ROOM);
    }
  });

  it('counts the blocks that came before into the length', () => {
    const message = createRandom(9).bytes(64 + 20);
    loadState();
    compress(new DataView(message.buffer), 0, 1);
    const view = withRoom(message.subarray(64));
    const blocks = padMessage(view, 0, 20, 64);
    compress(view, 0, blocks);
    assert.equal(toHex(digestOfState()), nodeSha256(message));
  });

  it('compresses several blocks in one call as in many', () => {
    const message = createRandom(10).bytes(BLOCK_BYTES * 5 + 7);
    const view = new DataView(message.buffer);
    loadState();
    compress(view, 7, 5);
    const once = digestOfState();
    loadState();
    for (let block = 0; block < 5; block++) compress(view, 7 + block * BLOCK_BYTES, 1);
    assert.deepEqual(digestOfState(), once);
  });

  it('continues from a saved midstate', () => {
    const message = createRandom(11).bytes(BLOCK_BYTES * 2);
    const view = new DataView(message.buffer);
    loadState();
    compress(view, 0, 1);
    const midstate = state.slice(0, 8);
    compress(view, BLOCK_BYTES, 1);
    const whole = digestOfState();
    loadState(midstate);
    compress(view, BLOCK_BYTES, 1);
    assert.deepEqual(digestOfState(), whole);
  });

  it('stores the state big-endian at any offset', () => {
    loadState(Int32Array.from([0x01020304, -1, 0, 1, 2, 3, 4, 0x7fffffff]));
    const target = new Uint8Array(35);
    storeState(new DataView(target.buffer), 3);
    assert.equal(toHex(target), `000000${'01020304ffffffff00000000000000010000000200000003000000047fffffff'}`);
  });
});
