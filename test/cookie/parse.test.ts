// Reading Cookie headers: every cookie, or the values of one name, whatever the header.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cookieValues, MAX_CANDIDATES, parseCookies } from '../../dist/cookie/parse.js';

const parsed = (header: string | null): Record<string, string> => ({ ...parseCookies(header) });

describe('parseCookies', () => {
  it('S14: reads names and values as they are', () => {
    assert.deepEqual(parsed(null), {});
    assert.deepEqual(parsed('a=1'), { a: '1' });
    assert.deepEqual(parsed('a=1; b=2;c=3'), { a: '1', b: '2', c: '3' });
    assert.deepEqual(parsed('a=b=c; d=='), { a: 'b=c', d: '=' });
    assert.deepEqual(parsed('a="x y"; b=%20; c=é'), { a: '"x y"', b: '%20', c: 'é' });
    assert.deepEqual(parsed('A=1; a=2'), { A: '1', a: '2' });
    assert.deepEqual(parsed('a=1, b=2'), { a: '1, b=2' });
  });

  it('of two with one name the last counts', () => {
    assert.deepEqual(parsed('a=1; b=2; a=3'), { a: '3', b: '2' });
    assert.deepEqual(parsed('a=1; a'), { a: '' });
  });

  it('a part without = is a name with an empty value, an empty part one with an empty name, as upstream', () => {
    assert.deepEqual(parsed('a; b=1'), { a: '', b: '1' });
    assert.deepEqual(parsed('a; b; c=1'), { a: '', b: '', c: '1' });
    assert.deepEqual(parsed(''), { '': '' });
    assert.deepEqual(parsed('a=1;'), { a: '1', '': '' });
    assert.deepEqual(parsed('; ;a=1'), { a: '1', '': '' });
    assert.deepEqual(parsed('=x'), { '': 'x' });
    assert.deepEqual(parsed('=x; a=1'), { '': 'x', a: '1' });
    assert.deepEqual(parsed('a='), { a: '' });
  });

  it('S14: trims space and tab around a part, and nothing else', () => {
    assert.deepEqual(parsed(' \t a=1\t ;\tb=2 '), { a: '1', b: '2' });
    assert.deepEqual(parsed('a =1; b= 2'), { 'a ': '1', b: ' 2' });
    for (const blank of ['\n', '\r', '\v', '\f', '\0', '\u00a0', '\u2028', '\u3000', '\ufeff']) {
      assert.deepEqual(parsed(`${blank}a=1${blank}`), { [`${blank}a`]: `1${blank}` });
    }
  });

  it('a cookie may have any name: the result has no prototype', () => {
    const cookies = parseCookies('__proto__=1; constructor=2; toString=3');
    assert.equal(Object.getPrototypeOf(cookies), null);
    assert.deepEqual(Object.entries(cookies), [
      ['__proto__', '1'],
      ['constructor', '2'],
      ['toString', '3'],
    ]);
    assert.ok(!('valueOf' in cookies));
  });
});

describe('cookieValues', () => {
  it('S14: gives the values of one name in order', () => {
    assert.deepEqual(cookieValues(null, 'a'), []);
    assert.deepEqual(cookieValues('', 'a'), []);
    assert.deepEqual(cookieValues('a=1', 'a'), ['1']);
    assert.deepEqual(cookieValues('a=1; b=2; a=3;a=', 'a'), ['1', '3', '']);
    assert.deepEqual(cookieValues('a=a=1', 'a'), ['a=1']);
    assert.deepEqual(cookieValues('b=a=1', 'a'), []);
    assert.deepEqual(cookieValues('a=1; b= a=2', 'a'), ['1']);
  });

  it('S14: a name without = is no candidate', () => {
    assert.deepEqual(cookieValues('a', 'a'), []);
    assert.deepEqual(cookieValues('a;a ;a =1', 'a'), []);
  });

  it('S14: names match whole and case-sensitively', () => {
    assert.deepEqual(cookieValues('aa=1; ba=2; ab=3; A=4; a.=5', 'a'), []);
    assert.deepEqual(cookieValues('aa=1', 'aa'), ['1']);
    assert.deepEqual(cookieValues('aaa=1; aa=2', 'aa'), ['2']);
    assert.deepEqual(cookieValues('a.b=1; a+b=2', 'a.b'), ['1']);
  });

  it('S14: trims space and tab only', () => {
    assert.deepEqual(cookieValues('\t a=1 \t; a=2\t', 'a'), ['1', '2']);
    assert.deepEqual(cookieValues('a= 1', 'a'), [' 1']);
    assert.deepEqual(cookieValues('\u00a0a=1', 'a'), []);
    assert.deepEqual(cookieValues('a=1\u00a0', 'a'), ['1\u00a0']);
    assert.deepEqual(cookieValues('b=1\n a=1', 'a'), []);
  });

  it('S14: at most the last 16', () => {
    const header = (count: number): string => Array.from({ length: count }, (_, i) => `a=${i}`).join('; ');
    assert.equal(MAX_CANDIDATES, 16);
    assert.deepEqual(cookieValues(header(16), 'a').length, 16);
    assert.deepEqual(
      cookieValues(header(17), 'a'),
      Array.from({ length: 16 }, (_, i) => `${i + 1}`),
    );
    assert.deepEqual(cookieValues(`${header(100)}; b=1`, 'a').at(-1), '99');
  });
});

describe('headers of 1 MiB, made to take long', () => {
  const MIB = 2 ** 20;
  const filled = (part: string): string => part.repeat(Math.ceil(MIB / part.length)).slice(0, MIB);

  it('S14: end, with the right result', () => {
    for (const part of [
      ';',
      'a;',
      ' ',
      '; ',
      '=',
      'session',
      'session=',
      'session ',
      'session;',
      'session= ',
      's',
      ' ;\t',
      'é',
      '\0',
      '"',
      'session=x;',
    ]) {
      const header = `session=first;${filled(part)};session=last`;
      assert.equal(parseCookies(header).session, 'last', part);
      assert.equal(cookieValues(header, 'session').at(-1), 'last', part);
      assert.ok(cookieValues(header, 'session').length <= MAX_CANDIDATES);
    }
  });

  it('S14: a value of 1 MiB is a value', () => {
    assert.equal(parseCookies(`a=${filled('x')}`).a?.length, MIB);
    assert.deepEqual(cookieValues(`a=${filled(' x')}`, 'a')[0]?.length, MIB);
  });
});
