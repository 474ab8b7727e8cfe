// Revocable sessions: the id and the moment in their tokens, kept for life and out of the dict.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Session } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf, FakeHost, tokenOf, visit } from '../support/fake-host.js';
import { claimsOf, save, T, Timed } from './timed.js';

const token = (payload: object): string => forge({ alg: 'HS256', typ: 'JWT' }, payload);

describe('a revocable session', () => {
  it('carries jti, 128 random bits, and auth_time in milliseconds, behind what is there without', () => {
    const plain = new Timed({ idleTimeout: 100, audience: 'shop' });
    const timed = new Timed({ idleTimeout: 100, audience: 'shop', revocable: true });
    const claims = claimsOf(timed.save(1.2345));
    assert.deepEqual(Object.keys(claims), ['n', 'iat', 'exp', 'aud', 'jti', 'auth_time']);
    const { jti, auth_time: authTime, ...others } = claims;
    assert.deepEqual(others, claimsOf(plain.save(1.2345)));
    assert.equal(authTime, T * 1000 + 1234);
    assert.match(String(jti), /^[\w-]{21}[AQgw]$/);
    assert.notEqual(claimsOf(timed.save(1.2345)).jti, jti);
    assert.deepEqual(Object.keys(claimsOf(new Timed({ revocable: true }).save(0, {}))), ['jti', 'auth_time']);
  });

  it('S5: without the option a token has not one byte more', () => {
    const session = new Session({ secretKey: SECRET });
    assert.deepEqual(claimsOf(session.encode({ jti: 5, auth_time: 'x' })), { jti: 5, auth_time: 'x' });
    assert.equal(session.encode({ n: 1 }), token({ n: 1 }));
  });

  it('S5: an identity is told by the verdict, and kept out of the dict and the payload', () => {
    const timed = new Timed({ revocable: true });
    const made = timed.save(0);
    const { jti, auth_time: authTime } = claimsOf(made);
    assert.deepEqual(timed.request(1, made).data, { n: 1 });
    assert.deepEqual(timed.session.verify(made), {
      ok: true,
      payload: { n: 1 },
      header: { alg: 'HS256', typ: 'JWT' },
      keyIndex: 0,
      issuedAt: null,
      expiresAt: null,
      identity: { id: jti, authTime },
    });
    // As PyJWT reads it, and any session that is not revocable: plain data.
    assert.deepEqual(new Session({ secretKey: SECRET }).decode(made), { n: 1, jti, auth_time: authTime });
  });

  it('S7: is kept over saves, update, renewals and re-signing', () => {
    const timed = new Timed({ idleTimeout: 100, revocable: true });
    const first = timed.save(0);
    const identityOf = (text: string | null): unknown => {
      const { jti, auth_time: authTime } = claimsOf(text);
      return { jti, authTime };
    };
    const second = timed.request(10, first, save).token;
    assert.deepEqual(identityOf(second), identityOf(first));
    const renewed = timed.request(80, second).token;
    assert.deepEqual(identityOf(renewed), identityOf(first));
    assert.equal(claimsOf(renewed).exp, T + 180);

    const host = new FakeHost();
    const newer = new Session(host, {
      secretKey: ['a newer secret of thirty-two bytes', SECRET],
      resign: true,
      revocable: true,
      idleTimeout: 100,
      now: () => T + 11,
    });
    const resigned = tokenOf(visit(newer, cookieOf(second ?? ''), () => {})[0]);
    assert.notEqual(resigned, '');
    assert.deepEqual(identityOf(resigned), identityOf(first));

    const undated = new Session(host, { secretKey: SECRET, revocable: true });
    const request = host.request(cookieOf(undated.encode({ n: 1 })));
    const before = undated.verdict(request);
    undated.update(request, { n: 2 });
    const after = undated.verify(tokenOf(host.answer(request)[0]));
    assert.deepEqual(after.ok && after.identity, before.ok && before.identity);
  });

  it('S12: begins anew after a delete', () => {
    const timed = new Timed({ revocable: true });
    const first = timed.save(0);
    const second = timed.request(5, first, (dict) => {
      dict.delete();
      dict.user = 'ada';
      dict.save();
    }).token;
    assert.notEqual(claimsOf(second).jti, claimsOf(first).jti);
    assert.equal(claimsOf(second).auth_time, (T + 5) * 1000);
  });

  it('gives one to a token that had none, as old as can be', () => {
    const timed = new Timed({ revocable: true });
    for (const payload of [
      { n: 1 },
      { n: 1, jti: 'x' },
      { n: 1, jti: 5, auth_time: 5 },
      { n: 1, jti: '', auth_time: 5 },
      { n: 1, jti: 'x', auth_time: 1.5 },
      { n: 1, jti: 'x', auth_time: '5' },
    ]) {
      const verdict = timed.session.verify(token(payload));
      assert.equal(verdict.ok && verdict.identity, undefined);
      const saved = claimsOf(timed.request(9, token(payload), save).token);
      assert.match(String(saved.jti), /^[\w-]{22}$/);
      assert.equal(saved.auth_time, 0);
      assert.deepEqual(Object.keys(saved), ['n', 'jti', 'auth_time']);
    }
    const dated = new Timed({ revocable: true, idleTimeout: 100 });
    const saved = claimsOf(dated.request(9, token({ n: 1, iat: T, exp: T + 50 }), save).token);
    assert.equal(saved.auth_time, T * 1000);
  });

  it('keeps one that somebody else gave', () => {
    const timed = new Timed({ revocable: true });
    const saved = timed.request(9, token({ n: 1, jti: 'a "name" \u{1f511}', auth_time: -1 }), save).token;
    assert.deepEqual(claimsOf(saved), { n: 1, jti: 'a "name" \u{1f511}', auth_time: -1 });
  });

  it('has jti and auth_time as reserved claims', () => {
    const { session } = new Timed({ revocable: true });
    for (const data of [{ jti: 'x' }, { auth_time: 1 }]) {
      throwsCode(() => session.encode(data), 'ERR_SESSION_RESERVED_CLAIM');
      visit(session, null, (dict) => {
        Object.assign(dict, data);
        throwsCode(() => dict.save(), 'ERR_SESSION_RESERVED_CLAIM');
      });
    }
  });

  it('a clock that gives no time is ERR_SESSION_BAD_OPTION', () => {
    const session = new Session({ secretKey: SECRET, revocable: true, now: () => Number.NaN });
    throwsCode(() => session.encode({ n: 1 }), 'ERR_SESSION_BAD_OPTION');
  });
});
