// Minted cookies: what the session writes, at every age, and over its end.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hardened, Session, type SessionEvent } from '../../../dist/session/index.js';
import { createClock, expireCookie, mintCookie } from '../../../dist/testing/index.js';
import { SECRET } from '../../jwt/forge.js';
import { payload, SEED } from '../../property/arbitraries.js';
import { claimsOf, T } from '../../session/timed.js';
import { throwsCode } from '../../support/errors.js';
import { FakeHost, visit } from '../../support/fake-host.js';
import { collectWarnings } from '../../support/warnings.js';
import { MIXES } from './sessions.js';

const HOUR = 3600;
const timed = (clock = createClock(T)) => ({
  clock,
  sessions: new Session(new FakeHost(), {
    secretKey: SECRET,
    idleTimeout: HOUR,
    absoluteTimeout: 24 * HOUR,
    now: clock.now,
  }),
});

describe('mintCookie', () => {
  const warnings = collectWarnings('development');

  it('S7: is byte for byte what a save of the app sets', () => {
    const sessions = new Session(new FakeHost(), { secretKey: SECRET, cookieOptions: { sameSite: 'Lax', maxAge: 60 } });
    const data = { user: 'ada', cart: [1, { sku: 'x' }] };
    const lines = visit(sessions, null, (dict) => Object.assign(dict, data).save());
    const { setCookie, header } = mintCookie(sessions, data);
    assert.deepEqual([setCookie], lines);
    assert.equal(setCookie, `${header}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax`);
    assert.equal(header, `session=${sessions.encode(data)}`);
  });

  it('S7: has the attributes, dates and audience of the options, without a session', () => {
    const clock = createClock(T);
    const options = hardened({ secretKey: SECRET, audience: 'shop', now: clock.now });
    const cookie = mintCookie(options, { user: 'ada' });
    assert.equal(cookie.name, '__Host-session');
    assert.equal(cookie.setCookie, `${cookie.header}; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax`);
    assert.deepEqual(claimsOf(cookie.value), { user: 'ada', iat: T, exp: T + HOUR, aud: 'shop' });
    assert.equal(mintCookie({ secretKey: SECRET }, {}).attributes.path, '/');
  });

  it("S7: secure: 'auto' is minted without Secure, which goes over http and https", () => {
    assert.deepEqual(mintCookie({ secretKey: SECRET, cookieOptions: { secure: 'auto' } }, {}).attributes, {
      path: '/',
      httpOnly: true,
    });
  });

  it('goes on from the age it is given: begun then, and in use since', () => {
    const { sessions, clock } = timed();
    const claims = (age: number, idle?: number) =>
      claimsOf(mintCookie(sessions, { n: 1 }, { clock, age, ...(idle !== undefined && { idle }) }).value);
    assert.deepEqual(claims(60), { n: 1, iat: T - 60, exp: T + HOUR });
    assert.deepEqual(claims(10 * HOUR), { n: 1, iat: T - 10 * HOUR, exp: T + HOUR });
    assert.deepEqual(claims(23.5 * HOUR), { n: 1, iat: T - 23.5 * HOUR, exp: T + HOUR / 2 });
    assert.deepEqual(claims(10 * HOUR, 60), { n: 1, iat: T - 10 * HOUR, exp: T - 60 + HOUR });
    assert.deepEqual(claims(0, 60), { n: 1, iat: T - 60, exp: T - 60 + HOUR });
    assert.equal(clock.now(), T);
  });

  it('ends on the way where its age is over its end', () => {
    const { sessions, clock } = timed();
    const old = mintCookie(sessions, { n: 1 }, { clock, age: 25 * HOUR });
    assert.deepEqual(claimsOf(old.value), { n: 1, iat: T - 25 * HOUR, exp: T - HOUR });
    assert.deepEqual(sessions.verify(old.value), { ok: false, reason: 'expired' });
    const idle = mintCookie(sessions, { n: 1 }, { clock, idle: 2 * HOUR });
    assert.deepEqual(sessions.verify(idle.value), { ok: false, reason: 'expired' });
  });

  it('comes as often as the shortest timeouts ask for', () => {
    const clock = createClock(T);
    const options = { secretKey: SECRET, idleTimeout: 1, now: clock.now };
    assert.deepEqual(claimsOf(mintCookie(options, {}, { age: 50 }).value), { iat: T - 50, exp: T + 1 });
    const ten = mintCookie({ ...options, idleTimeout: 10, clockTolerance: 0 }, {}, { age: 55 });
    assert.deepEqual(claimsOf(ten.value), { iat: T - 55, exp: T + 10 });
    // Without a tolerance nobody comes often enough: every save is good for one second, and over at the next.
    const strict = mintCookie({ ...options, clockTolerance: 0 }, {}, { age: 50 });
    assert.deepEqual(claimsOf(strict.value), { iat: T - 50, exp: T - 49 });
  });

  it('needs no clock with options, and has no age to give without timeouts', () => {
    const cookie = mintCookie({ secretKey: SECRET, idleTimeout: HOUR }, {}, { age: 60, idle: 60 });
    const { iat, exp } = claimsOf(cookie.value) as { iat: number; exp: number };
    assert.equal(exp - iat, HOUR);
    assert.ok(iat <= Date.now() / 1000 - 60);
    assert.deepEqual(claimsOf(mintCookie({ secretKey: SECRET }, { n: 1 }, { age: 60 }).value), { n: 1 });
    const own = mintCookie({ secretKey: SECRET }, { iat: 5, exp: 6 }, { age: 60 });
    assert.deepEqual(claimsOf(own.value), { iat: 5, exp: 6 });
  });

  it('a session hears of a save; options tell nobody', () => {
    const heard: SessionEvent['type'][] = [];
    const options = { secretKey: SECRET, onEvent: (event: SessionEvent) => void heard.push(event.type) };
    mintCookie(options, { n: 1 }, { age: 5 });
    assert.deepEqual(heard, []);
    mintCookie(new Session(options), { n: 1 });
    assert.deepEqual(heard, ['save']);
  });

  it('S17, S19: options warn nobody: the session of the app has done so', () => {
    mintCookie({ secretKey: 'weak', cookieOptions: { secure: true } }, { text: 'x'.repeat(2000) });
    assert.deepEqual(warnings.codes(), []);
  });

  it('S15, S16, S17, S1: what save refuses is not minted, and nothing is shown', () => {
    const sessions = new Session({ secretKey: SECRET });
    throwsCode(() => mintCookie(sessions, { when: new Date() }), 'ERR_SESSION_BAD_PAYLOAD', [SECRET]);
    throwsCode(() => mintCookie(sessions, { save: 'hidden-1' }), 'ERR_SESSION_RESERVED_KEY', ['hidden-1']);
    throwsCode(() => mintCookie(sessions, { text: 'x'.repeat(4096) }), 'ERR_SESSION_TOO_LARGE', ['xxx']);
    throwsCode(() => mintCookie({}, {}), 'ERR_SESSION_NO_SECRET');
    throwsCode(() => mintCookie({ secretKey: SECRET, idleTimeout: 5 }, { exp: 5 }), 'ERR_SESSION_RESERVED_CLAIM');
    for (const data of [null, undefined, 'hidden-2']) {
      throwsCode(() => mintCookie(sessions, data as unknown as object), 'ERR_TEST_BAD_ARGUMENT', ['hidden-2']);
    }
  });

  it('is no age for a session on another clock', () => {
    const { sessions, clock } = timed();
    for (const age of [-1, Number.NaN, '5' as unknown as number]) {
      throwsCode(() => mintCookie(sessions, {}, { clock, age }), 'ERR_TEST_BAD_ARGUMENT');
      throwsCode(() => mintCookie(sessions, {}, { clock, idle: age }), 'ERR_TEST_BAD_ARGUMENT');
    }
    throwsCode(() => mintCookie(sessions, {}, { age: 5 }), 'ERR_TEST_BAD_ARGUMENT');
    const other = createClock(T);
    throwsCode(() => mintCookie(sessions, {}, { clock: other, age: 5 }), 'ERR_TEST_BAD_ARGUMENT');
    assert.equal(other.now(), T);
    assert.equal(clock.now(), T);
  });

  for (const [name, options] of Object.entries(MIXES)) {
    it(`the next request reads it: ${name}`, () => {
      const clock = createClock(T);
      const sessions = new Session(new FakeHost(), { ...options, now: clock.now, warnBytes: Number.POSITIVE_INFINITY });
      fc.assert(
        fc.property(payload, fc.nat(3000), (data, age) => {
          const { header } = mintCookie(sessions, data, { clock, age });
          let found = {};
          visit(sessions, header, (dict) => {
            found = { ...dict };
          });
          assert.equal(JSON.stringify(found), JSON.stringify(data));
        }),
        { seed: SEED, numRuns: 30 },
      );
    });
  }
});

describe('expireCookie', () => {
  it('is the same session, just over its end, and no clock has moved', () => {
    const { sessions, clock } = timed();
    const fresh = mintCookie(sessions, { user: 'ada' });
    const expired = expireCookie(sessions, fresh, { clock });
    // The tolerance of a minute is over, to the second.
    assert.deepEqual(claimsOf(expired.value), { user: 'ada', iat: T - HOUR - 60, exp: T - 60 });
    assert.deepEqual(sessions.verify(expired.value), { ok: false, reason: 'expired' });
    assert.equal(clock.now(), T);
    assert.deepEqual(sessions.decode(fresh.value), { user: 'ada' });
    clock.advance(-1);
    assert.deepEqual(sessions.decode(expired.value), { user: 'ada' });
  });

  it('knows ends of every kind', () => {
    const clock = createClock(T + 0.5);
    for (const [options, end] of [
      [{ absoluteTimeout: 100 }, 160],
      [{ idleTimeout: 100, clockTolerance: 0 }, 100],
      [{ idleTimeout: 100, clockTolerance: 86_400 }, 86_500],
      [{ idleTimeout: 500, absoluteTimeout: 100, clockTolerance: 7 }, 107],
      [{ idleTimeout: ({ long }: { long?: boolean }) => (long ? 50 : 5), clockTolerance: 0 }, 50],
    ] as const) {
      const sessions = new Session<{ long: boolean }>({ secretKey: SECRET, now: clock.now, ...options });
      const expired = expireCookie(sessions, mintCookie(sessions, { long: true }), { clock });
      assert.deepEqual(sessions.verify(expired.value), { ok: false, reason: 'expired' });
      clock.advance(-1);
      assert.equal(sessions.verify(expired.value).ok, true, `${end}`);
      clock.advance(1);
      assert.equal(claimsOf(expired.value).iat, T - end);
    }
  });

  it('S10: with options, and encrypted', () => {
    for (const name of ['hardened', 'encrypted, with everything', 'timeouts'] as const) {
      const options = MIXES[name] ?? {};
      const expired = expireCookie(options, mintCookie(options, { user: 'ada' }));
      assert.deepEqual(new Session(options).verify(expired.value), { ok: false, reason: 'expired' }, name);
    }
  });

  it('is an error where there is no end, no clock, or no session', () => {
    const { sessions, clock } = timed();
    const cookie = mintCookie(sessions, { n: 1 });
    throwsCode(() => expireCookie(sessions, cookie), 'ERR_TEST_BAD_ARGUMENT', [cookie.value]);
    throwsCode(() => expireCookie(sessions, cookie, { clock: createClock(T) }), 'ERR_TEST_BAD_ARGUMENT');
    const lasting = new Session({ secretKey: SECRET, now: clock.now });
    throwsCode(() => expireCookie(lasting, mintCookie(lasting, {}), { clock }), 'ERR_TEST_BAD_ARGUMENT');
    const own = mintCookie(lasting, { exp: T + 5 });
    throwsCode(() => expireCookie(lasting, own, { clock }), 'ERR_TEST_BAD_ARGUMENT', [own.value]);
    const foreign = cookie.withValue('hidden-3');
    throwsCode(() => expireCookie(sessions, foreign, { clock }), 'ERR_TEST_BAD_ARGUMENT', ['hidden-3']);
    assert.equal(clock.now(), T);
  });
});
