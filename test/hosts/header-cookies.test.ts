// headerCookies: the headers of a request and of its response, as a loader or action of React Router has them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cookiesHost, type HeaderCookies, headerCookies } from '../../dist/hosts/cookies.js';
import { Session, type SessionOptions } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { T } from '../session/timed.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf } from '../support/fake-host.js';

const HEADER = { alg: 'HS256', typ: 'JWT' };
const open = (options: SessionOptions = {}): Session => new Session(cookiesHost(), { secretKey: SECRET, ...options });
const sessions = open();
const lineOf = (payload: object): string => `session=${sessions.encode(payload)}; Path=/; HttpOnly`;
const REMOVAL = 'session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly';
/** Past half of its idle time at T. */
const DUE = forge(HEADER, { user: 'ada', iat: T - 400, exp: T + 200 });
const timed: SessionOptions = { idleTimeout: 600, clockTolerance: 0, now: () => T };

interface Exchange {
  readonly request: HeaderCookies;
  readonly headers: Headers;
}

function exchange(cookie: string | null = null, more: Readonly<Record<string, string>> = {}): Exchange {
  const headers = new Headers();
  const asked = new Headers({ ...more, ...(cookie === null ? {} : { cookie }) });
  return { request: headerCookies(asked, headers), headers };
}

describe('headerCookies', () => {
  it('S7: a save is a line of the response, a read none', () => {
    const { request, headers } = exchange(`a=b; ${cookieOf(sessions.encode({ n: 1 }))}`);
    const session = sessions.get(request);
    assert.equal(sessions.get(request), session);
    assert.deepEqual([{ ...session }, headers.getSetCookie()], [{ n: 1 }, []]);
    session.n = 2;
    session.save();
    assert.deepEqual(headers.getSetCookie(), [lineOf({ n: 2 })]);
  });

  it('S14: of several cookies the last good one counts', () => {
    const [a, b] = [sessions.encode({ n: 1 }), sessions.encode({ n: 2 })];
    assert.deepEqual({ ...sessions.get(exchange(`session=${a}; session=${b}; session=bad`).request) }, { n: 2 });
  });

  it("S11: the last word replaces the first; other people's lines stay, in their order", () => {
    const { request, headers } = exchange();
    const others = ['b=1', 'session=x; Path=/app', 'session=x; Path=/; Domain=example.com', 'sessions=1; Path=/', 'a'];
    for (const line of others.slice(0, 2)) headers.append('Set-Cookie', line);
    const session = sessions.get(request);
    session.save();
    for (const line of others.slice(2)) headers.append('Set-Cookie', line);
    session.n = 1;
    session.save();
    assert.deepEqual(headers.getSetCookie(), [...others, lineOf({ n: 1 })]);
    session.delete();
    assert.deepEqual(headers.getSetCookie(), [...others, REMOVAL]);
  });

  it('S11: name, domain and path make a cookie, whatever their spelling and the size of the value', () => {
    const cookieOptions = { domain: '.Example.com' };
    const large = { maxCookieBytes: 10_000, warnBytes: Number.POSITIVE_INFINITY };
    const { request, headers } = exchange();
    headers.append('Set-Cookie', 'session=x; PATH=/; domain=example.COM; Secure');
    const session = open({ cookieOptions, ...large }).get(request);
    for (const text of ['x'.repeat(5000), 'x'.repeat(6000)]) Object.assign(session, { text }).save();
    assert.equal(headers.getSetCookie().length, 1);
    assert.deepEqual(open(large).decode(/^session=([^;]*)/.exec(headers.getSetCookie()[0] ?? '')?.[1] ?? ''), {
      text: 'x'.repeat(6000),
    });
  });

  it('S11: called twice for one response there is still one line', () => {
    const { request, headers } = exchange();
    sessions.get(request).save();
    const second = sessions.get(headerCookies(new Headers(), headers));
    second.n = 2;
    second.save();
    assert.deepEqual(headers.getSetCookie(), [lineOf({ n: 2 })]);
  });

  it('marks the response for caches', () => {
    const { request, headers } = exchange();
    const session = sessions.get(request);
    assert.deepEqual([headers.get('vary'), headers.get('cache-control')], ['Cookie', 'private']);
    session.save();
    assert.deepEqual([headers.get('vary'), headers.get('cache-control')], ['Cookie', 'private, no-store']);
    const off = exchange();
    open({ cacheHeaders: false }).get(off.request).save();
    assert.deepEqual(
      [...off.headers].map(([name]) => name),
      ['set-cookie'],
    );
  });

  it('a read renews, but no prefetch does', () => {
    const visit = exchange(cookieOf(DUE));
    open(timed).get(visit.request);
    assert.equal(visit.headers.getSetCookie().length, 1);
    const prefetch = exchange(cookieOf(DUE), { 'sec-purpose': 'prefetch' });
    open(timed).get(prefetch.request);
    assert.deepEqual(prefetch.headers.getSetCookie(), []);
  });

  it("secure: 'auto' asks the proxy where it is trusted", () => {
    const session = open({ cookieOptions: { secure: 'auto' }, trustProxy: true });
    for (const [proto, isSecure] of [
      ['http', false],
      ['https', true],
    ] as const) {
      const { request, headers } = exchange(null, { 'x-forwarded-proto': proto });
      session.get(request).save();
      assert.equal(/; Secure/.test(headers.getSetCookie()[0] ?? ''), isSecure);
    }
  });

  it('S18: without the headers of a response it can be read and not saved; a due renewal waits', () => {
    const session = open(timed).get(headerCookies(new Headers({ cookie: cookieOf(DUE) })));
    assert.deepEqual({ ...session }, { user: 'ada' });
    throwsCode(() => session.save(), 'ERR_SESSION_HEADERS_SENT', [DUE]);
    throwsCode(() => session.delete(), 'ERR_SESSION_HEADERS_SENT', [DUE]);
  });

  it('autoSave is an error', () => {
    throwsCode(() => open({ autoSave: true }).get(exchange().request), 'ERR_SESSION_BAD_OPTION');
  });
});
