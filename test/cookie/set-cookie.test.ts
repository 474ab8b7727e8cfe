// Parsing of one Set-Cookie header (RFC 6265bis 5.6) and of cookie dates (5.1.1).

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseCookieDate } from '../../dist/cookie/cookie-date.js';
import { attributeOf, parseSetCookie } from '../../dist/cookie/set-cookie.js';

describe('parseSetCookie', () => {
  const cases: readonly (readonly [string, string, string, readonly (readonly [string, string])[]])[] = [
    ['a=1', 'a', '1', []],
    [
      'session=t.o.k; Path=/; HttpOnly',
      'session',
      't.o.k',
      [
        ['Path', '/'],
        ['HttpOnly', ''],
      ],
    ],
    [
      ' a = b c ;path = / x ;; x=',
      'a',
      'b c',
      [
        ['path', '/ x'],
        ['x', ''],
      ],
    ],
    ['a=b=c', 'a', 'b=c', []],
    ['a=', 'a', '', []],
    ['=a', '', 'a', []],
    ['a', '', 'a', []],
    ['abc', '', 'abc', []],
    ['a=1;=x', 'a', '1', []],
    ['\ta\t=\tb\t', 'a', 'b', []],
    ['a=1; =x; \tPath\t=\t/\t', 'a', '1', [['Path', '/']]],
    ['a="q"', 'a', '"q"', []],
    ['__proto__=1; __proto__=2', '__proto__', '1', [['__proto__', '2']]],
    ['a=\u00a0', 'a', '\u00a0', []],
  ];
  for (const [header, name, value, attributes] of cases) {
    test(JSON.stringify(header), () => assert.deepEqual(parseSetCookie(header), { name, value, attributes }));
  }

  test('ignores what a user agent ignores', () => {
    for (const header of ['', '=', ' ; Path=/', 'a=1\n', 'a=\0', 'a=1; x=\x7f', `a=${'x'.repeat(4096)}`]) {
      assert.equal(parseSetCookie(header), null);
    }
    assert.equal(parseSetCookie(`a=${'x'.repeat(4095)}`)?.value.length, 4095);
    assert.deepEqual(parseSetCookie(`a=1; Path=/${'x'.repeat(1024)}; Secure`)?.attributes, [['Secure', '']]);
    assert.equal(parseSetCookie(`a=1; Path=${'x'.repeat(1024)}`)?.attributes.length, 1);
  });

  test('the last attribute of a name counts', () => {
    const cookie = parseSetCookie('a=1; Path=/x; PATH=/y');
    assert.ok(cookie);
    assert.equal(attributeOf(cookie, 'path'), '/y');
    assert.equal(attributeOf(cookie, 'domain'), null);
  });
});

describe('parseCookieDate', () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ['Thu, 01 Jan 1970 00:00:01 GMT', '1970-01-01T00:00:01.000Z'],
    ['Wed, 09 Jun 2100 10:18:14 GMT', '2100-06-09T10:18:14.000Z'],
    ['Wed, 09-Jun-99 10:18:14 GMT', '1999-06-09T10:18:14.000Z'],
    ['09 Jun 69 1:2:3', '2069-06-09T01:02:03.000Z'],
    ['june 9th 2021 10:18:14', '2021-06-09T10:18:14.000Z'],
    ['Thu Jan 01 00:00:00 2026', '2026-01-01T00:00:00.000Z'],
    ['31 Feb 2021 00:00:00', null],
    ['00 Jan 2021 00:00:00', null],
    ['01 Jan 1600 00:00:00', null],
    ['01 Jan 2021 24:00:00', null],
    ['01 Jan 2021', null],
    ['2021-01-01T00:00:00Z', null],
    ['', null],
  ];
  for (const [text, expected] of cases) {
    test(JSON.stringify(text), () => {
      assert.equal(parseCookieDate(text), expected === null ? null : Date.parse(expected) / 1000);
    });
  }
});
