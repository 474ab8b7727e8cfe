// UTF-8: both codecs, the platform's and the portable one, against each other and against the rules of RFC 3629.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import * as utf8 from '../../dist/bytes/utf8.js';
import { needs, runtime } from '../support/needs.js';
import { createRandom } from '../support/random.js';
import {
  asciiFaults,
  codePoints,
  type Decode,
  decodedBy,
  decodeWith,
  type Encode,
  encodedBy,
  MALFORMED,
  nodeDecode,
  nodeEncode,
} from './utf8-cases.js';

const encoders: readonly (readonly [string, Encode])[] = [
  ['encodeUtf8Into', utf8.encodeUtf8Into],
  ['encodeUtf8IntoPortable', utf8.encodeUtf8IntoPortable],
];
const decoders: readonly (readonly [string, Decode])[] = [
  ['utf8Reader', decodeWith(utf8.utf8Reader)],
  ['decodeUtf8Portable', utf8.decodeUtf8Portable],
];

for (const [name, encode] of encoders) {
  describe(name, () => {
    it('S5: writes code points of every length as TextEncoder does', () => {
      for (const text of codePoints()) assert.deepEqual(encodedBy(encode, text), nodeEncode(text));
    });

    it('S5: writes mixed text, and U+FFFD for a lone surrogate', () => {
      for (const text of ['', 'aé鍵🔑a', '\ufeffa', '\0', 'a\ud800', '\udc00a', '\udc00\ud800', '\ud800\ud800\udc00']) {
        assert.deepEqual(encodedBy(encode, text), nodeEncode(text));
      }
    });

    it('is -1 where the bytes do not fit, and fits them exactly where they do', () => {
      for (const text of ['a', 'é', '鍵', '🔑', 'ab🔑', 'abé', '🔑a', '\ud800']) {
        const { length } = nodeEncode(text);
        assert.equal(encode(text, new Uint8Array(length)), length);
        assert.equal(encode(text, new Uint8Array(length - 1)), -1);
      }
      assert.equal(encode('', new Uint8Array(0)), 0);
      assert.equal(encode('a', new Uint8Array(0)), -1);
    });

    it('leaves what lies behind the text alone', () => {
      const target = new Uint8Array(8).fill(0xa5);
      assert.equal(encode('é', target), 2);
      assert.deepEqual([...target.subarray(2)], [0xa5, 0xa5, 0xa5, 0xa5, 0xa5, 0xa5]);
    });
  });
}

for (const [name, decode] of decoders) {
  describe(name, () => {
    it('S20: reads code points of every length as TextDecoder does', () => {
      for (const text of codePoints()) assert.equal(decodedBy(decode, nodeEncode(text)), text);
    });

    it('S20: agrees with TextDecoder on every sequence of one and two bytes', () => {
      for (let first = 0; first < 256; first++) {
        assert.equal(decodedBy(decode, Uint8Array.of(first)), nodeDecode(Uint8Array.of(first)));
        for (let second = 0; second < 256; second++) {
          const bytes = Uint8Array.of(first, second);
          assert.equal(decodedBy(decode, bytes), nodeDecode(bytes));
        }
      }
    });

    it('S20: agrees with TextDecoder on the borders of sequences of three and four bytes', () => {
      const borders = [0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0];
      const leads = [0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff];
      for (const first of leads) {
        for (const second of borders) {
          for (const third of borders) {
            const three = Uint8Array.of(first, second, third);
            assert.equal(decodedBy(decode, three), nodeDecode(three));
            for (const fourth of borders) {
              const four = Uint8Array.of(first, second, third, fourth);
              assert.equal(decodedBy(decode, four), nodeDecode(four));
            }
          }
        }
      }
    });

    it('S20: agrees with TextDecoder on random bytes and on text with one byte changed', () => {
      const random = createRandom(3629);
      const text = nodeEncode('aé鍵🔑\u07ff\u0800\uffff\u{10000}\u{10ffff}');
      for (let i = 0; i < 5000; i++) {
        const bytes = i % 2 === 0 ? random.bytes(random.below(12)) : text.slice();
        if (i % 2 !== 0) bytes[random.below(bytes.length)] = random.below(256);
        assert.equal(decodedBy(decode, bytes), nodeDecode(bytes), bytes.join(' '));
      }
    });

    for (const [what, hex] of MALFORMED) {
      it(`S20: refuses ${what}`, () => {
        const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
        assert.equal(decodedBy(decode, bytes), null);
        assert.equal(decodedBy(decode, Uint8Array.of(0x61, ...bytes)), null);
        assert.equal(decodedBy(decode, Uint8Array.of(...bytes, 0x61)), null);
      });
    }

    it('S20: a byte order mark stays in the text, for JSON to refuse', () => {
      assert.equal(decodedBy(decode, Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)), '\ufeff{}');
    });

    it('reads long text over every chunk border', () => {
      for (const unit of ['a', 'é', '鍵', '🔑']) {
        for (const length of [255, 256, 257, 511, 512, 513, 514, 1023, 1024, 1025]) {
          const text = `x${unit.repeat(length)}`;
          assert.equal(decodedBy(decode, nodeEncode(text)), text);
        }
      }
    });

    it('keeps nothing of a refused text for the next one', () => {
      assert.equal(decodedBy(decode, Uint8Array.of(0x61, 0xe2, 0x82)), null);
      assert.equal(decodedBy(decode, Uint8Array.of(0x62)), 'b');
    });
  });
}

describe('hasLoneSurrogate', () => {
  it('S15: tells well-formed text from other', () => {
    const units = ['a', 'é', '\ud7ff', '\ud800', '\udbff', '\udc00', '\udfff', '\ue000', '\uffff'];
    for (const a of units) {
      for (const b of units) {
        for (const c of units) {
          const text = a + b + c;
          // encodeURIComponent throws on a lone surrogate and on nothing else.
          let lone = false;
          try {
            encodeURIComponent(text);
          } catch {
            lone = true;
          }
          assert.equal(utf8.hasLoneSurrogate(text), lone, JSON.stringify(text));
        }
      }
    }
    assert.equal(utf8.hasLoneSurrogate(''), false);
  });
});

describe('utf8Reader', () => {
  it('S20: tells a U+FFFD of the text from one that stands for bad bytes', () => {
    const decode = decodeWith(utf8.utf8Reader);
    assert.equal(decode(nodeEncode('a\ufffdb')), 'a\ufffdb');
    assert.equal(decode(Uint8Array.of(...nodeEncode('\ufffd'), 0xff)), null);
  });

  it('reads what the buffer holds at that moment', () => {
    const bytes = Uint8Array.from(nodeEncode('abc'));
    const read = utf8.utf8Reader(bytes);
    assert.equal(read(3), 'abc');
    bytes.set(nodeEncode('é'), 1);
    assert.equal(read(3), 'aé');
    assert.equal(read(2), null);
    assert.equal(read(0), '');
  });

  it('S20: text of one to 20 bytes, with a byte over ASCII in any place and without', () => {
    const decode = decodeWith(utf8.utf8Reader);
    for (let length = 1; length <= 20; length++) {
      const ascii = '\u007f{"n":1}\u0000abcdefghijklm'.slice(0, length);
      assert.equal(decode(nodeEncode(ascii)), ascii);
      for (let at = 0; at < length; at++) {
        const text = `${ascii.slice(0, at)}é${ascii.slice(at + 1)}`;
        assert.equal(decode(nodeEncode(text)), text);
        const broken = nodeEncode(ascii);
        broken[at] = 0x80;
        assert.equal(decode(broken), null);
      }
    }
  });

  it('reads a part of a larger buffer', () => {
    const whole = nodeEncode('xxabcxx');
    assert.equal(utf8.utf8Reader(whole.subarray(2))(3), 'abc');
    assert.equal(utf8.asciiReader(whole.subarray(2))(3), 'abc');
  });
});

describe('asciiReader', () => {
  it('reads any length, chunk borders included', () => {
    assert.deepEqual(asciiFaults(utf8.asciiReader), []);
    assert.deepEqual(
      asciiFaults((bytes) => (length) => utf8.asciiTextPortable(bytes.subarray(0, length))),
      [],
    );
  });
});

/** Where `Buffer` is the only one left, it must be used; on Deno it never is. */
const withBuffer = runtime === 'deno' ? needs.node('Buffer is not used there') : {};

describe('other engines', () => {
  for (const hidden of [['Buffer'], ['Buffer', 'TextEncoder', 'TextDecoder'], ['TextEncoder', 'TextDecoder']]) {
    const own = hidden.includes('Buffer') ? {} : withBuffer;
    it(`S5, S20: without ${hidden.join(', ')} the same is written and read`, own, async () => {
      const worker = new Worker(new URL('./utf8-worker.js', import.meta.url), { workerData: hidden });
      const [differences] = (await once(worker, 'message')) as [unknown];
      await worker.terminate();
      assert.deepEqual(differences, []);
    });
  }
});
