// Encrypted tokens: the very bytes of one, and a refusal for everything else (RFC 7516; contract, option `encrypt`).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import type { AesGcm } from '../../dist/encrypt/aes-gcm.js';
import { claimsIn } from '../../dist/jwt/content.js';
import type { TokenFault, VerifiedToken } from '../../dist/jwt/decode.js';
import type { TokenFormat } from '../../dist/jwt/format.js';
import { SECRET } from '../jwt/forge.js';
import { toBase64url } from '../support/bytes.js';
import { createRandom } from '../support/random.js';
import { type Forgery, forgeJwe, forgeSegments, formatOf, HEADER, HEADER_SEGMENT, platformCipher } from './forge.js';

const format = formatOf();
const GOOD = forgeJwe();
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Why a token is refused. */
function fault(token: string, by: TokenFormat = format): TokenFault | 'accepted' {
  const result = by.decode(token);
  return typeof result === 'string' ? result : 'accepted';
}

function accepted(token: string, by: TokenFormat = format): VerifiedToken {
  const result = by.decode(token);
  if (typeof result === 'string') throw new assert.AssertionError({ message: `refused: ${result}` });
  return result;
}

const forged = (forgery: Forgery): TokenFault | 'accepted' => fault(forgeJwe(forgery));

/** The good token with some of its segments replaced. */
function withSegments(replace: Readonly<Record<number, string>>): string {
  return GOOD.split('.')
    .map((segment, i) => replace[i] ?? segment)
    .join('.');
}

describe('an encrypted token', () => {
  // Both by Python's cryptography: AESGCM over HKDF(SHA256, 32, None, b"microdot/session/v1/encrypt\0session").
  it('encrypt: is these bytes for this secret, name, payload and nonce', () => {
    const token =
      'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwidHlwIjoiSldUIn0..AAECAwQFBgcICQoL.bAmnrq5dDg.X82Lhwi0HEcEPDbVMR8eLg';
    assert.equal(format.encode('{"n":1}'), token);
    assert.deepEqual(accepted(token), { payload: { n: 1 }, claims: claimsIn({}), header: HEADER, keyIndex: 0 });
  });

  it('encrypt: is these bytes with a key id', () => {
    const named = formatOf([{ id: '2026-11', secret: SECRET }]);
    const token =
      'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoiMjAyNi0xMSIsInR5cCI6IkpXVCJ9..AAECAwQFBgcICQoL.' +
      'bAmq5eAVUWpnLedIXlDTJT5iLiKHlvaUjEL5AtnOzg.NNHSY2uj4IW_jjiULn1xOA';
    assert.equal(named.encode('{"city":"Zürich","key":"🔑"}'), token);
    const header = { alg: 'dir', enc: 'A256GCM', kid: '2026-11', typ: 'JWT' };
    assert.deepEqual(accepted(token, named), {
      payload: { city: 'Zürich', key: '🔑' },
      claims: claimsIn({}),
      header,
      keyIndex: 0,
    });
    assert.equal(Buffer.from(token.split('.')[0], 'base64url').toString(), JSON.stringify(header));
  });

  it('encrypt: comes back whatever its length, up to a megabyte', () => {
    for (const size of [...Array.from({ length: 70 }, (_, i) => i), 6_000, 6_200, 8_192, 700_000]) {
      const json = JSON.stringify({ text: 'ü'.repeat(size) });
      assert.deepEqual(accepted(format.encode(json)).payload, JSON.parse(json));
    }
  });

  it('encrypt: holds with a cipher that calls the codec itself', () => {
    const real = platformCipher();
    const meddling: AesGcm = (...args) => {
      accepted(format.encode('{"other":"data, and more of them than the outer call has"}'));
      return real(...args);
    };
    const own = formatOf(SECRET, meddling);
    assert.equal(own.encode('{"n":1}'), GOOD);
    assert.deepEqual(accepted(GOOD, own).payload, { n: 1 });
  });
});

describe('a header that somebody else wrote', () => {
  const good: Readonly<Record<string, object | string>> = {
    'without typ': { alg: 'dir', enc: 'A256GCM' },
    'in another order': { typ: 'JWT', enc: 'A256GCM', alg: 'dir' },
    'with white space': '{ "alg": "dir",\n"enc": "A256GCM" }',
    'with members that mean nothing here': { alg: 'dir', enc: 'A256GCM', cty: 'json', jwk: {}, epk: {}, p2c: 1e9 },
    'with b64 as it is': { alg: 'dir', enc: 'A256GCM', b64: true },
    'with a kid that only its writer knows': { alg: 'dir', enc: 'A256GCM', kid: 'theirs' },
  };
  for (const [name, header] of Object.entries(good)) {
    it(`encrypt: is accepted ${name}`, () => assert.equal(forged({ header }), 'accepted'));
  }

  const bad: Readonly<Record<string, readonly [fault: TokenFault, header: object | string]>> = {
    ...Object.fromEntries(
      [
        'none',
        'HS256',
        'A256KW',
        'A256GCMKW',
        'RSA-OAEP',
        'RSA1_5',
        'ECDH-ES',
        'PBES2-HS256+A128KW',
        'DIR',
        'dir ',
        '',
      ].map((alg) => [`alg ${JSON.stringify(alg)}`, ['unsupported-header', { alg, enc: 'A256GCM' }]]),
    ),
    ...Object.fromEntries(
      ['A128GCM', 'A192GCM', 'A256CBC-HS512', 'A128CBC-HS256', 'C20P', 'a256gcm', 'none', ''].map((enc) => [
        `enc ${JSON.stringify(enc)}`,
        ['unsupported-header', { alg: 'dir', enc }],
      ]),
    ),
    'alg as a list': ['unsupported-header', { alg: ['dir'], enc: 'A256GCM' }],
    'enc as a list': ['unsupported-header', { alg: 'dir', enc: ['A256GCM'] }],
    'no alg': ['unsupported-header', { enc: 'A256GCM' }],
    'no enc': ['unsupported-header', { alg: 'dir' }],
    'alg by the prototype only': ['unsupported-header', '{"__proto__":{"alg":"dir","enc":"A256GCM"}}'],
    'the last of two algs': ['unsupported-header', '{"alg":"dir","enc":"A256GCM","alg":"none"}'],
    crit: ['unsupported-header', { ...HEADER, crit: ['exp'] }],
    'an empty crit': ['unsupported-header', { ...HEADER, crit: [] }],
    'crit null': ['unsupported-header', { ...HEADER, crit: null }],
    'zip without compression': ['unsupported-header', { ...HEADER, zip: 'DEF' }],
    'zip null': ['unsupported-header', { ...HEADER, zip: null }],
    'b64 false': ['unsupported-header', { ...HEADER, b64: false }],
    'kid as a number': ['unsupported-header', { ...HEADER, kid: 1 }],
    'kid as a list': ['unsupported-header', { ...HEADER, kid: ['a'] }],
    'kid null': ['unsupported-header', { ...HEADER, kid: null }],
    'a list': ['malformed', '["dir","A256GCM"]'],
    text: ['malformed', '"dir"'],
    null: ['malformed', 'null'],
    'no JSON': ['malformed', '{alg:"dir"}'],
    nothing: ['malformed', ''],
    'a byte order mark': ['malformed', '\ufeff{"alg":"dir","enc":"A256GCM"}'],
  };
  for (const [name, [reason, header]] of Object.entries(bad)) {
    it(`encrypt: with ${name} is ${reason}, although key and tag are right`, () => {
      assert.equal(forged({ header }), reason);
    });
  }

  it('encrypt: with zip is not decompressed', () => {
    const bomb = deflateRawSync(Buffer.alloc(1 << 24, ' '), { level: 9 });
    assert.equal(forged({ header: { ...HEADER, zip: 'DEF' }, payload: new Uint8Array(bomb) }), 'unsupported-header');
  });
});

describe('a token that is not quite one', () => {
  it('encrypt: no change of any character of any segment is accepted', () => {
    for (let at = 0; at < GOOD.length; at++) {
      for (const character of `${ALPHABET}.=+/ \u00e9`) {
        if (character === GOOD[at]) continue;
        const token = GOOD.slice(0, at) + character + GOOD.slice(at + 1);
        assert.notEqual(fault(token), 'accepted', `${character} at ${at}`);
      }
    }
  });

  it('encrypt: a wrong tag, ciphertext or nonce is bad-signature', () => {
    const [, , iv, ciphertext, tag] = GOOD.split('.');
    assert.equal(fault(withSegments({ 2: `B${iv.slice(1)}` })), 'bad-signature');
    assert.equal(fault(withSegments({ 3: `B${ciphertext.slice(1)}` })), 'bad-signature');
    assert.equal(fault(withSegments({ 3: '' })), 'bad-signature');
    assert.equal(fault(withSegments({ 4: `B${tag.slice(1)}` })), 'bad-signature');
  });

  it('encrypt: the header is part of what the tag protects', () => {
    const header = toBase64url('{"alg":"dir","enc":"A256GCM"}');
    assert.equal(fault(withSegments({ 0: header })), 'bad-signature');
  });

  it('encrypt: another spelling of the same bytes is malformed', () => {
    const [, , , ciphertext, tag] = GOOD.split('.');
    const spelled = (text: string) => text.slice(0, -1) + ALPHABET[ALPHABET.indexOf(text.at(-1) ?? '') + 1];
    assert.equal(fault(withSegments({ 3: spelled(ciphertext) })), 'malformed');
    assert.equal(fault(withSegments({ 4: spelled(tag) })), 'malformed');
    assert.equal(fault(withSegments({ 4: `${tag}==` })), 'malformed');
    assert.equal(fault(withSegments({ 3: `${ciphertext}=` })), 'malformed');
    assert.equal(fault(withSegments({ 0: `${HEADER_SEGMENT}A` })), 'malformed');
  });

  it('encrypt: a tag of any other size is malformed, also where it is genuine', () => {
    for (const tagBytes of [4, 8, 12, 13, 14, 15]) assert.equal(forged({ tagBytes }), 'malformed', `${tagBytes}`);
    const [, , , , tag] = GOOD.split('.');
    for (let length = 0; length < tag.length; length++) {
      assert.equal(fault(withSegments({ 4: tag.slice(0, length) })), 'malformed', `${length}`);
    }
    assert.equal(fault(withSegments({ 4: `${tag}AAAA` })), 'malformed');
  });

  it('encrypt: a nonce of any other size is malformed, also where it is genuine', () => {
    for (const ivBytes of [1, 8, 11, 13, 16, 24]) assert.equal(forged({ ivBytes }), 'malformed', `${ivBytes}`);
    assert.equal(fault(withSegments({ 2: '' })), 'malformed');
  });

  it('encrypt: anything for an encrypted key is malformed', () => {
    for (const encryptedKey of ['A', 'AA', 'AAAA', HEADER_SEGMENT]) assert.equal(forged({ encryptedKey }), 'malformed');
  });

  it('encrypt: segments missing, too many or swapped are malformed', () => {
    const segments = forgeSegments();
    for (let i = 0; i < segments.length; i++) {
      assert.equal(fault(segments.filter((_, at) => at !== i).join('.')), 'malformed', `without ${i}`);
      for (const more of ['', 'AAAA']) {
        const token = [...segments.slice(0, i), more, ...segments.slice(i)].join('.');
        assert.equal(fault(token), 'malformed', `${more} at ${i}`);
      }
    }
    const [header, key, iv, ciphertext, tag] = segments;
    assert.notEqual(fault([header, key, ciphertext, iv, tag].join('.')), 'accepted');
    assert.notEqual(fault([header, key, tag, ciphertext, iv].join('.')), 'accepted');
    for (const token of ['', '.', '....', '.....', GOOD.replaceAll('.', ''), ` ${GOOD}`, `${GOOD}\n`, `${GOOD}.`]) {
      assert.equal(fault(token), 'malformed', JSON.stringify(token));
    }
  });

  it('encrypt: JSON serialization is malformed', () => {
    const [header, , iv, ciphertext, tag] = GOOD.split('.');
    assert.equal(fault(JSON.stringify({ protected: header, iv, ciphertext, tag })), 'malformed');
  });

  it('encrypt: another key, and the secret itself for a key, is bad-signature', () => {
    assert.equal(forged({ key: new Uint8Array(32) }), 'bad-signature');
    assert.equal(forged({ key: new TextEncoder().encode(SECRET).slice(0, 32) }), 'bad-signature');
  });
});

describe('a genuine token with a payload that is none', () => {
  const payloads: Readonly<Record<string, readonly [fault: TokenFault, payload: string | Uint8Array]>> = {
    nothing: ['malformed', ''],
    'no JSON': ['malformed', '{n:1}'],
    'JSON and more': ['malformed', '{"n":1}{}'],
    'bytes that are no UTF-8': ['malformed', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)],
    'a lone surrogate': ['malformed', Uint8Array.of(0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d)],
    'a byte order mark': ['malformed', '\ufeff{"n":1}'],
    'a signed token in it': ['malformed', `${toBase64url('{"alg":"HS256"}')}.${toBase64url('{}')}.AAAA`],
    'an encrypted token in it': ['malformed', GOOD],
    'an encrypted token as JSON text': ['not-an-object', JSON.stringify(GOOD)],
    'a list': ['not-an-object', '[{"n":1}]'],
    null: ['not-an-object', 'null'],
    'a number': ['not-an-object', '1'],
  };
  for (const [name, [reason, payload]] of Object.entries(payloads)) {
    it(`encrypt: ${name} is ${reason}`, () => assert.equal(forged({ payload }), reason));
  }

  it('encrypt: deep nesting is no exception', () => {
    const depth = 200_000;
    assert.doesNotThrow(() => fault(forgeJwe({ payload: `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}` })));
  });

  it('encrypt: __proto__ is data', () => {
    const { payload } = accepted(forgeJwe({ payload: '{"__proto__":{"admin":true}}' }));
    assert.equal(payload.admin, undefined);
    assert.deepEqual(Object.keys(payload), ['__proto__']);
  });
});

describe('keys of a list', () => {
  const [OLD, NEW, OTHER] = ['old', 'new', 'other'].map((name) => `the ${name} secret of more than thirty-two bytes`);
  const reader = formatOf([{ id: 'new', secret: NEW }, { id: 'old', secret: OLD }, OTHER]);
  const by = (secrets: Parameters<typeof formatOf>[0]) => formatOf(secrets).encode('{"n":1}');

  it('secretKey: a matching kid means that key alone', () => {
    assert.equal(accepted(by([{ id: 'new', secret: NEW }]), reader).keyIndex, 0);
    assert.equal(accepted(by([{ id: 'old', secret: OLD }]), reader).keyIndex, 1);
    assert.equal(fault(by([{ id: 'new', secret: OLD }]), reader), 'bad-signature');
    assert.equal(fault(by([{ id: 'old', secret: OTHER }]), reader), 'bad-signature');
  });

  it('secretKey: without kid all are tried, with an unknown one those without id', () => {
    for (const [i, secret] of [NEW, OLD, OTHER].entries()) assert.equal(accepted(by(secret), reader).keyIndex, i);
    assert.equal(accepted(by([{ id: 'theirs', secret: OTHER }]), reader).keyIndex, 2);
    assert.equal(fault(by([{ id: 'theirs', secret: OLD }]), reader), 'bad-signature');
  });

  it('secretKey: an unknown kid is unknown-key where every key has an id', () => {
    const named = formatOf([{ id: 'new', secret: NEW }]);
    assert.equal(fault(by([{ id: 'theirs', secret: NEW }]), named), 'unknown-key');
    assert.deepEqual(named.keyIds, ['new']);
  });
});

describe('chance', () => {
  it('encrypt: 10,000 mutants of good tokens: none accepted, none throws', () => {
    const random = createRandom(3516);
    const pieces = [...ALPHABET.split(''), '.', '..', '=', '{', '\u0000', '\u20ac', '\ud800', HEADER_SEGMENT];
    for (let i = 0; i < 10_000; i++) {
      let token = GOOD;
      for (let changes = 1 + random.below(3); changes > 0; changes--) {
        const at = random.below(token.length + 1);
        const piece = random.below(3) === 0 ? '' : pieces[random.below(pieces.length)];
        token = token.slice(0, at) + piece + token.slice(at + random.below(3));
      }
      if (token !== GOOD) assert.notEqual(fault(token), 'accepted', token);
    }
  });
});
