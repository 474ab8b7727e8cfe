// Options: names, types, null and undefined, what replaces what, and that the caller's objects are never touched.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { ValueError } from '../../dist/errors.js';
import {
  type CookieOptions,
  Session,
  type SessionCookieOptions,
  type SessionOptions,
} from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { attributesOf, FakeHost, nextVisit } from '../support/fake-host.js';

/** Options of types that the compiler refuses. */
const wrong = (options: unknown): SessionOptions => options as SessionOptions;

/** Tries options by every way of giving them. */
function refused(options: unknown): void {
  throwsCode(() => new Session(wrong(options)), 'ERR_SESSION_BAD_OPTION');
  throwsCode(() => new Session(null, wrong(options)), 'ERR_SESSION_BAD_OPTION');
  throwsCode(() => new Session(new FakeHost(), wrong(options)), 'ERR_SESSION_BAD_OPTION');
  throwsCode(() => new Session().initialize(new FakeHost(), wrong(options)), 'ERR_SESSION_BAD_OPTION');
}

/** The attributes that a save on `host` makes. */
function savedWith(session: Session, host: FakeHost): string {
  const request = host.request();
  session.get(request).save();
  return attributesOf(host.answer(request)[0]);
}

describe('session options', () => {
  it('S2: an unknown one is ERR_SESSION_BAD_OPTION right there', () => {
    for (const name of [
      'secret',
      'secretkey',
      'cookie_options',
      'cookiename',
      'maxAge',
      'secure',
      '__proto',
      'toString',
      '',
    ]) {
      refused({ [name]: 1 });
      refused({ secretKey: SECRET, [name]: undefined });
    }
    refused(JSON.parse('{"__proto__":1}'));
  });

  it('S2: what is no object is ERR_SESSION_BAD_OPTION', () => {
    for (const options of [[], ['x'], 'options', 5, true, Symbol('x')]) {
      throwsCode(() => new Session(null, wrong(options)), 'ERR_SESSION_BAD_OPTION');
      throwsCode(() => new Session(new FakeHost(), wrong(options)), 'ERR_SESSION_BAD_OPTION');
      throwsCode(() => new Session(wrong(options)), 'ERR_SESSION_BAD_OPTION');
    }
  });

  for (const [name, values] of Object.entries({
    now: [1, 'now', {}, null, new Date()],
    allowWeakSecret: [0, 1, 'true', null, {}],
    maxCookieBytes: [0, -1, 1.5, '4096', null, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 20 + 1, 10n],
    tokenCache: [0, -1, 1.5, 2 ** 20 + 1, true, 'x', '1024', null, Number.NaN, Number.POSITIVE_INFINITY, 10n, {}],
    warnBytes: [-1, 1.5, '1400', null, Number.NaN, Number.NEGATIVE_INFINITY, true],
    cookieOptions: [1, 'path=/', [], true],
    encrypt: [1, 'jwe', true, {}, { createFormat: 1 }, Object.assign(() => {}, { createFormat: () => {} })],
  })) {
    for (const value of values) {
      it(`S2: ${name} of ${inspect(value)} is refused`, () => {
        refused({ [name]: value });
      });
    }
  }

  it('S2: good values are taken, the borders included', () => {
    for (const options of [
      { now: () => 0 },
      { allowWeakSecret: true },
      { allowWeakSecret: false },
      { maxCookieBytes: 1 },
      { maxCookieBytes: 2 ** 20 },
      { tokenCache: 1 },
      { tokenCache: 3 },
      { tokenCache: 1024 },
      { tokenCache: 2 ** 20 },
      { tokenCache: false as const },
      { warnBytes: 0 },
      { warnBytes: Number.POSITIVE_INFINITY },
    ]) {
      assert.ok(new Session(options));
    }
  });

  it('S2: undefined counts as not given; null for secretKey and cookieOptions too', () => {
    const all = { secretKey: undefined, cookieOptions: undefined, now: undefined, allowWeakSecret: undefined };
    const session = new Session(wrong({ ...all, maxCookieBytes: undefined, warnBytes: undefined }));
    assert.equal(session.secretKey, null);
    assert.deepEqual(session.cookieOptions, {});
    const host = new FakeHost();
    const kept = new Session({ secretKey: SECRET, cookieOptions: { secure: true } });
    kept.initialize(host, { secretKey: null, cookieOptions: null });
    assert.equal(kept.secretKey, SECRET);
    assert.deepEqual(kept.cookieOptions, { path: '/', httpOnly: true, secure: true });
  });

  it('S2: a bad one changes nothing, also of the others', () => {
    const session = new Session({ secretKey: SECRET, cookieOptions: { secure: true }, maxCookieBytes: 500 });
    for (const options of [
      { secretKey: 'x'.repeat(40), cookieOptions: { path: 'relative' } },
      { secretKey: 'x'.repeat(40), maxCookieBytes: -1 },
      { cookieOptions: {}, warnBytes: -1 },
      { cookieOptions: {}, unknown: 1 },
    ]) {
      const host = new FakeHost();
      throwsCode(() => session.initialize(host, wrong(options)), 'ERR_SESSION_BAD_OPTION');
      assert.equal(host.installed, undefined);
      assert.equal(session.secretKey, SECRET);
      assert.deepEqual(session.cookieOptions, { secure: true });
    }
    throwsCode(
      () => session.initialize(new FakeHost(), wrong({ cookieOptions: {}, secretKey: 5 })),
      'ERR_SESSION_BAD_SECRET',
    );
    assert.deepEqual(session.cookieOptions, { secure: true });
  });

  it('S2: initialize replaces the options it is given and keeps the others; cookieOptions as a whole', () => {
    const host = new FakeHost();
    let clock = 0;
    const session = new Session({ secretKey: SECRET, cookieOptions: { secure: true, maxAge: 5 }, now: () => clock });
    session.initialize(host, { cookieOptions: { domain: 'example.com' } });
    assert.equal(session.secretKey, SECRET);
    assert.deepEqual(session.cookieOptions, { path: '/', httpOnly: true, domain: 'example.com' });
    clock = 10;
    assert.deepEqual(session.verify(session.encode({ exp: 10 })), { ok: false, reason: 'expired' });
    session.initialize(host, { now: () => 0 });
    assert.equal(session.verify(session.encode({ exp: 10 })).ok, true);
    assert.deepEqual(session.cookieOptions, { path: '/', httpOnly: true, domain: 'example.com' });
  });

  it('S2: a session may be on several hosts, and each knows its own requests', () => {
    const hosts = [new FakeHost(), new FakeHost(), new FakeHost()];
    const session = new Session({ secretKey: SECRET });
    for (const host of hosts) session.initialize(host);
    for (const host of hosts) {
      const request = host.request();
      const dict = session.get(request);
      assert.equal(session.get(request), dict);
      dict.n = 1;
      dict.save();
      assert.deepEqual(nextVisit(session, host.answer(request)), { n: 1 });
    }
    throwsCode(() => session.get(new FakeHost().request()), 'ERR_SESSION_NOT_INSTALLED');
  });

  it('S2: of several hosts only ERR_SESSION_NOT_INSTALLED means the next one; what else a host throws comes out', () => {
    const thrown = [new TypeError('broken'), new ValueError('ERR_SESSION_HEADERS_SENT', 'broken')];
    for (const error of thrown) {
      const host = new FakeHost();
      const session = new Session({ secretKey: SECRET });
      session.initialize({
        installSession: () => {},
        sessionJar: () => {
          throw error;
        },
      });
      session.initialize(host);
      assert.throws(
        () => session.get(host.request()),
        (caught) => caught === error,
      );
    }
  });

  it('S2: what is no host is refused where it is given', () => {
    for (const app of [{}, { installSession: 1 }, 'app', 5, [], () => {}]) {
      const host = app as unknown as FakeHost;
      throwsCode(() => new Session().initialize(host), 'ERR_SESSION_BAD_OPTION');
      throwsCode(() => new Session(host, { secretKey: SECRET }), 'ERR_SESSION_BAD_OPTION');
    }
    throwsCode(() => new Session().initialize(null as unknown as FakeHost), 'ERR_SESSION_BAD_OPTION');
  });

  it('S2: a session on nothing says so', () => {
    const session = new Session({ secretKey: SECRET });
    const request = new FakeHost().request();
    throwsCode(() => session.get(request), 'ERR_SESSION_NOT_INSTALLED');
    throwsCode(() => session.delete(request), 'ERR_SESSION_NOT_INSTALLED');
    throwsCode(() => session.update(request, {}), 'ERR_SESSION_NOT_INSTALLED');
  });
});

describe('cookieOptions', () => {
  it('S2: before initialize they are what was given, or {}', () => {
    assert.deepEqual(new Session().cookieOptions, {});
    assert.deepEqual(new Session(null).cookieOptions, {});
    assert.deepEqual(new Session({ cookieOptions: {} }).cookieOptions, {});
    assert.deepEqual(new Session({ cookieOptions: { secure: true } }).cookieOptions, { secure: true });
    assert.deepEqual(new Session(null, { cookieOptions: { secure: true } }).cookieOptions, { secure: true });
  });

  it('S2: after it they also have path and httpOnly, unless those names were given', () => {
    const after = (cookieOptions?: CookieOptions): SessionCookieOptions =>
      new Session(new FakeHost(), cookieOptions === undefined ? {} : { cookieOptions }).cookieOptions;
    assert.deepEqual(after(), { path: '/', httpOnly: true });
    assert.deepEqual(after({ path: '/app' }), { path: '/app', httpOnly: true });
    assert.deepEqual(after({ httpOnly: false }), { path: '/', httpOnly: false });
    assert.deepEqual(after({ path: null }), { path: null, httpOnly: true });
    assert.deepEqual(after({ path: '' }), { path: '', httpOnly: true });
    assert.deepEqual(after({ maxAge: 1 }), { path: '/', httpOnly: true, maxAge: 1 });
  });

  it('S2: read as a frozen copy', () => {
    const given = { secure: true };
    for (const session of [
      new Session({ cookieOptions: given }),
      new Session(new FakeHost(), { cookieOptions: given }),
    ]) {
      const { cookieOptions } = session;
      assert.notEqual(cookieOptions, given);
      assert.ok(Object.isFrozen(cookieOptions));
      assert.throws(() => {
        (cookieOptions as { secure?: boolean }).secure = false;
      }, TypeError);
    }
    assert.ok(Object.isFrozen(new Session().cookieOptions));
  });

  it('S2: the caller\u2019s objects are neither changed nor kept', () => {
    const expires = new Date(Date.UTC(2077, 1, 3, 4, 5, 6));
    const cookieOptions = { expires, maxAge: 5, sameSite: 'lax' as const };
    const options = { secretKey: SECRET, cookieOptions };
    const host = new FakeHost();
    const session = new Session(host, options);
    assert.deepEqual(options, { secretKey: SECRET, cookieOptions: { expires, maxAge: 5, sameSite: 'lax' } });
    cookieOptions.maxAge = 9;
    expires.setTime(0);
    assert.equal(
      savedWith(session, host),
      '; Path=/; Expires=Wed, 03 Feb 2077 04:05:06 GMT; Max-Age=5; HttpOnly; SameSite=Lax',
    );
    const frozen = Object.freeze({ cookieOptions: Object.freeze({ secure: true }) });
    assert.equal(new Session(new FakeHost(), frozen).cookieOptions.secure, true);
  });

  it('S2: assigning validates, copies, and counts from the next response on', () => {
    const host = new FakeHost();
    const session = new Session(host, { secretKey: SECRET });
    const given = { secure: true };
    session.cookieOptions = given;
    given.secure = false;
    assert.deepEqual(session.cookieOptions, { path: '/', httpOnly: true, secure: true });
    assert.equal(savedWith(session, host), '; Path=/; Secure; HttpOnly');
    session.cookieOptions = { httpOnly: false, path: null };
    assert.equal(savedWith(session, host), '');
    for (const none of [{}, null, undefined]) {
      session.cookieOptions = none;
      assert.equal(savedWith(session, host), '; Path=/; HttpOnly');
    }
  });

  it('S2: assigning a bad one is ERR_SESSION_BAD_OPTION and changes nothing', () => {
    const session = new Session({ cookieOptions: { secure: true } });
    for (const options of [{ path: 'x' }, { unknown: 1 }, { maxAge: -1 }, { sameSite: 'None' }, [], 'x', 5]) {
      throwsCode(() => {
        session.cookieOptions = options as CookieOptions;
      }, 'ERR_SESSION_BAD_OPTION');
      assert.deepEqual(session.cookieOptions, { secure: true });
    }
  });
});
