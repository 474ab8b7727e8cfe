// Several sessions in one response: one Set-Cookie for every name, domain and path.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Session } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { cookieOf, FakeHost, FakeJar } from '../support/fake-host.js';

const session = new Session(new FakeHost(), { secretKey: SECRET });
const REMOVAL = 'session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly';
const lineOf = (payload: object): string => `session=${session.encode(payload)}; Path=/; HttpOnly`;

describe('two sessions in one response', () => {
  const other = (cookieOptions = {}): Session =>
    new Session(new FakeHost(), { secretKey: 'another secret of more than thirty-two bytes', cookieOptions });

  it('S11: of the same name, domain and path the last word counts, whichever was opened first', () => {
    const second = other();
    for (const order of [
      [session, second],
      [second, session],
    ] as const) {
      for (const opened of [
        [session, second],
        [second, session],
      ] as const) {
        const jar = new FakeJar(null);
        for (const one of opened) one.open(jar);
        for (const one of order) one.open(jar).save();
        assert.deepEqual(jar.finish(), [`session=${order[1].encode({})}; Path=/; HttpOnly`]);
      }
    }
  });

  it('S11: a delete of one replaces the save of the other', () => {
    const jar = new FakeJar(null);
    session.open(jar).save();
    other().open(jar).delete();
    assert.deepEqual(jar.finish(), [REMOVAL]);
  });

  it('S11: a session that could not sign anew has said nothing: the other one does', () => {
    const old = 'an old secret of more than thirty-two bytes';
    const token = new Session({ secretKey: old }).encode({});
    const secrets = (id: string) => ({ secretKey: [{ id, secret: SECRET }, old], resign: true });
    // The id grows the token beyond what the first may send.
    const tight = new Session(new FakeHost(), { ...secrets('a'.repeat(50)), maxCookieBytes: 7 + token.length });
    const roomy = new Session(new FakeHost(), secrets('b'));
    for (const order of [
      [tight, roomy],
      [roomy, tight],
    ]) {
      const jar = new FakeJar(`session=${token}`);
      for (const one of order) one.open(jar);
      assert.deepEqual(jar.finish(), [`session=${roomy.encode({})}; Path=/; HttpOnly`]);
    }
  });

  it('S11: flags and ages make no other cookie', () => {
    const jar = new FakeJar(null);
    const second = other({ secure: true, httpOnly: false, maxAge: 5, sameSite: 'Lax' });
    session.open(jar).save();
    second.open(jar).save();
    assert.deepEqual(jar.finish(), [`session=${second.encode({})}; Path=/; Max-Age=5; Secure; SameSite=Lax`]);
  });

  it('S11: another path or domain makes another cookie: both are sent', () => {
    for (const cookieOptions of [{ path: '/app' }, { domain: 'example.com' }]) {
      const jar = new FakeJar(null);
      const second = other(cookieOptions);
      second.open(jar).save();
      session.open(jar).save();
      assert.equal(jar.finish().length, 2);
    }
  });

  it('S11: two domains make two cookies; no path and an empty one make the same', () => {
    const cookies = (...options: readonly object[]): number => {
      const jar = new FakeJar(null);
      for (const cookieOptions of options) other(cookieOptions).open(jar).save();
      return jar.finish().length;
    };
    assert.equal(cookies({ domain: 'example.com' }, { domain: 'shop.example.com' }), 2);
    assert.equal(cookies({ path: '/a' }, { path: '/b' }), 2);
    assert.equal(cookies({ path: null }, { path: '' }), 1);
    assert.equal(cookies({ domain: null }, { domain: '' }), 1);
  });

  it('S11: the options of the moment of the head decide which cookies are the same', () => {
    const jar = new FakeJar(null);
    const second = other({ path: '/app' });
    second.open(jar).save();
    session.open(jar).save();
    second.cookieOptions = {};
    assert.deepEqual(jar.finish(), [lineOf({})]);
  });
});

describe('a session with autoSave beside another one of the same cookie', () => {
  const auto = new Session(new FakeHost(), { secretKey: SECRET, autoSave: true });
  const NEW = 'a newer secret of more than thirty-two bytes';

  /** What is sent where the sessions are opened in this order, and what `auto` has is changed. */
  const sent = (opened: readonly Session[], speak: (jar: FakeJar) => void = () => {}): readonly string[] => {
    const jar = new FakeJar(cookieOf(session.encode({ user: 'ada' })));
    for (const one of opened) one.open(jar).n = one === auto ? 1 : undefined;
    speak(jar);
    return jar.finish();
  };

  it('S11, S12: its automatic save yields to a delete and to a save, whichever was opened first', () => {
    const other = new Session(new FakeHost(), { secretKey: NEW });
    for (const opened of [
      [other, auto],
      [auto, other],
    ]) {
      assert.deepEqual(
        sent(opened, (jar) => other.open(jar).delete()),
        [REMOVAL],
      );
      assert.deepEqual(
        sent(opened, (jar) => other.open(jar).save()),
        [`session=${other.encode({})}; Path=/; HttpOnly`],
      );
    }
  });

  it('S11: the changes go before what a read of the other sends by itself', () => {
    const resigning = new Session(new FakeHost(), { secretKey: [NEW, SECRET], resign: true });
    const saved = lineOf({ user: 'ada', n: 1 });
    assert.deepEqual(sent([resigning, auto]), [saved]);
    assert.deepEqual(sent([auto, resigning]), [saved]);
    assert.deepEqual(sent([resigning]), [`session=${resigning.encode({ user: 'ada' })}; Path=/; HttpOnly`]);
  });

  it('S11: of two that would save, the first that was opened does', () => {
    const second = new Session(new FakeHost(), { secretKey: NEW, autoSave: true });
    const change = (jar: FakeJar): void => {
      second.open(jar).n = 2;
    };
    assert.deepEqual(sent([auto, second], change), [lineOf({ user: 'ada', n: 1 })]);
    assert.deepEqual(sent([second, auto], change), [`session=${second.encode({ n: 2 })}; Path=/; HttpOnly`]);
  });

  it('S11: a word about another cookie is none about this one', () => {
    const elsewhere = new Session(new FakeHost(), { secretKey: SECRET, cookieOptions: { path: '/app' } });
    assert.equal(sent([elsewhere, auto], (jar) => elsewhere.open(jar).delete()).length, 2);
  });
});
