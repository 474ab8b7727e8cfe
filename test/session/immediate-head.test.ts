// Jars without a head phase, as cookie stores have them: what is said is written at once, and a read breaks on nothing.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ValueError } from '../../dist/errors.js';
import { type ResponseHead, Session, type SessionOptions } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf, FakeHost, FakeJar, tokenOf } from '../support/fake-host.js';
import { collectWarnings } from '../support/warnings.js';
import { claimsOf, T } from './timed.js';

const HEADER = { alg: 'HS256', typ: 'JWT' };
const REMOVAL = 'session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly';
/** Past half of its idle time at T. */
const DUE = forge(HEADER, { user: 'ada', iat: T - 400, exp: T + 200 });
const timed: SessionOptions = { idleTimeout: 600, clockTolerance: 0, now: () => T };

/** Has every line at once; `refusal` is what a store throws that cannot be written. */
class ImmediateJar extends FakeJar {
  readonly lines: string[] = [];
  refusal: Error | null = null;

  override onHead(f: (head: ResponseHead) => void): void {
    f({
      get: (name) => this.headers.get(name.toLowerCase()) ?? null,
      set: (name, value) => void this.headers.set(name.toLowerCase(), value),
      appendSetCookie: (line) => {
        if (this.refusal !== null) throw this.refusal;
        this.lines.push(line);
      },
    });
  }

  /** The data of the lines, null for a removal. */
  get written(): readonly unknown[] {
    return this.lines.map((line) => (line.startsWith('session=;') ? null : claimsOf(tokenOf(line))));
  }
}

const refusing = (token: string): ImmediateJar => {
  const jar = new ImmediateJar(cookieOf(token));
  jar.refusal = new ValueError('ERR_SESSION_HEADERS_SENT', 'cannot be written');
  return jar;
};

const open = (options: SessionOptions = {}): Session =>
  new Session(new FakeHost(), { secretKey: SECRET, cacheHeaders: false, ...options });

describe('a jar without a head phase', () => {
  it('S6: a read writes nothing, an unsaved change neither', () => {
    const jar = new ImmediateJar(cookieOf(forge(HEADER, { n: 1 })));
    for (const cacheHeaders of [true, false]) {
      const session = open({ cacheHeaders }).open(jar);
      assert.deepEqual({ ...session }, { n: 1 });
      session.n = 2;
    }
    assert.deepEqual(jar.lines, []);
  });

  it('S11: each save and delete writes at once, in place of the one before', () => {
    for (const cacheHeaders of [true, false]) {
      const jar = new ImmediateJar(null);
      const session = open({ cacheHeaders }).open(jar);
      session.n = 1;
      session.save();
      assert.deepEqual(jar.written, [{ n: 1 }]);
      session.n = 2;
      session.save();
      assert.deepEqual(jar.written, [{ n: 1 }, { n: 2 }]);
      session.delete();
      assert.equal(jar.lines[2], REMOVAL);
      session.m = 3;
      session.save();
      assert.deepEqual(jar.written.slice(2), [null, { m: 3 }]);
    }
  });

  it('S12: a save after a delete brings nothing back', () => {
    const jar = new ImmediateJar(cookieOf(DUE));
    const session = open({ ...timed, renew: 'save' }).open(jar);
    session.delete();
    session.save();
    assert.deepEqual(jar.written, [null, { iat: T, exp: T + 600 }]);
  });

  it('update() and delete() without a get', () => {
    const host = new FakeHost();
    const session = new Session(host, { secretKey: SECRET });
    const jar = new ImmediateJar(null);
    const request = host.request();
    host.sessionJar = () => jar;
    session.update(request, { n: 1 });
    session.delete(request);
    assert.deepEqual(jar.written, [{ n: 1 }, null]);
  });

  it('S7: a read that renews does so at once, and only once; a save goes on from there', () => {
    const jar = new ImmediateJar(cookieOf(DUE));
    const sessions = open(timed);
    sessions.open(jar);
    const session = sessions.open(jar);
    assert.deepEqual(jar.written, [{ user: 'ada', iat: T - 400, exp: T + 600 }]);
    session.n = 1;
    session.save();
    assert.deepEqual(jar.written.slice(1), [{ user: 'ada', n: 1, iat: T - 400, exp: T + 600 }]);
  });

  it('S7: a read that signs anew does so at once', () => {
    const old = 'an old secret of more than thirty-two bytes';
    const jar = new ImmediateJar(cookieOf(forge(HEADER, { n: 1 }, old)));
    const session = open({ secretKey: [SECRET, old], resign: true });
    session.open(jar);
    assert.deepEqual(jar.lines, [`session=${forge(HEADER, { n: 1 })}; Path=/; HttpOnly`]);
  });

  it('S7: a get after an update renews nothing', () => {
    const host = new FakeHost();
    const session = new Session(host, { secretKey: SECRET, now: () => T });
    const jar = new ImmediateJar(cookieOf(DUE));
    const request = host.request();
    host.sessionJar = () => jar;
    session.update(request, { n: 1 });
    session.initialize(host, { idleTimeout: 600, clockTolerance: 0 });
    session.get(request);
    assert.deepEqual(jar.written, [{ n: 1 }]);
  });

  it('cacheHeaders: a read and then a save mark the response as ever', () => {
    const jar = new ImmediateJar(null);
    const session = open({ cacheHeaders: true }).open(jar);
    assert.deepEqual(
      [...jar.headers],
      [
        ['vary', 'Cookie'],
        ['cache-control', 'private'],
      ],
    );
    session.save();
    assert.deepEqual(
      [...jar.headers],
      [
        ['vary', 'Cookie'],
        ['cache-control', 'private, no-store'],
      ],
    );
  });

  it('autoSave is an error at every get: no moment is left at which it could save', () => {
    const jar = new ImmediateJar(null);
    const sessions = open({ autoSave: true });
    for (let visit = 0; visit < 2; visit++) throwsCode(() => sessions.open(jar), 'ERR_SESSION_BAD_OPTION');
    assert.deepEqual(jar.lines, []);
  });
});

describe('autoSave on a jar without a head phase', () => {
  it('update() and delete() write all the same, also after a get that was refused', () => {
    const host = new FakeHost();
    const session = new Session(host, { secretKey: SECRET, autoSave: true });
    const jar = new ImmediateJar(null);
    const request = host.request();
    host.sessionJar = () => jar;
    throwsCode(() => session.get(request), 'ERR_SESSION_BAD_OPTION');
    session.update(request, { n: 1 });
    session.delete(request);
    assert.deepEqual(jar.written, [{ n: 1 }, null]);
  });
});

describe('a store that cannot be written', () => {
  it('S4: a read that would renew or sign anew goes on with the old cookie', () => {
    const jar = refusing(DUE);
    const sessions = open({ ...timed, cacheHeaders: true });
    assert.deepEqual({ ...sessions.open(jar) }, { user: 'ada' });
    assert.deepEqual({ ...sessions.open(jar) }, { user: 'ada' });
    assert.equal(jar.headers.get('cache-control'), 'private', 'no cookie was set');
  });

  it('S18: save() and delete() are the error of the store, each time', () => {
    const jar = refusing(DUE);
    const session = open(timed).open(jar);
    for (let i = 0; i < 2; i++) {
      assert.equal(
        throwsCode(() => session.save(), 'ERR_SESSION_HEADERS_SENT'),
        jar.refusal,
      );
      assert.equal(
        throwsCode(() => session.delete(), 'ERR_SESSION_HEADERS_SENT'),
        jar.refusal,
      );
    }
    assert.deepEqual({ ...session }, {}, 'what was deleted is gone for this request');
  });

  it('a get after a refused update is a read like any other', () => {
    const host = new FakeHost();
    const session = new Session(host, { secretKey: SECRET });
    const jar = refusing(forge(HEADER, { n: 1 }));
    const request = host.request();
    host.sessionJar = () => jar;
    throwsCode(() => session.update(request, { n: 2 }), 'ERR_SESSION_HEADERS_SENT');
    assert.deepEqual({ ...session.get(request) }, { n: 1 });
  });

  it('a save can be tried again', () => {
    const jar = refusing(DUE);
    const session = open(timed).open(jar);
    throwsCode(() => session.save(), 'ERR_SESSION_HEADERS_SENT');
    jar.refusal = null;
    session.save();
    assert.equal(jar.lines.length, 1);
  });

  it('a fault of the host is no refusal: a read passes it on', () => {
    const jar = refusing(DUE);
    jar.refusal = new TypeError('a fault');
    assert.throws(() => open(timed).open(jar), TypeError);
  });
});

describe('several sessions on a jar without a head phase', () => {
  it('S11: of the same cookie the last word counts, and it is written last', () => {
    const jar = new ImmediateJar(null);
    const [first, second] = [open(), open()].map((sessions) => sessions.open(jar));
    first.n = 1;
    first.save();
    second.n = 2;
    second.save();
    first.save();
    assert.deepEqual(jar.written, [{ n: 1 }, { n: 2 }, { n: 1 }]);
  });

  it('S11: of the same cookie one renewal is written, and none after a save', () => {
    const jar = new ImmediateJar(cookieOf(DUE));
    open(timed).open(jar);
    open(timed).open(jar);
    assert.equal(jar.lines.length, 1);
    const saved = new ImmediateJar(cookieOf(DUE));
    open({ ...timed, renew: 'save' })
      .open(saved)
      .save();
    open(timed).open(saved);
    assert.equal(saved.lines.length, 1);
  });

  it('S9: of different cookies each writes its own, and only its own', () => {
    const jar = new ImmediateJar(null);
    const [a, b] = ['a', 'b'].map((cookieName) => open({ cookieName }).open(jar));
    a.save();
    b.save();
    assert.deepEqual(
      jar.lines.map((line) => line.split('=', 1)[0]),
      ['a', 'b'],
    );
  });
});

describe('a jar without a head phase, in development', () => {
  const warnings = collectWarnings('development');

  it('a save or a delete after changes is no unsaved change', () => {
    const session = open().open(new ImmediateJar(null));
    session.n = 1;
    session.save();
    session.n = 2;
    session.delete();
    session.n = 3;
    session.save();
    assert.deepEqual(warnings.codes(), []);
  });
});
