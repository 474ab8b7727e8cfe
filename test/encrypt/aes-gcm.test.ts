// The cipher: AES-256-GCM as NIST has it, the platform's and one that is brought, and what is not taken for it.
import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { type AesGcm, isAesGcm } from '../../dist/encrypt/aes-gcm.js';
import { jwe } from '../../dist/encrypt/index.js';
import { claimsIn } from '../../dist/jwt/content.js';
import { fromHex, toHex } from '../support/bytes.js';
import { throwsCode } from '../support/errors.js';
import { importTool, needs } from '../support/needs.js';
import { createRandom } from '../support/random.js';
import { formatOf, platformCipher } from './forge.js';

/** As much of @noble/ciphers as is used here. */
interface Noble {
  readonly gcm: AesGcm;
  readonly gcmsiv: AesGcm;
}

interface Vector {
  readonly name: string;
  readonly key: string;
  readonly iv: string;
  readonly plaintext: string;
  readonly aad: string;
  readonly sealed: string;
}

const KEY = 'feffe9928665731c6d6a8f9467308308'.repeat(2);
const PLAINTEXT =
  'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72' +
  '1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255';
const CIPHERTEXT =
  '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa' +
  '8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad';

/** Test cases 13 to 16 of the specification of GCM that NIST standardised (McGrew and Viega, appendix B). */
const VECTORS: readonly Vector[] = [
  {
    name: '13: nothing',
    key: '00'.repeat(32),
    iv: '00'.repeat(12),
    plaintext: '',
    aad: '',
    sealed: '530f8afbc74536b9a963b4f1c4cb738b',
  },
  {
    name: '14: one block',
    key: '00'.repeat(32),
    iv: '00'.repeat(12),
    plaintext: '00'.repeat(16),
    aad: '',
    sealed: 'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919',
  },
  {
    name: '15: four blocks',
    key: KEY,
    iv: 'cafebabefacedbaddecaf888',
    plaintext: PLAINTEXT,
    aad: '',
    sealed: `${CIPHERTEXT}b094dac5d93471bdec1a502270e3cc6c`,
  },
  {
    name: '16: additional data, and a block that is not full',
    key: KEY,
    iv: 'cafebabefacedbaddecaf888',
    plaintext: PLAINTEXT.slice(0, -8),
    aad: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
    sealed: `${CIPHERTEXT.slice(0, -8)}76fc6ece0f4e1768cddf8853bb2d551b`,
  },
];

/** What every AES-GCM has to do here, whoever brings it. */
function conforms(cipher: () => AesGcm): void {
  for (const { name, key, iv, plaintext, aad, sealed } of VECTORS) {
    const use = () => cipher()(fromHex(key), fromHex(iv), fromHex(aad));
    it(`NIST test case ${name}`, () => {
      assert.equal(toHex(use().encrypt(fromHex(plaintext))), sealed);
      assert.equal(toHex(use().decrypt(fromHex(sealed))), plaintext);
    });
  }

  it('throws for every flipped bit and for every tag that is too short', () => {
    const { key, iv, aad, sealed } = VECTORS[3];
    const use = () => cipher()(fromHex(key), fromHex(iv), fromHex(aad));
    const bytes = fromHex(sealed);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const forged = bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      assert.throws(() => use().decrypt(forged));
    }
    for (let length = 0; length < bytes.length; length++) assert.throws(() => use().decrypt(bytes.slice(0, length)));
  });

  it('is taken for AES-256-GCM', () => assert.equal(isAesGcm(cipher()), true));
}

describe('AES-GCM of the platform', () => conforms(platformCipher));

describe('AES-GCM of @noble/ciphers', needs.tool('@noble/ciphers'), () => {
  let noble: Noble;
  before(async () => {
    noble = await importTool<Noble>('@noble/ciphers/aes.js');
  });

  conforms(() => noble.gcm);

  it('encrypt: makes the tokens that the platform makes, and each reads those of the other', () => {
    const random = createRandom(7516);
    const [own, brought] = [formatOf(), formatOf(undefined, noble.gcm)];
    for (let size = 0; size < 300; size++) {
      const json = JSON.stringify({ text: String.fromCharCode(...random.bytes(size)) });
      const token = own.encode(json);
      assert.equal(brought.encode(json), token);
      assert.deepEqual(brought.decode(token), own.decode(token));
      assert.deepEqual(own.decode(token), {
        payload: JSON.parse(json),
        header: { alg: 'dir', enc: 'A256GCM', typ: 'JWT' },
        claims: claimsIn({}),
        keyIndex: 0,
      });
    }
  });

  it('encrypt: jwe({ cipher: gcm }) takes it, and refuses its relative AES-GCM-SIV', () => {
    assert.equal(typeof jwe({ cipher: noble.gcm }).createFormat, 'function');
    throwsCode(() => jwe({ cipher: noble.gcmsiv }), 'ERR_SESSION_BAD_OPTION');
  });
});

describe('what jwe({ cipher }) does not take for AES-GCM', () => {
  const real = platformCipher();
  const impostors: Readonly<Record<string, unknown>> = {
    null: null,
    text: 'aes-256-gcm',
    'an object': { encrypt: () => new Uint8Array(17), decrypt: () => new Uint8Array(1) },
    'a function that gives nothing': () => undefined,
    'a function that throws': () => {
      throw new Error('no');
    },
    'one that gives promises': (...args: Parameters<AesGcm>) => ({
      encrypt: (plaintext: Uint8Array) => Promise.resolve(real(...args).encrypt(plaintext)),
      decrypt: (ciphertext: Uint8Array) => Promise.resolve(real(...args).decrypt(ciphertext)),
    }),
    'one that ignores the additional data': (key: Uint8Array, nonce: Uint8Array) => real(key, nonce, new Uint8Array(0)),
    'one that ignores the additional data when it decrypts': (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array) => ({
      encrypt: (plaintext: Uint8Array) => real(key, nonce, aad).encrypt(plaintext),
      decrypt: (ciphertext: Uint8Array) => unverified(key, nonce, ciphertext),
    }),
    'ChaCha20-Poly1305': (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array) => ({
      encrypt(plaintext: Uint8Array) {
        const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
        cipher.setAAD(aad, { plaintextLength: plaintext.length });
        return new Uint8Array(Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]));
      },
      decrypt: (ciphertext: Uint8Array) => ciphertext,
    }),
  };

  for (const [name, cipher] of Object.entries(impostors)) {
    it(`encrypt: ${name} is ERR_SESSION_BAD_OPTION`, () => {
      throwsCode(() => jwe({ cipher: cipher as AesGcm }), 'ERR_SESSION_BAD_OPTION');
    });
  }
});

/** Decrypts without asking for the tag: AES-GCM is AES-CTR inside, from the counter 2 on. */
function unverified(key: Uint8Array, nonce: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('aes-256-ctr', key, Buffer.concat([nonce, Uint8Array.of(0, 0, 0, 2)]));
  return new Uint8Array(decipher.update(ciphertext.subarray(0, -16)));
}
