// Lifetimes at their exact borders, with a clock in hand: idle, absolute, tolerance, what a policy in force overrules.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Session, type SessionOptions } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf, FakeHost, visit } from '../support/fake-host.js';
import { claimsOf, type Options, save, T, Timed } from './timed.js';

const ALG = { alg: 'HS256' };
const wrong = (options: unknown): SessionOptions => options as SessionOptions;

describe('idleTimeout', () => {
  const timed = new Timed({ idleTimeout: 600, clockTolerance: 0 });
  const token = timed.save(0);

  it('is signed as iat and exp in whole seconds, behind the data', () => {
    assert.deepEqual(claimsOf(token), { n: 1, iat: T, exp: T + 600 });
    assert.equal(token, forge({ ...ALG, typ: 'JWT' }, `{"n":1,"iat":${T},"exp":${T + 600}}`));
    assert.deepEqual(claimsOf(timed.save(0.999)), { n: 1, iat: T, exp: T + 600 });
    assert.deepEqual(claimsOf(timed.request(5, null, save).token), { iat: T + 5, exp: T + 605 });
  });

  it('opens the session one second before its end, not at it and not after', () => {
    assert.deepEqual(timed.request(599, token).data, { n: 1 });
    assert.deepEqual(timed.request(599.999, token).data, { n: 1 });
    assert.deepEqual(timed.request(600, token).data, {});
    assert.deepEqual(timed.request(601, token).data, {});
    assert.equal(timed.refuses(600, token), 'expired');
  });

  it('hides iat and exp from the dict, and the verdict tells them', () => {
    timed.at = 10;
    assert.deepEqual(timed.session.verify(token), {
      ok: true,
      payload: { n: 1 },
      header: { alg: 'HS256', typ: 'JWT' },
      keyIndex: 0,
      issuedAt: T,
      expiresAt: T + 600,
    });
    assert.deepEqual(timed.session.decode(token), { n: 1 });
  });

  it('counts from the last save', () => {
    const second = timed.save(500, { n: 2 }, token);
    assert.deepEqual(claimsOf(second), { n: 2, iat: T, exp: T + 1100 });
    assert.equal(timed.accepts(1099, second), true);
    assert.equal(timed.accepts(1100, second), false);
  });

  it('encode writes the claims too', () => {
    timed.at = 7;
    assert.deepEqual(claimsOf(timed.session.encode({})), { iat: T + 7, exp: T + 607 });
  });
});

describe('absoluteTimeout', () => {
  const timed = new Timed({ absoluteTimeout: 3600, clockTolerance: 0 });
  const token = timed.save(0);

  it('opens the session one second before its end, not at it and not after', () => {
    assert.deepEqual(claimsOf(token), { n: 1, iat: T, exp: T + 3600 });
    assert.equal(timed.accepts(3599, token), true);
    assert.equal(timed.refuses(3600, token), 'expired');
    assert.equal(timed.refuses(3601, token), 'expired');
  });

  it('is not moved by saves: iat is that of the first one, for life', () => {
    let current = token;
    for (const at of [1, 1800, 3599]) {
      current = timed.save(at, { at }, current);
      assert.deepEqual(claimsOf(current), { n: 1, at, iat: T, exp: T + 3600 });
    }
    assert.equal(timed.accepts(3600, current), false);
  });

  it('is not moved by session.update() without a get either', () => {
    const host = new FakeHost();
    timed.session.initialize(host);
    timed.at = 1000;
    const request = host.request(cookieOf(token));
    timed.session.update(request, { n: 2 });
    const [line = ''] = host.answer(request);
    assert.deepEqual(claimsOf(line.slice('session='.length)), { n: 2, iat: T, exp: T + 3600 });
  });

  it('begins anew after delete and save, and for a session that was refused', () => {
    const again = timed.request(100, token, (dict) => {
      dict.delete();
      dict.save();
    });
    assert.deepEqual(claimsOf(again.token), { iat: T + 100, exp: T + 3700 });
    assert.deepEqual(claimsOf(timed.save(3600, { n: 2 }, token)), { n: 2, iat: T + 3600, exp: T + 7200 });
  });

  it('is never renewed by a read', () => {
    for (const at of [0, 1800, 3599]) assert.equal(timed.request(at, token).token, null);
  });
});

describe('absoluteTimeout that was made longer', () => {
  it('counts from the next save on: a read renews nothing without an idle time', () => {
    const token = new Timed({ absoluteTimeout: 600, clockTolerance: 0 }).save(0);
    const longer = new Timed({ absoluteTimeout: 1000, clockTolerance: 0 });
    for (const at of [0, 300, 599]) assert.equal(longer.request(at, token).token, null);
    assert.deepEqual(claimsOf(longer.save(599, {}, token)), { n: 1, iat: T, exp: T + 1000 });
  });
});

describe('both timeouts', () => {
  const timed = new Timed({ idleTimeout: 600, absoluteTimeout: 1000, clockTolerance: 0 });

  it('exp is the nearer end', () => {
    const first = timed.save(0);
    assert.deepEqual(claimsOf(first), { n: 1, iat: T, exp: T + 600 });
    const at400 = timed.save(400, {}, first);
    assert.deepEqual(claimsOf(at400), { n: 1, iat: T, exp: T + 1000 });
    const at401 = timed.save(401, {}, first);
    assert.deepEqual(claimsOf(at401), { n: 1, iat: T, exp: T + 1000 });
    assert.deepEqual(claimsOf(timed.save(399, {}, first)), { n: 1, iat: T, exp: T + 999 });
    assert.equal(timed.accepts(999, at401), true);
    assert.equal(timed.refuses(1000, at401), 'expired');
  });
});

describe('the claims of a session', () => {
  it('S16: are hidden from the dict, and no other key is, whatever its name', () => {
    const timed = new Timed({ idleTimeout: 600, absoluteTimeout: 1000, audience: 'shop' });
    const data = { undefined: 1, null: 2, 0: 3, '-1': 4, IAT: 5, nbf: T };
    assert.deepEqual(timed.request(1, timed.save(0, data)).data, data);
  });
});

describe('clockTolerance', () => {
  it('is 60 once a lifetime is set, and 0 without', () => {
    for (const options of [{ idleTimeout: 600 }, { absoluteTimeout: 600 }]) {
      const timed = new Timed(options);
      const token = timed.save(0);
      assert.equal(timed.accepts(659, token), true);
      assert.equal(timed.accepts(660, token), false);
      assert.equal(timed.accepts(661, token), false);
    }
    const plain = new Timed({});
    assert.equal(plain.accepts(0, forge(ALG, { exp: T + 1 })), true);
    assert.equal(plain.accepts(0, forge(ALG, { exp: T })), false);
    assert.equal(plain.accepts(0, forge(ALG, { nbf: T + 1 })), false);
  });

  for (const tolerance of [0, 1, 60, 86_400]) {
    it(`of ${tolerance} moves both ends by as much`, () => {
      const timed = new Timed({ idleTimeout: 600, clockTolerance: tolerance });
      const token = timed.save(0);
      assert.equal(timed.accepts(599 + tolerance, token), true);
      assert.equal(timed.accepts(600 + tolerance, token), false);
      // A server whose clock is behind reads what one ahead of it has written.
      assert.equal(timed.accepts(-tolerance, token), true);
      assert.equal(timed.refuses(-tolerance - 1, token), 'not-yet-valid');
    });
  }

  it('never prolongs what is signed', () => {
    const timed = new Timed({ idleTimeout: 600 });
    assert.equal(claimsOf(timed.save(0)).exp, T + 600);
  });

  it('is whole seconds from 0 to a day', () => {
    for (const clockTolerance of [-1, 0.5, 86_401, Number.NaN, Number.POSITIVE_INFINITY, '60', null, 60n]) {
      throwsCode(() => new Session(wrong({ clockTolerance })), 'ERR_SESSION_BAD_OPTION');
    }
  });
});

describe('a shortened policy', () => {
  it('absoluteTimeout: bites at once, whatever exp was promised', () => {
    const token = new Timed({ absoluteTimeout: 10_000 }).save(0);
    const shortened = new Timed({ absoluteTimeout: 1000, clockTolerance: 0 });
    assert.equal(shortened.accepts(999, token), true);
    assert.equal(shortened.refuses(1000, token), 'expired');
    const tolerant = new Timed({ absoluteTimeout: 1000 });
    assert.equal(tolerant.accepts(1059, token), true);
    assert.equal(tolerant.refuses(1060, token), 'expired');
  });

  it('idleTimeout: an exp further ahead than this policy could have set is refused', () => {
    const token = new Timed({ idleTimeout: 10_000 }).save(0);
    const shortened = new Timed({ idleTimeout: 600, clockTolerance: 0 });
    assert.equal(shortened.refuses(0, token), 'expired');
    assert.equal(shortened.refuses(9399, token), 'expired');
    assert.equal(shortened.accepts(9400, token), true);
    const tolerant = new Timed({ idleTimeout: 600 });
    assert.equal(tolerant.refuses(9339, token), 'expired');
    assert.equal(tolerant.accepts(9340, token), true);
  });

  it('a lengthened one lets the promised end stand', () => {
    const token = new Timed({ idleTimeout: 600, absoluteTimeout: 600 }).save(0);
    const lengthened = new Timed({ idleTimeout: 6000, absoluteTimeout: 6000, clockTolerance: 0 });
    assert.equal(lengthened.accepts(599, token), true);
    assert.equal(lengthened.accepts(600, token), false);
  });
});

describe('timeouts as functions of the data', () => {
  const timed = new Timed({
    idleTimeout: (data) => (data.remember ? 30 * 86_400 : 600),
    absoluteTimeout: (data) => (data.remember ? 90 * 86_400 : 3600),
    clockTolerance: 0,
  });

  it('remember me: each session has the lifetime of its data', () => {
    const short = timed.save(0, { user: 'ada' });
    const long = timed.save(0, { user: 'ada', remember: true });
    assert.equal(claimsOf(short).exp, T + 600);
    assert.equal(claimsOf(long).exp, T + 30 * 86_400);
    assert.equal(timed.refuses(600, short), 'expired');
    assert.equal(timed.accepts(30 * 86_400 - 1, long), true);
    assert.equal(timed.refuses(30 * 86_400, long), 'expired');
  });

  it('they see the data without iat and exp, and those of the moment of the save', () => {
    const seen: object[] = [];
    const spying = new Timed({
      idleTimeout: (data) => {
        seen.push({ ...data });
        return 600;
      },
    });
    const token = spying.save(0, { n: 1 });
    spying.request(1, token);
    assert.ok(seen.length >= 2);
    for (const data of seen) assert.deepEqual(data, { n: 1 });
    const turned = timed.request(10, timed.save(0, { user: 'ada' }), (dict) => {
      dict.remember = true;
      dict.save();
    });
    assert.equal(claimsOf(turned.token).exp, T + 10 + 30 * 86_400);
    assert.equal(turned.attributes, `; Path=/; Max-Age=${30 * 86_400}; HttpOnly`);
  });

  it('what is no whole number of seconds is ERR_SESSION_BAD_OPTION at save(), and nothing is sent', () => {
    for (const seconds of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '600', null, undefined, 2 ** 53]) {
      for (const name of ['idleTimeout', 'absoluteTimeout']) {
        const bad = new Timed({ [name]: () => seconds as number });
        const exchange = bad.request(0, null, (dict) => {
          throwsCode(() => dict.save(), 'ERR_SESSION_BAD_OPTION');
        });
        assert.equal(exchange.token, null);
      }
    }
  });

  it('one that throws at save() is ERR_SESSION_BAD_OPTION, with what it threw as the cause', () => {
    const fault = new TypeError('no user');
    const bad = new Timed({
      idleTimeout: () => {
        throw fault;
      },
    });
    bad.request(0, null, (dict) => {
      assert.equal(throwsCode(() => dict.save(), 'ERR_SESSION_BAD_OPTION').cause, fault);
    });
  });

  it('S4: one that throws or gives nonsense for a token\u2019s data is an expired session, never an exception', () => {
    const token = timed.save(0, { old: 'data' });
    for (const timeout of [
      () => Number.NaN,
      () => -5,
      () => {
        throw new TypeError('x');
      },
      (data: { user?: { role: string } }) => (data.user as { role: string }).role.length,
    ]) {
      for (const name of ['idleTimeout', 'absoluteTimeout']) {
        const bad = new Timed({ [name]: timeout });
        assert.equal(bad.refuses(0, token), 'expired');
        assert.deepEqual(bad.request(0, token), { data: {}, token: null, attributes: '' });
      }
    }
  });
});

describe('timeouts as options', () => {
  it('are whole seconds from 1 on, functions or null', () => {
    for (const name of ['idleTimeout', 'absoluteTimeout']) {
      for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '600', true, {}, 600n, 2 ** 53]) {
        throwsCode(() => new Session(wrong({ [name]: value })), 'ERR_SESSION_BAD_OPTION');
      }
      for (const value of [1, 2 ** 53 - 1, () => 5, null, undefined]) assert.ok(new Session(wrong({ [name]: value })));
    }
    for (const renew of ['never', true, null, 'READ', '']) {
      throwsCode(() => new Session(wrong({ renew })), 'ERR_SESSION_BAD_OPTION');
    }
    for (const acceptUndated of [1, 'true', null]) {
      throwsCode(() => new Session(wrong({ acceptUndated })), 'ERR_SESSION_BAD_OPTION');
    }
  });

  it('S2: null takes one back: nothing is added and dates are data again', () => {
    const session = new Session({ secretKey: SECRET, idleTimeout: 600 });
    session.initialize(new FakeHost(), { idleTimeout: null });
    assert.deepEqual(claimsOf(session.encode({ n: 1 })), { n: 1 });
    const exp = Math.floor(Date.now() / 1000) + 3600;
    assert.deepEqual(session.decode(session.encode({ exp })), { exp });
  });

  it('the longest one is signed and read', () => {
    const timed = new Timed({ idleTimeout: 2 ** 53 - 1 });
    const token = timed.save(0);
    assert.equal(timed.accepts(0, token), true);
    assert.equal(timed.accepts(1e9, token), true);
  });
});

describe('iat and exp as keys of the dict', () => {
  it('S10: are ERR_SESSION_RESERVED_CLAIM with either timeout', () => {
    for (const options of [{ idleTimeout: 600 }, { absoluteTimeout: 600 }]) {
      const timed = new Timed(options);
      for (const claim of ['iat', 'exp']) {
        for (const value of [T, null, 'secret-text']) {
          const exchange = timed.request(0, null, (dict) => {
            dict[claim] = value;
            throwsCode(() => dict.save(), 'ERR_SESSION_RESERVED_CLAIM', [SECRET, 'secret-text']);
          });
          assert.equal(exchange.token, null);
          throwsCode(() => timed.session.encode({ [claim]: value }), 'ERR_SESSION_RESERVED_CLAIM');
        }
      }
    }
  });

  it('S15: one that is undefined is left out, as any other', () => {
    const timed = new Timed({ idleTimeout: 600 });
    assert.deepEqual(claimsOf(timed.save(0, { n: 1, exp: undefined })), { n: 1, iat: T, exp: T + 600 });
  });

  it('S15: what is no payload is still ERR_SESSION_BAD_PAYLOAD', () => {
    const timed = new Timed({ idleTimeout: 600 });
    for (const payload of [null, undefined, 'text', 5, [], new Date()]) {
      throwsCode(() => timed.session.encode(payload as object), 'ERR_SESSION_BAD_PAYLOAD');
    }
  });

  it('S10: nbf and the other claims stay data, and are obeyed', () => {
    const timed = new Timed({ idleTimeout: 600 });
    const data = { nbf: T - 5, sub: 'ada', jti: 1, iss: [] };
    assert.deepEqual(timed.request(1, timed.save(0, data)).data, data);
    timed.request(0, null, (dict) => {
      dict.nbf = T + 3600;
      throwsCode(() => dict.save(), 'ERR_SESSION_UNREADABLE');
    });
  });
});

describe('acceptUndated', () => {
  const undated = forge(ALG, { n: 1 });
  const strict = new Timed({ idleTimeout: 600, clockTolerance: 0 });
  const lenient = new Timed({ idleTimeout: 600, clockTolerance: 0, acceptUndated: true });

  it('false: a token without iat or exp is expired', () => {
    for (const payload of [{ n: 1 }, { n: 1, iat: T }, { n: 1, exp: T + 100 }]) {
      assert.equal(strict.refuses(0, forge(ALG, payload)), 'expired');
    }
  });

  it('true: it is read, and the next read dates it', () => {
    const first = lenient.request(0, undated);
    assert.deepEqual(first.data, { n: 1 });
    assert.deepEqual(claimsOf(first.token), { n: 1, iat: T, exp: T + 600 });
    assert.equal(first.attributes, '; Path=/; Max-Age=600; HttpOnly');
    assert.equal(lenient.request(1, first.token).token, null);
  });

  it('true: an end far away, without a beginning, is no date of ours: it is read, and dated', () => {
    const far = lenient.request(0, forge(ALG, { n: 1, exp: T + 10_000 }));
    assert.deepEqual(far.data, { n: 1 });
    assert.deepEqual(claimsOf(far.token), { n: 1, iat: T, exp: T + 600 });
  });

  it('true: with renew: save a read does not date it, a save does', () => {
    const saving = new Timed({ idleTimeout: 600, acceptUndated: true, renew: 'save' });
    assert.deepEqual(saving.request(0, undated), { data: { n: 1 }, token: null, attributes: '' });
    assert.deepEqual(claimsOf(saving.save(0, {}, undated)), { n: 1, iat: T, exp: T + 600 });
  });

  it('true: a date that is there counts', () => {
    const both = new Timed({ idleTimeout: 600, absoluteTimeout: 3600, clockTolerance: 0, acceptUndated: true });
    const exp = forge(ALG, { n: 1, exp: T + 100 });
    assert.equal(both.accepts(99, exp), true);
    assert.equal(both.refuses(100, exp), 'expired');
    const iat = forge(ALG, { n: 1, iat: T });
    assert.equal(both.accepts(3599, iat), true);
    assert.equal(both.refuses(3600, iat), 'expired');
    assert.deepEqual(claimsOf(both.request(100, iat).token), { n: 1, iat: T, exp: T + 700 });
    assert.equal(both.refuses(0, forge(ALG, { iat: T, exp: T + 10_000 })), 'expired');
    assert.equal(both.refuses(0, forge(ALG, { iat: 'x' })), 'malformed');
  });
});

describe('Max-Age', () => {
  const attributes = (options: Options, at = 0): string => new Timed(options).request(at, null, save).attributes;

  it('follows the token', () => {
    assert.equal(attributes({ idleTimeout: 600 }), '; Path=/; Max-Age=600; HttpOnly');
    assert.equal(attributes({ absoluteTimeout: 3600 }), '; Path=/; Max-Age=3600; HttpOnly');
    assert.equal(attributes({ idleTimeout: 600, absoluteTimeout: 100 }, 0.75), '; Path=/; Max-Age=100; HttpOnly');
    assert.equal(attributes({}), '; Path=/; HttpOnly');
  });

  it('is what is left to the absolute end', () => {
    const timed = new Timed({ absoluteTimeout: 3600 });
    const token = timed.save(0);
    assert.equal(timed.request(3000.5, token, save).attributes, '; Path=/; Max-Age=600; HttpOnly');
    // Past the end, within the tolerance: the browser may forget it at once.
    assert.equal(timed.request(3630, token, save).attributes, '; Path=/; Max-Age=0; HttpOnly');
  });

  it('set by hand wins, maxAge as well as expires', () => {
    assert.equal(attributes({ idleTimeout: 600, cookieOptions: { maxAge: 5 } }), '; Path=/; Max-Age=5; HttpOnly');
    assert.equal(attributes({ idleTimeout: 600, cookieOptions: { maxAge: 0 } }), '; Path=/; Max-Age=0; HttpOnly');
    const expires = 'Fri, 01 Jan 2100 00:00:00 GMT';
    assert.equal(
      attributes({ idleTimeout: 600, cookieOptions: { expires } }),
      `; Path=/; Expires=${expires}; HttpOnly`,
    );
  });

  it('S8: delete is delete', () => {
    const timed = new Timed({ idleTimeout: 600 });
    const { attributes: removal } = timed.request(0, null, (dict) => dict.delete());
    assert.equal(removal, '; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly');
  });

  it('has no fraction for a foreign iat that has one: browsers ignore such a Max-Age', () => {
    const timed = new Timed({ absoluteTimeout: 100 });
    const foreign = forge(ALG, { n: 1, iat: T - 0.5, exp: T + 99.5 });
    const saved = timed.request(0, foreign, save);
    assert.deepEqual(claimsOf(saved.token), { n: 1, iat: T - 1, exp: T + 99 });
    assert.equal(saved.attributes, '; Path=/; Max-Age=99; HttpOnly');
  });
});

describe('the clock', () => {
  it('S6: is that of the save, not of the head', () => {
    const timed = new Timed({ idleTimeout: 600 });
    const { token } = timed.request(0, null, (dict) => {
      dict.save();
      timed.at = 30;
    });
    assert.equal(claimsOf(token).exp, T + 600);
  });

  it('one that gives no seconds opens nothing, and cannot save', () => {
    for (const now of [Number.NaN, Number.POSITIVE_INFINITY, undefined, '1800000000x']) {
      const session = new Session({ secretKey: SECRET, idleTimeout: 600, now: () => now as number });
      const token = new Timed({ idleTimeout: 600 }).save(0);
      assert.equal(session.verify(token).ok, false);
      visit(session, null, (dict) => throwsCode(() => dict.save(), 'ERR_SESSION_BAD_OPTION'));
    }
  });
});
