// Dates of Expires attributes: which token is which, that the first of a kind counts, and every bound.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCookieDate } from '../../dist/cookie/cookie-date.js';

/** Asserts what a text means: the ISO form of a moment, or nothing. */
function means(text: string, expected: string | null): void {
  assert.equal(parseCookieDate(text), expected === null ? null : Date.parse(expected) / 1000, text);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

describe('parseCookieDate', () => {
  it('knows every month, in any case and with letters behind', () => {
    MONTHS.forEach((name, i) => {
      const iso = `2030-${String(i + 1).padStart(2, '0')}-05T10:20:30Z`;
      for (const month of [name, name.toLowerCase(), name.toUpperCase(), `${name}uary`]) {
        means(`Sat, 05 ${month} 2030 10:20:30 GMT`, iso);
      }
    });
  });

  it('takes the first time, day, month and year', () => {
    means('05 Jan 2030 10:20:30 11:22:33', '2030-01-05T10:20:30Z');
    means('5 6 Jan 2030 10:20:30', '2030-01-05T10:20:30Z');
    means('05 Jan Feb 2030 10:20:30', '2030-01-05T10:20:30Z');
    means('05 Mar Feb 2030 10:20:30', '2030-03-05T10:20:30Z');
    means('05 Jan 2030 2031 10:20:30', '2030-01-05T10:20:30Z');
  });

  it('takes them in any order', () => {
    means('10:20:30 05 2030 Jan', '2030-01-05T10:20:30Z');
    means('2030 Jan 5 10:20:30', '2030-01-05T10:20:30Z');
    means('Jan 5 10:20:30 2030', '2030-01-05T10:20:30Z');
  });

  it('a token begins with what it is, and may have other characters behind', () => {
    means('05x Janx 2030x 10:20:30x', '2030-01-05T10:20:30Z');
    means('x1 05 Jan x2031 2030 x11:22:33 10:20:30', '2030-01-05T10:20:30Z');
    means('05 Jan 2030 x10:20:30', null);
    means('005 Jan 2030 10:20:30', null);
    means('05 Jan 20300 10:20:30', null);
    means('05 Jan 2030 10:20:300', null);
  });

  it('a missing part is no date', () => {
    means('Jan 2030 10:20:30', null);
    means('05 2030 10:20:30', null);
    means('05 Jan 10:20:30', null);
    means('05 Jan 2030', null);
  });

  it('judges every part at its bounds', () => {
    means('01 Jan 1601 00:00:00', '1601-01-01T00:00:00Z');
    means('31 Dec 1600 23:59:59', null);
    means('05 Jan 2030 23:59:59', '2030-01-05T23:59:59Z');
    for (const time of ['24:00:00', '10:60:00', '10:20:60']) means(`05 Jan 2030 ${time}`, null);
    for (const day of ['00 Jan', '32 Jan', '31 Apr', '29 Feb']) means(`${day} 2030 10:20:30`, null);
    means('29 Feb 2032 10:20:30', '2032-02-29T10:20:30Z');
  });

  it('two digits of a year are those of 1970 to 2069', () => {
    means('05 Jan 70 10:20:30', '1970-01-05T10:20:30Z');
    means('05 Jan 99 10:20:30', '1999-01-05T10:20:30Z');
    means('05 Jan 00 10:20:30', '2000-01-05T10:20:30Z');
    means('05 Jan 69 10:20:30', '2069-01-05T10:20:30Z');
  });
});
