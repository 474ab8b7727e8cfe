// From the user's secret to a key: which types and texts count, and what is copied.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createHmacKey } from '../../dist/crypto/hmac.js';
import { copySecrets, MIN_SECRET_BYTES, type PreparedKey, prepareKeys } from '../../dist/crypto/keys.js';
import { ValueError } from '../../dist/errors.js';
import { throwsCode } from '../support/errors.js';

const prepareKey = (secret: unknown): PreparedKey | null => prepareKeys(secret)?.[0] ?? null;
const hmacOf = (secret: unknown): unknown => prepareKey(secret)?.hmac;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('prepareKey', () => {
  it('S1: nothing and the empty secret are no secret', () => {
    for (const secret of [undefined, null, '', new Uint8Array(0), Buffer.alloc(0)]) {
      assert.equal(prepareKey(secret), null);
    }
  });

  it('S5: a text is its UTF-8 bytes, astral characters and a byte order mark included', () => {
    for (const secret of ['a', 'naïve café', 'ключ', '鍵', '🔑🗝', '\ufeffkey', 'nul\0nul', '\u{10ffff}']) {
      assert.deepEqual(hmacOf(secret), createHmacKey(utf8(secret)));
      assert.deepEqual(hmacOf(utf8(secret)), hmacOf(secret));
    }
  });

  it('S5: any Uint8Array will do, a Buffer or a part of a larger one', () => {
    const bytes = utf8('0123456789abcdef0123456789abcdef');
    assert.deepEqual(hmacOf(Buffer.from(bytes)), createHmacKey(bytes));
    assert.deepEqual(hmacOf(bytes.subarray(8, 24)), createHmacKey(bytes.slice(8, 24)));
  });

  it('S5: every byte counts, also beyond the block', () => {
    const long = 'x'.repeat(100);
    assert.notDeepEqual(hmacOf(long), hmacOf(`${long}y`));
    assert.notDeepEqual(hmacOf('secret'), hmacOf('Secret'));
    assert.notDeepEqual(hmacOf('secret'), hmacOf('secret '));
    assert.notDeepEqual(hmacOf('secret'), hmacOf('secret\n'));
  });

  it('S19: under 32 bytes is weak, and bytes are counted, not characters', () => {
    assert.equal(MIN_SECRET_BYTES, 32);
    const weak = (secret: unknown): boolean | undefined => prepareKey(secret)?.weak;
    assert.equal(weak('x'.repeat(31)), true);
    assert.equal(weak('x'.repeat(32)), false);
    assert.equal(weak(new Uint8Array(31)), true);
    assert.equal(weak(new Uint8Array(32)), false);
    assert.equal(weak('é'.repeat(15)), true);
    assert.equal(weak('é'.repeat(16)), false);
  });

  it('S19: the texts of PEM and SSH keys are asymmetric, as text and as bytes, wherever they stand', () => {
    for (const text of [
      '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n',
      '-----BEGIN RSA PRIVATE KEY-----\nMIIB',
      '-----BEGIN EC PRIVATE KEY-----',
      '-----BEGIN CERTIFICATE-----',
      '-----BEGIN OPENSSH PRIVATE KEY-----',
      '---- BEGIN SSH2 PUBLIC KEY ----',
      ' \n-----BEGIN PUBLIC KEY-----\n',
      'ssh-rsa AAAAB3NzaC1yc2E',
      'ssh-ed25519 AAAAC3NzaC1',
      'ssh-dss AAAA',
      'ecdsa-sha2-nistp256 AAAA',
      'ecdsa-sha2-nistp384 AAAA',
      'ecdsa-sha2-nistp521 AAAA',
      'ssh-rsa-cert-v01@openssh.com AAAA',
      'rsa-sha2-512-cert-v01@openssh.com AAAA',
      'rsa-sha2-256-cert-v01@openssh.com\tAAAA comment',
      '# a comment\nssh-rsa AAAA',
    ]) {
      assert.equal(prepareKey(text)?.asymmetric, true, text);
      assert.equal(prepareKey(utf8(text))?.asymmetric, true, text);
    }
  });

  it('S19: a secret that merely resembles one is a secret', () => {
    for (const text of [
      'BEGIN PUBLIC KEY',
      '--BEGIN x--',
      'ssh',
      'my ssh key',
      'ecdsa-sha2-nistp1',
      '-----BEGIN',
      // PyJWT looks for the type of a certificate in the first word only.
      'my rsa-sha2-512-cert-v01@openssh.com key',
      'rsa-sha2-512-cert-v01@openssh.community',
    ]) {
      assert.equal(prepareKey(text)?.asymmetric, false, text);
    }
  });

  it('S19: another type is ERR_SESSION_BAD_SECRET, and the message does not show it', () => {
    for (const secret of [
      0,
      1,
      12345678901n,
      true,
      false,
      Symbol('hunter2'),
      {},
      [],
      [5],
      ['hunter2', ''],
      () => 'hunter2',
      new ArrayBuffer(8),
      new DataView(new ArrayBuffer(8)),
      new Uint16Array(8),
      new String('hunter2'),
      { id: 'a', secret: 'hunter2' },
    ]) {
      assert.throws(
        () => prepareKey(secret),
        (error) =>
          error instanceof ValueError && error.code === 'ERR_SESSION_BAD_SECRET' && !error.message.includes('hunter2'),
      );
    }
  });

  it('S19: a lone surrogate has no bytes: ERR_SESSION_BAD_SECRET', () => {
    for (const secret of ['\ud800', 'hunter2\udc00', '\udc00\ud800', `${'x'.repeat(40)}\udbff`]) {
      assert.throws(
        () => prepareKey(secret),
        (error) =>
          error instanceof ValueError && error.code === 'ERR_SESSION_BAD_SECRET' && !error.message.includes('hunter2'),
      );
    }
  });

  it('S1: what is prepared does not change with the bytes it came from', () => {
    const bytes = utf8('0123456789abcdef0123456789abcdef');
    const key = prepareKey(bytes);
    const before = createHmacKey(bytes);
    bytes.fill(0);
    assert.deepEqual(key?.hmac, before);
    assert.ok(Object.isFrozen(key));
  });
});

describe('prepareKeys of a list', () => {
  const entry = (id: unknown, secret: unknown): object => ({ id, secret });

  it('secretKey: a list keeps its order, with the ids it has; a key may be derived', () => {
    const ids = ['x'.repeat(64), ' ~', null];
    const secrets = ['a', utf8('b'), 'c'];
    const list = [entry(ids[0], secrets[0]), entry(ids[1], secrets[1]), { secret: secrets[2] }];
    const keys = prepareKeys(list);
    assert.deepEqual(
      keys?.map(({ id }) => id),
      ids,
    );
    assert.deepEqual(
      keys?.map(({ hmac }) => hmac),
      secrets.map(hmacOf),
    );
    const derived = prepareKeys(['a'], (bytes) => Uint8Array.of(...bytes, 1));
    assert.deepEqual(
      derived?.map(({ hmac }) => hmac),
      [hmacOf('a\u0001')],
    );
    // These two share the fifth word of their inner state, which is not enough to be one key.
    assert.equal(prepareKeys(['key 4223', 'key 28714'])?.length, 2);
    assert.equal(prepareKeys(Array.from({ length: 16 }, (_, i) => `key ${i}`))?.length, 16);
  });

  it('secretKey: a list that is a mistake is ERR_SESSION_BAD_SECRET', () => {
    const ids = ['', 'x'.repeat(65), 'é', 'éa', 'a\n', '\x7f', 5, null, {}];
    for (const list of [
      ...ids.map((id) => [entry(id, 'hunter2')]),
      [{ ...entry('a', 'hunter2'), kid: 'b' }],
      Array.from({ length: 17 }, (_, i) => `hunter2 ${i}`),
      ['hunter2', null],
      ['hunter2', utf8('hunter2')],
      ['hunter2', 'other', 'hunter2'],
      [entry('a', 'hunter2'), 'other', entry('a', 'third')],
    ]) {
      throwsCode(() => prepareKeys(list), 'ERR_SESSION_BAD_SECRET', ['hunter2']);
    }
  });
});

describe('copySecrets', () => {
  it('S1: text stays, bytes and lists become ones that nobody else has', () => {
    assert.equal(copySecrets('text'), 'text');
    const bytes = Buffer.from('bytes');
    const given = ['text', bytes, { id: 'a', secret: bytes }];
    const copy = copySecrets(given);
    assert.deepEqual(copySecrets(bytes), utf8('bytes'));
    bytes.fill(0);
    assert.deepEqual(copy, ['text', utf8('bytes'), { id: 'a', secret: utf8('bytes') }]);
    assert.ok(Array.isArray(copy) && Object.isFrozen(copy) && Object.isFrozen(copy[2]));
  });
});
