// debug: the warnings that a developer gets, each once, with keys and remedies and never a value.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Session, type SessionDict, type SessionOptions } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf, FakeHost, FakeJar, visit } from '../support/fake-host.js';
import { collectWarnings, setEnvironment } from '../support/warnings.js';

type Options = SessionOptions<Record<string, unknown>>;

const open = (options: Options = {}): Session =>
  new Session(new FakeHost(), { secretKey: SECRET, debug: true, ...options });

const PAYLOAD = { user: 'hunter2', n: 1, cart: [{ sku: 'hunter2' }] };
const COOKIE = cookieOf(forge({ alg: 'HS256', typ: 'JWT' }, PAYLOAD));

const change = (dict: SessionDict): void => void dict.n++;

describe('the warning of unsaved changes', () => {
  const warnings = collectWarnings();

  it('names the keys that were changed, added and removed, and no value', () => {
    visit(open(), COOKIE, (dict) => {
      dict.cart[0].sku = 'correct horse';
      dict.added = 'correct horse';
      delete dict.n;
    });
    assert.deepEqual(warnings.codes(), ['WARN_SESSION_UNSAVED']);
    const [{ message } = { message: '' }] = warnings.all;
    assert.equal(
      message,
      'a handler changed the session (cart, added, n) and did not save it: call session.save() before it returns, or set ' +
        'autoSave: true',
    );
  });

  it('comes once for each session object', () => {
    const session = open();
    for (let i = 0; i < 3; i++) visit(session, COOKIE, change);
    assert.deepEqual(warnings.codes(), ['WARN_SESSION_UNSAVED']);
    visit(open(), COOKIE, change);
    assert.equal(warnings.all.length, 2);
  });

  it('does not come for reading, for changes that were undone, for a save and for a delete', () => {
    const session = open();
    visit(session, COOKIE, () => {});
    visit(session, null, () => {});
    visit(session, COOKIE, (dict) => {
      dict.n++;
      dict.n--;
    });
    visit(session, COOKIE, (dict) => {
      change(dict);
      dict.save();
    });
    visit(session, COOKIE, (dict) => {
      change(dict);
      dict.delete();
    });
    assert.deepEqual(warnings.all, []);
  });

  it('S6, S12: comes for changes behind a save or a delete, which are as lost', () => {
    visit(open(), COOKIE, (dict) => {
      dict.n++;
      dict.save();
      dict.late = 1;
    });
    visit(open(), COOKIE, (dict) => {
      dict.delete();
      dict.flash = 'bye';
    });
    assert.deepEqual(
      warnings.all.map(({ message }) => /\((.*?)\)/.exec(message)?.[1]),
      ['late', 'flash'],
    );
  });

  it('S13: does not come where the response is dropped', () => {
    const jar = new FakeJar(COOKIE);
    change(open().open(jar));
    assert.deepEqual(warnings.all, []);
  });
});

describe('the warning of a Secure cookie on plain http', () => {
  const warnings = collectWarnings();
  const save = (session: Session, secure: boolean | null): readonly string[] => {
    const jar = new FakeJar(null, {}, secure);
    session.open(jar).save();
    return jar.finish();
  };
  const secure = (options: Options = {}): Session => open({ cookieOptions: { secure: true }, ...options });

  it('comes once, where the host knows that it is http; the cookie stays as configured', () => {
    const session = secure();
    for (let i = 0; i < 2; i++) assert.match(save(session, false)[0] ?? '', /; Secure; HttpOnly$/);
    assert.deepEqual(warnings.codes(), ['WARN_SESSION_INSECURE']);
  });

  it('does not come over https, where nobody knows, without Secure, and with auto', () => {
    for (const known of [true, null]) save(secure(), known);
    save(open(), false);
    save(open({ cookieOptions: { secure: 'auto' } }), false);
    assert.deepEqual(warnings.all, []);
  });

  it('does not come for a session that was given no options, where NODE_ENV is not set', () => {
    const host = new FakeHost();
    const session = new Session(host);
    session.cookieOptions = { secure: true };
    const jar = new FakeJar(null, {}, false);
    host.sessionJar = () => jar;
    session.delete(host.request());
    assert.match(jar.finish()[0] ?? '', /; Secure; HttpOnly$/);
    assert.deepEqual(warnings.all, []);
  });

  it('does not come behind a trusted proxy that says https', () => {
    const jar = new FakeJar(null, { 'x-forwarded-proto': 'https' }, false);
    secure({ trustProxy: true }).open(jar).save();
    jar.finish();
    assert.deepEqual(warnings.all, []);
  });
});

describe('the warning of a large cookie', () => {
  const warnings = collectWarnings();
  const OVERHEAD = 'session'.length + 37 + 44;
  /** Saves a cookie of so many bytes, or one less. */
  const save = (bytes: number, options: Options): void => {
    const json = Math.floor(((bytes - OVERHEAD) * 3) / 4);
    visit(open(options), null, (dict) => {
      dict.x = 'x'.repeat(json - '{"x":""}'.length);
      dict.save();
    });
  };

  it('S17: comes over warnBytes, or over nine tenths of maxCookieBytes, whichever is less', () => {
    save(1395, {});
    save(3600, { warnBytes: 4000 });
    save(895, { maxCookieBytes: 1000 });
    assert.deepEqual(warnings.all, []);
    save(1405, {});
    save(3700, { warnBytes: 4000 });
    save(905, { maxCookieBytes: 1000 });
    assert.deepEqual(warnings.codes(), Array(3).fill('WARN_SESSION_LARGE'));
    assert.deepEqual(
      warnings.all.map(({ message }) => /over (\d+), the error over (\d+)/.exec(message)?.slice(1)),
      [
        ['1400', '4096'],
        ['3686', '4096'],
        ['900', '1000'],
      ],
    );
  });

  it('S17: Infinity is never', () => {
    save(4090, { warnBytes: Number.POSITIVE_INFINITY });
    assert.deepEqual(warnings.all, []);
  });
});

describe('debug', () => {
  const warnings = collectWarnings();
  /** Every reason to warn that there is. */
  const everything = (debug?: boolean | null): readonly string[] => {
    const options = { cookieOptions: { secure: true }, warnBytes: 10, ...(debug === undefined ? {} : { debug }) };
    const session = new Session(new FakeHost(), { secretKey: SECRET, ...options });
    const unsaved = new FakeJar(COOKIE, {}, false);
    change(session.open(unsaved));
    unsaved.finish();
    const saved = new FakeJar(COOKIE, {}, false);
    session.open(saved).save();
    saved.finish();
    return warnings.codes();
  };
  const ALL = ['WARN_SESSION_UNSAVED', 'WARN_SESSION_LARGE', 'WARN_SESSION_INSECURE'];

  it('is on by default where NODE_ENV is development', () => {
    setEnvironment('development');
    assert.deepEqual(everything(), ALL);
  });

  it('S17: is off where NODE_ENV is not set, but for the size', () => {
    assert.deepEqual(everything(), ['WARN_SESSION_LARGE']);
  });

  for (const environment of ['test', '']) {
    it(`is off where NODE_ENV is '${environment}', but for the size`, () => {
      setEnvironment(environment);
      assert.deepEqual(everything(null), ['WARN_SESSION_LARGE']);
    });
  }

  it('is off in production, also for the size', () => {
    setEnvironment('production');
    assert.deepEqual(everything(), []);
  });

  for (const environment of ['development', 'production', undefined]) {
    it(`true and false win over a NODE_ENV of ${environment}`, () => {
      setEnvironment(environment);
      assert.deepEqual(everything(false), []);
      assert.deepEqual(everything(true), ALL);
    });
  }

  it('S2: takes true, false and null', () => {
    for (const debug of [0, 1, 'true', 'development']) {
      throwsCode(() => open({ debug } as unknown as Options), 'ERR_SESSION_BAD_OPTION');
    }
  });
});

describe('what is said when a session is made', () => {
  const warnings = collectWarnings();
  const partitioned = (cookieOptions: Options['cookieOptions']): void => {
    new Session(new FakeHost(), { secretKey: SECRET, cookieOptions: { partitioned: true, ...cookieOptions } });
  };

  it('partitioned without secure: true is a warning, in production none', () => {
    partitioned({ secure: true });
    assert.deepEqual(warnings.all, []);
    for (const secure of [false, 'auto'] as const) partitioned({ secure });
    assert.ok(warnings.all.length >= 2);
    assert.deepEqual([...new Set(warnings.codes())], ['WARN_SESSION_PARTITIONED']);
    const before = warnings.all.length;
    setEnvironment('production');
    partitioned({});
    assert.equal(warnings.all.length, before);
  });

  it('S19: a weak secret names hardened() in production, and allowWeakSecret elsewhere', () => {
    for (const [environment, remedy] of [
      ['production', /hardened\(\)/],
      ['development', /allowWeakSecret: true/],
    ] as const) {
      setEnvironment(environment);
      new Session({ secretKey: 'hunter2' });
      const { code, message } = warnings.all.at(-1) ?? { code: '', message: '' };
      assert.equal(code, 'WARN_SESSION_WEAK_SECRET');
      assert.match(message, remedy);
      assert.doesNotMatch(message, /hunter2/);
    }
  });
});
