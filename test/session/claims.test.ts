// Registered claims in a session: obeyed on read, judged on save, left alone by encode.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Session } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf, nextVisit, visit } from '../support/fake-host.js';

const NOW = 1_800_000_000;
const session = new Session({ secretKey: SECRET, now: () => NOW });

const READABLE: readonly object[] = [
  { exp: NOW + 1 },
  { exp: NOW + 0.5, nbf: NOW, iat: NOW - 1 },
  { nbf: 0 },
  { iat: -5 },
  { aud: null },
  { aud: false },
  { aud: 0 },
  { aud: '' },
  { aud: [] },
  { aud: {} },
  { sub: 5, jti: {}, iss: [] },
  { sub: null, jti: null, iss: null },
];

const UNREADABLE: readonly (readonly [payload: object, reason: string])[] = [
  [{ exp: null }, 'malformed'],
  [{ exp: '1900000000' }, 'malformed'],
  [{ nbf: 'x' }, 'malformed'],
  [{ iat: true }, 'malformed'],
  [{ iat: [] }, 'malformed'],
  [{ nbf: NOW + 1 }, 'not-yet-valid'],
  [{ iat: NOW + 0.25 }, 'not-yet-valid'],
  [{ aud: 'x' }, 'wrong-audience'],
  [{ aud: ['x'] }, 'wrong-audience'],
  [{ aud: { x: 1 } }, 'wrong-audience'],
  [{ aud: true }, 'wrong-audience'],
];

describe('claims', () => {
  it('S10: a readable claim is data like any other, through save and the next request', () => {
    for (const payload of READABLE) {
      const lines = visit(session, null, (dict) => {
        Object.assign(dict, { user: 'ada' }, payload);
        dict.save();
      });
      assert.deepEqual(nextVisit(session, lines), { user: 'ada', ...payload });
    }
  });

  it('S10: an unreadable one is an empty dict, and the verdict says why', () => {
    for (const [payload, reason] of UNREADABLE) {
      const token = session.encode({ user: 'ada', ...payload });
      assert.deepEqual(session.verify(token), { ok: false, reason });
      assert.deepEqual(session.decode(token), {});
      visit(session, cookieOf(token), (dict) => {
        assert.deepEqual(Object.keys(dict), []);
      });
    }
  });

  it('S10: save throws ERR_SESSION_UNREADABLE where the next request could not read, and nothing is sent', () => {
    for (const [payload] of UNREADABLE) {
      const lines = visit(session, null, (dict) => {
        Object.assign(dict, { user: 'ada-lovelace' }, payload);
        throwsCode(() => dict.save(), 'ERR_SESSION_UNREADABLE', [SECRET, 'ada-lovelace']);
      });
      assert.deepEqual(lines, []);
    }
  });

  it('S10: an exp in the past may be saved: the next request finds nothing', () => {
    for (const exp of [NOW, NOW - 1, 0, -1]) {
      const lines = visit(session, null, (dict) => {
        Object.assign(dict, { user: 'ada', exp });
        dict.save();
      });
      assert.equal(lines.length, 1);
      assert.deepEqual(nextVisit(session, lines), {});
    }
  });

  it('S10: an exp in the past does not hide another fault from save', () => {
    for (const [payload] of UNREADABLE.filter(([p]) => !('exp' in p))) {
      visit(session, null, (dict) => {
        Object.assign(dict, payload, { exp: NOW - 5 });
        throwsCode(() => dict.save(), 'ERR_SESSION_UNREADABLE');
      });
    }
  });

  it('S10: a failed save leaves an earlier one standing', () => {
    const lines = visit(session, null, (dict) => {
      dict.user = 'ada';
      dict.save();
      dict.aud = 'x';
      throwsCode(() => dict.save(), 'ERR_SESSION_UNREADABLE');
    });
    assert.deepEqual(nextVisit(session, lines), { user: 'ada' });
  });

  it('S10: encode judges no claims', () => {
    for (const [payload] of UNREADABLE) assert.equal(session.encode(payload).split('.').length, 3);
  });

  it('S10: the verdict tells iat and exp', () => {
    const token = session.encode({ iat: NOW - 60, exp: NOW + 60.5 });
    assert.deepEqual(session.verify(token), {
      ok: true,
      payload: { iat: NOW - 60, exp: NOW + 60.5 },
      header: { alg: 'HS256', typ: 'JWT' },
      keyIndex: 0,
      issuedAt: NOW - 60,
      expiresAt: NOW + 60.5,
    });
    const plain = session.verify(session.encode({ n: 1 }));
    assert.ok(plain.ok);
    assert.deepEqual([plain.issuedAt, plain.expiresAt], [null, null]);
  });

  it('S10: time passes: the same token is read before exp and not from exp on', () => {
    let now = NOW;
    const dated = new Session({ secretKey: SECRET, now: () => now });
    const token = dated.encode({ user: 'ada', exp: NOW + 10 });
    assert.deepEqual(dated.decode(token), { user: 'ada', exp: NOW + 10 });
    now = NOW + 9.999;
    assert.equal(dated.verify(token).ok, true);
    now = NOW + 10;
    assert.deepEqual(dated.verify(token), { ok: false, reason: 'expired' });
  });

  it('S10: without `now` the clock is the system\u2019s, in seconds', () => {
    const real = new Session({ secretKey: SECRET });
    const seconds = Date.now() / 1000;
    assert.equal(real.verify(real.encode({ exp: seconds + 3600 })).ok, true);
    assert.deepEqual(real.verify(real.encode({ exp: seconds - 3600 })), { ok: false, reason: 'expired' });
    assert.deepEqual(real.verify(real.encode({ nbf: seconds + 3600 })), { ok: false, reason: 'not-yet-valid' });
  });
});
