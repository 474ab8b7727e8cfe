// Cookie tossing: cookies that another host, or a visitor, puts beside the session's own.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCookies } from '../../dist/cookie/parse.js';
import { Session } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { viaFetch } from '../microdot/send.js';
import { FakeHost, visit } from '../support/fake-host.js';
import { createTarget } from './target.js';

const reasons: string[] = [];
const target = createTarget({ onReject: (reason) => reasons.push(reason) });
const { session } = target;
const ada = session.encode({ user: 'ada' });
const eve = session.encode({ user: 'eve' });
const bad = forge({ alg: 'HS256', typ: 'JWT' }, { user: 'ada' }, 'a secret of somebody else');

/** What a request with this Cookie header finds, and why not more. */
function found(cookieHeader: string, opens = session): { readonly data: unknown; readonly reasons: readonly string[] } {
  reasons.length = 0;
  let data: unknown;
  visit(opens, cookieHeader, (dict) => {
    data = { ...dict };
  });
  return { data, reasons: [...reasons] };
}

const FLOOD = 10_000;

describe('attack: planted cookies', () => {
  it('S14: a bad one logs nobody out, before, behind or around the good one', () => {
    for (const planted of [
      bad,
      '',
      'x',
      'x'.repeat(5000),
      forge({ alg: 'none' }, { user: 'eve' }),
      `"${eve}"`,
      `${eve},`,
    ]) {
      for (const header of [
        `session=${planted}; session=${ada}`,
        `session=${ada}; session=${planted}`,
        `session=${planted}; session=${ada}; session=${planted}`,
      ]) {
        assert.deepEqual(found(header).data, { user: 'ada' }, header.slice(0, 100));
      }
    }
  });

  it('S14: of two good ones the last wins: what a name with __Host- is for', () => {
    assert.deepEqual(found(`session=${ada}; session=${eve}`), { data: { user: 'eve' }, reasons: [] });
    assert.deepEqual(found(`session=${eve}; session=${ada}; session=${bad}`), {
      data: { user: 'ada' },
      reasons: ['bad-signature'],
    });
  });

  it('S14: 10,000 cookies of the name cost 16 verdicts, and 10,000 others none', () => {
    assert.deepEqual(found(`session=${ada}${`; session=${bad}`.repeat(FLOOD)}`), {
      data: {},
      reasons: Array.from({ length: 16 }, () => 'bad-signature'),
    });
    assert.deepEqual(found(`${`session=${bad}; `.repeat(FLOOD)}session=${ada}`), {
      data: { user: 'ada' },
      reasons: [],
    });
    assert.deepEqual(found(`session=${ada}${'; xsession=x'.repeat(FLOOD)}`), { data: { user: 'ada' }, reasons: [] });
    const many = Array.from({ length: FLOOD }, (_, i) => `c${i}=${i}`).join('; ');
    assert.deepEqual(found(`${many}; session=${ada}; ${many}`), { data: { user: 'ada' }, reasons: [] });
    assert.equal(Object.keys(parseCookies(many)).length, FLOOD);
  });

  it('S14: the same over the app', async () => {
    for (const [cookie, body] of [
      [`session=${bad}; session=${ada}; session=${bad}`, '{"user":"ada"}'],
      [`session=${ada}; session=${eve}`, '{"user":"eve"}'],
      [`session=${bad}`, '{}'],
      [`session=${ada}${'; session=x'.repeat(16)}`, '{}'],
    ] as const) {
      const received = await viaFetch(target.app, { headers: { Cookie: cookie } });
      assert.deepEqual([received.status, received.body, received.setCookies], [200, body, []]);
    }
  });
});

describe('attack: names that nearly match', () => {
  const near = (name: string): readonly string[] => [
    name.toUpperCase(),
    name.toLowerCase(),
    `${name} `,
    `${name}\u00a0`,
    `\u00a0${name}`,
    `${name}\t`,
    `${name}\0`,
    `\0${name}`,
    `\ufeff${name}`,
    `\u200b${name}`,
    `"${name}"`,
    `$${name}`,
    `${name}[]`,
    `${name}[0]`,
    `${name}.0`,
    `x${name}`,
    `${name}x`,
    encodeURIComponent(name).replace(/^./, (first) => `%${first.charCodeAt(0).toString(16)}`),
    name.replace(/s/g, 'ſ'),
    name.normalize('NFD').replace('e', 'е'),
  ];

  it('S14: are other cookies', () => {
    const hosted = new Session(new FakeHost(), {
      secretKey: SECRET,
      cookieName: '__Host-session',
      cookieOptions: { secure: true },
    });
    for (const [name, opens] of [
      ['session', session],
      ['__Host-session', hosted],
    ] as const) {
      assert.deepEqual(found(`${name}=${ada}`, opens).data, { user: 'ada' });
      for (const other of near(name)) {
        if (other === name) continue;
        assert.deepEqual(found(`${other}=${eve}`, opens).data, {}, JSON.stringify(other));
        assert.deepEqual(found(`${name}=${ada}; ${other}=${eve}`, opens).data, { user: 'ada' }, JSON.stringify(other));
      }
    }
  });

  it('a session named __Host-session does not read session, __Secure-session or a nameless cookie', () => {
    const hosted = new Session({ secretKey: SECRET, cookieName: '__Host-session', cookieOptions: { secure: true } });
    for (const header of [
      `session=${eve}`,
      `__Secure-session=${eve}`,
      `Host-session=${eve}`,
      `=__Host-session=${eve}`,
      `=session=${eve}`,
      `a=__Host-session=${eve}`,
      `__Host-session==${eve}`,
      `__Host-session`,
      eve,
    ]) {
      assert.deepEqual(found(header, hosted).data, {}, header);
    }
  });

  it('S14: no separator but a semicolon ends a cookie', () => {
    for (const separator of [',', ', ', '&', '\n', '\r\n', '\0', '\u2028', '；', '|', '%3B', '%3b ', ' ']) {
      assert.deepEqual(found(`session=${ada}${separator}session=${eve}`).data, {}, JSON.stringify(separator));
      assert.deepEqual(found(`a=b${separator}session=${eve}`).data, {}, JSON.stringify(separator));
    }
  });

  it('S14: quotes and backslashes hide nothing', () => {
    assert.deepEqual(found(`a="; session=${ada}; b="`).data, { user: 'ada' });
    assert.deepEqual(found(`a="\\"; session=${ada}`).data, { user: 'ada' });
    assert.deepEqual(found(`session="${ada}"; b=1`).data, {});
  });
});
