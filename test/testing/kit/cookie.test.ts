// The forms of a minted cookie, and that none of them is printed.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { hardened, Session } from '../../../dist/session/index.js';
import { createClock, mintCookie, readSession } from '../../../dist/testing/index.js';
import { TestCookie } from '../../../dist/testing/kit/cookie.js';
import { SECRET } from '../../jwt/forge.js';

describe('TestCookie', () => {
  const cookie = new TestCookie('session', 'token', '; Path=/app; Max-Age=60; Secure; HttpOnly; SameSite=Lax');

  it('is a Cookie header, a Set-Cookie header, and attributes', () => {
    assert.equal(cookie.name, 'session');
    assert.equal(cookie.value, 'token');
    assert.equal(cookie.header, 'session=token');
    assert.equal(cookie.setCookie, 'session=token; Path=/app; Max-Age=60; Secure; HttpOnly; SameSite=Lax');
    assert.deepEqual(cookie.attributes, { path: '/app', sameSite: 'Lax', secure: true, httpOnly: true, maxAge: 60 });
    assert.equal(cookie.withValue('other').setCookie, cookie.setCookie.replace('token', 'other'));
  });

  it('knows every attribute, and none that is absent', () => {
    const all =
      '; Path=/; Domain=example.com; Expires=Wed, 01 Jan 2031 00:00:00 GMT; Partitioned; Priority=High; Other=1';
    assert.deepEqual(new TestCookie('a', 'b', all).attributes, {
      path: '/',
      domain: 'example.com',
      expires: 'Wed, 01 Jan 2031 00:00:00 GMT',
      priority: 'High',
      partitioned: true,
    });
    assert.deepEqual(new TestCookie('a', 'b', '').attributes, {});
    assert.deepEqual(new TestCookie('a', 'b', '; Max-Age=soon').attributes, {});
  });

  it('is a cookie for the jar of a browser', () => {
    const url = 'https://app.example.com:8443/deep/page?q';
    const { expires, ...rest } = cookie.forBrowser(url);
    assert.deepEqual(rest, {
      name: 'session',
      value: 'token',
      domain: 'app.example.com',
      path: '/app',
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
    });
    assert.ok(Math.abs(expires - (Date.now() / 1000 + 60)) < 30);
    const bare = { name: 'a', value: 'b', httpOnly: false, secure: false };
    assert.deepEqual(new TestCookie('a', 'b', '').forBrowser(url), {
      ...bare,
      domain: 'app.example.com',
      path: '/deep',
      expires: -1,
    });
    const dated = '; Path=/; Domain=.example.com; Expires=Wed, 01 Jan 2031 00:00:00 GMT';
    assert.deepEqual(new TestCookie('a', 'b', dated).forBrowser(url), {
      ...bare,
      domain: '.example.com',
      path: '/',
      expires: 1_924_992_000,
    });
    assert.throws(() => cookie.forBrowser('/relative'), TypeError);
  });

  it('S19: no printed form shows the token or the data', () => {
    const sessions = new Session(hardened({ secretKey: SECRET, now: createClock(0).now }));
    const minted = mintCookie(sessions, { card: 'payload-4711' });
    const { cookie: read } = readSession(sessions, minted.setCookie);
    for (const printed of [minted, read]) {
      const forms = [JSON.stringify(printed), inspect(printed), inspect(printed, { depth: 9 })];
      for (const form of forms) assert.ok(!form.includes(minted.value) && !form.includes('payload-4711'), form);
    }
    assert.equal(JSON.stringify(minted), '{"name":"__Host-session"}');
  });
});
