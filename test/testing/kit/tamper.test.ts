// Every tampering is refused, by sessions of every kind, for the reason that stands in the documents.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Reason, Session } from '../../../dist/session/index.js';
import { mintCookie, TAMPERINGS, type Tampering, tamperCookie } from '../../../dist/testing/index.js';
import { SECRET } from '../../jwt/forge.js';
import { payload, SEED } from '../../property/arbitraries.js';
import { claimsOf } from '../../session/timed.js';
import { throwsCode } from '../../support/errors.js';
import { FakeHost, visit } from '../../support/fake-host.js';
import { MIXES } from './sessions.js';

const REASONS: Readonly<Record<Tampering, Reason>> = {
  'payload-changed': 'bad-signature',
  'signature-changed': 'bad-signature',
  'signature-removed': 'malformed',
  'alg-none': 'malformed',
  'another-key': 'bad-signature',
  'key-id-changed': 'bad-signature',
  truncated: 'malformed',
};

/** Where every key has an id, an id that none has means no key. */
const WITH_IDS = 'a list with ids';

describe('tamperCookie', () => {
  it('has no tampering that is not told', () => {
    assert.deepEqual([...TAMPERINGS].sort(), Object.keys(REASONS).sort());
  });

  for (const [name, options] of Object.entries(MIXES)) {
    for (const how of TAMPERINGS) {
      const reason = name === WITH_IDS && how === 'key-id-changed' ? 'unknown-key' : REASONS[how];
      it(`S4, S20: ${how} is ${reason}: ${name}`, () => {
        const sessions = new Session(new FakeHost(), { ...options, warnBytes: Number.POSITIVE_INFINITY });
        fc.assert(
          fc.property(payload, (data) => {
            const cookie = mintCookie(sessions, data);
            const tampered = tamperCookie(sessions, cookie, how);
            assert.notEqual(tampered.value, cookie.value);
            assert.deepEqual(sessions.verify(tampered.value), { ok: false, reason });
            const lines = visit(sessions, tampered.header, (dict) => assert.deepEqual({ ...dict }, {}));
            assert.deepEqual(lines, []);
          }),
          { seed: SEED, numRuns: 20 },
        );
      });
    }
  }

  it('does what its name says', () => {
    const options = { secretKey: SECRET, cookieOptions: { maxAge: 5 } };
    const cookie = mintCookie(options, { user: 'zoë 🎈' });
    const [header = '', claims, signature = ''] = cookie.value.split('.');
    const tampered = (how: Tampering) => tamperCookie(options, cookie, how).value;
    const changed = tampered('payload-changed').split('.');
    assert.deepEqual(claimsOf(changed.join('.')), { user: 'zoë 🎈', tampered: true });
    assert.deepEqual([changed[0], changed[2]], [header, signature]);
    assert.deepEqual(claimsOf(tamperCookie(options, mintCookie(options, {}), 'payload-changed').value), {
      tampered: true,
    });
    assert.equal(tampered('signature-changed').slice(-42), signature.slice(1));
    assert.equal(tampered('signature-removed'), `${header}.${claims}.`);
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    assert.equal(tampered('alg-none'), `${none}.${claims}.`);
    assert.equal(tampered('another-key').startsWith(`${header}.${claims}.`), true);
    assert.equal(tampered('truncated'), cookie.value.slice(0, -1));
    assert.deepEqual(JSON.parse(Buffer.from(tampered('key-id-changed').split('.')[0] ?? '', 'base64url').toString()), {
      alg: 'HS256',
      typ: 'JWT',
      kid: 'a key that nobody has',
    });
    assert.deepEqual(tamperCookie(options, cookie, 'truncated').attributes, cookie.attributes);
  });

  it('another-key goes under the key id of the app, and alg-none tells what was encrypted', () => {
    const listed = MIXES[WITH_IDS] ?? {};
    const forged = tamperCookie(listed, mintCookie(listed, { n: 1 }), 'another-key').value;
    assert.match(Buffer.from(forged.split('.')[0] ?? '', 'base64url').toString(), /"kid":"2"/);
    const encrypted = MIXES.encrypted ?? {};
    const open = tamperCookie(encrypted, mintCookie(encrypted, { n: 1 }), 'alg-none').value;
    assert.deepEqual(claimsOf(open), { n: 1 });
  });

  it('is an error for a cookie that is refused as it is', () => {
    const bad = mintCookie({ secretKey: SECRET }, {}).withValue('hidden-1');
    for (const how of TAMPERINGS) {
      throwsCode(() => tamperCookie({ secretKey: SECRET }, bad, how), 'ERR_TEST_BAD_ARGUMENT', ['hidden-1', SECRET]);
    }
  });
});
