// What fetch-style servers do: arguments of their own, responses of every kind, a request that is asked again.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type FetchHost, fetchHost } from '../../dist/hosts/fetch.js';
import { Session, type SessionDict, type SessionOptions, withSession } from '../../dist/session/index.js';
import { throwsCode } from '../support/errors.js';
import { textStream } from './support/text-stream.js';

const SECRET = 'a secret of thirty-two bytes or so';
const URL_OF = 'http://localhost/';
const reader = new Session({ secretKey: SECRET });
const line = (data: object): string => `session=${reader.encode(data)}; Path=/; HttpOnly`;
const SAVED = [line({ n: 1 })];
const cookie = (data: object): RequestInit => ({ headers: { Cookie: `session=${reader.encode(data)}` } });

interface Made {
  readonly host: FetchHost;
  readonly sessions: Session;
}

function create(options: SessionOptions = {}): Made {
  const host = fetchHost();
  return { host, sessions: new Session(host, { secretKey: SECRET, ...options }) };
}

const increment = (session: SessionDict): void => {
  session.n = ((session.n as number | undefined) ?? 0) + 1;
  session.save();
};

/** A server whose handler saves, and gives what it is told. */
const saving = (give: () => Response): ((request: Request) => Promise<Response>) =>
  create().host.handler(
    withSession((_request: Request, session) => {
      increment(session);
      return give();
    }),
  );

describe('fetchHost', () => {
  it('passes on what else the server gives: env and ctx', async () => {
    const { host } = create();
    const fetch = host.handler(
      withSession((_request: Request, session, env: { readonly KEY: string }, ctx: object) => {
        increment(session);
        return Response.json([env.KEY, ctx]);
      }),
    );
    const response = await fetch(new Request(URL_OF), { KEY: 'k' }, { ctx: true });
    assert.deepEqual([await response.json(), response.headers.getSetCookie()], [['k', { ctx: true }], SAVED]);
  });

  it('touches no response of a handler that asks for no session', async () => {
    const response = new Response('as it was');
    const fetch = create().host.handler(() => response);
    assert.equal(await fetch(new Request(URL_OF, cookie({ n: 1 }))), response);
  });

  it('S3: an object that is no request of the host is an error', async () => {
    const { host, sessions } = create();
    for (const nothing of [undefined, null]) {
      throwsCode(() => sessions.get(nothing as never), 'ERR_SESSION_NOT_INSTALLED');
    }
    throwsCode(() => sessions.get(new Request(URL_OF)), 'ERR_SESSION_NOT_INSTALLED');
    const request = new Request(URL_OF);
    const fetch = host.handler((got) => {
      throwsCode(() => sessions.get(got.clone()), 'ERR_SESSION_NOT_INSTALLED');
      return Response.json(sessions.get(got) === sessions.get(request));
    });
    assert.equal(await (await fetch(request)).text(), 'true');
  });

  it('a request may be asked again: each time it has a session of its own', async () => {
    const fetch = saving(() => new Response('ok'));
    const request = new Request(URL_OF, cookie({ n: 1 }));
    for (let time = 0; time < 2; time++) {
      assert.deepEqual((await fetch(request)).headers.getSetCookie(), [line({ n: 2 })]);
    }
  });

  it('S9: inside another host the outer session counts, and both go out, once', async () => {
    const { host: outer, sessions } = create();
    const { host: inner, sessions: own } = create({ cookieName: 'own' });
    const fetch = outer.handler(
      inner.handler(
        withSession((request: Request, session) => {
          increment(own.get(request));
          assert.equal(session, sessions.get(request));
          increment(session);
          return new Response('ok');
        }),
      ),
    );
    const response = await fetch(new Request(URL_OF));
    assert.deepEqual(response.headers.getSetCookie(), [...SAVED, `own=${reader.encode({ n: 1 })}; Path=/; HttpOnly`]);
  });

  it('https is what the URL says', async () => {
    const { host } = create({ cookieOptions: { secure: 'auto' } });
    const fetch = host.handler(
      withSession((_request: Request, session) => {
        increment(session);
        return new Response('ok');
      }),
    );
    const lines = async (url: string): Promise<readonly string[]> =>
      (await fetch(new Request(url))).headers.getSetCookie();
    assert.match(String(await lines('https://localhost/')), /; Secure; HttpOnly$/);
    assert.deepEqual(await lines(URL_OF), SAVED);
  });

  it("S13: what a handler throws is the server's to answer, without the cookie", async () => {
    let crashes = true;
    const fetch = saving(() => {
      if (crashes) throw new Error('crash');
      return new Response('ok');
    });
    const request = new Request(URL_OF);
    await assert.rejects(fetch(request), { message: 'crash' });
    // Asked again it is another request, and not one that is still under way.
    crashes = false;
    assert.deepEqual((await fetch(request)).headers.getSetCookie(), SAVED);
  });
});

describe('S13: fetch-style responses', () => {
  for (const status of [204, 205, 304]) {
    it(`status ${status}, which has no body`, async () => {
      const response = await saving(() => new Response(null, { status }))(new Request(URL_OF));
      assert.deepEqual([response.status, response.body, response.headers.getSetCookie()], [status, null, SAVED]);
    });
  }

  it('an immutable one: Response.redirect()', async () => {
    const home = Response.redirect('http://localhost/home', 303);
    const response = await saving(() => home)(new Request(URL_OF));
    assert.deepEqual([response.status, response.headers.get('location')], [303, 'http://localhost/home']);
    assert.deepEqual([response.headers.getSetCookie(), home.headers.getSetCookie()], [SAVED, []]);
  });

  it('one that several visitors get is never written into', async () => {
    const shared = new Response(null, { headers: { 'Set-Cookie': 'a=1', Vary: 'Accept' } });
    const fetch = saving(() => shared);
    const first = await fetch(new Request(URL_OF, cookie({ n: 1 })));
    const second = await fetch(new Request(URL_OF));
    assert.deepEqual(first.headers.getSetCookie(), ['a=1', line({ n: 2 })]);
    assert.deepEqual(second.headers.getSetCookie(), ['a=1', ...SAVED]);
    assert.deepEqual([shared.headers.getSetCookie(), shared.headers.get('vary')], [['a=1'], 'Accept']);
  });

  it('a network error has no head to write into', async () => {
    const error = Response.error();
    assert.equal(await saving(() => error)(new Request(URL_OF)), error);
  });

  it('status text, headers and stream come through', async () => {
    async function* texts(): AsyncGenerator<string> {
      yield 'o';
      yield 'k';
    }
    const give = (): Response =>
      new Response(textStream(texts()), { status: 201, statusText: 'Made', headers: { 'X-Mine': 'yes' } });
    const response = await saving(give)(new Request(URL_OF));
    assert.deepEqual([response.status, response.statusText, response.headers.get('x-mine')], [201, 'Made', 'yes']);
    assert.equal(await response.text(), 'ok');
  });
});

describe('S18: after the head, on a fetch-style server', () => {
  it('in a streamed body reads still work, saves are errors', async () => {
    const { host, sessions } = create({ cacheHeaders: false });
    const seen: unknown[] = [];
    async function* late(request: Request): AsyncGenerator<string> {
      yield 'begun ';
      await new Promise((resolve) => setTimeout(resolve, 5));
      const session = sessions.get(request);
      seen.push(session.user);
      throwsCode(() => session.save(), 'ERR_SESSION_HEADERS_SENT');
      throwsCode(() => session.delete(), 'ERR_SESSION_HEADERS_SENT');
      yield 'done';
    }
    const unasked = host.handler((request) => new Response(textStream(late(request))));
    const asked = host.handler(
      withSession((request: Request, session) => {
        seen.push(session.user);
        return new Response(textStream(late(request)));
      }),
    );
    for (const fetch of [unasked, asked]) {
      const response = await fetch(new Request(URL_OF, cookie({ user: 'ada' })));
      assert.deepEqual([await response.text(), response.headers.getSetCookie()], ['begun done', []]);
    }
    assert.deepEqual(seen, ['ada', 'ada', 'ada']);
  });

  it('a WebSocket upgrade can be read, not saved; its answer goes back as it is', async () => {
    const answer = new Response(null);
    const seen: unknown[] = [];
    const { host } = create();
    const fetch = host.handler(
      withSession((_request: Request, session) => {
        seen.push(session.user);
        throwsCode(() => session.save(), 'ERR_SESSION_HEADERS_SENT');
        return answer;
      }),
    );
    const headers = { Cookie: `session=${reader.encode({ user: 'ada' })}`, Upgrade: 'WebSocket' };
    assert.equal(await fetch(new Request(URL_OF, { headers })), answer);
    assert.deepEqual(seen, ['ada']);
  });

  it('another offer of an upgrade is a request like any other (RFC 9110 7.8)', async () => {
    const request = new Request(URL_OF, { headers: { Upgrade: 'h2c' } });
    assert.deepEqual((await saving(() => new Response('ok'))(request)).headers.getSetCookie(), SAVED);
  });
});
