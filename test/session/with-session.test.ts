// withSession and session.with: which session, which arguments, and that nothing is saved.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SESSION, Session, type SessionDict, type SessionLike, withSession } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf, FakeHost, type FakeRequest, nextVisit } from '../support/fake-host.js';

const host = new FakeHost();
const session = new Session(host, { secretKey: SECRET });
const ada = cookieOf(session.encode({ user: 'ada' }));

describe('withSession', () => {
  it('gives the request\u2019s session as the second argument; the others keep their order, and so does the result', () => {
    const request = host.request(ada);
    const handler = withSession((got: FakeRequest, dict, a: string, b: number) => [got, dict, a, b] as const);
    assert.deepEqual(handler(request, 'x', 5), [request, session.get(request), 'x', 5]);
  });

  it('S3: gives the dict that get gives', () => {
    const request = host.request(ada);
    withSession((_request: FakeRequest, dict) => {
      assert.equal(dict, session.get(request));
      assert.equal(dict.user, 'ada');
    })(request);
  });

  it('S6: never saves', async () => {
    const request = host.request(ada);
    await withSession(async (_request: FakeRequest, dict) => {
      dict.user = 'eve';
    })(request);
    assert.deepEqual(host.answer(request), []);
  });

  it('passes on what the handler throws, and its promise', async () => {
    const error = new Error('of the handler');
    const request = host.request();
    assert.throws(
      () =>
        withSession(() => {
          throw error;
        })(request),
      (thrown) => thrown === error,
    );
    await assert.rejects(
      withSession(async () => {
        throw error;
      })(request),
      (thrown) => thrown === error,
    );
  });

  it('an asynchronous handler may return the dict, also with a key `then` in it', async () => {
    const data = JSON.parse('{"then":"later","n":1}') as object;
    const request = host.request(cookieOf(session.encode(data)));
    const dict = await withSession(async (_request: FakeRequest, found) => found)(request);
    assert.deepEqual({ ...dict }, data);
    dict.save();
    assert.deepEqual(nextVisit(session, host.answer(request)), data);
  });

  it('S9: where nothing is installed it is ERR_SESSION_NOT_INSTALLED, when the handler is called', () => {
    const handler = withSession(() => assert.fail('called'));
    throwsCode(() => handler(new FakeHost().request()), 'ERR_SESSION_NOT_INSTALLED');
    throwsCode(() => handler({}), 'ERR_SESSION_NOT_INSTALLED');
    throwsCode(() => handler(undefined as unknown as object), 'ERR_SESSION_NOT_INSTALLED');
    throwsCode(() => handler(null as unknown as object), 'ERR_SESSION_NOT_INSTALLED');
  });

  it('S9: of several sessions the one installed last is used', () => {
    const own = new FakeHost();
    new Session(own, { secretKey: SECRET });
    const last = new Session(own, { secretKey: SECRET });
    const request = own.request(ada);
    withSession((_request: FakeRequest, dict) => {
      assert.equal(dict, last.get(request));
    })(request);
  });

  it('S1: without a secret it throws what get throws', () => {
    const own = new FakeHost();
    new Session(own);
    throwsCode(() => withSession(() => null)(own.request()), 'ERR_SESSION_NO_SECRET');
  });

  it('awaits a session whose get is asynchronous', async () => {
    const request = host.request(ada);
    const stored: SessionLike = {
      get: async () => session.get(request),
      open: () => assert.fail('open'),
    };
    const handler = withSession(async (_request: object, dict: SessionDict, extra: number) => [
      dict.user as unknown,
      extra,
    ]);
    assert.deepEqual(await handler({ [SESSION]: stored }, 7), ['ada', 7]);
    const failing: SessionLike = { ...stored, get: () => Promise.reject(new Error('of the store')) };
    await assert.rejects(handler({ [SESSION]: failing }, 7), /of the store/);
  });

  it('finds the session under a symbol that two copies of the package share', () => {
    assert.equal(SESSION, Symbol.for('microdot.session'));
  });
});

describe('session.with', () => {
  it('is bound to its session, whichever is installed last', () => {
    const own = new FakeHost();
    const first = new Session<{ n: number }>(own, { secretKey: SECRET });
    new Session(own, { secretKey: 'another secret of more than thirty-two bytes' });
    const request = own.request(cookieOf(first.encode({ n: 1 })));
    const handler = first.with((got: FakeRequest, dict, step: number) => {
      assert.equal(got, request);
      assert.equal(dict, first.get(request));
      dict.n = (dict.n ?? 0) + step;
      dict.save();
      return dict.n;
    });
    assert.equal(handler(request, 5), 6);
    assert.deepEqual(nextVisit(first, own.answer(request)), { n: 6 });
  });

  it('is ERR_SESSION_NOT_INSTALLED for a request of another host', () => {
    throwsCode(() => session.with(() => null)(new FakeHost().request()), 'ERR_SESSION_NOT_INSTALLED');
  });
});
