// The platform's hash: the same MAC at every length with it and without, and no hash that is not one.
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { computeRoomyMac, createHmacKey, type HmacKey } from '../../dist/crypto/hmac.js';
import { NATIVE_FROM, useNativeHash } from '../../dist/crypto/native-hash.js';
import { BLOCK_BYTES, PADDING_ROOM } from '../../dist/crypto/sha256.js';
import { toHex } from '../support/bytes.js';
import { withCrypto } from '../support/macs.js';
import { needs } from '../support/needs.js';
import { createRandom } from '../support/random.js';
import { digestOfState } from './support.js';

/** The MAC of a message in a memory full of rubbish, as the codec has it. */
function roomyMac(key: HmacKey, message: Uint8Array): string {
  const memory = new Uint8Array(BLOCK_BYTES + message.length + PADDING_ROOM).fill(0xa5);
  memory.set(message, BLOCK_BYTES);
  computeRoomyMac(key, { memory, view: new DataView(memory.buffer, BLOCK_BYTES) }, message.length);
  return toHex(digestOfState());
}

const hmac = (secret: Uint8Array, message: Uint8Array): string =>
  createHmac('sha256', secret).update(message).digest('hex');

/** Every length around the threshold and the borders of blocks, and keys of every kind. */
function agrees(): void {
  const random = createRandom(77);
  const secrets = [1, 32, 64, 65, 200].map((length) => random.bytes(length));
  const keys = secrets.map((secret) => createHmacKey(secret));
  const lengths = [...Array.from({ length: 601 }, (_, i) => i), 4095, 4096, 8191, 100_000];
  for (const length of lengths) {
    const message = random.bytes(length);
    const which = length % secrets.length;
    const [key, secret] = [keys[which], secrets[which]];
    assert.ok(key !== undefined && secret !== undefined);
    assert.equal(roomyMac(key, message), hmac(secret, message), `${length} bytes`);
  }
}

describe(
  'the hash of the platform',
  needs.node('it is used on Node; on Bun the same lengths run in its own suite'),
  () => {
    after(() => {
      useNativeHash();
    });

    it('S5: with it, every length from 0 to 600 as createHmac of node:crypto', () => {
      assert.equal(useNativeHash(), true);
      agrees();
    });

    it('S5: without it, the same', () => {
      withCrypto(undefined, () => {
        assert.equal(useNativeHash(), false);
        agrees();
      });
    });

    it('is asked from NATIVE_FROM bytes on, the block of the key included, and not below', () => {
      const { hash } = process.getBuiltinModule('node:crypto');
      const lengths: number[] = [];
      const spy = (...args: Parameters<typeof hash>): unknown => {
        lengths.push((args[1] as Uint8Array).length);
        return hash(...args);
      };
      withCrypto({ hash: spy }, () => {
        assert.equal(useNativeHash(), true);
        lengths.length = 0;
        const key = createHmacKey(new Uint8Array(32));
        for (const length of [0, 1, NATIVE_FROM - BLOCK_BYTES - 1, NATIVE_FROM - BLOCK_BYTES, NATIVE_FROM]) {
          roomyMac(key, new Uint8Array(length));
        }
        assert.deepEqual(lengths, [NATIVE_FROM, NATIVE_FROM + BLOCK_BYTES]);
      });
    });
  },
);

describe('before the hash of the platform is looked for', needs.node('another node:crypto is put in its place'), () => {
  const BLOCKS = 1000;
  const bytes = new Uint8Array(BLOCKS * BLOCK_BYTES).fill(7);
  const digest = createHash('sha256').update(bytes).digest('hex');
  /** The module as a process that has just started has it: the digests it makes natively, and how often it looks. */
  async function fresh(id: string, hash: unknown) {
    const path = `../../dist/crypto/native-hash.js?${id}`;
    const { digestNatively } = (await import(path)) as typeof import('../../dist/crypto/native-hash.js');
    let looks = 0;
    const crypto = {
      get hash(): unknown {
        looks++;
        return hash;
      },
    };
    return (calls: number) =>
      withCrypto(crypto, () => {
        looks = 0;
        const digests = Array.from({ length: calls }, () => (digestNatively(bytes) ? toHex(digestOfState()) : null));
        return { digests: [...new Set(digests)], looks };
      });
  }

  it('S5: 28,000 blocks are left to JavaScript, so a short-lived process loads no node:crypto; then it is used', async () => {
    const digests = await fresh('patient', process.getBuiltinModule('node:crypto').hash);
    assert.deepEqual(digests(28), { digests: [null], looks: 0 });
    assert.deepEqual(digests(1), { digests: [digest], looks: 1 });
    assert.deepEqual(digests(2), { digests: [digest], looks: 0 });
  });

  it('S5: where there is none it is looked for once, not at every message', async () => {
    const digests = await fresh('without', undefined);
    assert.deepEqual(digests(29), { digests: [null], looks: 1 });
    assert.deepEqual(digests(60), { digests: [null], looks: 0 });
  });
});

describe('a hash that is none', needs.node('another node:crypto is put in the place of its own'), () => {
  type Hash = (algorithm: string, data: Uint8Array, encoding: string) => unknown;
  let real: Hash;
  before(() => {
    real = process.getBuiltinModule('node:crypto').hash as Hash;
  });
  after(() => {
    useNativeHash();
  });

  const wrong: Readonly<Record<string, Hash>> = {
    throws: () => {
      throw new Error('digital envelope routines::unsupported');
    },
    'gives nothing': () => undefined,
    'gives empty text': () => '',
    'gives bytes': (_algorithm, data) => new Uint8Array(Buffer.from(real('sha256', data, 'hex') as string, 'hex')),
    'ignores the encoding': (_algorithm, data) => real('sha256', data, 'hex'),
    'is another hash of that size': (_algorithm, data) => real('sha512-256', data, 'latin1'),
    'is right for no bytes only': (_algorithm, data) => real('sha256', data.subarray(0, 0), 'latin1'),
    'hashes the memory and not the view on it': (_algorithm, data) =>
      real('sha256', new Uint8Array(data.buffer), 'latin1'),
    'takes a view for one that begins at 0': (_algorithm, data) =>
      real('sha256', new Uint8Array(data.buffer, 0, data.length), 'latin1'),
    'hashes text made of the bytes': (_algorithm, data) =>
      real('sha256', new TextEncoder().encode(Buffer.from(data).toString('latin1')), 'latin1'),
    'has one bit wrong': (_algorithm, data) => {
      const digest = real('sha256', data, 'latin1') as string;
      return digest.slice(0, -1) + String.fromCharCode(digest.charCodeAt(31) ^ 1);
    },
  };
  for (const [name, hash] of Object.entries(wrong)) {
    it(`S5: is not used: ${name}`, () => {
      withCrypto({ hash }, () => {
        assert.equal(useNativeHash(), false);
        agrees();
      });
    });
  }

  it('S5: is not used where there is no node:crypto, or one without hash', () => {
    for (const crypto of [undefined, {}, { hash: undefined }]) {
      withCrypto(crypto, () => {
        assert.equal(useNativeHash(), false);
        agrees();
      });
    }
  });

  const later: Readonly<Record<string, () => unknown>> = {
    throws: () => {
      throw new Error('no more');
    },
    'gives nothing': () => undefined,
    'gives empty text': () => '',
    'gives half of it': () => 'x'.repeat(16),
    'gives bytes': () => new Uint8Array(32),
  };
  for (const [name, breaks] of Object.entries(later)) {
    it(`S5: is left once it ${name}: no MAC of nothing, which would be the same for all messages`, () => {
      let isBroken = false;
      const hash: Hash = (...args) => (isBroken ? breaks() : real(...args));
      withCrypto({ hash }, () => {
        assert.equal(useNativeHash(), true);
        agrees();
        isBroken = true;
        agrees();
        isBroken = false;
        agrees();
      });
    });
  }
});
