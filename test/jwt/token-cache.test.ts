// The cache of known tokens: who gets in, who is found, and that nobody shares an object with anybody.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { claimsIn } from '../../dist/jwt/content.js';
import { decodeJwt, type TokenFault } from '../../dist/jwt/decode.js';
import { encodeJwt } from '../../dist/jwt/encode.js';
import { contentOfKnown, type KnownToken, TokenCache } from '../../dist/jwt/token-cache.js';
import { FILLER, macsOf } from '../support/macs.js';
import { needs } from '../support/needs.js';
import { createRandom } from '../support/random.js';
import { forge, HEADER_SEGMENT, KEY, RING, ringOf, SECRET, signed } from './forge.js';

const USUAL = { alg: 'HS256', typ: 'JWT' };
const counted = needs.node('signatures are counted by the hash of node:crypto');

/** A ring with a cache of its own. */
function cached(slots = 1024, ring = RING) {
  const cache = new TokenCache(slots);
  const verify = (token: string): Record<string, unknown> | TokenFault => {
    const verified = decodeJwt(token, ring, cache);
    return typeof verified === 'string' ? verified : verified.payload;
  };
  return {
    verify,
    sign: (payload: object): string => encodeJwt(JSON.stringify(payload), ring.keys[0] ?? KEY, cache),
    /** Reads a token that has to be good. */
    read: (token: string): Record<string, unknown> => {
      const payload = verify(token);
      return typeof payload === 'string' ? assert.fail(payload) : payload;
    },
  };
}

describe('a hit of the token cache', () => {
  it('S20: needs the same text, not only the same signature', () => {
    const { read, verify } = cached();
    const token = forge(USUAL, { user: 'ada', admin: false });
    const other = forge(USUAL, { user: 'bob', admin: true });
    read(token);
    read(token);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const [, otherPayload = ''] = other.split('.');
    const otherHeader = forge({ ...USUAL, kid: 'a' }, {}).split('.')[0];
    for (const forged of [
      `${header}.${otherPayload}.${signature}`,
      `${otherHeader}.${payload}.${signature}`,
      `${payload}.${header}.${signature}`,
      `${header}.${payload}A.${signature}`,
      `${header}.${payload.slice(0, -1)}.${signature}`,
      `${header}${payload}..${signature}`,
      `${header.slice(0, -1)}.${header.slice(-1)}${payload}.${signature}`,
      `${header}.${payload.slice(0, 4)}.${payload.slice(4)}.${signature}`,
      `.${signature}`,
    ]) {
      assert.equal(typeof verify(forged), 'string', forged);
      assert.deepEqual(read(token), { user: 'ada', admin: false });
    }
  });

  it('S20: needs the same signature, not only the same text', () => {
    const { read, verify } = cached();
    const token = forge(USUAL, { user: 'ada' });
    read(token);
    const at = token.lastIndexOf('.') + 1;
    for (let i = at; i < token.length; i++) {
      for (const character of 'AB_-9.=~\0') {
        if (character === token[i]) continue;
        assert.equal(typeof verify(token.slice(0, i) + character + token.slice(i + 1)), 'string');
      }
    }
    assert.deepEqual(read(token), { user: 'ada' });
  });

  it('S20: a known token under another kid of the ring is refused', () => {
    const { read, verify } = cached(
      16,
      ringOf([
        { id: 'a', secret: SECRET },
        { id: 'b', secret: `${SECRET}!` },
      ]),
    );
    const token = forge({ alg: 'HS256', kid: 'a', typ: 'JWT' }, { n: 1 });
    assert.deepEqual(read(token), { n: 1 });
    const [, payload, signature] = token.split('.');
    const [header] = forge({ alg: 'HS256', kid: 'b', typ: 'JWT' }, {}).split('.');
    assert.equal(verify(`${header}.${payload}.${signature}`), 'bad-signature');
  });

  it('S20: computes no signature, for a token that was read and for one that was made', counted, () => {
    const { read, sign } = cached();
    const token = forge(USUAL, { FILLER });
    assert.equal(
      macsOf(() => read(token)),
      1,
    );
    assert.equal(
      macsOf(() => [read(token), read(token)]),
      0,
    );
    let made = '';
    assert.equal(
      macsOf(() => {
        made = sign({ FILLER, n: 1 });
      }),
      1,
    );
    assert.equal(
      macsOf(() => assert.deepEqual(read(made), { FILLER, n: 1 })),
      0,
    );
  });

  it('S20: gives the key and the header of the first time', () => {
    const cache = new TokenCache(16);
    const ring = ringOf([`${SECRET}, new`, SECRET]);
    const token = forge(USUAL, { n: 1 });
    const first = decodeJwt(token, ring, cache);
    assert.deepEqual(first, { payload: { n: 1 }, claims: claimsIn({}), header: USUAL, keyIndex: 1 });
    assert.deepEqual(decodeJwt(token, ring, cache), first);
  });
});

describe('what enters the token cache', () => {
  it('S20: a hundred thousand forged tokens evict none', counted, () => {
    const { read, verify } = cached();
    const random = createRandom(1);
    const tokens = Array.from({ length: 64 }, (_, i) => forge(USUAL, { i, FILLER }));
    for (const token of tokens) read(token);
    let accepted = 0;
    assert.equal(
      macsOf(() => {
        for (let i = 0; i < 100_000; i++) {
          const token = tokens[i % tokens.length] ?? '';
          const signature = Buffer.from(random.bytes(32)).toString('base64url');
          if (verify(`${token.slice(0, -43)}${signature}`) !== 'bad-signature') accepted++;
        }
      }),
      100_000,
    );
    assert.equal(accepted, 0);
    assert.equal(
      macsOf(() => {
        for (const token of tokens) read(token);
      }),
      0,
    );
  });

  it('S20: no token that is refused, however often it comes', counted, () => {
    const { verify } = cached();
    const refused = [
      signed(`${HEADER_SEGMENT}.${Buffer.from(`{"a":"${FILLER}"`).toString('base64url')}`),
      forge(USUAL, JSON.stringify([FILLER])),
      forge(USUAL, { FILLER }, `${SECRET}!`),
      forge({ ...USUAL, crit: [] }, { FILLER }),
    ];
    const macs = refused.map((token) => macsOf(() => [verify(token), verify(token), verify(token)]));
    assert.deepEqual(macs, [3, 3, 3, 3]);
  });

  it("S20: no token with a header of somebody else's, which is an object that its reader may change", counted, () => {
    const { read } = cached();
    const token = forge({ typ: 'JWT', alg: 'HS256' }, { FILLER });
    assert.equal(
      macsOf(() => [read(token), read(token)]),
      2,
    );
  });

  it('none over 4,096 characters', counted, () => {
    const { read, sign } = cached();
    /** The payload of a token of so many characters; some lengths cannot be. */
    const ofLength = (length: number, key: string): object => ({
      [key]: 'x'.repeat(Math.floor(((length - 81) * 3) / 4) - 8),
    });
    for (const [length, macs] of [
      [4096, 0],
      [4097, 2],
    ] as const) {
      const token = forge(USUAL, ofLength(length, 'a'));
      assert.equal(token.length, length);
      read(token);
      assert.equal(
        macsOf(() => [read(token), read(token)]),
        macs,
      );
      const made = sign(ofLength(length, 'b'));
      assert.equal(made.length, length);
      assert.equal(
        macsOf(() => read(made)),
        macs / 2,
      );
    }
  });

  it('takes as many as it has slots, at every size, and goes on when it is full', () => {
    for (const slots of [1, 2, 3, 4, 5, 16, 63, 64, 65, 1000, 1024, 2 ** 20]) {
      const { read, sign } = cached(slots);
      const tokens = Array.from({ length: 300 }, (_, i) => sign({ i }));
      for (let round = 0; round < 2; round++) {
        for (const [i, token] of tokens.entries()) assert.deepEqual(read(token), { i });
      }
    }
  });

  it('holds 256 visitors in 1,024 slots, most of 1,024, and never more than there are slots', counted, () => {
    const missed = (visitors: number, slots: number): number => {
      const { read, sign } = cached(slots);
      const tokens = Array.from({ length: visitors }, (_, i) => sign({ i, FILLER }));
      return macsOf(() => {
        for (const token of tokens) read(token);
      });
    };
    assert.ok(missed(256, 1024) < 12);
    assert.ok(missed(1024, 1024) < 512);
    assert.ok(missed(100, 1) >= 96);
    assert.ok(missed(5000, 1024) >= 5000 - 1024);
  });
});

describe('a full set of the token cache', () => {
  const known = (token: string): KnownToken => ({ token, header: USUAL, keyIndex: 0, content: '{}' });
  /** Signatures by their parts: equal ones of `set` stand in one set. */
  const signatureOf = (set: number, own: number): Int32Array => {
    const words = new Int32Array(11);
    words[0] = own;
    words[1] = set;
    words[3] = own;
    return words;
  };
  const found = (cache: TokenCache, set: number, owns: readonly number[]): readonly number[] =>
    owns.filter((own) => cache.find(signatureOf(set, own), `${set} ${own}`)?.token === `${set} ${own}`);
  /** Of a cache of 64 slots every set is full, whichever number its words give it. */
  function full(): { readonly cache: TokenCache; readonly sets: readonly number[] } {
    const cache = new TokenCache(64);
    const sets: number[] = [];
    for (let set = 1; sets.length < 16 && set < 10_000; set++) {
      for (let own = 1; own <= 4; own++) cache.keep(signatureOf(set, own), known(`${set} ${own}`));
      if (sets.every((before) => found(cache, before, [1, 2, 3, 4]).length === 4)) sets.push(set);
      // It shares a set with an earlier one: back to what that had.
      else
        for (const before of sets)
          for (let own = 1; own <= 4; own++) cache.keep(signatureOf(before, own), known(`${before} ${own}`));
    }
    return { cache, sets };
  }

  it('takes a token in the place of one of its own, which the signature names, and of no other set', () => {
    for (const own of [5, 6, 7, 8]) {
      const { cache, sets } = full();
      assert.equal(sets.length, 16);
      for (const set of sets) assert.deepEqual(found(cache, set, [1, 2, 3, 4]), [1, 2, 3, 4]);
      for (const set of sets) {
        cache.keep(signatureOf(set, own), known(`${set} ${own}`));
        assert.deepEqual(found(cache, set, [1, 2, 3, 4, own]).length, 4);
        assert.deepEqual(found(cache, set, [own]), [own]);
      }
      for (const set of sets) assert.equal(found(cache, set, [1, 2, 3, 4, own]).length, 4);
    }
  });

  it('has a token once, however often it is made or read', () => {
    const cache = new TokenCache(4);
    for (let i = 0; i < 10; i++) cache.keep(signatureOf(1, 1), known('1 1'));
    // In a full set each of them would take the place of the one before.
    for (const own of [5, 9, 13]) cache.keep(signatureOf(1, own), known(`1 ${own}`));
    assert.deepEqual(found(cache, 1, [1, 5, 9, 13]), [1, 5, 9, 13]);
  });
});

describe('what the token cache gives', () => {
  const data = (): Record<string, unknown> =>
    JSON.parse(
      '{"__proto__":{"a":[1]},"constructor":{"prototype":{"b":{}}},"toString":[{}],"list":[[1],{"c":[]},null,"x",1.5,true],' +
        '"":{"deep":{"er":{"still":[{"n":1}]}}},"0":[],"hasOwnProperty":{"x":1,"nothing":null},"nothing":null}',
    );

  /** Every object and array of a value. */
  function partsOf(value: unknown): readonly object[] {
    if (typeof value !== 'object' || value === null) return [];
    return [value, ...Object.values(value).flatMap(partsOf)];
  }

  it('S3, S16: is a deep copy for everybody: no two reads share an object, and none with the caller', () => {
    const { read, sign } = cached();
    const own = data();
    const parts = new Set<object>(partsOf(own));
    const token = sign(own);
    (own.list as unknown[]).push('later');
    for (let i = 0; i < 4; i++) {
      const payload = read(token);
      assert.deepEqual(payload, data());
      assert.equal(JSON.stringify(payload), JSON.stringify(data()));
      for (const part of partsOf(payload)) {
        assert.ok(!parts.has(part), 'shared');
        parts.add(part);
        // What a handler does to it is nobody else's.
        if (Array.isArray(part)) part.push('mine');
        else Object.assign(part, { mine: { too: true } });
      }
    }
  });

  it('S16: own keys of every name, and plain prototypes', () => {
    const { read, sign } = cached();
    const token = sign(data());
    for (let i = 0; i < 3; i++) {
      const payload = read(token);
      assert.equal(Object.getPrototypeOf(payload), Object.prototype);
      assert.ok(Object.hasOwn(payload, '__proto__'));
      for (const part of partsOf(payload)) {
        assert.equal(Object.getPrototypeOf(part), Array.isArray(part) ? Array.prototype : Object.prototype);
      }
      assert.equal((payload as { a?: unknown }).a, undefined);
    }
  });

  for (const shape of ['arrays', 'objects']) {
    it(`any nesting of ${shape}: below what is kept as a value, at it, above it`, () => {
      for (let depth = 1; depth < 300; depth += depth > 55 && depth < 135 ? 1 : 20) {
        const open = shape === 'arrays' ? '[' : '{"a":';
        const json = `{"n":${open.repeat(depth)}1${(shape === 'arrays' ? ']' : '}').repeat(depth)}}`;
        const { read } = cached(4);
        const token = forge(USUAL, json);
        for (let i = 0; i < 3; i++) assert.equal(JSON.stringify(read(token)), json);
      }
    });
  }

  it('any number of parts: below what is kept as a value, at it, above it', () => {
    for (const one of ['[]', '{}', '{"a":1}', '1', '"x"', '[1,[2]]']) {
      for (let count = 0; count < 200; count += count > 20 && count < 140 ? 1 : 10) {
        const json = `{"n":[${Array.from({ length: count }, () => one).join()}],"o":{"p":true}}`;
        const { read } = cached(4);
        const token = forge(USUAL, json);
        for (let i = 0; i < 3; i++) {
          const payload = read(token);
          assert.equal(JSON.stringify(payload), json);
          (payload.o as { p: boolean }).p = false;
        }
      }
    }
  });

  it('a small payload is parsed once, and one of many parts each time', (t) => {
    const parsed = t.mock.method(JSON, 'parse');
    const parsesOf = (payload: object): readonly number[] => {
      const { read } = cached();
      const token = forge(USUAL, payload);
      return [1, 2, 3, 4].map(() => {
        const before = parsed.mock.callCount();
        read(token);
        return parsed.mock.callCount() - before;
      });
    };
    assert.deepEqual(parsesOf({ user: 'ada', cart: [{ id: 1 }] }), [1, 1, 0, 0]);
    assert.deepEqual(parsesOf({ many: Array.from({ length: 500 }, () => []) }), [1, 1, 1, 1]);
    assert.deepEqual(parsesOf(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${i}`, i]))), [1, 1, 1, 1]);
  });

  it('keeps 256 objects, arrays and names as a value, and of one more the text', () => {
    const keptAs = (payload: object): string => {
      const known: KnownToken = { token: 'x', header: USUAL, keyIndex: 0, content: JSON.stringify(payload) };
      assert.deepEqual(contentOfKnown(known, []).payload, payload);
      return typeof known.content;
    };
    const named = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));
    // The object itself is one.
    assert.deepEqual([keptAs(named(255)), keptAs(named(256))], ['object', 'string']);
    assert.deepEqual([keptAs({ a: named(253) }), keptAs({ a: named(254) })], ['object', 'string']);
    // Elements are a sixteenth.
    const listed = (length: number): object => ({ a: Array.from({ length }, () => 1) });
    assert.deepEqual([keptAs(listed(16 * 254 - 1)), keptAs(listed(16 * 254))], ['object', 'string']);
  });

  it('S16: in a program whose Object.prototype is polluted, what stands in the JSON and no more', () => {
    const { read, sign } = cached();
    const token = sign({ list: [{ a: 1 }], o: {} });
    const polluted = Object.prototype as { shared?: unknown; '0'?: unknown };
    try {
      polluted.shared = { secret: [1] };
      polluted['0'] = [{}];
      for (let i = 0; i < 3; i++) {
        const payload = read(token);
        assert.equal(JSON.stringify(payload), '{"list":[{"a":1}],"o":{}}');
        assert.ok(!Object.hasOwn(payload, 'shared') && !Object.hasOwn(payload.o as object, 'shared'));
        assert.equal(payload.shared, polluted.shared);
      }
      // A slot that is empty finds no token there.
      assert.equal(cached(4).verify(token) instanceof Object, true);
    } finally {
      delete polluted.shared;
      delete polluted['0'];
    }
  });
});

describe('the memory of the token cache', needs.node('it is measured in V8'), () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heap = (): number => {
    for (let i = 0; i < 4; i++) collect();
    return process.memoryUsage().heapUsed;
  };

  it('S19: keeps the token and not the Cookie header that it was a piece of', () => {
    const { read } = cached();
    const before = heap();
    for (let i = 0; i < 300; i++) {
      const token = forge(USUAL, { i });
      const header = Buffer.from(`other=${'x'.repeat(100_000)}; session=${token}`).toString('latin1');
      read(header.slice(header.lastIndexOf('=') + 1));
    }
    // 30 MB of headers went by.
    assert.ok(heap() - before < 3_000_000);
    assert.equal(typeof read(forge(USUAL, { i: 1 })), 'object');
  });

  it('is at most 30 KB for each slot, also with payloads made to take much', () => {
    const shapes: readonly ((i: number) => object)[] = [
      () => Array.from({ length: 950 }, () => []),
      () => Array.from({ length: 950 }, () => ({})),
      (i) => Object.fromEntries(Array.from({ length: 58 }, (_, j) => [`${i.toString(36)}_${j}`, 1])),
      (i) => Array.from({ length: 29 }, (_, j) => ({ [(i * 29 + j).toString(36)]: 1 })),
      () => Array.from({ length: 1400 }, (_, j) => j % 10),
    ];
    for (const [which, shape] of shapes.entries()) {
      const { read, sign } = cached(256);
      const before = heap();
      for (let i = 0; i < 500; i++) {
        const token = sign({ i, a: shape(i) });
        assert.ok(token.length <= 4096);
        read(token);
        read(token);
      }
      const grown = heap() - before;
      assert.ok(grown < 256 * 30_000, `shape ${which}: ${grown}`);
      assert.equal(typeof read, 'function');
    }
  });
});
