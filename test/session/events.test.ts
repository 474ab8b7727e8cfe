// Events: each once and with nothing secret in it, to the listener and to the diagnostics channel, and never in the way.
import assert from 'node:assert/strict';
import { channel } from 'node:diagnostics_channel';
import { afterEach, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { type Reason, Session, type SessionEvent } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf, FakeHost, FakeJar, tokenOf, visit } from '../support/fake-host.js';
import { needs } from '../support/needs.js';
import { type Handler, type Options, save, T, Timed } from './timed.js';

const ALG = { alg: 'HS256' };
const OLD = 'an older test secret of more than thirty-two bytes';
const DATA = { user: 'ada-lovelace', key_of_data: 'confidential' };

// oxlint-disable-next-line unicorn/no-thenable -- what returns a promise of another library is what is tested
const THEN = 'then';

/** A session that tells everything, and what it told. */
function telling(options: Options = {}): { readonly timed: Timed; readonly events: SessionEvent[] } {
  const events: SessionEvent[] = [];
  return { timed: new Timed({ ...options, onEvent: (event) => void events.push(event) }), events };
}

describe('onEvent', () => {
  const bytes = (token: string | null): number => 'session='.length - 1 + (token ?? '').length;

  it('load, once per request however often it is asked for', () => {
    const { timed, events } = telling();
    const host = new FakeHost();
    timed.session.initialize(host);
    const request = host.request(cookieOf(forge(ALG, DATA)));
    timed.session.get(request);
    timed.session.get(request);
    host.answer(request);
    assert.deepEqual(events, [{ type: 'load', cookieName: 'session', keyIndex: 0, keyId: null }]);
  });

  it('nothing where there is no cookie, and nothing where nobody asks', () => {
    const { timed, events } = telling();
    timed.request(0, null);
    const host = new FakeHost();
    timed.session.initialize(host);
    host.answer(host.request(cookieOf(forge(ALG, DATA))));
    assert.deepEqual(events, []);
  });

  it('save, with the bytes of name and value, for each save', () => {
    const { timed, events } = telling({ cookieName: 'sid' });
    const [line] = visit(timed.session, null, (dict) => {
      dict.save();
      Object.assign(dict, DATA);
      dict.save();
    });
    const [first, second] = [timed.session.encode({}), timed.session.encode(DATA)];
    assert.equal(line, `sid=${second}; Path=/; HttpOnly`);
    assert.deepEqual(events, [
      { type: 'save', cookieName: 'sid', bytes: 3 + first.length },
      { type: 'save', cookieName: 'sid', bytes: 3 + second.length },
    ]);
  });

  it('no save for one that failed', () => {
    const { timed, events } = telling();
    timed.request(0, null, (dict) => {
      dict.big = 1n;
      throwsCode(() => dict.save(), 'ERR_SESSION_BAD_PAYLOAD');
      dict.big = 'x'.repeat(5000);
      throwsCode(() => dict.save(), 'ERR_SESSION_TOO_LARGE');
    });
    assert.deepEqual(events, []);
  });

  it('delete', () => {
    const { timed, events } = telling();
    timed.request(0, null, (dict) => dict.delete());
    assert.deepEqual(events, [{ type: 'delete', cookieName: 'session' }]);
  });

  it('renew, when the head is made', () => {
    const { timed, events } = telling({ idleTimeout: 600 });
    const token = timed.save(0, DATA);
    events.length = 0;
    timed.at = 300;
    const jar = new FakeJar(cookieOf(token));
    timed.session.open(jar);
    assert.deepEqual(events, [{ type: 'load', cookieName: 'session', keyIndex: 0, keyId: null }]);
    const [line] = jar.finish();
    assert.deepEqual(events.slice(1), [{ type: 'renew', cookieName: 'session', bytes: bytes(tokenOf(line)) }]);
  });

  it('no renew where a save took its place', () => {
    const { timed, events } = telling({ idleTimeout: 600 });
    const token = timed.save(0, DATA);
    timed.request(300, token, save);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['save', 'load', 'save'],
    );
  });

  it('resign, with the index of the key that had signed', () => {
    const { timed, events } = telling({ secretKey: [SECRET, OLD], resign: true });
    const { token } = timed.request(0, forge(ALG, DATA, OLD));
    assert.deepEqual(events, [
      { type: 'load', cookieName: 'session', keyIndex: 1, keyId: null },
      { type: 'resign', cookieName: 'session', keyIndex: 1, bytes: bytes(token) },
    ]);
  });

  it('reject, once for each cookie that was refused before a good one, from the last on', () => {
    const { timed, events } = telling();
    const cookies = [forge(ALG, { exp: 1 }), forge(ALG, DATA), 'x', forge(ALG, {}, OLD)];
    visit(timed.session, cookies.map(cookieOf).join('; '), () => {});
    assert.deepEqual(events, [
      { type: 'reject', cookieName: 'session', reason: 'bad-signature' },
      { type: 'reject', cookieName: 'session', reason: 'malformed' },
      { type: 'load', cookieName: 'session', keyIndex: 0, keyId: null },
    ]);
  });

  it('cache-header, with what was removed', () => {
    const { timed, events } = telling({ cacheHeaders: true });
    const jar = new FakeJar(null);
    jar.headers.set('cache-control', 'public, max-age=60, S-MaxAge=5');
    timed.session.open(jar).save();
    jar.finish();
    assert.deepEqual(events.slice(1), [
      { type: 'cache-header', cookieName: 'session', removed: ['public', 'S-MaxAge=5'] },
    ]);
  });

  it('S19: no event holds data, keys of data, a token or a secret', () => {
    const { timed, events } = telling({
      secretKey: [SECRET, OLD],
      resign: true,
      idleTimeout: 600,
      acceptUndated: true,
    });
    const tokens = [forge(ALG, DATA), forge(ALG, DATA, OLD), timed.save(0, DATA), `${forge(ALG, DATA)}x`];
    for (const at of [0, 400]) {
      for (const token of tokens) {
        for (const handler of [save, (dict) => dict.delete(), () => {}] as Handler[]) timed.request(at, token, handler);
      }
    }
    assert.ok(events.length > 20);
    const parts = tokens.flatMap((token) => token.split('.').slice(1));
    for (const form of [JSON.stringify(events), inspect(events, { depth: 9, showHidden: true })]) {
      for (const secret of [...parts, SECRET, OLD, ...Object.keys(DATA), ...Object.values(DATA)]) {
        assert.ok(!form.includes(secret), secret);
      }
    }
  });

  it('is not called by encode, decode and verify', () => {
    const { timed, events } = telling();
    timed.session.decode(timed.session.encode(DATA));
    timed.session.verify('x');
    assert.deepEqual(events, []);
  });
});

describe('onReject', () => {
  it('is called once per refused cookie, with the reason and the request', () => {
    const calls: [Reason, object][] = [];
    const host = new FakeHost();
    const onReject = (reason: Reason, request: object): void => void calls.push([reason, request]);
    const session = new Session(host, { secretKey: SECRET, onReject });
    const request = host.request('session=x; session=y.y.y');
    session.get(request);
    session.get(request);
    host.answer(request);
    assert.equal(calls.length, 2);
    for (const [reason, about] of calls) {
      assert.equal(reason, 'malformed');
      assert.equal(about, request);
    }
    const jar = new FakeJar('session=x');
    session.open(jar);
    assert.equal(calls[2]?.[1], jar);
    session.get(host.request(null));
    session.get(host.request(cookieOf(forge(ALG, {}))));
    assert.equal(calls.length, 3);
  });
});

describe('a listener that asks for the session it hears of', () => {
  const GOOD = forge(ALG, { user: 'ada' });
  const BAD = `${GOOD.slice(0, -2)}AA`;

  it('S3: gets the dict of the request, and no cookie is judged a second time', () => {
    for (const name of ['onReject', 'onEvent'] as const) {
      const heard: unknown[] = [];
      let judged = 0;
      const host = new FakeHost();
      const request = host.request(`session=${GOOD}; session=${BAD}`);
      const session: Session = new Session(host, {
        secretKey: SECRET,
        [name]: () => void heard.push(session.get(request)),
        revoked: () => {
          judged++;
          return false;
        },
      });
      const dict = session.get(request);
      assert.deepEqual({ ...dict }, { user: 'ada' });
      assert.deepEqual([heard.length, heard.every((one) => one === dict)], [name === 'onEvent' ? 2 : 1, true]);
      assert.equal(judged, 1);
    }
  });

  it('S12: a delete is final, and a save is sent', () => {
    const host = new FakeHost();
    const session: Session = new Session(host, {
      secretKey: SECRET,
      onReject: (_, request) => session.delete(request),
    });
    const request = host.request(`session=${GOOD}; session=${BAD}`);
    assert.deepEqual({ ...session.get(request) }, {});
    assert.deepEqual(host.answer(request).map(tokenOf), ['']);
    const saving: Session = new Session(host, { secretKey: SECRET, onReject: (_, asked) => saving.get(asked).save() });
    const next = host.request(`session=${GOOD}; session=${BAD}`);
    saving.get(next);
    assert.deepEqual(host.answer(next).map(tokenOf), [saving.encode({ user: 'ada' })]);
  });
});

describe('listeners', () => {
  /** A promise of another library, as far as `then` makes one. */
  const promiseLike = (then: PropertyDescriptor): object => Object.defineProperty({}, THEN, then);
  const broken: Readonly<Record<string, () => unknown>> = {
    'that throw': () => {
      throw new Error('now');
    },
    'that reject': () => Promise.reject(new Error('later')),
    'that return a thenable which rejects': () =>
      promiseLike({ value: (_: unknown, reject: (reason: unknown) => void) => reject(new Error('later')) }),
    'that return an object whose then throws': () =>
      promiseLike({
        get: () => {
          throw new Error('now');
        },
      }),
    'that throw nothing at all': () => {
      throw undefined;
    },
  };
  for (const [name, listener] of Object.entries(broken)) {
    it(`${name} break no request and no process`, async () => {
      const unhandled: unknown[] = [];
      const note = (reason: unknown): void => void unhandled.push(reason);
      process.on('unhandledRejection', note);
      const call = (): void => listener() as undefined;
      const timed = new Timed({ onEvent: call, onReject: call, cacheHeaders: true, idleTimeout: 600 });
      const token = timed.save(0);
      assert.deepEqual(timed.request(0, token).data, { n: 1 });
      assert.notEqual(timed.request(400, token).token, null);
      assert.equal(timed.request(0, 'x', (dict) => dict.delete()).token, '');
      await new Promise((resolve) => setTimeout(resolve, 5));
      process.off('unhandledRejection', note);
      assert.deepEqual(unhandled, []);
    });
  }

  it('that are no functions are refused', () => {
    for (const value of [1, 'x', {}, [], true]) {
      for (const name of ['onEvent', 'onReject']) {
        throwsCode(() => new Session({ [name]: value } as object), 'ERR_SESSION_BAD_OPTION');
      }
    }
    assert.ok(new Session({ onEvent: null, onReject: null }));
  });
});

describe('the diagnostics channel microdot:session', () => {
  const heard: unknown[] = [];
  const listen = (message: unknown): void => void heard.push(message);
  const events = channel('microdot:session');
  afterEach(() => {
    events.unsubscribe(listen);
    heard.length = 0;
  });

  it('gets the same events, with and without a listener', () => {
    events.subscribe(listen);
    const { timed, events: told } = telling({ idleTimeout: 600 });
    const token = timed.save(0, DATA);
    timed.request(400, token);
    timed.request(400, 'x', (dict) => dict.delete());
    assert.deepEqual(heard, told);
    assert.deepEqual(
      told.map(({ type }) => type),
      ['save', 'load', 'renew', 'reject', 'delete'],
    );
    new Timed({}).request(T, 'x');
    assert.deepEqual(heard.slice(5), [{ type: 'reject', cookieName: 'session', reason: 'malformed' }]);
    new Timed({ idleTimeout: 600 }).request(0, token);
    assert.deepEqual(heard.slice(6), [{ type: 'load', cookieName: 'session', keyIndex: 0, keyId: null }]);
  });

  it('is heard by whoever subscribes later', () => {
    const { timed } = telling();
    timed.request(0, 'x');
    events.subscribe(listen);
    timed.request(0, 'x');
    assert.equal(heard.length, 1);
  });

  it('may be absent', needs.node('takes getBuiltinModule away'), async () => {
    const original = Object.getOwnPropertyDescriptor(process, 'getBuiltinModule') ?? {};
    try {
      Object.defineProperty(process, 'getBuiltinModule', { ...original, value: undefined });
      // Another copy of the module, which has not looked yet.
      const url = new URL('../../dist/platform.js?without', import.meta.url).href;
      const { diagnosticsChannel }: typeof import('../../dist/platform.js') = await import(url);
      assert.equal(diagnosticsChannel('microdot:session'), undefined);
    } finally {
      Object.defineProperty(process, 'getBuiltinModule', original);
    }
  });
});
