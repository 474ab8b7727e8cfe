// Renewal by itself: once per half window, what was loaded and nothing else, and never where it is not wanted.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SessionDict, SessionJar } from '../../dist/session/index.js';
import { Session } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf, FakeHost, FakeJar, tokenOf, visit } from '../support/fake-host.js';
import { claimsOf, type Handler, save, T, Timed } from './timed.js';

const ALG = { alg: 'HS256' };

describe('renew: read', () => {
  const timed = new Timed({ idleTimeout: 600, clockTolerance: 0 });
  const token = timed.save(0);

  it('re-issues from half of the idle time on, not one second before', () => {
    assert.equal(timed.request(299, token).token, null);
    assert.equal(timed.request(299.999, token).token, null);
    for (const at of [300, 301, 599]) {
      const renewed = timed.request(at, token);
      assert.deepEqual(claimsOf(renewed.token), { n: 1, iat: T, exp: T + at + 600 });
      assert.equal(renewed.attributes, '; Path=/; Max-Age=600; HttpOnly');
    }
    assert.equal(timed.request(600, token).token, null);
  });

  it('S17: may fill the budget to the byte', () => {
    // As many digits in the new dates as in the old ones.
    const maxCookieBytes = 'session'.length + token.length;
    const tight = new Timed({ idleTimeout: 600, clockTolerance: 0, maxCookieBytes });
    assert.deepEqual(claimsOf(tight.request(400, token).token), { n: 1, iat: T, exp: T + 1000 });
  });

  it('comes also from a host that shows no headers of its requests', () => {
    timed.at = 400;
    const lines: string[] = [];
    const jar: SessionJar = {
      cookieHeader: cookieOf(token),
      secure: null,
      headSent: false,
      onHead: (f) => f({ get: () => null, set: () => {}, appendSetCookie: (line) => lines.push(line) }),
    };
    timed.session.open(jar);
    assert.equal(lines.length, 1);
  });

  it('what the clock throws comes out, whenever it is asked', () => {
    let left = Number.POSITIVE_INFINITY;
    const broken = new TypeError('of the clock');
    const now = (): number => {
      if (left-- <= 0) throw broken;
      return T + 400;
    };
    const session = new Session(new FakeHost(), { secretKey: SECRET, idleTimeout: 600, clockTolerance: 0, now });
    const read = (): readonly string[] => visit(session, cookieOf(token), () => {});
    left = 100;
    assert.equal(read().length, 1);
    const asked = 100 - left;
    for (let times = 0; times < asked; times++) {
      left = times;
      assert.throws(read, broken);
    }
  });

  it('is the default, and the same as saying it', () => {
    const said = new Timed({ idleTimeout: 600, clockTolerance: 0, renew: 'read' });
    assert.equal(said.request(300, token).token, timed.request(300, token).token);
  });

  it('happens once per half window for a visitor who comes every ten seconds', () => {
    let current = token;
    const renewals: number[] = [];
    for (let at = 10; at <= 1500; at += 10) {
      const { token: next, data } = timed.request(at, current);
      assert.deepEqual(data, { n: 1 });
      if (next === null) continue;
      renewals.push(at);
      current = next;
    }
    assert.deepEqual(renewals, [300, 600, 900, 1200, 1500]);
    assert.equal(claimsOf(current).iat, T);
  });

  it('an odd window is halved exactly', () => {
    const odd = new Timed({ idleTimeout: 5, clockTolerance: 0 });
    const first = odd.save(0);
    assert.equal(odd.request(2, first).token, null);
    assert.equal(odd.request(2.499, first).token, null);
    assert.equal(claimsOf(odd.request(2.5, first).token).exp, T + 7);
  });

  it('a window of one second is renewed in the next second only, within the tolerance', () => {
    const brief = new Timed({ idleTimeout: 1, clockTolerance: 1 });
    const first = brief.save(0);
    assert.equal(brief.request(0.9, first).token, null);
    assert.equal(claimsOf(brief.request(1, first).token).exp, T + 2);
  });

  it('works within the tolerance after the end', () => {
    const tolerant = new Timed({ idleTimeout: 600 });
    assert.equal(claimsOf(tolerant.request(659, token).token).exp, T + 1259);
    assert.equal(tolerant.request(660, token).token, null);
  });

  it('uses the idle time of the data', () => {
    const remember = new Timed({ idleTimeout: (data) => (data.n === 1 ? 600 : 60), clockTolerance: 0 });
    assert.equal(remember.request(299, token).token, null);
    assert.equal(claimsOf(remember.request(300, token).token).exp, T + 900);
  });
});

describe('a renewal holds the payload as it was loaded', () => {
  const timed = new Timed({ idleTimeout: 600 });
  const data = { n: 1, user: { name: 'ada', roles: ['a'] }, cart: [{ price: 1 }] };
  const token = timed.save(0, data);
  const edits: Readonly<Record<string, (dict: SessionDict) => void>> = {
    'a changed key': (dict) => {
      dict.n = 2;
    },
    'a new key': (dict) => {
      dict.admin = true;
    },
    'a removed key': (dict) => {
      delete dict.n;
    },
    'a nested change': (dict) => {
      dict.user.name = 'eve';
      dict.user.roles.push('admin');
      dict.cart[0].price = 0;
      dict.cart.length = 0;
    },
    'a frozen dict': (dict) => void Object.freeze(dict),
    'a claim': (dict) => {
      dict.exp = T + 1e9;
    },
    'what cannot be saved': (dict) => {
      dict.big = 1n;
      throwsCode(() => dict.save(), 'ERR_SESSION_BAD_PAYLOAD');
    },
  };
  for (const [name, edit] of Object.entries(edits)) {
    it(`never unsaved edits: ${name}`, () => {
      assert.deepEqual(claimsOf(timed.request(400, token, edit).token), { ...data, iat: T, exp: T + 1000 });
    });
  }

  it('in its order, with the keys of a foreign token that the dict cannot show', () => {
    const foreign = forge(ALG, {
      z: 1,
      save: 'x',
      exp: T + 100,
      __proto__: null,
      a: { delete: 2 },
      iat: T,
      delete: [],
    });
    const renewed = timed.request(0, foreign).token ?? '';
    assert.deepEqual(Object.keys(claimsOf(renewed)), ['z', 'save', 'a', 'delete', 'iat', 'exp']);
  });

  it('S4: what was read but cannot be signed again goes on as it is, and the request too', () => {
    const deep = `${'['.repeat(600)}${']'.repeat(600)}`;
    for (const value of ['"\\ud800"', '1e400', deep]) {
      const foreign = forge(ALG, `{"x":${value},"iat":${T},"exp":${T + 100}}`);
      const exchange = timed.request(0, foreign);
      assert.deepEqual([Object.keys(exchange.data), exchange.token], [['x'], null]);
    }
  });

  it('cookieOptions.maxAge as a function sees the payload as it was loaded, too', () => {
    const aged = new Timed({
      idleTimeout: 600,
      cookieOptions: { maxAge: (old) => (old.user as typeof data.user).roles.length },
    });
    const exchange = aged.request(400, token, (dict) => dict.user.roles.push('b', 'c'));
    assert.equal(exchange.attributes, '; Path=/; Max-Age=1; HttpOnly');
  });

  it('S17: nor does one that would be too large', () => {
    const body = { text: 'x'.repeat(600) };
    const undated = forge({ ...ALG, typ: 'JWT' }, body);
    const tight = new Timed({ idleTimeout: 600, acceptUndated: true, maxCookieBytes: undated.length + 7 });
    assert.deepEqual(tight.request(0, undated), { data: body, token: null, attributes: '' });
  });
});

describe('a renewal never comes', () => {
  const options = { idleTimeout: 600, absoluteTimeout: 1000, clockTolerance: 0 } as const;
  const timed = new Timed(options);
  const token = timed.save(0);

  it('past the absolute end', () => {
    const renewed = timed.request(450, token).token ?? '';
    assert.deepEqual(claimsOf(renewed), { n: 1, iat: T, exp: T + 1000 });
    for (const at of [451, 700, 999]) assert.equal(timed.request(at, renewed).token, null);
    assert.deepEqual(timed.request(1000, renewed).data, {});
  });

  it('past the absolute end, also within the tolerance', () => {
    const tolerant = new Timed({ ...options, clockTolerance: 60 });
    const last = tolerant.save(500, {}, token);
    assert.deepEqual(tolerant.request(1059, last), { data: { n: 1 }, token: null, attributes: '' });
    assert.deepEqual(tolerant.request(1060, last).data, {});
  });

  for (const value of ['prefetch', 'prefetch;prerender', 'prefetch; anonymous-client-ip', 'PREFETCH', 'x, prefetch']) {
    it(`on Sec-Purpose: ${value}`, () => {
      const exchange = timed.request(400, token, () => {}, { 'sec-purpose': value });
      assert.deepEqual(exchange, { data: { n: 1 }, token: null, attributes: '' });
    });
  }

  it('on an upgrade', () => {
    for (const value of ['websocket', 'WebSocket', 'h2c']) {
      assert.equal(timed.request(400, token, () => {}, { upgrade: value }).token, null);
    }
  });

  it('for another purpose of the request than these', () => {
    for (const headers of [{ 'sec-purpose': 'prefetching' }, { 'sec-purpose': '' }, { purpose: 'prefetch' }]) {
      assert.notEqual(timed.request(400, token, () => {}, headers).token, null);
    }
  });

  it('for a save on a prefetch there is no rule: the handler said so', () => {
    assert.notEqual(timed.request(400, token, save, { 'sec-purpose': 'prefetch' }).token, null);
  });

  it('where the handler did not touch the session', () => {
    const host = new FakeHost();
    timed.session.initialize(host);
    timed.at = 400;
    const untouched = host.request(cookieOf(token));
    assert.deepEqual(host.answer(untouched), []);
    const touched = host.request(cookieOf(token));
    timed.session.get(touched);
    assert.equal(host.answer(touched).length, 1);
  });

  it('where this response saved, deleted, or both', () => {
    const handlers: readonly (readonly [Handler, object | null])[] = [
      [save, { n: 1, iat: T, exp: T + 1000 }],
      [(dict) => dict.delete(), null],
      [
        (dict) => {
          dict.save();
          dict.delete();
        },
        null,
      ],
      [
        (dict) => {
          dict.delete();
          dict.save();
        },
        { iat: T + 450, exp: T + 1050 },
      ],
    ];
    for (const [handler, expected] of handlers) {
      const answer = timed.request(450, token, handler).token;
      if (expected === null) assert.equal(answer, '');
      else assert.deepEqual(claimsOf(answer), expected);
    }
  });

  it('with renew: save, where a save still prolongs', () => {
    const saving = new Timed({ idleTimeout: 600, renew: 'save', clockTolerance: 0 });
    const first = saving.save(0);
    for (const at of [300, 599]) assert.equal(saving.request(at, first).token, null);
    assert.equal(saving.refuses(600, first), 'expired');
    assert.equal(claimsOf(saving.save(599, {}, first)).exp, T + 1199);
  });

  it('where the head has been sent when the handler first asks', () => {
    timed.at = 400;
    const jar = new FakeJar(cookieOf(token));
    jar.finish();
    assert.deepEqual({ ...timed.session.open(jar) }, { n: 1 });
    assert.equal(jar.waiting, 0);
  });

  it('for a token that expires between the read and the head', () => {
    const last = timed.save(399, {}, token);
    const exchange = timed.request(998, last, () => {
      timed.at = 1000;
    });
    assert.equal(exchange.token, null);
  });

  it('for the bad one of two cookies', () => {
    timed.at = 400;
    const host = new FakeHost();
    timed.session.initialize(host);
    const request = host.request(`session=${token}; session=${token}x`);
    timed.session.get(request);
    const [line, ...others] = host.answer(request);
    assert.deepEqual(others, []);
    assert.equal(claimsOf(tokenOf(line)).exp, T + 1000);
  });
});

describe('two sessions in one response', () => {
  it('S11: of the same cookie one renewal is sent, not two', () => {
    const now = (): number => T;
    const options = { secretKey: SECRET, idleTimeout: 600, now, cacheHeaders: false } as const;
    const [one, two] = [new Session(new FakeHost(), options), new Session(new FakeHost(), options)];
    const jar = new FakeJar(cookieOf(forge(ALG, { n: 1, iat: T - 500, exp: T + 100 })));
    one.open(jar);
    two.open(jar);
    assert.equal(jar.finish().length, 1);
  });

  it('S11: a save of one replaces the renewal of the other, whichever was opened first', () => {
    const now = (): number => T;
    const options = { secretKey: SECRET, idleTimeout: 600, now, cacheHeaders: false } as const;
    for (const reversed of [false, true]) {
      const sessions = [new Session(new FakeHost(), options), new Session(new FakeHost(), options)];
      if (reversed) sessions.reverse();
      const jar = new FakeJar(cookieOf(forge(ALG, { n: 1, iat: T - 500, exp: T + 100 })));
      const [first, second] = sessions.map((session) => session.open(jar));
      if (reversed) second.save();
      else first.save();
      assert.equal(jar.finish().length, 1);
    }
  });
});
