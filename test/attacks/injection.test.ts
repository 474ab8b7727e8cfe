// Attribute and header injection through the cookie's name and every one of its options.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Session, type SessionOptions, ValueError } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { FakeHost } from '../support/fake-host.js';

/** What has ended an attribute, a header or a text somewhere. */
const BREAKS = [
  ';',
  '; ',
  '\r\n',
  '\n',
  '\r',
  '\0',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u010a',
  '\u010d',
  '\u013b',
  '\x7f',
  '\t',
  '\v',
  '\f',
  'é',
  '\ud800',
];
const INJECTED = ['Domain=evil.example', 'Set-Cookie: session=eve', 'HttpOnly', 'Max-Age=0', 'X: y'];

const GOOD = {
  path: '/app',
  domain: 'example.com',
  expires: 'Thu, 01 Jan 2099 00:00:00 GMT',
  maxAge: 60,
  secure: true,
  httpOnly: true,
  partitioned: true,
  sameSite: 'Lax',
  priority: 'High',
} as const;

/** The headers of a save and of a delete with these options; null where they are refused with the right code. */
function headersWith(options: unknown): readonly string[] | null {
  const host = new FakeHost();
  try {
    const session = new Session(host, { secretKey: SECRET, ...(options as SessionOptions) });
    const requests = [host.request(), host.request()] as const;
    session.get(requests[0]).save();
    session.delete(requests[1]);
    return requests.flatMap((request) => host.answer(request));
  } catch (error) {
    assert.ok(error instanceof ValueError && error.code === 'ERR_SESSION_BAD_OPTION', String(error));
    return null;
  }
}

const HEADER = /^session=[\w.-]*(?:; [A-Z][A-Za-z-]+(?:=[\x20-\x3a\x3c-\x7e]*)?)*$/;

/** Asserts that options are refused, or give headers with one attribute of each kind at most. */
function harmless(options: unknown, what: string): void {
  for (const header of headersWith(options) ?? []) {
    assert.match(header, HEADER, what);
    const names = header
      .split('; ')
      .slice(1)
      .map((attribute) => attribute.split('=', 1)[0]);
    assert.deepEqual(names, [...new Set(names)], what);
    assert.ok(!header.includes('evil') && !header.includes('Set-Cookie') && !header.includes('X: y'), what);
  }
}

describe('attack: injection through cookieOptions', () => {
  for (const [name, good] of Object.entries(GOOD)) {
    it(`H5, S2: ${name} adds nothing but itself`, () => {
      assert.notEqual(headersWith({ cookieOptions: { secure: true, [name]: good } }), null);
      for (const mark of BREAKS) {
        for (const injected of INJECTED) {
          for (const text of [
            `${good}${mark}${injected}`,
            `${mark}${injected}`,
            `${injected}${mark}`,
            `${good}${mark}`,
          ]) {
            assert.equal(headersWith({ cookieOptions: { secure: true, [name]: text } }), null, JSON.stringify(text));
          }
        }
      }
    });

    it(`S2: ${name} takes no object that turns into text`, () => {
      const evil = 'x; Domain=evil.example\r\nX: y';
      const toText = { toString: () => evil, valueOf: () => evil, [Symbol.toPrimitive]: () => evil };
      for (const value of [
        [evil],
        [good],
        new String(good),
        toText,
        () => evil,
        Symbol('x'),
        5n,
        Object.assign([good], toText),
      ]) {
        assert.equal(headersWith({ cookieOptions: { secure: true, [name]: value } }), null, typeof value);
      }
    });

    it(`S2: ${name} is what was checked, whatever it says when it is read again`, () => {
      for (const first of [good, undefined]) {
        let reads = 0;
        const cookieOptions = {
          secure: true,
          get [name]() {
            return reads++ === 0 ? first : 'x; Domain=evil.example\r\nX: y';
          },
        };
        harmless({ cookieOptions }, name);
      }
    });
  }

  it('S7: a Date with methods of its own prints as the date it is', () => {
    const expires = Object.assign(new Date(0), {
      toUTCString: () => 'x; Domain=evil.example\r\nX: y',
      toString: () => 'x; Domain=evil.example\r\nX: y',
      toJSON: () => 'x; Domain=evil.example\r\nX: y',
    });
    const [saved] = headersWith({ cookieOptions: { expires } }) ?? [];
    assert.match(saved ?? '', /; Path=\/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly$/);
  });

  it('S2: options changed after they were given change nothing', () => {
    const cookieOptions: Record<string, unknown> = { path: '/app' };
    const host = new FakeHost();
    const session = new Session(host, { secretKey: SECRET, cookieOptions });
    cookieOptions.path = '/; Domain=evil.example';
    assert.throws(() => {
      (session.cookieOptions as Record<string, unknown>).path = '/; Domain=evil.example';
    }, TypeError);
    const request = host.request();
    session.get(request).save();
    assert.match(host.answer(request)[0] ?? '', /^session=[\w.-]+; Path=\/app; HttpOnly$/);
  });

  it('S2: a name that is no option is refused, whatever it holds', () => {
    for (const name of [
      'Domain',
      'PATH',
      'samesite',
      'max-age',
      '; Domain=evil',
      '__proto__',
      'constructor',
      'toString',
      '',
    ]) {
      const cookieOptions = JSON.parse(`{${JSON.stringify(name)}:"evil"}`);
      assert.equal(headersWith({ cookieOptions }), null, name);
    }
  });
});

describe('attack: injection through cookieName', () => {
  it('S2: a name is a token of RFC 9110 and nothing else', () => {
    for (const mark of [...BREAKS, ' ', '=', ',', '"', '(', '/', ':', '<', '@', '[', '\\', '{', '']) {
      for (const text of [`session${mark}x`, `${mark}session`, `session${mark}`, mark]) {
        if (/^\w+$/.test(text)) continue;
        assert.equal(headersWith({ cookieName: text }), null, JSON.stringify(text));
      }
    }
    for (const value of [
      5,
      ['session'],
      { toString: () => 'session' },
      new String('session'),
      null,
      true,
      Symbol('x'),
    ]) {
      assert.equal(headersWith({ cookieName: value }), null, typeof value);
    }
  });
});

describe('attack: injection through the data', () => {
  it('S7: nothing in a payload reaches the header but as base64url', () => {
    const host = new FakeHost();
    const session = new Session(host, { secretKey: SECRET });
    for (const mark of BREAKS.filter((text) => text !== '\ud800')) {
      const request = host.request();
      session.update(request, { [`a${mark}`]: `${mark}Domain=evil.example`, [mark]: [mark] });
      assert.match(host.answer(request)[0] ?? '', /^session=[\w-]+\.[\w-]+\.[\w-]{43}; Path=\/; HttpOnly$/);
    }
  });
});
