// Every recorded token: what PyJWT, jose and others made of it is what we make of it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Session } from '../../dist/session/index.js';
import { macOf } from '../crypto/support.js';
import { fromHex, toBase64url } from '../support/bytes.js';
import { cookieOf, nextVisit, visit } from '../support/fake-host.js';
import { readTestJson } from '../support/needs.js';

interface TokenVector {
  readonly name: string;
  readonly group: string;
  readonly secret: string | null;
  readonly secret_hex: string;
  readonly payload: Record<string, unknown> | null;
  readonly token: string;
  readonly producer: string;
  readonly expect: 'ok' | 'reject';
  readonly why: string;
}

interface ClaimVector {
  readonly name: string;
  readonly claim: 'exp' | 'nbf' | 'iat';
  readonly value: unknown;
  readonly now: number;
  readonly secret: string;
  readonly token: string;
  readonly expect: 'ok' | 'reject' | 'either';
}

interface JwsVector {
  readonly name: string;
  readonly key_hex: string;
  readonly token: string;
  readonly payload_utf8: string | null;
  readonly signature_valid: boolean;
  readonly expect_as_session: 'ok' | 'reject';
}

const tokens = readTestJson<readonly TokenVector[]>('vectors/session-tokens.json');
const claimTimes = readTestJson<readonly ClaimVector[]>('vectors/claim-times.json');
const { jws } = readTestJson<{ readonly jws: readonly JwsVector[] }>('vectors/standards.json');

/** Secrets that are refused when they are set; as an argument of decode they read nothing (S19). */
const ASYMMETRIC = new Set(['alg/rs256-genuine-pem-secret', 'key/pem-secret', 'key/ssh-secret']);

/** Python reads lone surrogates from escapes; JSON text in UTF-8 cannot hold them, so nothing here writes them (S15). */
const UNWRITABLE = new Set(['valid/lone-high', 'valid/lone-low', 'valid/reversed-pair']);

const session = new Session();
const groups = [...new Set(tokens.map(({ group }) => group))];

describe('session-tokens.json', () => {
  it('has 867 entries', () => {
    assert.equal(tokens.length, 867);
  });

  for (const group of groups) {
    it(`S4, S5, S10, S20: group ${group}, with the secret as an argument`, () => {
      for (const { name, secret_hex, payload, token, expect, why } of tokens.filter((v) => v.group === group)) {
        const secret = fromHex(secret_hex);
        const verdict = session.verify(token, secret);
        assert.equal(verdict.ok, expect === 'ok', `${name}: ${why}`);
        assert.deepEqual(session.decode(token, secret), expect === 'ok' ? payload : {}, name);
      }
    });

    it(`S4, S5, S10, S20: group ${group}, with the session's own secret and as a cookie`, () => {
      for (const { name, secret, secret_hex, payload, token, expect } of tokens.filter((v) => v.group === group)) {
        if (ASYMMETRIC.has(name)) continue;
        const secretKey = secret ?? fromHex(secret_hex);
        const own = new Session({ secretKey, allowWeakSecret: true, maxCookieBytes: 1 << 20 });
        assert.deepEqual(own.decode(token), expect === 'ok' ? payload : {}, name);
        // As a cookie a token ends at the first semicolon, and spaces around it are no part of it.
        if (expect === 'reject' && /[; \t]/.test(token)) continue;
        const { save: _save, delete: _delete, ...visible } = (expect === 'ok' && payload) || {};
        assert.deepEqual(nextVisit(own, [`session=${token}`]), visible, name);
      }
    });
  }

  it('S5: what PyJWT wrote compactly comes out byte for byte', () => {
    let same = 0;
    for (const { name, payload, secret_hex, token, expect } of tokens) {
      if (expect !== 'ok' || payload === null || UNWRITABLE.has(name)) continue;
      if (session.encode(payload, fromHex(secret_hex)) === token) same++;
    }
    // The 109 of the vectors' README, less those with lone surrogates.
    assert.equal(same, 109 - UNWRITABLE.size);
  });

  it('S5, S15: every payload that was accepted is written so that it is read equal', () => {
    for (const { name, payload, secret_hex, expect, group } of tokens) {
      if (expect !== 'ok' || payload === null || group === 'claims') continue;
      const secret = fromHex(secret_hex);
      if (UNWRITABLE.has(name)) {
        assert.throws(() => session.encode(payload, secret), { code: 'ERR_SESSION_BAD_PAYLOAD' });
        continue;
      }
      // JSON text of the same data: -0 is 0 (S15), and key order counts.
      const read = session.decode(session.encode(payload, secret), secret);
      assert.equal(JSON.stringify(read), JSON.stringify(payload), name);
    }
  });

  it('S19: a PEM or SSH secret reads nothing and signs nothing', () => {
    const vectors = tokens.filter(({ name }) => ASYMMETRIC.has(name));
    assert.equal(vectors.length, 3);
    for (const { secret_hex, secret, token } of vectors) {
      const expected: unknown = { ok: false, reason: 'unknown-key' };
      assert.deepEqual(session.verify(token, fromHex(secret_hex)), expected);
      assert.deepEqual(session.verify(token, secret), expected);
      assert.throws(() => session.encode({}, secret), { code: 'ERR_SESSION_BAD_SECRET' });
      assert.throws(() => new Session({ secretKey: fromHex(secret_hex) }), { code: 'ERR_SESSION_BAD_SECRET' });
    }
  });
});

describe('claim-times.json', () => {
  /** The comparison without PyJWT's rounding: exp is reached at its very moment, the others are in the future before. */
  const isReadable = ({ claim, value, now }: ClaimVector): boolean => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return false;
    return claim === 'exp' ? now < value : now >= value;
  };

  it('S10: every entry, by the clock of the entry; fractions compare exactly', () => {
    assert.equal(claimTimes.length, 240);
    for (const vector of claimTimes) {
      const { name, now, secret, token, expect } = vector;
      const dated = new Session({ secretKey: secret, allowWeakSecret: true, now: () => now });
      const { ok } = dated.verify(token);
      assert.equal(ok, expect === 'either' ? isReadable(vector) : expect === 'ok', name);
      if (expect !== 'either' && typeof vector.value === 'number') assert.equal(ok, isReadable(vector), name);
      assert.equal(Object.keys(dated.decode(token)).length > 0, ok, name);
      visit(dated, cookieOf(token), (dict) => {
        assert.equal(Object.keys(dict).length > 0, ok, name);
      });
    }
  });

  it('S10: some entries are of the kind where only rounding decides', () => {
    assert.ok(claimTimes.filter(({ expect }) => expect === 'either').length > 10);
  });
});

describe('standards.json: JWS', () => {
  /** The signing input, with a detached or unencoded payload put back (RFC 7515 appendix F, RFC 7797 section 5). */
  const signingInput = ({ token, payload_utf8 }: JwsVector): string => {
    const [header = '', payload = ''] = token.split('.');
    if (payload !== '') return `${header}.${payload}`;
    // RFC 7797, section 4.2 signs the payload of its section 4 as it is.
    return `${header}.${payload_utf8 === null ? '$.02' : toBase64url(payload_utf8)}`;
  };

  for (const vector of jws) {
    it(`S20: ${vector.name}: signature ${vector.signature_valid}, session ${vector.expect_as_session}`, () => {
      const key = fromHex(vector.key_hex);
      const mac = toBase64url(macOf(key, Buffer.from(signingInput(vector))));
      assert.equal(mac === vector.token.split('.')[2], vector.signature_valid);
      assert.equal(session.verify(vector.token, key).ok, vector.expect_as_session === 'ok');
    });
  }
});
