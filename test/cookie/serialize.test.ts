// One Set-Cookie header: names and values of RFC 6265bis, and nothing that could end the header or the attribute.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serializeCookie, serializeCookieRemoval } from '../../dist/cookie/serialize.js';
import { throwsCode } from '../support/errors.js';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]$/;
const everyCharacter = [...Array(0x180).keys(), 0x2028, 0xfeff, 0xd800].map((code) => String.fromCharCode(code));

describe('serializeCookie', () => {
  it('H5: name, value and attributes', () => {
    assert.equal(serializeCookie('a', '1'), 'a=1');
    assert.equal(serializeCookie('a', ''), 'a=');
    assert.equal(serializeCookie('a', '"1"', { path: '/', secure: true }), 'a="1"; Path=/; Secure');
    assert.equal(serializeCookie('__Host-a', 'x=y'), '__Host-a=x=y');
  });

  it('H5: a name is a token', () => {
    for (const character of everyCharacter) {
      const name = `a${character}`;
      if (TOKEN.test(character)) assert.equal(serializeCookie(name, ''), `${name}=`);
      else {
        throwsCode(() => serializeCookie(name, ''), 'ERR_COOKIE_BAD_NAME');
        throwsCode(() => serializeCookie(`${character}a`, ''), 'ERR_COOKIE_BAD_NAME');
      }
    }
    for (const name of ['', null, undefined, 5, ['a'], {}]) {
      throwsCode(() => serializeCookie(name as string, ''), 'ERR_COOKIE_BAD_NAME');
      throwsCode(() => serializeCookieRemoval(name as string), 'ERR_COOKIE_BAD_NAME');
    }
  });

  it('H5: a value is cookie-octets, or cookie-octets between quotes', () => {
    for (const character of everyCharacter) {
      const value = `hunter2${character}`;
      const ok = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]$/.test(character);
      if (ok) assert.equal(serializeCookie('a', value), `a=${value}`);
      else throwsCode(() => serializeCookie('a', value), 'ERR_COOKIE_BAD_VALUE', ['hunter2']);
    }
    for (const value of ['"', '"a', 'a"', '""a', '"a"b"', ' ', 'a;b', null, undefined, 5, ['a']]) {
      throwsCode(() => serializeCookie('a', value as string), 'ERR_COOKIE_BAD_VALUE');
    }
    assert.equal(serializeCookie('a', '""'), 'a=""');
  });

  it('H5: a line break at the end is no end', () => {
    throwsCode(() => serializeCookie('a\n', ''), 'ERR_COOKIE_BAD_NAME');
    throwsCode(() => serializeCookie('a', 'b\n'), 'ERR_COOKIE_BAD_VALUE');
    throwsCode(() => serializeCookie('a', 'b', { path: '/\n' }), 'ERR_COOKIE_BAD_OPTION');
    throwsCode(() => serializeCookie('a', 'b', { domain: 'a\n' }), 'ERR_COOKIE_BAD_OPTION');
    throwsCode(() => serializeCookie('a', 'b', { expires: '2099-01-01\n' }), 'ERR_COOKIE_BAD_OPTION');
  });
});

describe('serializeCookieRemoval', () => {
  it('H5: same name, path, domain and flags, long expired', () => {
    assert.equal(serializeCookieRemoval('a'), 'a=; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0');
    assert.equal(
      serializeCookieRemoval('a', { path: '/', domain: 'b.c', maxAge: 9, secure: true }),
      'a=; Path=/; Domain=b.c; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; Secure',
    );
  });
});
