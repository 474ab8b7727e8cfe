// Sessions read out of responses: what is said, and what is no answer.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fetchHost } from '../../../dist/hosts/fetch.js';
import { Session } from '../../../dist/session/index.js';
import { createClock, mintCookie, readSession } from '../../../dist/testing/index.js';
import { SECRET } from '../../jwt/forge.js';
import { payload, SEED } from '../../property/arbitraries.js';
import { T } from '../../session/timed.js';
import { throwsCode } from '../../support/errors.js';
import { FakeHost, visit } from '../../support/fake-host.js';
import { MIXES } from './sessions.js';

const sessions = new Session(new FakeHost(), { secretKey: SECRET });
const NOTHING = { data: null, verdict: null, attributes: null, cookie: null };

describe('readSession', () => {
  it('absent: the response says nothing about the session', () => {
    const others = ['other=1; Path=/', 'Session=x', 'session2=x', 'session', '', '=session'];
    assert.deepEqual(readSession(sessions, others), { state: 'absent', ...NOTHING });
    assert.deepEqual(readSession(sessions, []), { state: 'absent', ...NOTHING });
  });

  it('S8, deleted: the browser forgets the cookie', () => {
    const [line = ''] = visit(sessions, null, (dict) => dict.delete());
    const { attributes, ...rest } = readSession(sessions, line);
    assert.deepEqual(rest, { state: 'deleted', data: null, verdict: null, cookie: null });
    assert.deepEqual(attributes, {
      path: '/',
      expires: 'Thu, 01 Jan 1970 00:00:01 GMT',
      maxAge: 0,
      httpOnly: true,
    });
    const token = mintCookie(sessions, { n: 1 }).header;
    assert.equal(readSession(sessions, `${token}; Max-Age=-1`).state, 'deleted');
    assert.equal(readSession(sessions, `${token}; Expires=Thu, 01 Jan 1970 00:00:00 GMT`).state, 'deleted');
    assert.equal(readSession(sessions, `${token}; Expires=Thu, 01 Jan 1970 00:00:01 GMT`).state, 'deleted');
    // Max-Age wins (RFC 6265bis, section 5.5).
    assert.equal(readSession(sessions, `${token}; Max-Age=5; Expires=Thu, 01 Jan 1970 00:00:00 GMT`).state, 'saved');
  });

  it('saved: the data of the next request, the dates, the attributes and the cookie', () => {
    const clock = createClock(T);
    const timed = new Session<{ user: string }>(new FakeHost(), {
      secretKey: [{ id: 'k', secret: SECRET }],
      idleTimeout: 600,
      audience: 'shop',
      cookieOptions: { sameSite: 'Strict', secure: true },
      now: clock.now,
    });
    const minted = mintCookie(timed, { user: 'ada' });
    const { cookie, ...rest } = readSession(timed, ['a=b', minted.setCookie]);
    assert.deepEqual(rest, {
      state: 'saved',
      data: { user: 'ada' },
      verdict: {
        ok: true,
        payload: { user: 'ada' },
        header: { alg: 'HS256', kid: 'k', typ: 'JWT' },
        keyIndex: 0,
        issuedAt: T,
        expiresAt: T + 600,
      },
      attributes: { path: '/', maxAge: 600, secure: true, httpOnly: true, sameSite: 'Strict' },
    });
    assert.equal(cookie?.setCookie, minted.setCookie);
    clock.advance(661);
    assert.deepEqual(readSession(timed, minted.setCookie).verdict, { ok: false, reason: 'expired' });
  });

  it('refused: a cookie that the session does not read', () => {
    const foreign = mintCookie({ secretKey: 'somebody else’s secret of 32 bytes' }, { n: 1 });
    const { cookie, ...rest } = readSession(sessions, foreign.setCookie);
    assert.deepEqual(rest, {
      state: 'refused',
      data: null,
      verdict: { ok: false, reason: 'bad-signature' },
      attributes: { path: '/', httpOnly: true },
    });
    assert.equal(cookie?.value, foreign.value);
    assert.equal(readSession(sessions, 'session=; Path=/').state, 'refused');
  });

  it('S11: two lines for one name are an error, whatever their attributes, and show nothing', () => {
    const { setCookie, value } = mintCookie(sessions, { n: 1 });
    for (const lines of [
      [setCookie, setCookie],
      [setCookie, 'session=; Max-Age=0'],
      [setCookie, 'session=x; Path=/deep'],
    ]) {
      throwsCode(() => readSession(sessions, lines), 'ERR_TEST_AMBIGUOUS', [value]);
    }
    assert.equal(readSession(sessions, [setCookie, 'sessions=1']).state, 'saved');
  });

  it('S1: asks for a secret', () => {
    throwsCode(() => readSession({}, []), 'ERR_SESSION_NO_SECRET');
  });

  it('tells no listener anything', () => {
    const heard: unknown[] = [];
    const listening = new Session({
      secretKey: SECRET,
      autoSave: true,
      onEvent: (event) => void heard.push(event),
      onReject: (reason) => void heard.push(reason),
    });
    assert.equal(readSession(listening, mintCookie(sessions, { n: 1 }).setCookie).state, 'saved');
    assert.equal(readSession(listening, 'session=x').state, 'refused');
    assert.deepEqual(heard, []);
  });

  for (const [name, options] of Object.entries(MIXES)) {
    it(`what is minted goes through an app and is read: ${name}`, async () => {
      const host = fetchHost();
      const app = new Session(host, { ...options, warnBytes: Number.POSITIVE_INFINITY });
      const handle = host.handler((request: Request) => {
        app.get(request).save();
        return new Response();
      });
      await fc.assert(
        fc.asyncProperty(payload, async (data) => {
          const Cookie = mintCookie(options, data).header;
          const response = await handle(new Request('https://localhost/', { headers: { Cookie } }));
          const reading = readSession(options, response);
          assert.equal(reading.state, 'saved');
          assert.equal(JSON.stringify(reading.data), JSON.stringify(data));
        }),
        { seed: SEED, numRuns: 20 },
      );
    });
  }
});
