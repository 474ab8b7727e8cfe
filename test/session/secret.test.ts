// The secret: when it is needed, when it is checked, and that nothing ever shows it.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { inspect } from 'node:util';
import { Session } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { hides, throwsCode } from '../support/errors.js';
import { cookieOf, FakeHost, tokenOf, visit } from '../support/fake-host.js';

const OTHER = 'another test secret of more than thirty-two bytes';
const NONE = [undefined, null, '', new Uint8Array(0)] as const;

describe('a session without a secret', () => {
  for (const secretKey of NONE) {
    it(`S1: get and update throw ERR_SESSION_NO_SECRET where it is ${inspect(secretKey)}`, () => {
      const host = new FakeHost();
      const session = secretKey === undefined ? new Session(host) : new Session(host, { secretKey });
      const request = host.request(cookieOf(forge({ alg: 'HS256' }, { n: 1 })));
      throwsCode(() => session.get(request), 'ERR_SESSION_NO_SECRET');
      throwsCode(() => session.open(host.sessionJar(request)), 'ERR_SESSION_NO_SECRET');
      throwsCode(() => session.update(request, { n: 1 }), 'ERR_SESSION_NO_SECRET');
      throwsCode(() => session.with(() => null)(request), 'ERR_SESSION_NO_SECRET');
      assert.deepEqual(host.answer(request), []);
    });

    it(`S1: construction, initialize and delete do not, where it is ${inspect(secretKey)}`, () => {
      const host = new FakeHost();
      const session = new Session();
      session.initialize(host, secretKey === undefined ? {} : { secretKey });
      const request = host.request();
      session.delete(request);
      assert.deepEqual(host.answer(request), [
        'session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly',
      ]);
    });

    it(`S1: encode, decode and verify need the explicit one, ${inspect(secretKey)} being none`, () => {
      const session = new Session();
      const token = session.encode({ n: 1 }, SECRET);
      throwsCode(() => session.encode({ n: 1 }, secretKey), 'ERR_SESSION_NO_SECRET');
      throwsCode(() => session.decode(token, secretKey), 'ERR_SESSION_NO_SECRET');
      throwsCode(() => session.verify(token, secretKey), 'ERR_SESSION_NO_SECRET');
      assert.deepEqual(session.decode(token, SECRET), { n: 1 });
      assert.equal(session.verify(token, SECRET).ok, true);
    });

    it(`S1: an explicit ${inspect(secretKey)} means the session's own`, () => {
      const session = new Session({ secretKey: SECRET });
      const token = session.encode({ n: 1 }, secretKey);
      assert.equal(token, session.encode({ n: 1 }));
      assert.deepEqual(session.decode(token, secretKey), { n: 1 });
      assert.equal(session.verify(token, secretKey).ok, true);
    });
  }
});

describe('a session whose secret was taken away', () => {
  it('S1: get, open and update throw ERR_SESSION_NO_SECRET, whatever else is wrong, and also for a dict that is there', () => {
    const host = new FakeHost();
    const session = new Session(host, { secretKey: SECRET });
    const request = host.request();
    session.get(request);
    session.secretKey = null;
    throwsCode(() => session.get(request), 'ERR_SESSION_NO_SECRET');
    throwsCode(() => session.open(host.sessionJar(request)), 'ERR_SESSION_NO_SECRET');
    throwsCode(() => session.update(request, { save: 1 }), 'ERR_SESSION_NO_SECRET');
    host.answer(request);
    throwsCode(() => session.update(request, {}), 'ERR_SESSION_NO_SECRET');
  });
});

describe('secretKey', () => {
  it('S1: an explicit secret wins over the session\u2019s own', () => {
    const session = new Session({ secretKey: SECRET });
    const token = session.encode({ n: 1 }, OTHER);
    assert.deepEqual(session.decode(token), {});
    assert.deepEqual(session.decode(token, OTHER), { n: 1 });
    assert.deepEqual(session.verify(session.encode({ n: 1 }), OTHER), { ok: false, reason: 'bad-signature' });
    assert.deepEqual(session.decode(token, Buffer.from(OTHER)), { n: 1 });
  });

  it('S1: can be assigned at any time and counts from then on, also within a request', () => {
    const host = new FakeHost();
    const session = new Session(host);
    assert.equal(session.secretKey, null);
    const request = host.request(cookieOf(session.encode({ n: 1 }, SECRET)));
    throwsCode(() => session.get(request), 'ERR_SESSION_NO_SECRET');
    session.secretKey = SECRET;
    assert.equal(session.secretKey, SECRET);
    const dict = session.get(request);
    assert.deepEqual({ ...dict }, { n: 1 });
    session.secretKey = OTHER;
    dict.save();
    const token = tokenOf(host.answer(request)[0]);
    assert.deepEqual(session.decode(token), { n: 1 });
    assert.deepEqual(session.decode(token, SECRET), {});
  });

  it('S1: reads as null where an empty one was given, by option or by assignment', () => {
    for (const none of NONE) {
      const session = none === undefined ? new Session() : new Session({ secretKey: none });
      assert.equal(session.secretKey, null);
      session.secretKey ??= SECRET;
      assert.equal(session.secretKey, SECRET);
      session.secretKey = none;
      assert.equal(session.secretKey, null);
    }
  });

  it('S1: can be taken away again', () => {
    for (const none of NONE) {
      const host = new FakeHost();
      const session = new Session(host, { secretKey: SECRET });
      const request = host.request();
      const dict = session.get(request);
      session.secretKey = none;
      throwsCode(() => session.get(request), 'ERR_SESSION_NO_SECRET');
      throwsCode(() => dict.save(), 'ERR_SESSION_NO_SECRET');
      throwsCode(() => session.encode({}), 'ERR_SESSION_NO_SECRET');
    }
  });

  it('S1, S5: bytes are copied when they are assigned and when they are read', () => {
    const bytes = Uint8Array.from(Buffer.from(SECRET));
    const session = new Session({ secretKey: bytes });
    const token = session.encode({ n: 1 });
    bytes.fill(0);
    assert.equal(session.encode({ n: 1 }), token);
    const copy = session.secretKey;
    assert.ok(copy instanceof Uint8Array && copy !== bytes);
    assert.equal(Buffer.from(copy).toString(), SECRET);
    copy.fill(0);
    assert.equal(session.encode({ n: 1 }), token);
    assert.equal(Buffer.from((session.secretKey as Uint8Array) ?? []).toString(), SECRET);
    assert.equal(token, new Session({ secretKey: SECRET }).encode({ n: 1 }));
  });

  it('S1, S5: assigned bytes are copied too, a Buffer as well', () => {
    const session = new Session();
    const bytes = Buffer.from(SECRET);
    session.secretKey = bytes;
    bytes.fill(0);
    assert.equal(session.encode({ n: 1 }), session.encode({ n: 1 }, SECRET));
    const copy = session.secretKey as unknown as Uint8Array;
    copy.fill(0);
    assert.equal(Buffer.from(session.secretKey as unknown as Uint8Array).toString(), SECRET);
  });

  it('S1: is an accessor, never enumerable', () => {
    const session = new Session({ secretKey: SECRET });
    assert.deepEqual(Object.keys(session), []);
    assert.deepEqual(Reflect.ownKeys(session), []);
    assert.deepEqual(Object.assign({}, session), {});
    for (const key in session) assert.fail(key);
  });

  it('S19: a bad one is refused where it is given, and the one before stays', () => {
    const pem = '-----BEGIN PUBLIC KEY-----\nhunter2hunter2\n-----END PUBLIC KEY-----';
    for (const bad of [
      1,
      true,
      {},
      [],
      ['hunter2hunter2', 5],
      Symbol('hunter2'),
      pem,
      Buffer.from(pem),
      'ssh-rsa hunter2hunter2',
      'hunter2hunter2\ud800',
    ]) {
      const session = new Session({ secretKey: SECRET });
      const secret = bad as string;
      const refuses = (f: () => unknown): unknown => throwsCode(f, 'ERR_SESSION_BAD_SECRET', ['hunter2', SECRET]);
      refuses(() => new Session({ secretKey: secret }));
      refuses(() => new Session(new FakeHost(), { secretKey: secret }));
      refuses(() => session.initialize(new FakeHost(), { secretKey: secret }));
      refuses(() => {
        session.secretKey = secret;
      });
      refuses(() => session.encode({}, secret));
      assert.equal(session.secretKey, SECRET);
      assert.deepEqual(session.decode(session.encode({ n: 1 })), { n: 1 });
    }
  });

  it('S19: decode and verify read nothing with PEM text; a wrong type is still a mistake of the program', () => {
    const session = new Session({ secretKey: SECRET });
    const token = session.encode({ n: 1 });
    for (const pem of ['-----BEGIN PUBLIC KEY-----', Buffer.from('ssh-ed25519 AAAA')]) {
      assert.deepEqual(session.decode(token, pem), {});
      assert.deepEqual(session.verify(token, pem), { ok: false, reason: 'unknown-key' });
    }
    throwsCode(() => session.decode(token, 5 as unknown as string), 'ERR_SESSION_BAD_SECRET');
    throwsCode(() => session.verify(token, {} as string), 'ERR_SESSION_BAD_SECRET');
  });
});

describe('the warning about a weak secret', () => {
  const weak = 'under-thirty-two-bytes';
  let warnings: readonly unknown[][] = [];
  beforeEach(() => {
    warnings = [];
    mock.method(process, 'emitWarning', (...args: unknown[]) => {
      warnings = [...warnings, args];
    });
  });
  afterEach(() => {
    mock.restoreAll();
  });

  it('S19: comes once per assignment, with a code and without the secret', () => {
    const session = new Session({ secretKey: weak });
    assert.equal(warnings.length, 1);
    session.encode({});
    session.decode(session.encode({}));
    visit(session, null, (dict) => dict.save());
    assert.equal(warnings.length, 1);
    session.secretKey = `${weak}.`;
    assert.equal(warnings.length, 2);
    session.initialize(new FakeHost(), { secretKey: Buffer.from(weak) });
    assert.equal(warnings.length, 3);
    session.initialize(new FakeHost(), { cookieOptions: { secure: true } });
    assert.equal(warnings.length, 3);
    assert.deepEqual(
      warnings.map(([, options]) => options),
      Array(3).fill({ type: 'MicrodotWarning', code: 'WARN_SESSION_WEAK_SECRET' }),
    );
    hides(warnings, [weak]);
  });

  it('S19: comes at 31 bytes and not at 32', () => {
    new Session({ secretKey: 'x'.repeat(32) });
    new Session({ secretKey: new Uint8Array(32) });
    new Session({ secretKey: 'é'.repeat(16) });
    assert.equal(warnings.length, 0);
    new Session({ secretKey: 'x'.repeat(31) });
    new Session({ secretKey: new Uint8Array(31) });
    new Session({ secretKey: 'é'.repeat(15) });
    assert.equal(warnings.length, 3);
  });

  it('S19: comes for one weak secret of a list, wherever it stands', () => {
    new Session({ secretKey: [SECRET, weak] });
    new Session({ secretKey: [weak, SECRET] });
    assert.equal(warnings.length, 2);
    new Session({ secretKey: [SECRET, OTHER] });
    assert.equal(warnings.length, 2);
  });

  it('S19: allowWeakSecret: true silences it, wherever it stands among the options', () => {
    new Session({ secretKey: weak, allowWeakSecret: true });
    const session = new Session({ allowWeakSecret: true });
    session.secretKey = weak;
    session.initialize(new FakeHost(), { secretKey: weak });
    assert.equal(warnings.length, 0);
    session.initialize(new FakeHost(), { secretKey: weak, allowWeakSecret: false });
    assert.equal(warnings.length, 1);
  });

  it('S19: an empty secret and an explicit one in encode and decode do not warn', () => {
    const session = new Session({ secretKey: '' });
    session.decode(session.encode({}, weak), weak);
    assert.equal(warnings.length, 0);
  });

  it('S19: is given in production as well', () => {
    const before = process.env.NODE_ENV;
    process.env.NODE_ENV = 'production';
    try {
      new Session({ secretKey: weak });
    } finally {
      if (before === undefined) delete process.env.NODE_ENV;
      else process.env.NODE_ENV = before;
    }
    assert.equal(warnings.length, 1);
  });
});

describe('warnings as the process gives them', () => {
  it('S19: arrive as a MicrodotWarning', async () => {
    const heard = new Promise<Error & { readonly code?: string }>((resolve) => {
      // What other tests warned of may still be on its way.
      process.on('warning', function listen(warning: Error & { readonly code?: string }) {
        if (warning.code !== 'WARN_SESSION_WEAK_SECRET') return;
        process.off('warning', listen);
        resolve(warning);
      });
    });
    new Session({ secretKey: 'weak and heard' });
    const warning = await heard;
    assert.equal(warning.name, 'MicrodotWarning');
    assert.equal(warning.code, 'WARN_SESSION_WEAK_SECRET');
    hides(warning, ['weak and heard']);
  });
});
