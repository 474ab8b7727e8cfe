// autoSave: what is saved without a save(), when, and what stays as it is.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { abort, Microdot, type Response } from '../../dist/microdot/index.js';
import { TestClient } from '../../dist/microdot/test-client.js';
import {
  Session,
  type SessionDict,
  type SessionEvent,
  type SessionOptions,
  withSession,
} from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf, FakeHost, FakeJar, tokenOf, visit } from '../support/fake-host.js';
import { collectWarnings, setEnvironment } from '../support/warnings.js';

type Options = SessionOptions<Record<string, unknown>>;

const open = (options: Options = {}): Session =>
  new Session(new FakeHost(), { secretKey: SECRET, autoSave: true, ...options });

const token = (payload: object | string): string => forge({ alg: 'HS256', typ: 'JWT' }, payload);

const payloadOf = (line: string | undefined): unknown =>
  JSON.parse(Buffer.from(tokenOf(line).split('.')[1] ?? '', 'base64url').toString());

/** The payloads that a request with this payload is answered with. */
const answered = (
  payload: object | string,
  handler: (dict: SessionDict) => void,
  options?: Options,
): readonly unknown[] => visit(open(options), cookieOf(token(payload)), handler).map(payloadOf);

describe('autoSave', () => {
  it('S6: is off by default: what was not saved is gone', () => {
    for (const options of [{}, { autoSave: false }]) {
      const session = new Session(new FakeHost(), { secretKey: SECRET, ...options });
      const lines = visit(session, null, (dict) => {
        dict.n = 1;
      });
      assert.deepEqual(lines, []);
    }
  });

  it('saves once, at the head, the data of that moment', () => {
    const session = open();
    const jar = new FakeJar(null);
    const dict = session.open(jar);
    dict.n = 1;
    dict.n = 2;
    const lines = jar.finish();
    assert.deepEqual(lines.map(payloadOf), [{ n: 2 }]);
    assert.match(lines[0] ?? '', /; Path=\/; HttpOnly$/);
  });

  it('a read after an update is no mistake where the head is still to come', () => {
    const host = new FakeHost();
    const session = new Session(host, { secretKey: SECRET, autoSave: true });
    const request = host.request(cookieOf(token({ n: 1 })));
    session.update(request, { n: 2 });
    assert.deepEqual({ ...session.get(request) }, { n: 1 });
    assert.deepEqual(host.answer(request).map(payloadOf), [{ n: 2 }]);
  });

  it('says nothing where nothing differs: reading, writing the same, there and back', () => {
    const payload = { n: 1, cart: [{ sku: 'a' }], gone: null };
    assert.deepEqual(
      answered(payload, () => {}),
      [],
    );
    assert.deepEqual(
      answered(payload, (dict) => {
        dict.n = 1;
        dict.cart = [{ sku: 'a' }];
        dict.other = undefined;
        dict.temporary = 5;
        delete dict.temporary;
      }),
      [],
    );
    assert.deepEqual(
      visit(open(), null, () => {}),
      [],
    );
    assert.deepEqual(
      visit(open(), cookieOf('forged'), () => {}),
      [],
    );
  });

  it('sees changes however deep, and keys that are added or removed', () => {
    const payload = { n: 1, cart: [{ sku: 'a', of: { price: 1 } }] };
    const changes: readonly [(dict: SessionDict) => void, unknown][] = [
      [(dict) => dict.cart[0].of.price++, { n: 1, cart: [{ sku: 'a', of: { price: 2 } }] }],
      [(dict) => dict.cart.push(1), { n: 1, cart: [{ sku: 'a', of: { price: 1 } }, 1] }],
      [(dict) => delete dict.n, { cart: payload.cart }],
      [(dict) => Object.assign(dict, { n: undefined }), { cart: payload.cart }],
      [(dict) => Object.assign(dict, { x: null }), { ...payload, x: null }],
      [(dict) => Object.assign(dict, { n: '1' }), { ...payload, n: '1' }],
      [(dict) => Object.keys(dict).forEach((key) => void delete dict[key]), {}],
    ];
    for (const [change, expected] of changes) assert.deepEqual(answered(payload, change), [expected]);
  });

  it('S6: a save or a delete of the handler\u2019s is the last word', () => {
    assert.deepEqual(
      answered({ n: 1 }, (dict) => {
        dict.n = 2;
        dict.save();
        dict.n = 3;
      }),
      [{ n: 2 }],
    );
    const removed = visit(open(), cookieOf(token({ n: 1 })), (dict) => {
      dict.delete();
      dict.n = 3;
    });
    assert.deepEqual(removed, ['session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly']);
  });

  it('S12: a save after a delete is the handler\u2019s too', () => {
    const [line, ...others] = visit(open(), cookieOf(token({ user: 'ada' })), (dict) => {
      dict.delete();
      dict.n = 1;
      dict.save();
    });
    assert.deepEqual([payloadOf(line), others], [{ n: 1 }, []]);
  });

  it('a save that failed and was caught is tried again with what the data are in the end', () => {
    assert.deepEqual(
      answered({}, (dict) => {
        dict.n = Number.NaN;
        throwsCode(() => dict.save(), 'ERR_SESSION_BAD_PAYLOAD');
        dict.n = 1;
      }),
      [{ n: 1 }],
    );
  });

  it('S16: carries what the dict cannot show', () => {
    assert.deepEqual(
      answered({ n: 1, save: 'kept' }, (dict) => {
        dict.n = 2;
      }),
      [{ n: 2, save: 'kept' }],
    );
    assert.deepEqual(
      answered('{"__proto__":{"a":1}}', () => {}),
      [],
    );
  });

  it('with lifetimes it is a save: the idle end moves, the first date stays', () => {
    assert.deepEqual(
      answered({ n: 1, iat: 1000, exp: 1600 }, (dict) => dict.n++, { idleTimeout: 600, now: () => 1100 }),
      [{ n: 2, iat: 1000, exp: 1700 }],
    );
  });

  it('renewal goes on where nothing differs', () => {
    assert.deepEqual(
      answered({ n: 1, iat: 1000, exp: 1600 }, () => {}, { idleTimeout: 600, now: () => 1400 }),
      [{ n: 1, iat: 1000, exp: 2000 }],
    );
  });

  it('tells its event as any save does', () => {
    const events: SessionEvent['type'][] = [];
    answered({ n: 1 }, (dict) => dict.n++, { onEvent: ({ type }) => void events.push(type) });
    assert.deepEqual(events, ['load', 'save']);
  });

  it('S15: data that cannot be held are an error at the head, also where JSON would write them alike', () => {
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    for (const value of [Number.NaN, 1n, new Map(), new Date(0), () => {}, Symbol('x'), cyclic, { toJSON: () => 1 }]) {
      const jar = new FakeJar(cookieOf(token({ n: null, map: {}, at: new Date(0), array: [] })));
      const dict = open().open(jar);
      dict[value instanceof Map ? 'map' : value instanceof Date ? 'at' : 'n'] = value;
      throwsCode(() => jar.finish(), 'ERR_SESSION_BAD_PAYLOAD');
    }
  });

  it('S4: a foreign payload that could not be saved is left alone while nobody changes it', () => {
    assert.deepEqual(
      answered(`{"n":1e400,"text":"\\ud800","deep":${'['.repeat(600)}${']'.repeat(600)}}`, () => {}),
      [],
    );
    throwsCode(() => answered('{"n":1e400}', (dict) => Object.assign(dict, { other: 1 })), 'ERR_SESSION_BAD_PAYLOAD');
  });

  it('S17: a cookie that browsers would drop is an error at the head', () => {
    const jar = new FakeJar(null);
    open().open(jar).text = 'x'.repeat(4096);
    throwsCode(() => jar.finish(), 'ERR_SESSION_TOO_LARGE');
  });

  it('S9: sessions side by side each save their own', () => {
    const jar = new FakeJar(null);
    const [a, b] = [open({ cookieName: 'a' }), open({ cookieName: 'b' })];
    a.open(jar).n = 1;
    b.open(jar);
    assert.deepEqual(
      jar.finish().map((line) => line.split('=', 1)[0]),
      ['a'],
    );
  });

  it('S2: takes true and false only', () => {
    for (const autoSave of [0, 1, 'true', null]) {
      throwsCode(() => open({ autoSave } as unknown as Options), 'ERR_SESSION_BAD_OPTION');
    }
  });
});

describe('autoSave on an application', () => {
  const reported: unknown[] = [];
  const app = new Microdot({ onError: (error) => void reported.push(error) });
  new Session(app, { secretKey: SECRET, autoSave: true });
  const counted = (answer: () => string | Response) =>
    withSession((_request, session) => {
      session.n = (session.n ?? 0) + 1;
      return answer();
    });
  app.get(
    '/ok',
    counted(() => 'ok'),
  );
  app.get(
    '/abort',
    counted(() => abort(401)),
  );
  app.get(
    '/throw',
    counted(() => {
      throw new Error('of the handler');
    }),
  );
  app.get(
    '/unholdable',
    withSession((_request, session) => {
      session.at = new Date(0);
      return 'ok';
    }),
  );

  it('S13: is sent with what the application decided on, abort() included, and dropped with an unhandled error', async () => {
    const client = new TestClient(app);
    for (const [path, status, cookies] of [
      ['/ok', 200, 1],
      ['/abort', 401, 1],
      ['/throw', 500, 0],
    ] as const) {
      const response = await client.get(path);
      assert.equal(response.statusCode, status);
      assert.equal(response.setCookies.length, cookies, path);
    }
  });

  it('S13: data that cannot be held are a 500 without a cookie, and reported', async () => {
    reported.length = 0;
    const response = await new TestClient(app).get('/unholdable');
    assert.equal(response.statusCode, 500);
    assert.deepEqual(response.setCookies, []);
    assert.equal(reported.length, 1);
    throwsCode(() => {
      throw reported[0];
    }, 'ERR_SESSION_BAD_PAYLOAD');
  });
});

describe('autoSave in development', () => {
  const warnings = collectWarnings();

  it('leaves nothing unsaved to warn of', () => {
    setEnvironment('development');
    answered({ n: 1 }, (dict) => dict.n++);
    assert.deepEqual(warnings.all, []);
  });
});
