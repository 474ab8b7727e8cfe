// The option `revoked`: when it is asked, what it is told, and what its answers mean.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Reason, type RegisteredClaims, Session, type SessionOptions } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf, FakeHost, nextVisit, visit } from '../support/fake-host.js';

type Data = Record<string, unknown>;
type Options = SessionOptions<Data>;

const T = 1_800_000_000;
const open = (options: Options = {}): Session<Data> =>
  new Session<Data>(new FakeHost(), { secretKey: SECRET, debug: false, now: () => T, ...options });
const token = (payload: object): string => forge({ alg: 'HS256', typ: 'JWT' }, payload);

describe('the option revoked', () => {
  it('S4: true is an empty session with the verdict revoked, and is told like any other reason', () => {
    const reasons: Reason[] = [];
    const events: string[] = [];
    const session = open({
      revoked: ({ user }) => user === 'ada',
      onReject: (reason) => void reasons.push(reason),
      onEvent: ({ type }) => void events.push(type),
    });
    visit(session, cookieOf(token({ user: 'ada' })), (dict) => assert.deepEqual({ ...dict }, {}));
    visit(session, cookieOf(token({ user: 'bob' })), (dict) => assert.deepEqual({ ...dict }, { user: 'bob' }));
    assert.deepEqual(reasons, ['revoked']);
    assert.deepEqual(events, ['reject', 'load']);
    assert.deepEqual(session.verify(token({ user: 'ada' })), { ok: false, reason: 'revoked' });
    assert.deepEqual(session.decode(token({ user: 'ada' })), {});
    const host = new FakeHost();
    const installed = new Session(host, { secretKey: SECRET, revoked: () => true });
    const request = host.request(cookieOf(token({ n: 1 })));
    assert.deepEqual(installed.verdict(request), { ok: false, reason: 'revoked', candidates: 1 });
  });

  it('is asked at every load, of a token that is remembered too', () => {
    let ended = false;
    let asked = 0;
    const session = open({
      tokenCache: 16,
      revoked: () => {
        asked += 1;
        return ended;
      },
    });
    const cookie = cookieOf(session.encode({ n: 1 }));
    for (let i = 0; i < 3; i++) visit(session, cookie, (dict) => assert.equal(dict.n, 1));
    assert.equal(asked, 3);
    ended = true;
    visit(session, cookie, (dict) => assert.equal(dict.n, undefined));
  });

  it('gets the data and the claims that the dict does not show, read-only', () => {
    const seen: (Readonly<Data> & RegisteredClaims)[] = [];
    const session = open({
      idleTimeout: 100,
      audience: 'shop',
      revocable: true,
      revoked: (claims) => {
        seen.push(claims);
        assert.throws(() => Object.assign(claims, { n: 2 }), TypeError);
        return false;
      },
    });
    const payload = { sub: 'ada', n: 1, iat: T, exp: T + 100, aud: 'shop', jti: 'x', auth_time: 5 };
    visit(session, cookieOf(token(payload)), (dict) => assert.deepEqual({ ...dict }, { sub: 'ada', n: 1 }));
    assert.deepEqual(seen, [payload]);
  });

  it('gets the data as the schema and migrate have made them, and the claims beside', () => {
    let seen: object = {};
    const session = open({
      schema: {
        '~standard': {
          version: 1,
          vendor: 'test',
          validate: (value) => {
            const { user } = value as Data;
            return typeof user === 'string' ? { value: { user } } : { issues: [{ message: 'no user' }] };
          },
        },
      },
      migrate: ({ id }) => ({ user: String(id) }),
      revoked: (claims) => {
        seen = { ...claims };
        return false;
      },
    });
    session.verify(token({ id: 5, sub: 'kept' }));
    assert.deepEqual(seen, { id: 5, sub: 'kept', user: '5' });
  });

  it('gets claims of its own: what it does to them the next request does not see', () => {
    const seen: string[] = [];
    const session = open({
      audience: 'shop',
      revoked: ({ aud }) => {
        seen.push(JSON.stringify(aud));
        (aud as string[]).length = 0;
        return false;
      },
    });
    const shared = token({ n: 1, aud: ['shop', 'blog'] });
    for (let i = 0; i < 4; i++) assert.deepEqual(session.decode(shared), { n: 1 });
    assert.deepEqual(seen, Array(4).fill('["shop","blog"]'));
  });

  it('S4: gets claims of any depth: no token of somebody with the key is an exception', () => {
    const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    for (const depth of [200, 600, 100_000]) {
      const session = open({ audience: 'shop', revoked: () => false });
      const signed = forge({ alg: 'HS256', typ: 'JWT' }, `{"n":1,"aud":["shop",${deep(depth)}]}`);
      for (let i = 0; i < 3; i++) assert.deepEqual(session.decode(signed), { n: 1 });
    }
  });

  it('is not asked about a token that has something else against it', () => {
    const never = open({
      idleTimeout: 10,
      clockTolerance: 0,
      schema: { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: [{ message: 'never' }] }) } },
      revoked: () => assert.fail('asked'),
    });
    const dates = { iat: T - 5, exp: T + 5 };
    const reasons = [
      'x',
      forge({ alg: 'HS256', typ: 'JWT' }, dates, 'another secret'),
      token({ iat: T - 20, exp: T - 10 }),
      token({ ...dates, n: 1 }),
      token({ iat: T - 5, exp: T + 50 }),
    ].map((text) => {
      const verdict = never.verify(text);
      return verdict.ok ? 'ok' : verdict.reason;
    });
    assert.deepEqual(reasons, ['malformed', 'bad-signature', 'expired', 'schema', 'expired']);
  });

  it('S14: an older cookie that has not ended is taken in the place of one that has', () => {
    const session = open({ revoked: ({ n }) => n === 2 });
    const header = `${cookieOf(token({ n: 1 }))}; ${cookieOf(token({ n: 2 }))}`;
    visit(session, header, (dict) => assert.deepEqual({ ...dict }, { n: 1 }));
  });

  it('what it throws counts as revoked', () => {
    const session = open({
      revoked: () => {
        throw new TypeError('the list is broken');
      },
    });
    assert.deepEqual(session.verify(token({ n: 1 })), { ok: false, reason: 'revoked' });
    visit(session, cookieOf(token({ n: 1 })), (dict) => assert.deepEqual({ ...dict }, {}));
  });

  it('a promise, or any other answer than true and false, is ERR_SESSION_BAD_OPTION', async () => {
    for (const answer of [Promise.resolve(false), Promise.reject(new Error('late')), undefined, null, 1, 'false']) {
      const session = open({ revoked: (() => answer) as unknown as () => boolean });
      throwsCode(() => session.verify(token({ n: 1 })), 'ERR_SESSION_BAD_OPTION');
      throwsCode(() => visit(session, cookieOf(token({ n: 1 })), () => {}), 'ERR_SESSION_BAD_OPTION');
    }
    // A rejection that nobody handles would be seen by now.
    await new Promise(setImmediate);
  });

  it('S7: what ends during a request is not renewed or signed again by it', () => {
    for (const options of [{ idleTimeout: 100 }, { resign: true }] as const) {
      let ended = false;
      const old = new Session({ secretKey: SECRET, idleTimeout: options.idleTimeout ?? null, now: () => T - 90 });
      const secretKey = 'idleTimeout' in options ? SECRET : ['a newer secret of thirty-two bytes', SECRET];
      const session = open({ ...options, secretKey, revoked: () => ended });
      const cookie = cookieOf(old.encode({ n: 1 }));
      assert.equal(visit(session, cookie, () => {}).length, 1);
      const lines = visit(session, cookie, () => {
        ended = true;
      });
      assert.deepEqual(lines, []);
    }
  });

  it('S2: null takes it away, and what is no function is ERR_SESSION_BAD_OPTION', () => {
    const host = new FakeHost();
    const session = new Session(host, { secretKey: SECRET, revoked: () => true });
    session.initialize(host, { revoked: null });
    assert.equal(session.verify(token({ n: 1 })).ok, true);
    throwsCode(() => new Session({ revoked: true as unknown as null }), 'ERR_SESSION_BAD_OPTION');
    throwsCode(() => new Session({ revocable: 'yes' as unknown as boolean }), 'ERR_SESSION_BAD_OPTION');
  });

  it('a save is not asked: the next load is', () => {
    const session = open({ revoked: () => true });
    const lines = visit(session, null, (dict) => {
      dict.n = 1;
      dict.save();
    });
    assert.equal(lines.length, 1);
    assert.deepEqual(nextVisit(session, lines), {});
  });
});
