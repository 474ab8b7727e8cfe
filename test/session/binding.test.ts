// What ties a token to its use: the cookie's name and what that name promises, the purpose, the audience.
import assert from 'node:assert/strict';
import { createHmac, hkdfSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { Microdot } from '../../dist/microdot/index.js';
import { type CookieOptions, Session, type SessionOptions, withSession } from '../../dist/session/index.js';
import { forge, HEADER_SEGMENT, SECRET } from '../jwt/forge.js';
import { viaFetch } from '../microdot/send.js';
import { throwsCode } from '../support/errors.js';
import { FakeHost, FakeJar, visit } from '../support/fake-host.js';
import { claimsOf } from './timed.js';

const ALG = { alg: 'HS256' };
const wrong = (options: unknown): SessionOptions => options as SessionOptions;

describe('cookieName', () => {
  it('is the name that is written, removed and read', () => {
    const session = new Session(new FakeHost(), { secretKey: SECRET, cookieName: 'sid' });
    const token = session.encode({ n: 1 });
    assert.deepEqual(
      visit(session, null, (dict) => {
        dict.n = 1;
        dict.save();
      }),
      [`sid=${token}; Path=/; HttpOnly`],
    );
    assert.deepEqual(
      visit(session, null, (dict) => dict.delete()),
      ['sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly'],
    );
    assert.equal(session.open(new FakeJar(`session=x; sid=${token}; Sid=y`)).n, 1);
    assert.equal(session.open(new FakeJar(`session=${token}; SID=${token}`)).n, undefined);
  });

  it('is a token of RFC 9110; anything else is ERR_SESSION_BAD_OPTION', () => {
    for (const cookieName of ['', ' ', 'a b', 'a;b', 'a=b', 'a,b', '"a"', 'a\n', 'é', 'a/b', 'a(b)', '\0', '\ud800']) {
      throwsCode(() => new Session({ cookieName }), 'ERR_SESSION_BAD_OPTION');
    }
    for (const cookieName of [5, null, true, {}, ['a']]) {
      throwsCode(() => new Session(wrong({ cookieName })), 'ERR_SESSION_BAD_OPTION');
    }
    for (const cookieName of ['a', "!#$%&'*+-.^_`|~", '0', '__proto__', 'x'.repeat(100)]) {
      assert.ok(new Session({ cookieName }));
    }
  });

  it('S17: counts in the size of the cookie', () => {
    const session = new Session({ secretKey: SECRET });
    const size = session.encode({}).length;
    for (const [length, fits] of [
      [10, true],
      [11, false],
    ] as const) {
      const named = new Session({
        secretKey: SECRET,
        cookieName: 'n'.repeat(length),
        maxCookieBytes: size + 10,
      });
      visit(named, null, (dict) => {
        if (fits) dict.save();
        else throwsCode(() => dict.save(), 'ERR_SESSION_TOO_LARGE');
      });
    }
  });
});

describe('the promises of a name', () => {
  const keeps: CookieOptions = { secure: true };
  const HOST_BREAKS: readonly CookieOptions[] = [
    {},
    { secure: false },
    { secure: true, path: '/app' },
    { secure: true, path: '' },
    { secure: true, path: null },
    { secure: true, domain: 'example.com' },
    { secure: false, path: '/' },
  ];
  const SECURE_BREAKS: readonly CookieOptions[] = [{}, { secure: false }, { path: '/', domain: 'example.com' }];
  const cases = [
    ...['__Host-session', '__host-session', '__HOST-', '__Host-Http-x'].flatMap((name) =>
      HOST_BREAKS.map((options) => [name, options] as const),
    ),
    ...['__Secure-session', '__secure-x', '__SECURE-'].flatMap((name) =>
      SECURE_BREAKS.map((options) => [name, options] as const),
    ),
  ];

  it('browsers drop what breaks them: ERR_SESSION_BAD_OPTION at construction and at initialize', () => {
    for (const [cookieName, cookieOptions] of cases) {
      const options = { secretKey: SECRET, cookieName, cookieOptions };
      throwsCode(() => new Session(options), 'ERR_SESSION_BAD_OPTION');
      throwsCode(() => new Session(new FakeHost(), options), 'ERR_SESSION_BAD_OPTION');
      const session = new Session({ secretKey: SECRET });
      const host = new FakeHost();
      throwsCode(() => session.initialize(host, options), 'ERR_SESSION_BAD_OPTION');
      assert.equal(host.installed, undefined);
      assert.deepEqual(
        visit(session, null, (dict) => dict.save()),
        [`session=${session.encode({})}`],
        'name and attributes stayed as they were',
      );
    }
  });

  it('and when cookieOptions are assigned, which then stay as they were', () => {
    for (const [cookieName, cookieOptions] of cases) {
      const session = new Session(new FakeHost(), { secretKey: SECRET, cookieName, cookieOptions: keeps });
      const before = session.cookieOptions;
      throwsCode(() => {
        session.cookieOptions = cookieOptions;
      }, 'ERR_SESSION_BAD_OPTION');
      assert.equal(session.cookieOptions, before);
      throwsCode(() => {
        session.cookieOptions = null;
      }, 'ERR_SESSION_BAD_OPTION');
    }
  });

  it('and when a name comes to options that were fine', () => {
    const session = new Session({ secretKey: SECRET, cookieOptions: { secure: true, domain: 'example.com' } });
    throwsCode(() => session.initialize(new FakeHost(), { cookieName: '__Host-a' }), 'ERR_SESSION_BAD_OPTION');
    const host = new FakeHost();
    session.initialize(host, { cookieName: '__Secure-a' });
    assert.deepEqual(
      visit(session, null, (dict) => dict.save()),
      [`__Secure-a=${session.encode({})}; Path=/; Domain=example.com; Secure; HttpOnly`],
    );
  });

  it('what keeps them is taken', () => {
    for (const [cookieName, cookieOptions, attributes] of [
      ['__Host-a', { secure: true }, '; Path=/; Secure; HttpOnly'],
      ['__Host-a', { secure: true, path: '/', domain: '', httpOnly: false }, '; Path=/; Secure'],
      ['__Host-a', { secure: true, domain: null, sameSite: 'Lax' }, '; Path=/; Secure; HttpOnly; SameSite=Lax'],
      ['__Secure-a', { secure: true, path: '/x' }, '; Path=/x; Secure; HttpOnly'],
      ['__Hosts-a', {}, '; Path=/; HttpOnly'],
      ['_Host-a', {}, '; Path=/; HttpOnly'],
      ['a__Host-', {}, '; Path=/; HttpOnly'],
      ['__Secure', {}, '; Path=/; HttpOnly'],
    ] as readonly (readonly [string, CookieOptions, string])[]) {
      const session = new Session(new FakeHost(), { secretKey: SECRET, cookieName, cookieOptions });
      assert.deepEqual(
        visit(session, null, (dict) => dict.save()),
        [`${cookieName}=${session.encode({})}${attributes}`],
      );
    }
  });
});

describe('several sessions on one app', () => {
  it('S9: of different names each reads and writes its own; withSession uses the one installed last', async () => {
    const app = new Microdot();
    const cart = new Session(app, { secretKey: SECRET, cookieName: 'cart', purpose: 'cart' });
    const login = new Session(app, { secretKey: SECRET, cookieName: 'login', purpose: 'login' });
    app.get(
      '/',
      withSession((request, session) => {
        const items = cart.get(request);
        items.n = (items.n ?? 0) + 1;
        items.save();
        session.user = session.user === undefined ? 'ada' : `${session.user}!`;
        session.save();
        return { cart: items.n, same: session === login.get(request) };
      }),
    );
    const first = await viaFetch(app, {});
    assert.deepEqual(JSON.parse(first.body), { cart: 1, same: true });
    const [a, b] = [cart.encode({ n: 1 }), login.encode({ user: 'ada' })];
    assert.deepEqual([...first.setCookies].sort(), [`cart=${a}; Path=/; HttpOnly`, `login=${b}; Path=/; HttpOnly`]);
    const second = await viaFetch(app, { headers: { Cookie: `login=${b}; cart=${a}` } });
    assert.deepEqual(JSON.parse(second.body), { cart: 2, same: true });
    assert.ok(second.setCookies.includes(`login=${login.encode({ user: 'ada!' })}; Path=/; HttpOnly`));
    // Swapped, nothing is read: the purposes keep them apart.
    const swapped = await viaFetch(app, { headers: { Cookie: `login=${a}; cart=${b}` } });
    assert.deepEqual(
      [JSON.parse(swapped.body).cart, [...swapped.setCookies].sort()],
      [1, [...first.setCookies].sort()],
    );
  });
});

describe('purpose', () => {
  const session = new Session({ secretKey: SECRET, purpose: 'login' });
  const token = session.encode({ n: 1 });
  const derived = (use: string, purpose: string, secret = SECRET): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `microdot/session/v1/${use}\0${purpose}`, 32));

  it('signs with HKDF-SHA-256 of the secret, so that whoever derives the same key reads it', () => {
    const input = `${HEADER_SEGMENT}.${Buffer.from('{"n":1}').toString('base64url')}`;
    const mac = createHmac('sha256', derived('sign', 'login')).update(input).digest('base64url');
    assert.equal(token, `${input}.${mac}`);
    assert.deepEqual(new Session({ secretKey: derived('sign', 'login') }).decode(token), { n: 1 });
  });

  it('refuses tokens of other purposes, of none, and of the key for encryption', () => {
    for (const secretKey of [
      SECRET,
      derived('sign', 'Login'),
      derived('sign', 'login '),
      derived('sign', ''),
      derived('encrypt', 'login'),
    ]) {
      const foreign = new Session({ secretKey }).encode({ n: 1 });
      assert.deepEqual(session.verify(foreign), { ok: false, reason: 'bad-signature' });
    }
    for (const purpose of ['Login', 'login ', 'logi', 'loginn', 'login\0']) {
      assert.deepEqual(new Session({ secretKey: SECRET, purpose }).decode(token), {});
    }
    assert.deepEqual(new Session({ secretKey: SECRET }).decode(token), {});
  });

  it('derives a key of each secret of a list, explicit ones too; ids stay', () => {
    const [a, b] = ['a'.repeat(32), 'b'.repeat(32)];
    const list = new Session({ secretKey: [{ id: 'x', secret: b }, a, SECRET], purpose: 'login' });
    const verdict = list.verify(token);
    assert.ok(verdict.ok);
    assert.equal(verdict.keyIndex, 2);
    const named = list.verify(list.encode({}));
    assert.deepEqual(named.ok && named.header, { alg: 'HS256', kid: 'x', typ: 'JWT' });
    assert.equal(list.encode({ n: 1 }, SECRET), token);
  });

  it('a secret under 32 bytes is ERR_SESSION_BAD_SECRET wherever it is given, allowWeakSecret or not', () => {
    const short = 'x'.repeat(31);
    for (const secretKey of [short, [SECRET, short], [{ id: 'a', secret: short }]]) {
      throwsCode(() => new Session({ secretKey, purpose: 'login', allowWeakSecret: true }), 'ERR_SESSION_BAD_SECRET', [
        short,
      ]);
      const other = new Session({ secretKey: SECRET, purpose: 'login' });
      throwsCode(() => {
        other.secretKey = secretKey;
      }, 'ERR_SESSION_BAD_SECRET');
      throwsCode(() => other.encode({}, secretKey), 'ERR_SESSION_BAD_SECRET');
      assert.equal(other.encode({ n: 1 }), token);
    }
    const weak = new Session({ secretKey: short, allowWeakSecret: true });
    throwsCode(() => weak.initialize(new FakeHost(), { purpose: 'login' }), 'ERR_SESSION_BAD_SECRET');
    assert.equal(weak.encode({ n: 1 }), forge({ ...ALG, typ: 'JWT' }, { n: 1 }, short));
    assert.ok(new Session({ secretKey: 'x'.repeat(32), purpose: 'login' }));
    assert.ok(new Session({ purpose: 'login' }));
  });

  it('S19: PEM or SSH text stays refused', () => {
    const pem = `-----BEGIN PUBLIC KEY-----\n${'A'.repeat(64)}`;
    throwsCode(() => new Session({ secretKey: pem, purpose: 'login' }), 'ERR_SESSION_BAD_SECRET');
    assert.deepEqual(session.decode(token, pem), {});
  });

  it('is text, not empty, whose UTF-8 tells it from every other: no lone surrogate', () => {
    for (const purpose of ['', 5, true, {}, ['login'], new Uint8Array(3), '\ud800', 'a\udc00']) {
      throwsCode(() => new Session(wrong({ purpose })), 'ERR_SESSION_BAD_OPTION');
    }
    const plain = new Session({ secretKey: SECRET, purpose: null });
    assert.equal(plain.encode({}), new Session({ secretKey: SECRET }).encode({}));
  });
});

describe('audience', () => {
  const session = new Session({ secretKey: SECRET, audience: 'shop' });
  const reasonOf = (payload: object): unknown => {
    const verdict = session.verify(forge(ALG, payload));
    return verdict.ok || verdict.reason;
  };

  it('is written as aud behind the data, and hidden from them', () => {
    const token = session.encode({ n: 1 });
    assert.equal(token, forge({ ...ALG, typ: 'JWT' }, '{"n":1,"aud":"shop"}'));
    assert.deepEqual(claimsOf(session.encode({})), { aud: 'shop' });
    assert.deepEqual(session.decode(token), { n: 1 });
    const [line = ''] = visit(session, `session=${token}`, (dict) => {
      assert.deepEqual({ ...dict }, { n: 1 });
      dict.save();
    });
    assert.ok(line.startsWith(`session=${token}`));
  });

  it('is required on read, alone or in a list', () => {
    for (const aud of ['shop', ['shop'], ['blog', 'shop'], ['shop', 5]]) assert.equal(reasonOf({ aud }), true);
    const others = ['blog', 'Shop', 'shop ', '', [], ['blog'], [['shop']], null, 0, false, true, {}, { shop: 1 }];
    for (const aud of others) assert.equal(reasonOf({ aud }), 'wrong-audience', JSON.stringify(aud));
    assert.equal(reasonOf({}), 'wrong-audience');
    assert.equal(new Session({ secretKey: SECRET }).verify(session.encode({})).ok, false);
  });

  it('S10: aud as a key of the dict is ERR_SESSION_RESERVED_CLAIM', () => {
    for (const aud of ['shop', 'blog', null]) {
      visit(session, null, (dict) => {
        dict.aud = aud;
        throwsCode(() => dict.save(), 'ERR_SESSION_RESERVED_CLAIM');
      });
      throwsCode(() => session.encode({ aud }), 'ERR_SESSION_RESERVED_CLAIM');
    }
  });

  it('S10: beside it the dates of the dict are judged as ever', () => {
    const own = new Session({ secretKey: SECRET, audience: 'shop', now: () => 1000, clockTolerance: 5 });
    const save = (data: object): void =>
      void visit(own, null, (dict) => {
        Object.assign(dict, data);
        dict.save();
      });
    for (const data of [{ nbf: 1005 }, { iat: 1005 }, { exp: 5 }, { exp: 2000 }]) save(data);
    for (const data of [{ nbf: 1006 }, { iat: 1006 }, { exp: null }])
      throwsCode(() => save(data), 'ERR_SESSION_UNREADABLE');
  });

  it('goes with lifetimes', () => {
    const now = (): number => 1_800_000_000;
    const both = new Session({ secretKey: SECRET, audience: 'shop', idleTimeout: 60, now });
    const claims = { n: 1, iat: 1_800_000_000, exp: 1_800_000_060, aud: 'shop' };
    assert.equal(both.encode({ n: 1 }), forge({ ...ALG, typ: 'JWT' }, claims));
    assert.deepEqual(both.decode(both.encode({ n: 1 })), { n: 1 });
  });

  it('is text, not empty', () => {
    for (const audience of ['', 5, ['shop'], {}, '\ud800']) {
      throwsCode(() => new Session(wrong({ audience })), 'ERR_SESSION_BAD_OPTION');
    }
    assert.equal(new Session({ secretKey: SECRET, audience: '"\\,é' }).encode({}).split('.').length, 3);
  });
});
