// Properties of sessions: what save accepts the next request reads, and no header of any kind is an exception.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cookieValues, parseCookies } from '../../dist/cookie/parse.js';
import { Session, ValueError } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { cookieOf, tokenOf, visit } from '../support/fake-host.js';
import { anyText, jsonValue, type Payload, payload, SEED } from './arbitraries.js';

const NOW = 1_800_000_000;
const session = new Session({ secretKey: SECRET, now: () => NOW, warnBytes: Number.POSITIVE_INFINITY });
const check = <Ts extends [unknown, ...unknown[]]>(property: fc.IProperty<Ts>, numRuns: number): void =>
  fc.assert(property, { seed: SEED, numRuns });

/** Values around what a claim may be. */
const claimValue = fc.oneof(
  jsonValue,
  fc.integer({ min: NOW - 3, max: NOW + 3 }),
  fc.double({ min: NOW - 2, max: NOW + 2, noNaN: true }),
  fc.constantFrom(0, -1, 1e300, -1e300, '', `${NOW}`, null, false, true),
);

const claimed: fc.Arbitrary<Payload> = fc
  .tuple(
    payload,
    fc.dictionary(fc.constantFrom('exp', 'nbf', 'iat', 'aud', 'sub', 'jti', 'iss'), claimValue, { maxKeys: 4 }),
  )
  .map(([data, claims]) => ({ ...data, ...claims }));

/** Puts data into the dict of one request, saves, and tells what the next request has; null where save refused. */
function saveAndReturn(data: Payload, cookieHeader: string | null = null): Payload | null {
  let refused = false;
  const lines = visit(session, cookieHeader, (dict) => {
    for (const [key, value] of Object.entries(data)) dict[key] = value;
    try {
      dict.save();
    } catch (error) {
      assert.ok(error instanceof ValueError, String(error));
      assert.match(error.code, /^ERR_SESSION_(UNREADABLE|TOO_LARGE)$/);
      refused = true;
    }
  });
  assert.equal(lines.length, refused ? 0 : 1);
  if (refused) return null;
  let found: Payload = {};
  visit(session, cookieOf(tokenOf(lines[0])), (dict) => {
    found = { ...dict };
  });
  return found;
}

describe('save and the next request', () => {
  it('S5, S16: what save accepts is read equal', () => {
    check(
      fc.property(payload, (data) => {
        const found = saveAndReturn(data);
        if (found !== null) assert.equal(JSON.stringify(found), JSON.stringify(data));
      }),
      1500,
    );
  });

  it('S10: claims included: save refuses them or they are read equal, an exp in the past excepted', () => {
    let read = 0;
    let refused = 0;
    check(
      fc.property(claimed, (data) => {
        const found = saveAndReturn(data);
        if (found === null) {
          refused++;
          return;
        }
        read++;
        const { exp } = data;
        const past = typeof exp === 'number' && exp <= NOW;
        assert.equal(JSON.stringify(found), JSON.stringify(past ? {} : data));
      }),
      3000,
    );
    assert.ok(read > 200 && refused > 200, `${read} read, ${refused} refused: both ways must have been gone`);
  });

  it('S14: also when other cookies and bad sessions stand around', () => {
    check(
      fc.property(payload, anyText, anyText, (data, before, after) => {
        const token = session.encode(data);
        if (token.length > 4000) return;
        const noise = (text: string): string => text.replaceAll('session', 'noise');
        visit(session, `${noise(before)}; session=${token}; ${noise(after)}`, (dict) => {
          assert.equal(JSON.stringify({ ...dict }), JSON.stringify(data));
        });
      }),
      500,
    );
  });
});

describe('any Cookie header', () => {
  it('S4, S14: loads an empty session and throws nothing', () => {
    check(
      fc.property(anyText, (header) => {
        for (const text of [header, `session=${header}`, `a=b; session=${header}; c=d`]) {
          const lines = visit(session, text, (dict) => {
            assert.deepEqual({ ...dict }, {});
          });
          assert.deepEqual(lines, []);
        }
      }),
      2000,
    );
  });

  it('S14: parses without an exception, and both parsers agree on the last value', () => {
    check(
      fc.property(anyText, (header) => {
        const cookies = parseCookies(header);
        for (const [name, value] of Object.entries(cookies).slice(0, 20)) {
          if (name === '' || name.includes('=')) continue;
          const last = cookieValues(header, name).at(-1);
          // A part without `=` is an empty cookie to one of them and no candidate to the other.
          if (value !== '') assert.equal(last, value);
        }
        assert.ok(cookieValues(header, 'session').length <= 16);
      }),
      1500,
    );
  });

  it('S14: what is written as a header is parsed from it', () => {
    const name = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,10}$/);
    const octets = fc.stringMatching(/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{0,20}$/);
    check(
      fc.property(fc.array(fc.tuple(name, octets), { minLength: 1, maxLength: 30 }), (pairs) => {
        const header = pairs.map(([key, value]) => `${key}=${value}`).join('; ');
        assert.deepEqual({ ...parseCookies(header) }, Object.fromEntries(pairs));
        for (const [wanted] of pairs) {
          const values = pairs.filter(([key]) => key === wanted).map(([, value]) => value);
          assert.deepEqual(cookieValues(header, wanted), values.slice(-16));
        }
      }),
      500,
    );
  });
});
