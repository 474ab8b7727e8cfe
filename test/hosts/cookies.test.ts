// Cookie stores as hosts: what the store is told, what it may hold, and where it may not be written.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type CookieRequest,
  type CookieStore,
  cookiesHost,
  type StoredCookieOptions,
} from '../../dist/hosts/cookies.js';
import { Session, type SessionCookieOptions, type SessionOptions, withSession } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { T } from '../session/timed.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf, tokenOf } from '../support/fake-host.js';
import { astro, type FakeStore, next, nextRender, ReadonlyError, svelteKit } from './support/cookie-stores.js';

const HEADER = { alg: 'HS256', typ: 'JWT' };
const open = (options: SessionOptions = {}): Session => new Session(cookiesHost(), { secretKey: SECRET, ...options });
const sessions = open();
/** Past half of its idle time at T. */
const DUE = forge(HEADER, { user: 'ada', iat: T - 400, exp: T + 200 });
const timed: SessionOptions = { idleTimeout: 600, clockTolerance: 0, now: () => T };

/** A store that keeps what it is told. */
class Recorder implements CookieStore {
  readonly calls: [name: string, value: string, options: StoredCookieOptions][] = [];
  readonly value: unknown;

  constructor(value?: unknown) {
    this.value = value;
  }

  get(_name: string): string | undefined {
    return this.value as string | undefined;
  }

  set(name: string, value: string, options: StoredCookieOptions): void {
    this.calls.push([name, value, options]);
  }
}

const stores: Readonly<Record<string, (header: string | null) => FakeStore>> = { svelteKit, astro, next };
const ends: Readonly<Record<string, string>> = {
  svelteKit: '; Path=/; HttpOnly; SameSite=Lax',
  astro: '; Path=/; HttpOnly',
  next: '; Path=/; HttpOnly',
};

for (const [name, make] of Object.entries(stores)) {
  describe(`the cookies of ${name}`, () => {
    it('S7: a save sets the cookie, and the next request reads it', () => {
      const { store, lines } = make(null);
      const session = sessions.get(store);
      assert.deepEqual({ ...session }, {});
      session.user = 'Zoë 東京';
      session.save();
      const token = sessions.encode({ user: 'Zoë 東京' });
      assert.deepEqual(lines(), [`session=${token}${ends[name]}`]);
      assert.deepEqual({ ...sessions.get(make(`a=b; ${cookieOf(token)}; c=d`).store) }, { user: 'Zoë 東京' });
    });

    it('S3, S7: one dict for a store; a read, also of a forged cookie, sets nothing', () => {
      for (const header of [null, 'a=b', cookieOf(sessions.encode({ n: 1 })), 'session=forged', 'session=']) {
        const { store, lines } = make(header);
        assert.equal(sessions.get(store), sessions.get(store));
        assert.deepEqual(lines(), []);
      }
    });

    it('S11, S12: the last save or delete of a request counts', () => {
      const { store, lines } = make(cookieOf(sessions.encode({ user: 'ada' })));
      const session = sessions.get(store);
      session.n = 1;
      session.save();
      session.n = 2;
      session.save();
      assert.deepEqual(lines(), [`session=${sessions.encode({ user: 'ada', n: 2 })}${ends[name]}`]);
      session.delete();
      assert.equal(lines().length, 1);
      assert.match(lines()[0] ?? '', /^session=; Path=\/; (?=.*Max-Age=0)(?=.*Expires=Thu, 01 Jan 1970 00:00:01 GMT)/);
      session.m = 3;
      session.save();
      assert.deepEqual(lines(), [`session=${sessions.encode({ m: 3 })}${ends[name]}`]);
    });

    it('S18: a store that refuses is an error of the save, with what it said', () => {
      const { store, lines, close } = make(cookieOf(DUE));
      close();
      const session = open(timed).get(store);
      assert.deepEqual({ ...session }, { user: 'ada' }, 'a read that would renew goes on with the old cookie');
      for (const method of ['save', 'delete'] as const) {
        const error = throwsCode(() => session[method](), 'ERR_SESSION_HEADERS_SENT', [DUE, SECRET, 'ada']);
        assert.ok(error.cause instanceof ReadonlyError);
      }
      assert.deepEqual(lines(), []);
    });

    it('a read renews where the store can be written', () => {
      const { store, lines } = make(cookieOf(DUE));
      open(timed).get(store);
      assert.equal(tokenOf(lines()[0]), forge(HEADER, { user: 'ada', iat: T - 400, exp: T + 600 }));
      assert.match(lines()[0] ?? '', /; Max-Age=600(;|$)/);
    });

    it('S9: two sessions, two cookies', () => {
      const { store, lines } = make(null);
      for (const cookieName of ['a', 'b']) open({ cookieName }).get(store).save();
      assert.deepEqual(
        lines().map((line) => line.split('=', 1)[0]),
        ['a', 'b'],
      );
    });

    it('S11: two sessions of one cookie, one line', () => {
      const { store, lines } = make(null);
      const [first, second] = [open(), open()].map((each) => each.get(store));
      second.n = 2;
      first.save();
      second.save();
      assert.deepEqual(lines().map(tokenOf), [sessions.encode({ n: 2 })]);
    });
  });
}

describe('what a store is told', () => {
  const told = (cookieOptions: SessionCookieOptions, options: SessionOptions = {}): StoredCookieOptions | undefined => {
    const store = new Recorder();
    open({ cookieOptions, ...options })
      .get(store)
      .save();
    return store.calls[0]?.[2];
  };

  it('S7: httpOnly and secure always, the others where the session has them', () => {
    assert.deepEqual(told({}), { path: '/', httpOnly: true, secure: false });
    assert.deepEqual(told({ httpOnly: false, secure: true }), { path: '/', httpOnly: false, secure: true });
    const all: SessionCookieOptions = {
      path: '/app',
      domain: '.example.com',
      expires: new Date('2030-01-02T03:04:05Z'),
      maxAge: 60,
      secure: true,
      partitioned: true,
      sameSite: 'None',
      priority: 'High',
    };
    assert.deepEqual(told(all), { ...all, httpOnly: true, sameSite: 'none', priority: 'high' });
  });

  it('no path is an empty one', () => {
    for (const path of ['', null]) assert.deepEqual(told({ path }), { path: '', httpOnly: true, secure: false });
  });

  it('dates as browsers read them; what they cannot read is left out', () => {
    assert.deepEqual(told({ expires: 'Wed, 02-Jan-2030 03:04:05 GMT' })?.expires, new Date('2030-01-02T03:04:05Z'));
    assert.equal('expires' in (told({ expires: '2030-01-02T03:04:05Z' }) ?? {}), false);
  });

  it("the end of the session is the cookie's", () => {
    assert.equal(told({}, { idleTimeout: 600 })?.maxAge, 600);
    assert.equal(told({ maxAge: () => 5 })?.maxAge, 5);
    assert.equal(told({ maxAge: 0 })?.maxAge, 0);
  });

  it("secure: 'auto' is true, for a store knows no scheme", () => {
    assert.equal(told({ secure: 'auto' })?.secure, true);
  });

  it('S8: a removal has the same path, domain and flags', () => {
    const store = new Recorder();
    open({ cookieOptions: { domain: 'example.com', secure: true, sameSite: 'Lax', maxAge: 60 } })
      .get(store)
      .delete();
    const options = {
      path: '/',
      domain: 'example.com',
      expires: new Date('1970-01-01T00:00:01Z'),
      maxAge: 0,
      httpOnly: true,
      secure: true,
      sameSite: 'lax',
    };
    assert.deepEqual(store.calls, [['session', '', options]]);
  });

  it('S17: a cookie of any length that maxCookieBytes allows', () => {
    const store = new Recorder();
    const large = open({ maxCookieBytes: 10_000, warnBytes: Number.POSITIVE_INFINITY });
    Object.assign(large.get(store), { text: 'x'.repeat(5000) }).save();
    const [[name, value, options] = []] = store.calls;
    assert.deepEqual([name, options?.path], ['session', '/']);
    assert.equal(value, large.encode({ text: 'x'.repeat(5000) }));
  });
});

describe('what a store may hold', () => {
  const token = sessions.encode({ n: 1 });
  const found = (store: CookieRequest): unknown => ({ ...sessions.get(store) });

  it('S4: text, an object with a value, or nothing', () => {
    for (const value of [token, { value: token }, { name: 'session', value: token }]) {
      assert.deepEqual(found(new Recorder(value)), { n: 1 });
    }
    for (const value of [undefined, null, '', {}, { value: undefined }, { value: '' }, 'forged', 5]) {
      assert.deepEqual(found(new Recorder(value)), {});
    }
  });

  it('a cookie that was removed, and is still there without a value, is no bad one', () => {
    const reasons: string[] = [];
    const session = open({ onReject: (reason) => void reasons.push(reason) });
    session.get(new Recorder({ name: 'session', value: '' }));
    assert.deepEqual(reasons, []);
    assert.equal(session.verdict(new Recorder('')).candidates, 0);
    session.get(new Recorder('forged'));
    assert.deepEqual(reasons, ['malformed']);
  });

  it('S14: of several the last good one counts, at most of the last 16', () => {
    const withAll = (values: readonly unknown[]): CookieStore =>
      Object.assign(new Recorder(), { getAll: () => values });
    const other = sessions.encode({ n: 2 });
    assert.deepEqual(found(withAll([{ name: 'session', value: token }, { value: other }, 'bad'])), { n: 2 });
    assert.deepEqual(found(withAll([])), {});
    assert.deepEqual(found(withAll([{ name: 'other', value: token }])), {});
    assert.deepEqual(found(withAll([token, ...Array(15).fill('bad')])), { n: 1 });
    assert.deepEqual(found(withAll([token, ...Array(16).fill('bad')])), {});
  });

  it('a getAll that gives no list is passed over', () => {
    assert.deepEqual(found(Object.assign(new Recorder(token), { getAll: () => new Map() })), { n: 1 });
  });
});

describe('the host of cookie stores', () => {
  it('S3: anything else than a store is ERR_SESSION_NOT_INSTALLED', () => {
    const { store } = next(null);
    const others = [
      Promise.resolve(store),
      new Headers(),
      {},
      { get: () => {} },
      { set: () => {} },
      null,
      undefined,
      'x',
    ];
    for (const other of others) throwsCode(() => sessions.get(other as never), 'ERR_SESSION_NOT_INSTALLED');
  });

  it('a store that the framework makes of another one has its own session, and its own rights', () => {
    // As in a query function of SvelteKit.
    const { store } = svelteKit(cookieOf(sessions.encode({ n: 1 })));
    sessions.get(store);
    const derived = {
      ...store,
      set: () => {
        throw new ReadonlyError('in a query function');
      },
    };
    assert.deepEqual({ ...sessions.get(derived) }, { n: 1 });
    throwsCode(() => sessions.get(derived).save(), 'ERR_SESSION_HEADERS_SENT');
    sessions.get(store).save();
  });

  it('takes a frozen store', () => {
    const store = Object.freeze(new Recorder());
    sessions.get(store).save();
    assert.equal(store.calls.length, 1);
  });

  it('update, delete and verdict by the store', () => {
    const store = new Recorder(sessions.encode({ n: 1 }));
    assert.equal(sessions.verdict(store).ok, true);
    sessions.update(store, { n: 2 });
    sessions.delete(store);
    assert.deepEqual(
      store.calls.map(([, value]) => sessions.decode(value)),
      [{ n: 2 }, {}],
    );
  });

  it('session.with takes the store and keeps what comes behind it; withSession cannot know it', () => {
    const { store, lines } = next(null);
    const handler = sessions.with((_cookies: CookieStore, session, text: string) => {
      session.text = text;
      session.save();
    });
    handler(store, 'hello');
    assert.deepEqual(sessions.decode(tokenOf(lines()[0])), { text: 'hello' });
    throwsCode(() => withSession(() => {})(store), 'ERR_SESSION_NOT_INSTALLED');
  });

  it('autoSave is an error at every get', () => {
    const session = open({ autoSave: true });
    for (const { store } of [next(null), svelteKit(null)])
      throwsCode(() => session.get(store), 'ERR_SESSION_BAD_OPTION');
  });

  it('Next.js: what a Server Action saved is there while the page is rendered, and can only be read', () => {
    const { store, lines } = next(null);
    Object.assign(sessions.get(store), { user: 'ada' }).save();
    const rendering = nextRender(cookieOf(tokenOf(lines()[0])));
    const session = sessions.get(rendering as CookieStore);
    assert.deepEqual({ ...session }, { user: 'ada' });
    const { cause } = throwsCode(() => session.save(), 'ERR_SESSION_HEADERS_SENT');
    assert.ok(cause instanceof ReadonlyError);
  });
});
