// cookieOptions.maxAge as a function of the data, alone and beside the session's own lifetimes.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Session, type SessionCookieOptions, type SessionDict, type SessionOptions } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { attributesOf, cookieOf, FakeHost, FakeJar, visit } from '../support/fake-host.js';

type Data = Record<string, unknown>;
type MaxAge = NonNullable<SessionCookieOptions<Data>['maxAge']>;

const WEEK = 604_800;
const NOW = 1_800_000_000;
const remember: MaxAge = ({ remember }) => (remember === true ? WEEK : 600);

const open = (maxAge: MaxAge | null, options: SessionOptions<Data> = {}): Session<Data> =>
  new Session<Data>(new FakeHost(), { secretKey: SECRET, cookieOptions: { maxAge }, now: () => NOW, ...options });

/** The attributes of what a handler had sent. */
const sent = (session: Session<Data>, handler: (dict: SessionDict) => void, cookie: string | null = null): string =>
  attributesOf(visit(session, cookie, handler)[0]);

const saves =
  (data: Data) =>
  (dict: SessionDict): void => {
    Object.assign(dict, data);
    dict.save();
  };

describe('maxAge as a function', () => {
  it('S7: is asked at each save, with the data that are saved', () => {
    const session = open(remember);
    assert.equal(sent(session, saves({ remember: true })), `; Path=/; Max-Age=${WEEK}; HttpOnly`);
    assert.equal(sent(session, saves({})), '; Path=/; Max-Age=600; HttpOnly');
  });

  it('S6: the data are those of the save, not of the head', () => {
    const handler = (dict: SessionDict): void => {
      saves({ remember: true })(dict);
      dict.remember = false;
    };
    assert.equal(sent(open(remember), handler), `; Path=/; Max-Age=${WEEK}; HttpOnly`);
  });

  it('0 is an end at once', () => {
    assert.equal(
      sent(
        open(() => 0),
        saves({ n: 1 }),
      ),
      '; Path=/; Max-Age=0; HttpOnly',
    );
  });

  it('S8: a removal does not ask', () => {
    const session = open(() => assert.fail('it was asked'));
    assert.equal(
      sent(session, (dict) => dict.delete()),
      '; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly',
    );
  });

  it('wins over the end of the token, which the server goes on to enforce', () => {
    const session = open(remember, { idleTimeout: 3600 });
    assert.equal(sent(session, saves({})), '; Path=/; Max-Age=600; HttpOnly');
    assert.equal(sent(open(null, { idleTimeout: 3600 }), saves({})), '; Path=/; Max-Age=3600; HttpOnly');
    const plain = new Session<Data>(new FakeHost(), { secretKey: SECRET, idleTimeout: 3600, now: () => NOW });
    assert.equal(sent(plain, saves({})), '; Path=/; Max-Age=3600; HttpOnly');
  });

  it('a renewal asks too, about the data as they were loaded, whatever the handler did to them', () => {
    const session = open(({ of }) => (of as { weeks: number }).weeks * WEEK, { idleTimeout: 3600 });
    const cookie = cookieOf(forge({ alg: 'HS256' }, { of: { weeks: 2 }, iat: NOW - 3000, exp: NOW + 600 }));
    const edit = (dict: SessionDict): void => {
      dict.of.weeks = 5;
    };
    assert.equal(sent(session, edit, cookie), `; Path=/; Max-Age=${2 * WEEK}; HttpOnly`);
  });

  it('S4: a renewal of data that it fails on ends with the token, and breaks nothing', () => {
    const cookie = cookieOf(forge({ alg: 'HS256' }, { n: 1, iat: NOW - 3000, exp: NOW + 600 }));
    for (const fails of [({ of }: Partial<Data>) => (of as { weeks: number }).weeks, () => Number.NaN]) {
      assert.equal(
        sent(open(fails, { idleTimeout: 3600 }), () => {}, cookie),
        '; Path=/; Max-Age=3600; HttpOnly',
      );
    }
  });

  it('one that returns no whole seconds is ERR_SESSION_BAD_OPTION at the save, and nothing is sent', () => {
    for (const seconds of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '60', null, undefined, 10n, 2 ** 53]) {
      const jar = new FakeJar(null);
      const dict = open(() => seconds as number).open(jar);
      throwsCode(() => dict.save(), 'ERR_SESSION_BAD_OPTION');
      assert.deepEqual(jar.finish(), []);
    }
  });

  it('what it throws at a save is the application\u2019s', () => {
    const error = new TypeError('of the application');
    const session = open(() => {
      throw error;
    });
    assert.throws(() => visit(session, null, saves({ n: 1 })), error);
  });

  it('S2: reads as it was given; assigned, it counts from the next save on', () => {
    const session = open(60);
    session.cookieOptions = { maxAge: remember };
    assert.equal(session.cookieOptions.maxAge, remember);
    assert.equal(sent(session, saves({ remember: true })), `; Path=/; Max-Age=${WEEK}; HttpOnly`);
    session.cookieOptions = { maxAge: 5 };
    assert.equal(sent(session, saves({ remember: true })), '; Path=/; Max-Age=5; HttpOnly');
  });

  it('S7: options of the head replace it there, as any attribute', () => {
    const session = open(remember);
    const jar = new FakeJar(null);
    saves({ remember: true })(session.open(jar));
    session.cookieOptions = { maxAge: 5 };
    assert.equal(attributesOf(jar.finish()[0]), '; Path=/; Max-Age=5; HttpOnly');
  });

  it('stands beside secure: auto and every other attribute', () => {
    const session = open(null, { cookieOptions: { maxAge: remember, secure: 'auto', sameSite: 'Strict' } });
    assert.equal(sent(session, saves({})), '; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Strict');
  });
});
