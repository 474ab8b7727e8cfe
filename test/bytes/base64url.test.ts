// base64url: published vectors, Buffer as the second opinion, and every text that is not canonical.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  decodeBase64url,
  decodeDigest,
  encodeBase64url,
  encodeDigest,
  longBase64urlDecoder,
} from '../../dist/bytes/base64url.js';
import { fromHex, toBase64url, toHex } from '../support/bytes.js';
import { needs, readTestJson } from '../support/needs.js';
import { createRandom } from '../support/random.js';

interface Base64urlVector {
  readonly name: string;
  readonly bytes_hex: string;
  readonly encoded: string;
}

const { base64url: vectors } = readTestJson<{ readonly base64url: readonly Base64urlVector[] }>(
  'vectors/standards.json',
);

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Encodes into a buffer of rubbish, at an offset. */
function encode(bytes: Uint8Array, offset = 0): string {
  const target = new Uint8Array(offset + bytes.length * 2 + 8).fill(0x21);
  const end = encodeBase64url(bytes, bytes.length, new DataView(target.buffer), offset);
  return Buffer.from(target.subarray(offset, end)).toString('latin1');
}

/** Decodes from the middle of a buffer of rubbish; null for a refusal. Text is latin1. */
function decode(text: string): Uint8Array | null {
  const source = Buffer.from(`!${text}A`, 'latin1');
  const target = new Uint8Array(text.length + 3).fill(0xa5);
  const length = decodeBase64url(source, 1, source.length - 1, target);
  return length < 0 ? null : target.slice(0, length);
}

describe('base64url', () => {
  for (const { name, bytes_hex, encoded } of vectors) {
    it(`S20: ${name}`, () => {
      assert.equal(encode(fromHex(bytes_hex)), encoded);
      assert.equal(toHex(decode(encoded) ?? Uint8Array.of(0)), bytes_hex);
    });
  }

  it('S5: every length from 0 to 100 as Buffer, at any offset', () => {
    const random = createRandom(4648);
    for (let length = 0; length <= 100; length++) {
      const bytes = random.bytes(length);
      const text = toBase64url(bytes);
      assert.equal(encode(bytes, length % 5), text);
      assert.deepEqual(decode(text), bytes);
    }
  });

  it('S5: every byte in every position, as Buffer', () => {
    for (let position = 0; position < 3; position++) {
      for (let byte = 0; byte < 256; byte++) {
        for (const fill of [0x00, 0xff]) {
          const bytes = new Uint8Array(3).fill(fill);
          bytes[position] = byte;
          assert.equal(encode(bytes), toBase64url(bytes));
          assert.deepEqual(decode(toBase64url(bytes)), bytes);
        }
      }
    }
  });

  it('encodes only the bytes it is told to', () => {
    const target = new DataView(new ArrayBuffer(16));
    assert.equal(encodeBase64url(Uint8Array.of(1, 2, 3, 4), 2, target, 0), 3);
    assert.equal(Buffer.from(target.buffer, 0, 3).toString(), toBase64url(Uint8Array.of(1, 2)));
  });

  it('S20: spare bits that are not zero are refused, each of them', () => {
    for (const length of [1, 2, 4, 5, 100, 101]) {
      const text = toBase64url(createRandom(length).bytes(length));
      const last = ALPHABET.indexOf(text.at(-1) ?? '');
      const spare = length % 3 === 1 ? 16 : 4;
      assert.equal(last % spare, 0);
      for (let bits = 1; bits < spare; bits++) {
        assert.equal(decode(text.slice(0, -1) + ALPHABET[last + bits]), null, `${length} bytes, spare bits ${bits}`);
      }
    }
  });

  it('S20: of all texts of two characters, and of three that begin with A, exactly the canonical ones are read', () => {
    for (const prefix of ['', 'A']) {
      let read = 0;
      for (const first of ALPHABET) {
        for (const second of ALPHABET) {
          const text = prefix + first + second;
          const bytes = decode(text);
          if (bytes === null) continue;
          read++;
          assert.equal(toBase64url(bytes), text);
        }
      }
      // Eight bits, or the ten that the prefix leaves of sixteen.
      assert.equal(read, prefix === '' ? 256 : 1024);
    }
  });

  it('S20: padding is refused', () => {
    for (const text of ['=', '==', 'Zg=', 'Zg==', 'Zm8=', 'Zm9v=', 'Zm9v====', '====', 'Z===', 'Zg==Zg==']) {
      assert.equal(decode(text), null, text);
    }
  });

  it('S20: a length of 1 modulo 4 is refused', () => {
    for (const text of ['A', 'AAAAA', 'AAAAAAAAA', `${'A'.repeat(400)}A`]) assert.equal(decode(text), null);
  });

  it('S20: a foreign character is refused at every position, each of the 192', () => {
    for (const text of ['AAAAAAAA', 'AAAAAA', 'AAAAAAA']) {
      for (let at = 0; at < text.length; at++) {
        for (let code = 0; code < 256; code++) {
          const character = String.fromCharCode(code);
          if (ALPHABET.includes(character)) continue;
          assert.equal(decode(text.slice(0, at) + character + text.slice(at + 1)), null, `0x${code.toString(16)}`);
        }
      }
    }
  });

  it('S20: standard base64 is refused where it differs', () => {
    assert.equal(decode('A+z/'), null);
    assert.deepEqual(decode('A-z_'), Uint8Array.from(Buffer.from('A-z_', 'base64url')));
  });
});

describe('encodeDigest', () => {
  it('S5: as Buffer, every bit of every word, at any offset, one byte behind it overwritten and no other', () => {
    const random = createRandom(6234);
    for (let round = 0; round < 256 + 500; round++) {
      const bytes = round < 256 ? new Uint8Array(32) : random.bytes(32);
      if (round < 256) bytes[round >> 3] = 0x80 >> (round & 7);
      const digest = new DataView(bytes.buffer, bytes.byteOffset);
      const words = Int32Array.from({ length: 8 }, (_, i) => digest.getInt32(i * 4));
      const offset = round % 5;
      const target = new Uint8Array(offset + 48).fill(0x21);
      encodeDigest(words, new DataView(target.buffer), offset);
      const written = Buffer.from(target).toString('latin1');
      assert.equal(written.slice(0, offset + 43), '!'.repeat(offset) + toBase64url(bytes));
      assert.equal(written.slice(offset + 44), '!!!!');
    }
  });
});

describe('decodeDigest', () => {
  /** Reads text from the middle of a buffer of rubbish; null for a refusal. */
  function read(text: string): Uint8Array | null {
    const words = new Int32Array(8);
    if (!decodeDigest(Buffer.from(`!!!${text}AAAA`, 'latin1'), 3, words)) return null;
    const view = new DataView(new ArrayBuffer(32));
    for (const [i, word] of words.entries()) view.setInt32(i * 4, word);
    return new Uint8Array(view.buffer);
  }
  const random = createRandom(43);

  it('S20: every bit of every word, as Buffer', () => {
    for (let bit = 0; bit < 256; bit++) {
      const bytes = random.bytes(32);
      const single = new Uint8Array(32);
      single[bit >> 3] = 0x80 >> (bit & 7);
      for (const digest of [bytes, single]) assert.deepEqual(read(toBase64url(digest)), digest);
    }
  });

  it('S20: of the 64 characters in the last place exactly the 16 whose spare bits are zero', () => {
    const text = toBase64url(random.bytes(32)).slice(0, 42);
    const readable = Array.from(ALPHABET).filter((character) => read(text + character) !== null);
    assert.deepEqual(
      readable,
      Array.from(ALPHABET).filter((_, i) => i % 4 === 0),
    );
  });

  it('S20: a foreign character is refused at every position, each of the 192', () => {
    const text = toBase64url(random.bytes(32));
    for (let at = 0; at < 43; at++) {
      for (let code = 0; code < 256; code++) {
        const character = String.fromCharCode(code);
        if (ALPHABET.includes(character)) continue;
        assert.equal(read(text.slice(0, at) + character + text.slice(at + 1)), null, `${code} at ${at}`);
      }
    }
  });
});

describe(
  'longBase64urlDecoder',
  needs.that(longBase64urlDecoder(new Uint8Array(1)) !== null, 'this platform has no decoder that is faster'),
  () => {
    const target = new Uint8Array(3000);
    const decodeLong = longBase64urlDecoder(target) ?? (() => -2);

    /** Both decoders say the same of a text. */
    function agree(text: string): boolean {
      const expected = decode(text);
      const length = decodeLong(text);
      assert.equal(length < 0, expected === null, JSON.stringify(text));
      if (expected !== null) assert.deepEqual(target.slice(0, length), expected);
      return expected !== null;
    }

    it('S20: reads every length from 0 to 2,000 as the portable decoder', () => {
      const random = createRandom(8);
      for (let length = 0; length <= 1500; length++) assert.equal(agree(toBase64url(random.bytes(length))), true);
    });

    it('S20: refuses what the portable decoder refuses, of 10,000 changed texts', () => {
      const random = createRandom(9);
      const odd = ['=', '==', '+', '/', '.', ' ', '\n', '\0', '\x7f', '\x80', '\xff', '\u00b2', 'A', '_', '-', ''];
      let accepted = 0;
      for (let i = 0; i < 10_000; i++) {
        let text = toBase64url(random.bytes(225 + random.below(1275)));
        const at = [0, text.length - 1, random.below(text.length)][random.below(3)] ?? 0;
        const kind = random.below(6);
        if (kind === 0) text = text.slice(0, at) + (odd[random.below(odd.length)] ?? '') + text.slice(at + 1);
        if (kind === 1) text = text.slice(0, at) + (odd[random.below(odd.length)] ?? '') + text.slice(at);
        if (kind === 2) text = text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1);
        if (kind === 3) text = text.slice(0, -1) + (ALPHABET[random.below(64)] ?? '');
        if (kind === 4) text = text.slice(0, text.length - random.below(4));
        if (kind === 5) text += odd[random.below(odd.length)] ?? '';
        if (agree(text)) accepted++;
      }
      // Both kinds came.
      assert.ok(accepted > 1000 && accepted < 9000, `${accepted} accepted`);
    });
  },
);
