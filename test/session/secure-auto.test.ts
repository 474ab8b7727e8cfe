// secure: 'auto' and trustProxy: what the connection decides, and whom a session believes about it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { Microdot } from '../../dist/microdot/index.js';
import { TestClient } from '../../dist/microdot/test-client.js';
import { Session, type SessionOptions, withSession } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { attributesOf, FakeHost, FakeJar } from '../support/fake-host.js';

type Options = SessionOptions<Record<string, unknown>>;

const open = (options: Options = {}): Session =>
  new Session(new FakeHost(), { secretKey: SECRET, cookieOptions: { secure: 'auto' }, ...options });

/** The attributes of a save on such a connection. */
function saved(session: Session, secure: boolean | null, proto?: string): string {
  const jar = new FakeJar(null, proto === undefined ? {} : { 'x-forwarded-proto': proto }, secure);
  session.open(jar).save();
  return attributesOf(jar.finish()[0]);
}

const SECURE = '; Path=/; Secure; HttpOnly';
const PLAIN = '; Path=/; HttpOnly';

describe("secure: 'auto'", () => {
  it('S7: is Secure over https, not over http, and Secure where nobody knows', () => {
    const session = open();
    assert.equal(saved(session, true), SECURE);
    assert.equal(saved(session, false), PLAIN);
    assert.equal(saved(session, null), SECURE);
  });

  it('S8: a removal has the same flags', () => {
    const session = open({ cookieOptions: { secure: 'auto', sameSite: 'Lax' } });
    for (const [secure, flag] of [
      [true, '; Secure'],
      [false, ''],
      [null, '; Secure'],
    ] as const) {
      const jar = new FakeJar(null, {}, secure);
      session.open(jar).delete();
      assert.deepEqual(jar.finish(), [
        `session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0${flag}; HttpOnly; SameSite=Lax`,
      ]);
    }
  });

  it('S2: reads as it was given, counts from the next head on, and may be assigned', () => {
    const session = open();
    assert.deepEqual(session.cookieOptions, { path: '/', httpOnly: true, secure: 'auto' });
    session.cookieOptions = { secure: true };
    assert.equal(saved(session, false), SECURE);
    session.cookieOptions = { secure: false };
    assert.equal(saved(session, true), PLAIN);
    session.cookieOptions = { secure: 'auto' };
    assert.equal(saved(session, false), PLAIN);
  });

  it('S2: what needs secure: true refuses it where it is configured', () => {
    for (const options of [
      { cookieOptions: { secure: 'auto', sameSite: 'None' } },
      { cookieOptions: { secure: 'auto' }, cookieName: '__Host-session' },
      { cookieOptions: { secure: 'auto' }, cookieName: '__Secure-session' },
      { cookieOptions: { secure: 'AUTO' } },
      { cookieOptions: { secure: 'true' } },
      { cookieOptions: { secure: null } },
    ]) {
      throwsCode(() => open(options as Options), 'ERR_SESSION_BAD_OPTION');
    }
    const session = open({ cookieOptions: { secure: true }, cookieName: '__Host-session' });
    throwsCode(() => {
      session.cookieOptions = { secure: 'auto' };
    }, 'ERR_SESSION_BAD_OPTION');
  });

  it('follows the scheme of an application\u2019s requests', async () => {
    const app = new Microdot();
    new Session(app, { secretKey: SECRET, cookieOptions: { secure: 'auto' } });
    app.get(
      '/',
      withSession((_request, session) => {
        session.n = (session.n ?? 0) + 1;
        session.save();
        return { n: session.n };
      }),
    );
    for (const [origin, attributes] of [
      ['http://example.com', PLAIN],
      ['https://example.com', SECURE],
    ] as const) {
      const client = new TestClient(app, { origin });
      assert.equal(attributesOf((await client.get('/')).setCookies[0]), attributes);
      assert.deepEqual((await client.get('/')).json, { n: 2 });
    }
  });

  it('follows a trusted proxy in front of an application', async () => {
    const app = new Microdot();
    new Session(app, { secretKey: SECRET, cookieOptions: { secure: 'auto' }, trustProxy: true });
    app.get(
      '/',
      withSession((_request, session) => {
        session.save();
        return 'ok';
      }),
    );
    const response = await new TestClient(app).get('/', { headers: { 'X-Forwarded-Proto': 'https' } });
    assert.equal(attributesOf(response.setCookies[0]), SECURE);
  });
});

describe('trustProxy', () => {
  it('is off by default: nobody sends Secure away, or has it come, by a header', () => {
    for (const options of [{}, { trustProxy: false }]) {
      assert.equal(saved(open(options), true, 'http'), SECURE);
      assert.equal(saved(open(options), false, 'https'), PLAIN);
    }
  });

  for (const [proto, expected] of [
    ['https', SECURE],
    ['HTTPS', SECURE],
    [' https ', SECURE],
    ['https, http', SECURE],
    ['https,http,http', SECURE],
    ['http', PLAIN],
    ['http, https', PLAIN],
    ['Http,', PLAIN],
  ] as const) {
    it(`believes X-Forwarded-Proto of ${inspect(proto)}, the first of a list`, () => {
      for (const connection of [true, false, null]) {
        assert.equal(saved(open({ trustProxy: true }), connection, proto), expected);
      }
    });
  }

  for (const proto of [
    undefined,
    '',
    ' ',
    ',',
    ', https',
    'httpss',
    'wss',
    'on',
    '"https"',
    'https;http',
    'x'.repeat(9999),
  ]) {
    it(`asks the connection where the header is ${inspect(proto?.slice(0, 20))}`, () => {
      assert.equal(saved(open({ trustProxy: true }), true, proto), SECURE);
      assert.equal(saved(open({ trustProxy: true }), false, proto), PLAIN);
      assert.equal(saved(open({ trustProxy: true }), null, proto), SECURE);
    });
  }

  it('changes nothing where secure is true or false', () => {
    for (const [secure, expected] of [
      [true, SECURE],
      [false, PLAIN],
    ] as const) {
      const session = open({ trustProxy: true, cookieOptions: { secure } });
      for (const proto of ['http', 'https']) assert.equal(saved(session, !secure, proto), expected);
    }
  });

  it('asks the connection of a host that shows no request headers', () => {
    const jar = new FakeJar(null, {}, false);
    const bare = {
      cookieHeader: null,
      secure: false,
      headSent: false,
      onHead: (f: Parameters<FakeJar['onHead']>[0]) => jar.onHead(f),
    };
    open({ trustProxy: true }).open(bare).save();
    assert.equal(attributesOf(jar.finish()[0]), PLAIN);
  });

  it('S2: takes true and false only', () => {
    for (const trustProxy of [1, 'loopback', null, []]) {
      throwsCode(() => open({ trustProxy } as unknown as Options), 'ERR_SESSION_BAD_OPTION');
    }
  });
});
