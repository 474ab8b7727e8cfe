// Live, both ways, with npm jose: encrypted sessions, given the key as docs/encryption.md derives it.
import assert from 'node:assert/strict';
import { hkdfSync } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { jwe } from '../../dist/encrypt/index.js';
import { Session } from '../../dist/session/index.js';
import { importTool, needs } from '../support/needs.js';
import { asJson, generated, type Payload, SAMPLES, SECRET, tampered } from './payloads.js';

/** As much of jose as is used here. */
interface Jose {
  compactDecrypt(token: string, key: Uint8Array, options: object): Promise<{ readonly plaintext: Uint8Array }>;
  jwtDecrypt(token: string, key: Uint8Array, options: object): Promise<{ readonly payload: Payload }>;
  CompactEncrypt: new (plaintext: Uint8Array) => Encrypter;
}
interface Encrypter {
  setProtectedHeader(header: object): Encrypter;
  encrypt(key: Uint8Array): Promise<string>;
}

const HEADER = { alg: 'dir', enc: 'A256GCM', typ: 'JWT' };
const ALGORITHMS = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] };

describe('interop of encryption with jose', needs.tool('jose'), () => {
  const session = new Session({ secretKey: SECRET, encrypt: jwe() });
  const key = new Uint8Array(hkdfSync('sha256', SECRET, '', 'microdot/session/v1/encrypt\0session', 32));
  const payloads = [...SAMPLES, ...generated()];
  let jose: Jose;
  before(async () => {
    jose = await importTool<Jose>('jose');
  });

  const decrypt = async (token: string): Promise<unknown> =>
    JSON.parse(new TextDecoder().decode((await jose.compactDecrypt(token, key, ALGORITHMS)).plaintext));
  const encrypt = (payload: Payload, header: object = HEADER): Promise<string> =>
    new jose.CompactEncrypt(new TextEncoder().encode(JSON.stringify(payload))).setProtectedHeader(header).encrypt(key);

  it('encrypt: jose reads every token written here', async () => {
    for (const payload of payloads) assert.deepEqual(await decrypt(session.encode(payload)), asJson(payload));
  });

  it('encrypt: every token jose writes is read here', async () => {
    for (const payload of payloads) {
      assert.deepEqual(asJson(session.decode(await encrypt(payload))), asJson(payload));
    }
  });

  it('encrypt: a token is a JWT to jose, whose dates and audience count', async () => {
    const shop = new Session({ secretKey: SECRET, encrypt: jwe(), idleTimeout: 600, audience: 'shop' });
    const token = shop.encode({ user: 'ada' });
    const { payload } = await jose.jwtDecrypt(token, key, { ...ALGORITHMS, audience: 'shop' });
    assert.equal(payload.user, 'ada');
    assert.equal(Number(payload.exp) - Number(payload.iat), 600);
    await assert.rejects(jose.jwtDecrypt(token, key, { ...ALGORITHMS, audience: 'blog' }), {
      code: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
    });
  });

  it('encrypt: a key id passes both ways', async () => {
    const named = new Session({ secretKey: [{ id: '2026-11', secret: SECRET }], encrypt: jwe() });
    assert.deepEqual(await decrypt(named.encode({ n: 1 })), { n: 1 });
    assert.deepEqual(named.decode(await encrypt({ n: 2 }, { ...HEADER, kid: '2026-11' })), { n: 2 });
  });

  it('S4: tampered tokens are refused on both sides', async () => {
    for (const token of SAMPLES.flatMap((payload) => tampered(session.encode(payload)))) {
      await assert.rejects(decrypt(token), { name: /^(JWE|JOSE)/ });
      assert.deepEqual(session.decode(token), {});
    }
  });
});
