// Verdicts: why a token or a request's cookie opens no session, asked without any effect.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Reason, Session } from '../../dist/session/index.js';
import { forge, HEADER_SEGMENT, SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf, FakeHost } from '../support/fake-host.js';
import { T } from './timed.js';

const ALG = { alg: 'HS256' };
const OTHER = 'another test secret of more than thirty-two bytes';

/** What tells of every event and every refusal: a verdict tells nobody. */
const told: unknown[] = [];
const host = new FakeHost();
const session = new Session(host, {
  secretKey: [{ id: 'a', secret: SECRET }],
  now: () => T,
  onEvent: (event) => void told.push(event),
  onReject: (reason) => void told.push(reason),
});

const good = session.encode({ n: 1 });
const REFUSED: Readonly<Partial<Record<Reason, readonly string[]>>> = {
  malformed: [
    '',
    'x',
    'a.b.c',
    '..',
    `${good}.`,
    `"${good}"`,
    ` ${good}`,
    good.slice(0, -1),
    `${good}=`,
    `${HEADER_SEGMENT}.e30.${'A'.repeat(42)}!`,
    forge(ALG, 'no JSON'),
    forge(ALG, { exp: null }),
    forge(ALG, { nbf: 'soon' }),
    forge(ALG, { iat: [T] }),
  ],
  'unsupported-header': [
    forge({ alg: 'none' }, {}),
    forge({ alg: 'HS512' }, {}),
    forge({ alg: 'hs256' }, {}),
    forge({}, {}),
    forge({ ...ALG, crit: [] }, {}),
    forge({ ...ALG, b64: false }, {}),
    forge({ ...ALG, kid: ['a'] }, {}),
  ],
  'unknown-key': [forge({ ...ALG, kid: 'b' }, {}), forge({ ...ALG, kid: '' }, {}, OTHER)],
  'bad-signature': [
    forge(ALG, {}, OTHER),
    `${good.slice(0, -43)}${'A'.repeat(43)}`,
    forge({ ...ALG, kid: 'a' }, {}, ''),
  ],
  'not-an-object': [forge(ALG, '[]'), forge(ALG, 'null'), forge(ALG, '"text"'), forge(ALG, '5')],
  expired: [forge(ALG, { exp: T }), forge(ALG, { exp: -1 })],
  'not-yet-valid': [forge(ALG, { nbf: T + 1 }), forge(ALG, { iat: T + 1 })],
  'wrong-audience': [forge(ALG, { aud: 'x' }), forge(ALG, { aud: ['x'] })],
};

describe('verify', () => {
  it('tells of a good token its payload, header, key, and dates', () => {
    assert.deepEqual(session.verify(forge({ ...ALG, kid: 'a', x: 1 }, { n: 1, iat: T - 1, exp: T + 1 })), {
      ok: true,
      payload: { n: 1, iat: T - 1, exp: T + 1 },
      header: { alg: 'HS256', kid: 'a', x: 1 },
      keyIndex: 0,
      issuedAt: T - 1,
      expiresAt: T + 1,
    });
  });

  for (const [reason, tokens] of Object.entries(REFUSED)) {
    it(`${reason}: and nothing more`, () => {
      for (const token of tokens) {
        assert.deepEqual(session.verify(token), { ok: false, reason }, token.slice(0, 80));
        assert.deepEqual(session.decode(token), {});
      }
    });
  }

  it('absent: for nothing; malformed: for what is no text', () => {
    for (const nothing of [undefined, null]) {
      assert.deepEqual(session.verify(nothing as unknown as string), { ok: false, reason: 'absent' });
    }
    for (const value of [5, {}, [good], true, Symbol('x'), new String(good)]) {
      assert.deepEqual(session.verify(value as unknown as string), { ok: false, reason: 'malformed' });
    }
  });

  it('too-large: over 1 MiB, whatever maxCookieBytes says', () => {
    assert.deepEqual(session.verify('x'.repeat(2 ** 20 + 1)), { ok: false, reason: 'too-large' });
    assert.deepEqual(session.verify('x'.repeat(2 ** 20)), { ok: false, reason: 'malformed' });
    const small = new Session({ secretKey: SECRET, maxCookieBytes: 10 });
    assert.equal(small.verify(forge(ALG, {})).ok, true);
  });
});

describe('session.verdict(request)', () => {
  const verdict = (cookieHeader: string | null): unknown => session.verdict(host.request(cookieHeader));

  it('absent, with no candidates', () => {
    for (const header of [null, '', 'other=1', `Session=${good}`, `xsession=${good}`, 'session']) {
      assert.deepEqual(verdict(header), { ok: false, reason: 'absent', candidates: 0 }, String(header));
    }
  });

  it('a good cookie, with the number of candidates', () => {
    const found = {
      ok: true,
      payload: { n: 1 },
      header: { alg: 'HS256', kid: 'a', typ: 'JWT' },
      keyIndex: 0,
      issuedAt: null,
      expiresAt: null,
    };
    assert.deepEqual(verdict(cookieOf(good)), { ...found, candidates: 1 });
    assert.deepEqual(verdict(`session=x; a=b; ${cookieOf(good)}; session=y`), { ...found, candidates: 3 });
    assert.deepEqual(verdict(`${cookieOf(good)}; ${cookieOf(good)}`), { ...found, candidates: 2 });
  });

  it('S14: the last good one counts', () => {
    const header = [2, 3].map((n) => cookieOf(session.encode({ n }))).join('; ');
    const found = session.verdict(host.request(`${header}; session=x`));
    assert.ok(found.ok);
    assert.deepEqual([found.payload, found.candidates], [{ n: 3 }, 3]);
  });

  it('of several bad ones the reason of the last', () => {
    const expired = cookieOf(forge(ALG, { exp: 1 }));
    const foreign = cookieOf(forge(ALG, {}, OTHER));
    assert.deepEqual(verdict(`${expired}; ${foreign}`), { ok: false, reason: 'bad-signature', candidates: 2 });
    assert.deepEqual(verdict(`${foreign}; ${expired}`), { ok: false, reason: 'expired', candidates: 2 });
  });

  it('S14: of a flood the last 16', () => {
    const flood = Array.from({ length: 100 }, () => 'session=x').join('; ');
    assert.deepEqual(verdict(flood), { ok: false, reason: 'malformed', candidates: 16 });
    assert.deepEqual(verdict(`${cookieOf(good)}; ${flood}`), { ok: false, reason: 'malformed', candidates: 16 });
  });

  it('S17: too-large over maxCookieBytes, name included', () => {
    const limit = new Session(host, { secretKey: SECRET, maxCookieBytes: 200 });
    const token = forge(ALG, { text: '' });
    const fill = (length: number): string => `${token}${'A'.repeat(length - token.length)}`;
    const reasonOf = (value: string): unknown => {
      const found = limit.verdict(host.request(cookieOf(value)));
      return found.ok || found.reason;
    };
    assert.equal(reasonOf(fill(193)), 'malformed');
    assert.equal(reasonOf(fill(194)), 'too-large');
  });

  for (const [reason, tokens] of Object.entries(REFUSED)) {
    it(`${reason}: as verify says`, () => {
      for (const token of tokens.filter((each) => each.trim() === each)) {
        assert.deepEqual(verdict(cookieOf(token)), { ok: false, reason, candidates: 1 });
      }
    });
  }

  it('changes and reports nothing, and is not the load', () => {
    const request = host.request(`session=x; ${cookieOf(good)}`);
    session.verdict(request);
    session.verdict(request);
    assert.equal(host.sessionJar(request).waiting, 0);
    assert.deepEqual(host.answer(request), []);
    assert.deepEqual([...host.sessionJar(request).headers], []);
    assert.deepEqual(told, []);
  });

  it('S6: speaks of the cookie, not of what the handler did since', () => {
    const request = host.request(cookieOf(good));
    const dict = session.get(request);
    dict.n = 5;
    dict.save();
    const found = session.verdict(request);
    assert.deepEqual(found.ok && found.payload, { n: 1 });
    assert.equal(told.length, 2);
  });

  it('S1, S3: needs a secret, and a request of a host of this session', () => {
    throwsCode(() => new Session(host).verdict(host.request()), 'ERR_SESSION_NO_SECRET');
    throwsCode(() => session.verdict(new FakeHost().request()), 'ERR_SESSION_NOT_INSTALLED');
    throwsCode(() => new Session({ secretKey: SECRET }).verdict(host.request()), 'ERR_SESSION_NOT_INSTALLED');
  });
});
