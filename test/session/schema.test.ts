// Schemas: what they do to what is loaded and saved, migration, and what happens when they misbehave.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Microdot } from '../../dist/microdot/index.js';
import { TestClient } from '../../dist/microdot/test-client.js';
import { Session, type SessionOptions, type StandardSchema, withSession } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf, FakeHost, tokenOf, visit } from '../support/fake-host.js';

type Data = Record<string, unknown>;
type Schema = StandardSchema<Data>;
type Result = ReturnType<Schema['~standard']['validate']>;
type Options = SessionOptions<Data>;

const schemaOf = (validate: (value: Data) => Result): Schema => ({
  '~standard': { version: 1, vendor: 'test', validate: (value) => validate(value as Data) },
});

const issue = (message: string, ...path: readonly (PropertyKey | { key: PropertyKey })[]): Result => ({
  issues: [{ message, path }],
});

/** `{ n: number, theme: string }` with a default for the theme; strips what it does not know. */
const counted = schemaOf(({ n, theme = 'light' }) =>
  typeof n === 'number' ? { value: { n, theme } } : issue('must be a number', 'n'),
);

const open = (options: Options = {}): Session<Data> =>
  new Session<Data>(new FakeHost(), { secretKey: SECRET, schema: counted, ...options });

const token = (payload: object): string => forge({ alg: 'HS256', typ: 'JWT' }, payload);

/** What a request with this payload finds in its session. */
function loaded(session: Session<Data>, payload: object): Data {
  let data: Data = {};
  visit(session, cookieOf(token(payload)), (dict) => {
    data = { ...dict };
  });
  return data;
}

/** The payload of the cookie that a save of these data sets. */
function saved(session: Session<Data>, data: object): unknown {
  const [line] = visit(session, null, (dict) => {
    Object.assign(dict, data);
    dict.save();
  });
  return JSON.parse(Buffer.from(tokenOf(line).split('.')[1] ?? '', 'base64url').toString());
}

describe('a schema when a session is loaded', () => {
  it('S4: what does not fit is an empty session, with the verdict schema', () => {
    const reasons: string[] = [];
    const session = open({ onReject: (reason) => void reasons.push(reason) });
    assert.deepEqual(loaded(session, { n: 'one' }), {});
    assert.deepEqual(reasons, ['schema']);
    assert.deepEqual(session.verify(token({ n: 'one' })), { ok: false, reason: 'schema' });
    assert.deepEqual(session.decode(token({ n: 'one' })), {});
  });

  it('S14: an older cookie that fits is taken in the place of one that does not', () => {
    const header = `${cookieOf(token({ n: 7, theme: 'dark' }))}; ${cookieOf(token({ n: 'x' }))}`;
    visit(open(), header, (dict) => assert.deepEqual({ ...dict }, { n: 7, theme: 'dark' }));
  });

  it('what fits is what the schema returns: with defaults, without unknown keys', () => {
    assert.deepEqual(loaded(open(), { n: 1, admin: true }), { n: 1, theme: 'light' });
    const verdict = open().verify(token({ n: 1, admin: true }));
    assert.ok(verdict.ok);
    assert.deepEqual(verdict.payload, { n: 1, theme: 'light' });
  });

  it('an empty session is not checked', () => {
    const never = schemaOf(() => assert.fail('it was asked'));
    assert.deepEqual(loaded(open({ schema: never }), {}), {});
    assert.equal(open({ schema: never }).verify(token({})).ok, true);
  });

  it('is asked only about what was signed', () => {
    const never = schemaOf(() => assert.fail('it was asked'));
    const session = open({ schema: never });
    assert.equal(session.verify(`${token({ n: 1 }).slice(0, -2)}AA`).ok, false);
    assert.deepEqual(session.verify(token({ n: 1, exp: 1 })), { ok: false, reason: 'expired' });
  });

  it('sees no claim that is the session\u2019s own', () => {
    const seen: unknown[] = [];
    const schema = schemaOf((value) => {
      seen.push({ ...value });
      return { value };
    });
    const session = open({ schema, idleTimeout: 60, audience: 'shop', now: () => 1000 });
    assert.deepEqual(loaded(session, { n: 1, iat: 1000, exp: 1060, aud: 'shop' }), { n: 1 });
    assert.deepEqual(seen, [{ n: 1 }]);
  });

  it('S4: one that throws is a refusal, never an exception of the request', () => {
    const schema = schemaOf(() => {
      throw new TypeError('of the schema');
    });
    assert.deepEqual(loaded(open({ schema }), { n: 1 }), {});
    assert.deepEqual(open({ schema }).verify(token({ n: 1 })), { ok: false, reason: 'schema' });
  });

  it('S4: one that returns no object refuses', () => {
    for (const value of [undefined, null, 'text', 5, [1], () => {}]) {
      const schema = schemaOf(() => ({ value: value as unknown as Data }));
      assert.deepEqual(open({ schema }).verify(token({ n: 1 })), { ok: false, reason: 'schema' });
    }
  });

  it('S4: one that returns no result refuses, and is ERR_SESSION_BAD_OPTION at a save', () => {
    for (const result of [undefined, null, true, 'text']) {
      const schema = schemaOf(() => result as unknown as Result);
      assert.deepEqual(loaded(open({ schema }), { n: 1 }), {});
      assert.deepEqual(open({ schema }).verify(token({ n: 1 })), { ok: false, reason: 'schema' });
      throwsCode(() => saved(open({ schema }), { n: 1 }), 'ERR_SESSION_BAD_OPTION');
    }
  });

  it('S4: one that gives a value beside its issues, as valibot does, refuses', () => {
    const schema = schemaOf((value) => Object.assign(issue('no', 'n'), { value }));
    assert.deepEqual(open({ schema }).verify(token({ n: 1 })), { ok: false, reason: 'schema' });
    throwsCode(() => saved(open({ schema }), { n: 1 }), 'ERR_SESSION_SCHEMA');
  });

  it('S16: hostile keys pass through it as data', () => {
    const schema = schemaOf((value) => ({ value }));
    const payload = JSON.parse('{"__proto__":{"admin":true},"constructor":1,"save":2}');
    const data = loaded(open({ schema }), payload);
    assert.deepEqual(Object.keys(data), ['__proto__', 'constructor']);
    assert.equal(({} as Data).admin, undefined);
  });
});

describe('a schema when a session is saved', () => {
  it('what does not fit is ERR_SESSION_SCHEMA with the path and the schema\u2019s words; nothing is sent', () => {
    const lines = visit(open(), null, (dict) => {
      dict.n = 'one';
      const { message } = throwsCode(() => dict.save(), 'ERR_SESSION_SCHEMA', ['"one"']);
      assert.equal(message, 'the session does not fit its schema at n: must be a number');
    });
    assert.deepEqual(lines, []);
  });

  it('the path is written as in JavaScript, from keys of every form', () => {
    for (const [path, text] of [
      [['cart', 2, 'price'], ' at cart[2].price'],
      [[{ key: 'cart' }, { key: 2 }, { key: 'price' }], ' at cart[2].price'],
      [['a key', Symbol('s')], ' at ["a key"]["Symbol(s)"]'],
      [[], ''],
    ] as const) {
      const schema = schemaOf(() => issue('no', ...path));
      const { message } = throwsCode(() => saved(open({ schema }), { n: 1 }), 'ERR_SESSION_SCHEMA');
      assert.equal(message, `the session does not fit its schema${text}: no`);
    }
    for (const issues of [[], [{ message: 'no' }]]) {
      const schema = schemaOf(() => ({ issues }));
      const { message } = throwsCode(() => saved(open({ schema }), { n: 1 }), 'ERR_SESSION_SCHEMA');
      assert.ok(!message.includes(' at '));
    }
  });

  it('what the schema returns is what is sent, and what the next request finds', () => {
    const session = open();
    assert.deepEqual(saved(session, { n: 1, admin: true }), { n: 1, theme: 'light' });
    assert.deepEqual(loaded(session, { n: 1, theme: 'light' }), { n: 1, theme: 'light' });
  });

  it('an empty session is not checked: it is how every visitor begins', () => {
    const never = schemaOf(() => assert.fail('it was asked'));
    assert.deepEqual(saved(open({ schema: never }), {}), {});
    assert.deepEqual(saved(open({ schema: never }), { n: undefined }), {});
  });

  it('S15: sees what the next request will load: no undefined, no object of the handler\u2019s', () => {
    const cart = [{ n: 1 }];
    const schema = schemaOf((value) => {
      assert.deepEqual(Object.keys(value), ['cart']);
      assert.notEqual(value.cart, cart);
      (value.cart as Data[]).push({ n: 2 });
      return { value };
    });
    assert.deepEqual(saved(open({ schema }), { cart, gone: undefined }), { cart: [{ n: 1 }, { n: 2 }] });
    assert.deepEqual(cart, [{ n: 1 }]);
  });

  it('S15: does not open the door to what JSON cannot hold', () => {
    const schema = schemaOf((value) => ({ value }));
    class Cart {
      n = 1;
    }
    const host = new FakeHost();
    const session = new Session<Data>(host, { secretKey: SECRET, schema });
    for (const data of [new Cart(), [1], new Map([['n', 1]]), 5, null, undefined, 'text', { at: new Date(0) }]) {
      throwsCode(() => session.update(host.request(), data as unknown as Data), 'ERR_SESSION_BAD_PAYLOAD');
    }
    for (const value of [{ at: new Date(0) }, [1], null, 'text', { n: Number.NaN }]) {
      const transforms = schemaOf(() => ({ value: value as unknown as Data }));
      throwsCode(() => saved(open({ schema: transforms }), { n: 1 }), 'ERR_SESSION_BAD_PAYLOAD');
    }
  });

  it('encode makes any token, unchecked', () => {
    assert.deepEqual(open().verify(open().encode({ n: 'one' })), { ok: false, reason: 'schema' });
  });

  it('gives the timeout and maxAge functions the data as they are sent', () => {
    const seen: unknown[] = [];
    const seconds = (data: Partial<Data>): number => {
      seen.push({ ...data });
      return 60;
    };
    saved(open({ idleTimeout: seconds, cookieOptions: { maxAge: seconds } }), { n: 1, admin: true });
    assert.deepEqual(seen, [
      { n: 1, theme: 'light' },
      { n: 1, theme: 'light' },
    ]);
  });
});

describe('an asynchronous schema', () => {
  const schema = schemaOf(async () => ({ value: { n: 1 } }));
  const rejects = schemaOf(() => Promise.reject(new Error('of the schema')));
  // oxlint-disable-next-line unicorn/no-thenable -- what returns a promise of another library is what is tested
  const thenable = schemaOf(() => Object.fromEntries([['then', () => {}]]) as unknown as Result);

  it('is ERR_SESSION_BAD_OPTION, at the save and at the load, and its rejection does not end the process', async () => {
    for (const asynchronous of [schema, rejects, thenable]) {
      throwsCode(() => saved(open({ schema: asynchronous }), { n: 1 }), 'ERR_SESSION_BAD_OPTION');
      throwsCode(() => loaded(open({ schema: asynchronous }), { n: 1 }), 'ERR_SESSION_BAD_OPTION');
    }
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('as a migration too', () => {
    const migrate = (async () => ({ n: 1 })) as unknown as () => Data;
    throwsCode(() => loaded(open({ migrate }), { count: 1 }), 'ERR_SESSION_BAD_OPTION');
  });
});

describe('migrate', () => {
  const migrate = ({ count }: Data): Data | null => (typeof count === 'number' ? { n: count } : null);

  it('makes old data fit; what it returns is checked, and has the schema\u2019s defaults', () => {
    assert.deepEqual(loaded(open({ migrate }), { count: 3 }), { n: 3, theme: 'light' });
    assert.deepEqual(loaded(open({ migrate: () => ({ n: 'one' }) }), { count: 3 }), {});
    assert.deepEqual(open({ migrate: () => ({ n: 'one' }) }).verify(token({ count: 3 })), {
      ok: false,
      reason: 'schema',
    });
  });

  it('is not asked where the data fit, nor for an empty session', () => {
    const session = open({ migrate: () => assert.fail('it was asked') });
    assert.deepEqual(loaded(session, { n: 1 }), { n: 1, theme: 'light' });
    assert.deepEqual(loaded(session, {}), {});
  });

  it('null gives the data up; an empty object begins anew, unchecked', () => {
    assert.deepEqual(open({ migrate }).verify(token({ other: 1 })), { ok: false, reason: 'schema' });
    const verdict = open({ migrate: () => ({}) }).verify(token({ other: 1 }));
    assert.ok(verdict.ok);
    assert.deepEqual(verdict.payload, {});
  });

  it('S4: one that throws or returns no object gives the data up', () => {
    const broken: readonly (() => unknown)[] = [
      () => {
        throw new TypeError('of the application');
      },
      () => undefined,
      () => 5,
      () => [1],
    ];
    for (const f of broken) {
      const session = open({ migrate: f as () => Data });
      assert.deepEqual(session.verify(token({ count: 3 })), { ok: false, reason: 'schema' });
      assert.deepEqual(loaded(session, { count: 3 }), {});
    }
  });

  it('gets a copy of its own', () => {
    const session = open({
      migrate: (old) => {
        const { count } = old;
        delete old.count;
        return { n: count };
      },
    });
    const cookie = token({ count: 3 });
    for (let i = 0; i < 2; i++) assert.deepEqual(session.decode(cookie), { n: 3, theme: 'light' });
  });

  it('writes nothing until a save, and then the new shape', () => {
    const session = open({ migrate });
    assert.deepEqual(
      visit(session, cookieOf(token({ count: 3 })), () => {}),
      [],
    );
    const [line] = visit(session, cookieOf(token({ count: 3 })), (dict) => dict.save());
    assert.deepEqual(JSON.parse(Buffer.from(tokenOf(line).split('.')[1] ?? '', 'base64url').toString()), {
      n: 3,
      theme: 'light',
    });
  });

  it('is no new life: the date of the first save is kept, and the absolute end with it', () => {
    let now = 1_000_000;
    const session = open({ migrate, idleTimeout: 600, absoluteTimeout: 1000, now: () => now });
    const old = token({ count: 3, iat: now, exp: now + 600 });
    now += 500;
    const [line] = visit(session, cookieOf(old), (dict) => dict.save());
    assert.deepEqual(JSON.parse(Buffer.from(tokenOf(line).split('.')[1] ?? '', 'base64url').toString()), {
      n: 3,
      theme: 'light',
      iat: 1_000_000,
      exp: 1_001_000,
    });
    now = 1_001_000 + 60;
    assert.equal(session.verify(tokenOf(line)).ok, false);
  });

  it('S2: without a schema is ERR_SESSION_BAD_OPTION: it would never be asked', () => {
    throwsCode(() => new Session<Data>({ secretKey: SECRET, migrate }), 'ERR_SESSION_BAD_OPTION');
  });
});

describe('the options schema and migrate', () => {
  it('S2: what is none is refused where it is given', () => {
    for (const schema of [5, 'schema', {}, { '~standard': {} }, { '~standard': { validate: 1 } }, () => {}]) {
      throwsCode(() => open({ schema: schema as unknown as Schema }), 'ERR_SESSION_BAD_OPTION');
    }
    for (const migrate of [5, {}, 'x']) {
      throwsCode(() => open({ migrate: migrate as unknown as () => Data }), 'ERR_SESSION_BAD_OPTION');
    }
    assert.ok(open({ schema: null }));
    assert.ok(open({ schema: Object.assign(() => {}, counted) }));
  });

  it('S2: a schema may come with initialize', () => {
    const session = new Session<Data>({ secretKey: SECRET });
    assert.equal(session.verify(token({ n: 'one' })).ok, true);
    session.initialize(new FakeHost(), { schema: counted });
    assert.equal(session.verify(token({ n: 'one' })).ok, false);
  });

  it('S13: a save that does not fit is an answer of the application\u2019s error handler', async () => {
    const app = new Microdot();
    new Session<Data>(app, { secretKey: SECRET, schema: counted });
    app.get(
      '/',
      withSession((_request, session) => {
        session.n = 'one';
        session.save();
        return null;
      }),
    );
    app.errorHandler(Error, (_request, error) => (error as Error & { code: string }).code);
    const response = await new TestClient(app).get('/');
    assert.equal(response.text, 'ERR_SESSION_SCHEMA');
    assert.deepEqual(response.setCookies, []);
  });
});
