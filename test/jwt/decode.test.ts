// Reading tokens: the reason of every refusal, and that it comes before anything of an attacker's is parsed.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prepareKeys } from '../../dist/crypto/keys.js';
import { claimsIn } from '../../dist/jwt/content.js';
import { decodeJwt } from '../../dist/jwt/decode.js';
import { encodeJwt, encodeJwtBytes, type JsonMemory } from '../../dist/jwt/encode.js';
import { createJwtFormat } from '../../dist/jwt/format.js';
import { TokenCache } from '../../dist/jwt/token-cache.js';
import { toBase64url } from '../support/bytes.js';
import { forge, HEADER_SEGMENT, KEY, RING, ringOf, SECRET, signed } from './forge.js';

const decode = (token: string): unknown => decodeJwt(token, RING);
const payloadOf = (token: string): unknown => {
  const verified = decodeJwt(token, RING);
  return typeof verified === 'string' ? verified : verified.payload;
};

describe('encodeJwt', () => {
  it('S5: writes the header {"alg":"HS256","typ":"JWT"}, the payload as it is, and the MAC of both', () => {
    assert.equal(HEADER_SEGMENT, toBase64url('{"alg":"HS256","typ":"JWT"}'));
    for (const json of ['{}', '{"n":1}', '{"text":"aé鍵🔑"}']) {
      assert.equal(encodeJwt(json, KEY), signed(`${HEADER_SEGMENT}.${toBase64url(json)}`));
    }
  });

  it('S5: every payload length up to three blocks, and around the size of the shared buffer', () => {
    const lengths = Array.from({ length: 200 }, (_, i) => i);
    for (let length = 6050; length < 6100; length++) lengths.push(length);
    for (const length of [...lengths, 8192, 20_000, 100_000]) {
      const json = `{"text":"${'x'.repeat(length)}"}`;
      const token = encodeJwt(json, KEY);
      assert.equal(token, signed(`${HEADER_SEGMENT}.${toBase64url(json)}`));
      assert.deepEqual(payloadOf(token), JSON.parse(json));
    }
  });

  it('S5: text of three bytes a character at the border of the shared buffer', () => {
    for (let length = 2000; length < 2060; length++) {
      const json = `{"t":"${'鍵'.repeat(length)}"}`;
      assert.equal(encodeJwt(json, KEY), signed(`${HEADER_SEGMENT}.${toBase64url(json)}`));
    }
  });

  describe('of bytes', () => {
    const TEXTS = [
      '{}',
      '{"n":1}',
      '{"text":"aé鍵🔑"}',
      `{"t":"${'x'.repeat(6064)}"}`,
      `{"t":"${'x'.repeat(20_000)}"}`,
    ];
    const memoryOf = (json: string): JsonMemory & { reads: number } => ({
      bytes: new TextEncoder().encode(`${json} and what stood there before`),
      reads: 0,
      readText(length) {
        this.reads++;
        return new TextDecoder().decode(this.bytes.subarray(0, length));
      },
    });

    it('S5: is that of the text, with a cache and without one, and reads the text for the cache alone', () => {
      for (const json of TEXTS) {
        const memory = memoryOf(json);
        const { length } = new TextEncoder().encode(json);
        const token = encodeJwt(json, KEY);
        assert.equal(encodeJwtBytes(memory, length, KEY, null), token);
        assert.equal(memory.reads, 0);
        assert.equal(encodeJwtBytes(memory, length, KEY, new TokenCache(4)), token);
        assert.equal(memory.reads, 1);
      }
    });

    it('S5: is known to the cache, with its payload; where the text cannot be read it is not', () => {
      const json = '{"text":"aé鍵🔑"}';
      const { length } = new TextEncoder().encode(json);
      const cache = new TokenCache(4);
      const token = encodeJwtBytes(memoryOf(json), length, KEY, cache);
      const verified = decodeJwt(token, RING, cache);
      assert.deepEqual(typeof verified === 'string' ? verified : verified.payload, JSON.parse(json));
      const other = new TokenCache(4);
      encodeJwtBytes({ ...memoryOf(json), readText: () => null }, length, KEY, other);
      assert.deepEqual(payloadOf(token), JSON.parse(json));
      const again = decodeJwt(token, RING, other);
      assert.deepEqual(typeof again === 'string' ? again : again.payload, JSON.parse(json));
    });

    it('S5: by the format, as by text', () => {
      const format = createJwtFormat(prepareKeys(SECRET) ?? []);
      const json = '{"n":1}';
      assert.equal(format.encodeBytes?.(memoryOf(json), json.length), format.encode(json));
    });
  });

  it('a long token between two short ones leaves no trace in them', () => {
    const short = encodeJwt('{"n":1}', KEY);
    const long = encodeJwt(`{"t":"${'x'.repeat(50_000)}"}`, KEY);
    assert.equal(encodeJwt('{"n":1}', KEY), short);
    assert.deepEqual(payloadOf(long), { t: 'x'.repeat(50_000) });
    assert.deepEqual(payloadOf(short), { n: 1 });
  });
});

describe('decodeJwt', () => {
  it('S20: gives payload and header', () => {
    assert.deepEqual(decode(forge({ alg: 'HS256', typ: 'JWT' }, { n: 1 })), {
      payload: { n: 1 },
      claims: claimsIn({}),
      header: { alg: 'HS256', typ: 'JWT' },
      keyIndex: 0,
    });
    assert.deepEqual(decode(forge({ typ: 'JWT', alg: 'HS256', kid: 'a', x: [1] }, { n: 1 })), {
      payload: { n: 1 },
      claims: claimsIn({}),
      header: { typ: 'JWT', alg: 'HS256', kid: 'a', x: [1] },
      keyIndex: 0,
    });
  });

  it('S20: the header of a usual token is frozen: no reader can change it for the next', () => {
    const verified = decodeJwt(forge({ alg: 'HS256', typ: 'JWT' }, {}), RING);
    assert.ok(typeof verified !== 'string' && Object.isFrozen(verified.header));
  });

  it('S20: what is no three segments of the right size is malformed', () => {
    const good = forge({ alg: 'HS256', typ: 'JWT' }, { n: 1 });
    const [header, payload, signature] = good.split('.');
    for (const token of [
      '',
      '.',
      '..',
      '...',
      'x',
      header ?? '',
      `${header}.${payload}`,
      `${header}.${payload}.`,
      `.${payload}.${signature}`,
      `.${header}.${payload}.${signature}`,
      `${good}.`,
      `${good}.x`,
      `${header}.${payload}.${signature}A`,
      `${header}.${payload}.${signature?.slice(1)}`,
      `${header}.${payload}.${signature}=`,
      ` ${good}`,
      `${good} `,
      `${good}\n`,
      good.replace('.', '\uff0e'),
      `${good.slice(0, -1)}é`,
      `${good.slice(0, -1)}\ud800`,
      'A'.repeat(44),
      `.${'A'.repeat(43)}`,
      `${HEADER_SEGMENT}.${'A'.repeat(43)}`,
      '\0'.repeat(100),
      '.'.repeat(100),
    ]) {
      assert.equal(decode(token), 'malformed', JSON.stringify(token));
    }
  });

  it('S20: a segment too many is refused by its signature, or as malformed where it is signed', () => {
    const [header = '', payload = '', signature = ''] = forge({ alg: 'HS256', typ: 'JWT' }, { n: 1 }).split('.');
    assert.equal(decode(`${header}..${payload}.${signature}`), 'bad-signature');
    assert.equal(decode(`${header}.${payload}.${payload}.${signature}`), 'bad-signature');
    assert.equal(decode(signed(`${header}..${payload}`)), 'malformed');
    assert.equal(decode(signed(`${header}.${payload}.`)), 'malformed');
    assert.equal(decode(signed(`${header}.${payload}.${payload}`)), 'malformed');
  });

  it('S20: an empty payload segment is malformed, also where it is signed', () => {
    assert.equal(decode(signed(`${HEADER_SEGMENT}.`)), 'malformed');
    assert.equal(decode(signed(HEADER_SEGMENT)), 'malformed');
  });

  it('S20: a signed payload with a dot, padding or spare bits in it is malformed', () => {
    for (const payload of ['e30.', '.e30', 'e30=', 'e31', 'e3', 'e', 'e30e', 'e3+0', 'e3\n0']) {
      const token = signed(`${HEADER_SEGMENT}.${payload}`);
      assert.equal(decode(token), 'malformed', payload);
    }
  });

  it('S20: alg must be exactly HS256', () => {
    for (const alg of ['hs256', 'HS384', 'none', 'None', '', 'HS256 ', 'RS256', null, 256, ['HS256'], { a: 1 }, true]) {
      assert.equal(decode(forge({ alg, typ: 'JWT' }, {})), 'unsupported-header', JSON.stringify(alg));
    }
    assert.equal(decode(forge({ typ: 'JWT' }, {})), 'unsupported-header');
    assert.equal(decode(forge(Object.create(null), {})), 'unsupported-header');
    assert.equal(decode(forge('{"__proto__":{"alg":"HS256"}}', {})), 'unsupported-header');
  });

  it('S20: of two equal names in a header the last counts', () => {
    assert.equal(decode(forge('{"alg":"HS256","alg":"none"}', {})), 'unsupported-header');
    assert.deepEqual(payloadOf(forge('{"alg":"none","alg":"HS256"}', { n: 1 })), { n: 1 });
  });

  it('S20: a header that is no JSON object is malformed', () => {
    for (const header of ['', '[]', 'null', '"HS256"', '1', '{', '{"alg":"HS256"} x', '\ufeff{"alg":"HS256"}']) {
      assert.equal(decode(forge(header, {})), 'malformed', header);
    }
    assert.equal(decode(signed(`${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.e30`)), 'malformed');
  });

  it('S20: any crit, a b64 that is not true, a kid that is no text: refused', () => {
    const alg = 'HS256';
    for (const header of [
      { alg, crit: [] },
      { alg, crit: null },
      { alg, crit: ['exp'] },
      { alg, crit: false },
      { alg, b64: false },
      { alg, b64: null },
      { alg, b64: 1 },
      { alg, b64: 'true' },
      { alg, b64: true, crit: ['b64'] },
      { alg, kid: 1 },
      { alg, kid: null },
      { alg, kid: ['a'] },
      { alg, kid: {} },
    ]) {
      assert.equal(decode(forge(header, {})), 'unsupported-header', JSON.stringify(header));
    }
  });

  it('S20: a header that begins as ours is read to its end', () => {
    const usual = '{"alg":"HS256","typ":"JWT"}';
    assert.equal(toBase64url(usual), HEADER_SEGMENT);
    assert.deepEqual(payloadOf(forge(`${usual} \n`, { n: 1 })), { n: 1 });
    assert.equal(decode(forge(`${usual}x`, { n: 1 })), 'malformed');
  });

  it('S20: a signature of the right length in no canonical base64url is malformed', () => {
    for (const signature of [`${'A'.repeat(42)}B`, `${'A'.repeat(42)}=`, `${'A'.repeat(42)}+`, `!${'A'.repeat(42)}`]) {
      assert.equal(decode(`${HEADER_SEGMENT}.e30.${signature}`), 'malformed', signature);
    }
    assert.equal(decode(`${HEADER_SEGMENT}.e30.${'A'.repeat(43)}`), 'bad-signature');
  });

  it('S20: other header members are ignored', () => {
    const alg = 'HS256';
    for (const header of [
      { alg },
      { alg, typ: 'at+jwt' },
      { alg, typ: null },
      { alg, cty: 'JWT' },
      { alg, b64: true },
      { alg, kid: '' },
      { alg, kid: 'a' },
      { alg, jku: 'https://attacker.example/' },
      { alg, jwk: { kty: 'oct', k: 'AA' } },
      { alg, constructor: 1, toString: 2 },
    ]) {
      assert.deepEqual(payloadOf(forge(header, { n: 1 })), { n: 1 }, JSON.stringify(header));
    }
  });

  it('S20: the signature is judged before header details and payload', () => {
    const other = ringOf(new Uint8Array(32).fill(1));
    for (const token of [
      forge({ alg: 'HS256', crit: ['x'] }, {}),
      forge({ alg: 'HS256', kid: 1 }, {}),
      signed(`${HEADER_SEGMENT}.!!!!`),
      forge({ alg: 'HS256' }, '{'),
      forge({ alg: 'HS256' }, '[]'),
    ]) {
      assert.equal(decodeJwt(token, other), 'bad-signature');
    }
  });

  it('S20: a payload that is JSON but no object is not-an-object, anything else malformed', () => {
    for (const json of ['[]', '[{}]', 'null', 'true', '1', '"x"']) {
      assert.equal(decode(forge({ alg: 'HS256' }, json)), 'not-an-object', json);
    }
    for (const json of [
      '',
      '{',
      '{}x',
      "{'a':1}",
      '{"a":NaN}',
      '{"a":Infinity}',
      '{"a":01}',
      '\ufeff{}',
      '{"a":"\u0001"}',
    ]) {
      assert.equal(decode(forge({ alg: 'HS256' }, json)), 'malformed', json);
    }
    assert.equal(
      decode(signed(`${HEADER_SEGMENT}.${Buffer.from([0x7b, 0x22, 0xff, 0x22]).toString('base64url')}`)),
      'malformed',
    );
  });

  it('S20: deep nesting is read or malformed, never an exception', () => {
    const depth = 100_000;
    const result = payloadOf(forge({ alg: 'HS256' }, `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`));
    assert.ok(result === 'malformed' || typeof result === 'object');
    assert.equal(payloadOf(forge({ alg: 'HS256' }, `{"a":${'['.repeat(depth)}`)), 'malformed');
  });

  it('S20: a token of another key, or with another byte anywhere, is refused', () => {
    const token = forge({ alg: 'HS256', typ: 'JWT' }, { user: 'ada' });
    assert.equal(decodeJwt(token, ringOf(`${SECRET}x`)), 'bad-signature');
    for (let at = 0; at < token.length; at++) {
      const other = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      assert.equal(typeof decode(other), 'string', `at ${at}`);
    }
  });

  it('S16: keys of every name are own properties', () => {
    const payload = payloadOf(forge({ alg: 'HS256' }, '{"__proto__":{"admin":true},"constructor":1,"":2}')) as object;
    assert.deepEqual(Object.keys(payload), ['__proto__', 'constructor', '']);
    assert.equal(Object.getPrototypeOf(payload), Object.prototype);
  });
});
