// hardened(): which options it gives, what may be changed about them, which secrets it refuses, and a session that has them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { Microdot } from '../../dist/microdot/index.js';
import { TestClient } from '../../dist/microdot/test-client.js';
import { hardened, Session, type SessionOptions, withSession } from '../../dist/session/index.js';
import { PUBLISHED } from '../../dist/session/known-secrets.js';
import { SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { FakeHost, FakeJar } from '../support/fake-host.js';
import { collectWarnings } from '../support/warnings.js';

const DEFAULTS = {
  secretKey: SECRET,
  cookieName: '__Host-session',
  cookieOptions: { path: '/', secure: true, httpOnly: true, sameSite: 'Lax' },
  purpose: '__Host-session',
  idleTimeout: 3600,
  absoluteTimeout: 86_400,
  tokenCache: false,
};

/** Options of types that the compiler refuses. */
const harden = (options: unknown): SessionOptions => hardened(options as { secretKey: string });

describe('hardened', () => {
  const warnings = collectWarnings();

  it('returns exactly these options', () => {
    assert.deepEqual(hardened({ secretKey: SECRET }), DEFAULTS);
  });

  it('takes a secret in every form, and gives it on as it is', () => {
    const bytes = new TextEncoder().encode(SECRET);
    const list = [SECRET, { id: 'old', secret: 'another secret, with thirty-two bytes or more' }];
    assert.equal(hardened({ secretKey: bytes }).secretKey, bytes);
    assert.equal(hardened({ secretKey: list }).secretKey, list);
  });

  it('replaces a default by what is given, and keeps every other option', () => {
    const now = (): number => 5;
    assert.deepEqual(
      hardened({ secretKey: SECRET, idleTimeout: 60, absoluteTimeout: null, purpose: 'admin', resign: true, now }),
      { ...DEFAULTS, idleTimeout: 60, absoluteTimeout: null, purpose: 'admin', resign: true, now },
    );
    assert.deepEqual(hardened({ secretKey: SECRET, cookieOptions: { sameSite: 'Strict', maxAge: 60 } }).cookieOptions, {
      ...DEFAULTS.cookieOptions,
      sameSite: 'Strict',
      maxAge: 60,
    });
  });

  it('has the purpose follow the cookie name', () => {
    const { cookieName, purpose } = hardened({ secretKey: SECRET, cookieName: '__Host-admin' });
    assert.deepEqual([cookieName, purpose], ['__Host-admin', '__Host-admin']);
  });

  it('S2: undefined counts as not given: it takes no protection away', () => {
    const nothing = {
      cookieName: undefined,
      purpose: undefined,
      idleTimeout: undefined,
      absoluteTimeout: undefined,
      cookieOptions: { path: undefined, secure: undefined, httpOnly: undefined, sameSite: undefined },
    };
    assert.deepEqual(harden({ secretKey: SECRET, ...nothing }), DEFAULTS);
    assert.deepEqual(harden({ secretKey: SECRET, cookieOptions: undefined }), DEFAULTS);
    assert.deepEqual(harden({ secretKey: SECRET, cookieOptions: null }), DEFAULTS);
  });

  it('S2: changes nothing of what it is given', () => {
    const given = Object.freeze({ secretKey: SECRET, cookieOptions: Object.freeze({ maxAge: 5 }) });
    hardened(given);
    assert.deepEqual(given, { secretKey: SECRET, cookieOptions: { maxAge: 5 } });
  });

  it('S2: refuses what is no object, and an unknown option, right there', () => {
    for (const options of [undefined, null, 5, 'secret', []])
      throwsCode(() => harden(options), 'ERR_SESSION_BAD_OPTION');
    throwsCode(() => harden({ secretKey: SECRET, idleTimout: 5 }), 'ERR_SESSION_BAD_OPTION');
  });

  for (const cookieOptions of [
    { secure: false },
    { secure: 'auto' },
    { domain: 'example.com' },
    { path: '/app' },
    { path: null },
    { sameSite: 'None', secure: false },
  ] as const) {
    it(`refuses ${inspect(cookieOptions)}: the rules of the __Host- name hold`, () => {
      throwsCode(() => new Session(hardened({ secretKey: SECRET, cookieOptions })), 'ERR_SESSION_BAD_OPTION');
    });
  }

  it('refuses partitioned without secure, also under another name', () => {
    for (const secure of [false, 'auto'] as const) {
      throwsCode(
        () => hardened({ secretKey: SECRET, cookieName: 'session', cookieOptions: { partitioned: true, secure } }),
        'ERR_SESSION_BAD_OPTION',
      );
    }
    assert.deepEqual(hardened({ secretKey: SECRET, cookieOptions: { partitioned: true } }).cookieOptions, {
      ...DEFAULTS.cookieOptions,
      partitioned: true,
    });
  });

  it('S19: refuses no secret, and an empty one, alone and in a list', () => {
    for (const secretKey of [
      undefined,
      null,
      '',
      new Uint8Array(0),
      [],
      [''],
      [SECRET, ''],
      [{ id: 'a', secret: '' }],
    ]) {
      throwsCode(() => harden({ secretKey }), 'ERR_SESSION_BAD_SECRET');
    }
    throwsCode(() => harden({}), 'ERR_SESSION_BAD_SECRET');
  });

  it('S19: refuses a secret of a wrong type', () => {
    for (const secretKey of [5, true, {}, { secret: SECRET }, [5], [[SECRET]]]) {
      throwsCode(() => harden({ secretKey }), 'ERR_SESSION_BAD_SECRET');
    }
  });

  it('S19: refuses a secret under 32 bytes, wherever it stands, with or without a purpose; and warns of nothing', () => {
    const weak = 'xy'.repeat(16).slice(1);
    for (const purpose of [undefined, null, 'mine']) {
      for (const secretKey of [
        weak,
        new Uint8Array(31),
        [weak],
        [SECRET, weak],
        [SECRET, { id: 'old', secret: weak }],
      ]) {
        throwsCode(() => harden({ secretKey, purpose }), 'ERR_SESSION_BAD_SECRET', [weak]);
      }
    }
    throwsCode(() => harden({ secretKey: SECRET, allowWeakSecret: true }), 'ERR_SESSION_BAD_OPTION');
    assert.ok(new Session(hardened({ secretKey: 'xy'.repeat(16) })));
    assert.deepEqual(warnings.all, []);
  });

  it('S19: refuses the text of a PEM or SSH key, when the session is made', () => {
    const pem = `-----BEGIN PUBLIC KEY-----\n${'A'.repeat(64)}\n-----END PUBLIC KEY-----`;
    throwsCode(() => new Session(hardened({ secretKey: pem })), 'ERR_SESSION_BAD_SECRET', [pem]);
  });
});

describe('the secrets that documentation has published', () => {
  const forms = (secret: string): readonly unknown[] => {
    const bytes = Uint8Array.from(secret, (character) => character.charCodeAt(0));
    return [
      secret,
      bytes,
      Buffer.from(bytes),
      ` ${secret}\n`,
      [secret],
      [SECRET, bytes],
      [SECRET, { id: 'old', secret }],
      [{ id: 'new', secret: bytes }, SECRET],
    ];
  };

  it('are those of more than one project, and no secret twice', () => {
    assert.ok(PUBLISHED.size >= 15);
  });

  for (const secret of [...PUBLISHED, 'django-insecure-0123456789abcdefghijklmnopqrstuvwxyz']) {
    it(`S19: ${inspect(secret)} is refused as text and as bytes, alone and in lists`, () => {
      for (const secretKey of forms(secret))
        throwsCode(() => harden({ secretKey }), 'ERR_SESSION_BAD_SECRET', [secret]);
    });
  }

  it('S19: one byte over and over is known to everybody, such as memory that nobody has filled', () => {
    for (const secret of [new Uint8Array(32), new Uint8Array(64).fill(255), 'x'.repeat(300), '0'.repeat(64)]) {
      const error = throwsCode(() => hardened({ secretKey: [SECRET, secret] }), 'ERR_SESSION_BAD_SECRET');
      assert.match(error.message, /everybody knows/);
    }
    assert.ok(hardened({ secretKey: Uint8Array.from({ length: 32 }, (_, i) => (i === 31 ? 1 : 0)) }));
  });

  it('S19: those of 32 bytes or more are refused for being known', () => {
    const long = [...PUBLISHED].filter((secret) => secret.length >= 32);
    assert.ok(long.length >= 5);
    for (const secretKey of long) {
      assert.match(throwsCode(() => harden({ secretKey }), 'ERR_SESSION_BAD_SECRET').message, /published/);
    }
  });

  it('do not stand in the way of others that only begin alike', () => {
    assert.ok(hardened({ secretKey: 'your-256-bit-secret, and something that nobody knows' }));
    assert.ok(hardened({ secretKey: 'xy'.repeat(150) }));
  });
});

describe('a hardened session', () => {
  const NAME = '__Host-session';

  it('goes around: one cookie with every attribute, and the data back', () => {
    const session = new Session(new FakeHost(), hardened({ secretKey: SECRET, now: () => 1_800_000_000 }));
    const first = new FakeJar(null);
    const dict = session.open(first);
    dict.user = 'ada';
    dict.save();
    const [line = '', ...others] = first.finish();
    assert.deepEqual(others, []);
    const [, token = '', attributes] = /^__Host-session=([^;]*)(.*)$/.exec(line) ?? [];
    assert.equal(attributes, '; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax');
    assert.deepEqual(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()), {
      user: 'ada',
      iat: 1_800_000_000,
      exp: 1_800_003_600,
    });
    assert.deepEqual({ ...session.open(new FakeJar(`${NAME}=${token}`)) }, { user: 'ada' });
  });

  it('reads no cookie of another name, and no token of another purpose', () => {
    const session = new Session(new FakeHost(), hardened({ secretKey: SECRET }));
    const plain = new Session({ secretKey: SECRET, idleTimeout: 3600 });
    const admin = new Session(hardened({ secretKey: SECRET, cookieName: '__Host-admin' }));
    const token = session.encode({ n: 1 });
    assert.deepEqual({ ...session.open(new FakeJar(`session=${token}`)) }, {});
    for (const other of [plain, admin]) {
      assert.deepEqual(session.verify(other.encode({ n: 1 })), { ok: false, reason: 'bad-signature' });
      assert.deepEqual(other.verify(token), { ok: false, reason: 'bad-signature' });
    }
  });

  it('goes around on an application over https, and ends after an hour without a request', async () => {
    let now = 1_800_000_000;
    const app = new Microdot();
    new Session(app, hardened({ secretKey: SECRET, now: () => now }));
    app.get(
      '/',
      withSession((_request, session) => {
        session.n = (session.n ?? 0) + 1;
        session.save();
        return { n: session.n };
      }),
    );
    const client = new TestClient(app, { origin: 'https://example.com', now: () => now });
    const count = async (): Promise<unknown> => (await client.get('/')).json;
    assert.deepEqual(await count(), { n: 1 });
    now += 3599;
    assert.deepEqual(await count(), { n: 2 });
    now += 3600;
    assert.deepEqual(await count(), { n: 1 });
  });

  it('S8: is removed with the attributes of its name, without which browsers would keep it', async () => {
    const app = new Microdot();
    new Session(app, hardened({ secretKey: SECRET }));
    app.get(
      '/out',
      withSession((_request, session) => {
        session.delete();
        return 'bye';
      }),
    );
    const response = await new TestClient(app, { origin: 'https://example.com' }).get('/out');
    assert.deepEqual(response.setCookies, [
      `${NAME}=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; Secure; HttpOnly; SameSite=Lax`,
    ]);
  });
});

describe('a session that is not hardened', () => {
  it('S5, S7: writes the bytes it wrote before there was a hardened one', () => {
    const session = new Session(new FakeHost(), { secretKey: SECRET });
    const jar = new FakeJar(null);
    const dict = session.open(jar);
    dict.n = 1;
    dict.save();
    assert.deepEqual(jar.finish(), [
      'session=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJuIjoxfQ.9IIjt2z400C8bGRz3S4HnYdgD6CLlB1tQT2_MkCY7V4; Path=/; HttpOnly',
    ]);
  });

  it('S19: takes a published secret', () => {
    assert.ok(new Session({ secretKey: 'complex_password_at_least_32_characters_long' }));
  });
});
