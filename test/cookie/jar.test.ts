// The cookie store of a user agent (RFC 6265bis 5.7 and 5.8).

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CookieJar, defaultPath, pathMatches } from '../../dist/cookie/jar.js';

/** What is sent to `to` after `headers` came from `from`. */
const sent = (headers: readonly string[], from: string, to: string): string | null => {
  const jar = new CookieJar({ now: () => 1000 });
  jar.store(headers, from);
  return jar.header(to);
};

const A = 'https://a.example';

describe('CookieJar', () => {
  const cases: readonly (readonly [string, readonly string[], string, string, string | null])[] = [
    ['host-only', ['n=1'], `${A}/`, `${A}/`, 'n=1'],
    ['host-only, not to a subdomain', ['n=1'], `${A}/`, 'https://b.a.example/', null],
    ['the port does not count', ['n=1'], `${A}:1/`, `${A}:2/`, 'n=1'],
    ['the port is no path', ['n=1'], `${A}:8080/x/y`, `${A}:8080/`, null],
    ['the host in any case', ['n=1'], 'https://A.EXAMPLE/', `${A}/`, 'n=1'],
    ['domain, to a subdomain', ['n=1; Domain=a.example'], `${A}/`, 'https://b.a.example/', 'n=1'],
    ['domain with a dot and capitals', ['n=1; Domain=.A.Example'], `${A}/`, 'https://b.a.example/', 'n=1'],
    ['domain of a parent', ['n=1; Domain=a.example'], 'https://b.a.example/', `${A}/`, 'n=1'],
    ['domain is no suffix of letters', ['n=1; Domain=a.example'], `${A}/`, 'https://xa.example/', null],
    ['foreign domain', ['n=1; Domain=b.example'], `${A}/`, 'https://b.example/', null],
    ['domain of a child', ['n=1; Domain=b.a.example'], `${A}/`, 'https://b.a.example/', null],
    ['public suffix', ['n=1; Domain=example'], `${A}/`, `${A}/`, null],
    ['empty domain', ['n=1; Domain='], `${A}/`, `${A}/`, 'n=1'],
    ['domain localhost', ['n=1; Domain=localhost'], 'http://localhost/', 'http://localhost/', 'n=1'],
    ['domain of an address', ['n=1; Domain=0.0.1'], 'http://127.0.0.1/', 'http://127.0.0.1/', null],
    ['domain of an IPv6 address', ['n=1; Domain=3.4]'], 'http://[::1.2.3.4]/', 'http://[::1.2.3.4]/', null],
    ['digits at the end are no address', ['n=1; Domain=a.e1'], 'https://b.a.e1/', 'https://a.e1/', 'n=1'],
    ['digits at the beginning neither', ['n=1; Domain=a.example'], 'https://1.a.example/', `${A}/`, 'n=1'],
    ['an IPv6 address', ['n=1'], 'http://[::1]:80/', 'http://[::1]/', 'n=1'],
    ['another IPv6 address', ['n=1'], 'http://[::1]/', 'http://[::2]/', null],
    ['path', ['n=1; Path=/x'], `${A}/`, `${A}/x/y?q`, 'n=1'],
    ['path itself', ['n=1; Path=/x'], `${A}/`, `${A}/x`, 'n=1'],
    ['path is no prefix of letters', ['n=1; Path=/x'], `${A}/`, `${A}/xy`, null],
    ['default path', ['n=1'], `${A}/x/y`, `${A}/x/z`, 'n=1'],
    ['default path, not above', ['n=1'], `${A}/x/y`, `${A}/`, null],
    ['relative path: default path', ['n=1; Path=x'], `${A}/x/y`, `${A}/x`, 'n=1'],
    ['the query is no path', ['n=1'], `${A}?a=/b/c`, `${A}/`, 'n=1'],
    ['user information is no host', ['n=1'], 'https://u:p@a.example/', `${A}/`, 'n=1'],
    ['secure', ['n=1; Secure'], `${A}/`, `${A}/`, 'n=1'],
    ['secure, not over http', ['n=1; Secure'], `${A}/`, 'http://a.example/', null],
    ['secure, not from http', ['n=1; Secure'], 'http://a.example/', `${A}/`, null],
    ['secure, to wss', ['n=1; Secure'], 'wss://a.example/', 'wss://a.example/', 'n=1'],
    ['secure, not to ws', ['n=1; Secure'], `${A}/`, 'ws://a.example/', null],
    ['not secure, to ws', ['n=1'], 'http://a.example/', 'ws://a.example/', 'n=1'],
    ['https may overlay a secure cookie', ['n=1; Secure', 'n=2'], `${A}/`, `${A}/`, 'n=2'],
    ['SameSite=None needs Secure', ['n=1; SameSite=None'], `${A}/`, `${A}/`, null],
    ['the last of one name', ['n=1', 'n=2'], `${A}/`, `${A}/`, 'n=2'],
    ['the last of one name, over http', ['n=1', 'n=2'], 'http://a.example/', 'http://a.example/', 'n=2'],
    ['host-only and not are two', ['n=1', 'n=2; Domain=a.example'], `${A}/`, `${A}/`, 'n=1; n=2'],
    ['a header that is no cookie is passed over', ['', '\0', 'n=1'], `${A}/`, `${A}/`, 'n=1'],
    ['longer paths first', ['n=1; Path=/', 'n=2; Path=/x'], `${A}/`, `${A}/x`, 'n=2; n=1'],
    ['older cookies first, also when replaced', ['a=1', 'b=1', 'a=2'], `${A}/`, `${A}/`, 'a=2; b=1'],
    ['nameless', ['n'], `${A}/`, `${A}/`, 'n'],
    ['__Host-', ['__Host-n=1; Secure; Path=/'], `${A}/`, `${A}/`, '__Host-n=1'],
    ['__Host- with a domain', ['__Host-n=1; Secure; Path=/; Domain=a.example'], `${A}/`, `${A}/`, null],
    ['__Host- without a path', ['__Host-n=1; Secure'], `${A}/`, `${A}/`, null],
    ['__host- in small letters, not secure', ['__host-n=1; Path=/'], `${A}/`, `${A}/`, null],
    ['__Secure- not secure', ['__Secure-n=1'], `${A}/`, `${A}/`, null],
    ['nameless with a prefix', ['=__Host-n=1; Secure; Path=/'], `${A}/`, `${A}/`, null],
    [
      'a prefix behind something is none',
      ['x__Host-n=1', 'x__Secure-n=2'],
      `${A}/`,
      `${A}/`,
      'x__Host-n=1; x__Secure-n=2',
    ],
    ['neither is one in a value', ['n=__Host-n', '=x__Host-n'], `${A}/`, `${A}/`, 'n=__Host-n; x__Host-n'],
    ['Max-Age=0 deletes', ['n=1', 'n=; Max-Age=0'], `${A}/`, `${A}/`, null],
    ['Max-Age below 0 deletes', ['n=1', 'n=; Max-Age=-1'], `${A}/`, `${A}/`, null],
    ['1970 deletes', ['n=1', 'n=; Expires=Thu, 01 Jan 1970 00:00:01 GMT'], `${A}/`, `${A}/`, null],
    ['deleting needs the same path', ['n=1; Path=/', 'n=; Path=/x; Max-Age=0'], `${A}/`, `${A}/x`, 'n=1'],
    ['Max-Age over Expires', ['n=1; Max-Age=9; Expires=Thu, 01 Jan 1970 00:00:01 GMT'], `${A}/`, `${A}/`, 'n=1'],
    ['a Max-Age that is no number is ignored', ['n=1; Max-Age=0x', 'm=1; Max-Age=x0'], `${A}/`, `${A}/`, 'n=1; m=1'],
    ['an Expires that is no date is ignored', ['n=1; Expires=never'], `${A}/`, `${A}/`, 'n=1'],
  ];
  for (const [name, headers, from, to, expected] of cases) {
    test(name, () => assert.equal(sent(headers, from, to), expected));
  }

  test('forgets by the injected clock', () => {
    let now = 1000;
    const jar = new CookieJar({ now: () => now });
    jar.store(['a=1; Max-Age=10', 'b=1; Expires=Thu, 01 Jan 1970 00:17:00 GMT', 'c=1'], A);
    const at = (time: number): string | null => {
      now = time;
      return jar.header(A);
    };
    assert.deepEqual([at(1009), at(1010), at(1019), at(1020)], ['a=1; b=1; c=1', 'b=1; c=1', 'b=1; c=1', 'c=1']);
  });

  test('keeps nothing longer than 400 days', () => {
    let now = 0;
    const jar = new CookieJar({ now: () => now });
    jar.store(['a=1; Max-Age=99999999999', 'b=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT'], A);
    now = 400 * 86400 - 1;
    assert.equal(jar.header(A), 'a=1; b=1');
    now++;
    assert.equal(jar.header(A), null);
  });

  test('http may not overlay a secure cookie', () => {
    const jar = new CookieJar();
    jar.store(['n=1; Secure; Path=/x'], `${A}/`);
    jar.store(['n=2; Path=/x/y', 'n=3; Path=/'], 'http://a.example/');
    assert.equal(jar.header(`${A}/x/y`), 'n=1; n=3');
  });

  test('http may not overlay a secure cookie of the same name and an overlapping domain', () => {
    const wide = 'n=1; Secure; Domain=a.example';
    for (const [secure, from, header, to, expected] of [
      [wide, `${A}/`, 'n=2', 'http://b.a.example/', 'n=1'],
      ['n=1; Secure', 'https://b.a.example/', 'n=2; Domain=a.example', 'http://b.a.example/', 'n=1'],
      [wide, `${A}/`, 'm=2', 'http://b.a.example/', 'n=1; m=2'],
      ['n=1; Secure', `${A}/`, 'n=2', 'http://b.example/', 'n=2'],
    ] as const) {
      const jar = new CookieJar();
      jar.store([secure], from);
      jar.store([header], to);
      assert.equal(jar.header(to.replace('http:', 'https:')), expected, `${secure}, ${header}`);
    }
  });

  test('one name at two hosts is two cookies', () => {
    const jar = new CookieJar();
    jar.store(['n=1'], A);
    jar.store(['n=2'], 'https://b.example');
    assert.deepEqual([jar.header(A), jar.header('https://b.example')], ['n=1', 'n=2']);
  });

  test('what has expired is forgotten at the next store: a new one of its name is younger', () => {
    let now = 0;
    const jar = new CookieJar({ now: () => now });
    jar.store(['a=1; Max-Age=10'], A);
    now = 10;
    jar.store(['b=1'], A);
    jar.store(['a=2'], A);
    assert.equal(jar.header(A), 'b=1; a=2');
  });

  test('the clock is that of the machine unless one is given, in seconds', () => {
    const jar = new CookieJar();
    jar.store(['a=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT', 'b=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT'], A);
    assert.equal(jar.header(A), 'a=1');
  });

  test('an expired secure cookie is in nobody’s way, and a removed one passes no age on', () => {
    let now = 0;
    const jar = new CookieJar({ now: () => now });
    jar.store(['n=1; Secure; Max-Age=5'], A);
    now = 10;
    jar.store(['n=2'], 'http://a.example/');
    assert.equal(jar.header(A), 'n=2');
    jar.clear();
    jar.store(['a=1', 'b=1', 'a=; Max-Age=0', 'a=2'], A);
    assert.equal(jar.header(A), 'b=1; a=2');
  });

  test('clear forgets all', () => {
    const jar = new CookieJar();
    jar.store(['n=1'], A);
    jar.clear();
    assert.equal(jar.header(A), null);
  });

  test('a URL that is not absolute is refused', () => {
    for (const url of ['/x', 'ftp://a/', '', `see ${A}/`]) {
      assert.throws(() => new CookieJar().header(url), { code: 'ERR_COOKIE_BAD_OPTION' });
    }
  });
});

test('pathMatches and defaultPath follow 5.1.4', () => {
  assert.deepEqual(
    [pathMatches('/a/b', '/a/'), pathMatches('/a', '/a/'), pathMatches('/ab', '/a')],
    [true, false, false],
  );
  assert.deepEqual(['/', '', 'x', '/a', '/a/', '/a/b'].map(defaultPath), ['/', '/', '/', '/', '/a', '/a']);
});
