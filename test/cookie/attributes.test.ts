// Cookie attributes: every option, its good values as header text, its bad ones refused.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type CookieOptions,
  checkCookieOptions,
  cookieAttributes,
  expiredCookieAttributes,
} from '../../dist/cookie/attributes.js';
import { throwsCode } from '../support/errors.js';

const attributes = (options: unknown): string => cookieAttributes(checkCookieOptions(options));
const bad = (options: unknown): void => {
  throwsCode(() => checkCookieOptions(options), 'ERR_COOKIE_BAD_OPTION', ['hunter2']);
  throwsCode(() => checkCookieOptions(options, 'ERR_SESSION_BAD_OPTION'), 'ERR_SESSION_BAD_OPTION', ['hunter2']);
};

const ALL: CookieOptions = {
  priority: 'Low',
  sameSite: 'None',
  partitioned: true,
  httpOnly: true,
  secure: true,
  maxAge: 60,
  expires: 'Thu, 01 Jan 2099 00:00:00 GMT',
  domain: 'example.com',
  path: '/',
};

describe('cookie options', () => {
  it('S7: print in upstream\u2019s order, then SameSite and Priority, whatever order they came in', () => {
    assert.equal(
      attributes(ALL),
      '; Path=/; Domain=example.com; Expires=Thu, 01 Jan 2099 00:00:00 GMT; Max-Age=60; Secure; HttpOnly; Partitioned; ' +
        'SameSite=None; Priority=Low',
    );
    assert.equal(attributes({}), '');
  });

  it('S8: expired, they keep everything but the dates', () => {
    assert.equal(
      expiredCookieAttributes(checkCookieOptions(ALL)),
      '; Path=/; Domain=example.com; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; Secure; HttpOnly; Partitioned; ' +
        'SameSite=None; Priority=Low',
    );
    assert.equal(expiredCookieAttributes({}), '; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0');
  });

  const table: Readonly<
    Record<string, { readonly good: readonly (readonly [unknown, string])[]; readonly bad: readonly unknown[] }>
  > = {
    path: {
      good: [
        ['/', '; Path=/'],
        ['/a/b c?d=e', '; Path=/a/b c?d=e'],
        ['', ''],
        [null, ''],
        [undefined, ''],
      ],
      bad: ['hunter2', ' /', '/hunter2;', '/\r\nX: hunter2', '/\n', '/\t', '/\0', '/\x7f', '/é', 5, true, {}, ['/']],
    },
    domain: {
      good: [
        ['example.com', '; Domain=example.com'],
        ['.a.b', '; Domain=.a.b'],
        ['localhost', '; Domain=localhost'],
        ['xn--bcher-kva.example', '; Domain=xn--bcher-kva.example'],
        ['', ''],
        [null, ''],
      ],
      bad: [
        'bücher.example',
        'a b',
        'a;b',
        'a,b',
        'a..b',
        '.',
        '..a',
        '-a.b',
        'a-.b',
        'a.',
        'a:80',
        'http://a',
        '*.a',
        'a\n',
        5,
        {},
      ],
    },
    expires: {
      good: [
        [new Date(0), '; Expires=Thu, 01 Jan 1970 00:00:00 GMT'],
        ['2099-01-01', '; Expires=2099-01-01'],
        ['', ''],
        [null, ''],
        [new Date(Date.UTC(9999, 11, 31)), '; Expires=Fri, 31 Dec 9999 00:00:00 GMT'],
        [new Date(Date.UTC(1601, 0, 1)), '; Expires=Mon, 01 Jan 1601 00:00:00 GMT'],
      ],
      bad: [
        'hunter2',
        'Thu, 01 Jan 1970 00:00:00 GMT; Secure',
        new Date(Number.NaN),
        new Date(Date.UTC(10000, 0, 1)),
        new Date(Date.UTC(1600, 11, 31)),
        0,
        1e12,
        true,
        {},
      ],
    },
    maxAge: {
      good: [
        [0, '; Max-Age=0'],
        [1, '; Max-Age=1'],
        [Number.MAX_SAFE_INTEGER, '; Max-Age=9007199254740991'],
        [null, ''],
        [undefined, ''],
      ],
      bad: [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '60', '', true, 1n, {}, new Date(0)],
    },
    secure: {
      good: [
        [true, '; Secure'],
        [false, ''],
        [undefined, ''],
      ],
      bad: [null, 0, 1, 'true', '', {}, 'auto'],
    },
    httpOnly: {
      good: [
        [true, '; HttpOnly'],
        [false, ''],
        [undefined, ''],
      ],
      bad: [null, 0, 1, 'true', '', {}],
    },
    partitioned: {
      good: [
        [true, '; Partitioned'],
        [false, ''],
        [undefined, ''],
      ],
      bad: [null, 0, 1, 'true', '', {}],
    },
    sameSite: {
      good: [
        ['Lax', '; SameSite=Lax'],
        ['lax', '; SameSite=Lax'],
        ['STRICT', '; SameSite=Strict'],
        [null, ''],
        [undefined, ''],
      ],
      bad: ['', 'hunter2', 'Lax ', true, false, 1, {}, ['Lax'], '\u017ftrict'],
    },
    priority: {
      good: [
        ['Low', '; Priority=Low'],
        ['medium', '; Priority=Medium'],
        ['HIGH', '; Priority=High'],
        [null, ''],
        [undefined, ''],
      ],
      bad: ['', 'hunter2', true, 1, {}],
    },
  };

  for (const [name, values] of Object.entries(table)) {
    it(`S7: ${name}: good values`, () => {
      for (const [value, expected] of values.good) assert.equal(attributes({ [name]: value }), expected, String(value));
    });

    it(`S2: ${name}: bad values are refused`, () => {
      for (const value of values.bad) bad({ [name]: value });
    });
  }

  it('S2: sameSite None needs secure', () => {
    bad({ sameSite: 'None' });
    bad({ sameSite: 'none', secure: false });
    assert.equal(attributes({ sameSite: 'none', secure: true }), '; Secure; SameSite=None');
  });

  it('S2: unknown names and what is no object are refused', () => {
    for (const options of [
      { max_age: 1 },
      { Path: '/' },
      { samesite: 'Lax' },
      { toString: 1 },
      { a: undefined },
      null,
      undefined,
      [],
      'path=/',
      5,
    ]) {
      bad(options);
    }
    bad(JSON.parse('{"__proto__":1}'));
  });

  it('S2: what comes back is a frozen copy', () => {
    const date = new Date(0);
    const options = { path: '/a', expires: date };
    const checked = checkCookieOptions(options);
    date.setTime(1e12);
    options.path = '/b';
    assert.deepEqual(checked, { path: '/a', expires: 'Thu, 01 Jan 1970 00:00:00 GMT' });
    assert.ok(Object.isFrozen(checked));
  });
});
