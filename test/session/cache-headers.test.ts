// Cache headers: that no shared cache gives one visitor the page or the cookie of another.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { abort, Microdot, Response, redirect } from '../../dist/microdot/index.js';
import { Session, type SessionDict, type SessionEvent, withSession } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { silent, viaFetch, viaSocket } from '../microdot/send.js';
import { throwsCode } from '../support/errors.js';
import { FakeHost, FakeJar } from '../support/fake-host.js';

const session = new Session(new FakeHost(), { secretKey: SECRET });
const read = (): void => {};
const save = (dict: SessionDict): void => dict.save();
const remove = (dict: SessionDict): void => dict.delete();

/** A handler that saves and answers. */
const saving =
  <A>(body: A) =>
  (_: object, dict: SessionDict): A => {
    dict.save();
    return body;
  };

/** The headers of an answer whose application had set `headers`. */
function answer(
  handler: (dict: SessionDict) => void,
  headers: Readonly<Record<string, string>> = {},
  by: Session = session,
): Record<string, string> {
  const jar = new FakeJar(null);
  for (const [name, value] of Object.entries(headers)) jar.headers.set(name, value);
  handler(by.open(jar));
  jar.finish();
  return Object.fromEntries(jar.headers);
}

describe('Vary', () => {
  for (const [before, after] of [
    [undefined, 'Cookie'],
    ['', 'Cookie'],
    ['Accept', 'Accept, Cookie'],
    ['Accept, Accept-Encoding', 'Accept, Accept-Encoding, Cookie'],
    ['Accept,Origin', 'Accept, Origin, Cookie'],
    ['Cookie', 'Cookie'],
    ['cookie', 'cookie'],
    ['COOKIE , Accept', 'COOKIE , Accept'],
    ['Accept, cooKie', 'Accept, cooKie'],
    ['*', '*'],
    ['Accept, *', 'Accept, *'],
    ['Cookies', 'Cookies, Cookie'],
    ['Set-Cookie', 'Set-Cookie, Cookie'],
    [' , ,', 'Cookie'],
  ] as const) {
    it(`cacheHeaders: ${JSON.stringify(before)} becomes ${JSON.stringify(after)}, whatever the handler did`, () => {
      for (const handler of [read, save, remove]) {
        assert.equal(answer(handler, before === undefined ? {} : { vary: before }).vary, after);
      }
    });
  }
});

describe('Cache-Control of a response that sets no cookie', () => {
  for (const [before, after] of [
    [undefined, 'private'],
    ['', 'private'],
    ['  ', 'private'],
    [',', 'private'],
    ['public', 'public'],
    ['public, s-maxage=600', 'public, s-maxage=600'],
    ['max-age=60', 'max-age=60'],
    ['no-store', 'no-store'],
    ['Private', 'Private'],
  ] as const) {
    it(`cacheHeaders: ${JSON.stringify(before)} becomes ${JSON.stringify(after)}`, () => {
      assert.equal(answer(read, before === undefined ? {} : { 'cache-control': before })['cache-control'], after);
    });
  }
});

describe('Cache-Control of a response that sets or removes the cookie', () => {
  for (const [before, after, removed] of [
    [undefined, 'private, no-store', []],
    ['', 'private, no-store', []],
    [' , ', 'private, no-store', []],
    ['public', 'private', ['public']],
    ['PUBLIC', 'private', ['PUBLIC']],
    ['public, max-age=60', 'max-age=60, private', ['public']],
    ['max-age=60,s-maxage=600,public', 'max-age=60, private', ['s-maxage=600', 'public']],
    ['S-MaxAge="600"', 'private', ['S-MaxAge="600"']],
    ['s-maxage = 5', 'private', ['s-maxage = 5']],
    ['private', 'private', []],
    ['PRIVATE', 'PRIVATE', []],
    ['no-store', 'no-store', []],
    ['No-Store, max-age=0', 'No-Store, max-age=0', []],
    ['private,max-age=0', 'private,max-age=0', []],
    ['public, private', 'private', ['public']],
    ['public, no-store', 'no-store', ['public']],
    ['private, s-maxage=5', 'private', ['s-maxage=5']],
    ['private="x-a"', 'private="x-a", private', []],
    ['private="x-a, public"', 'private="x-a, public", private', []],
    ['private="a\\", public", max-age=1', 'private="a\\", public", max-age=1, private', []],
    ['private="a\\", public, b"', 'private="a\\", public, b", private', []],
    ['private="a\\\\", public', 'private="a\\\\", private', ['public']],
    ['x="ab", public', 'x="ab", private', ['public']],
    ['x="abc", public', 'x="abc", private', ['public']],
    ['x=\\"a, public"', 'x=\\"a, public", private', []],
    ['no-cache="Set-Cookie"', 'no-cache="Set-Cookie", private', []],
    ['no-cache', 'no-cache, private', []],
    ['max-age=60, must-revalidate', 'max-age=60, must-revalidate, private', []],
    ['x="public"', 'x="public", private', []],
    ['publicity', 'publicity, private', []],
    ['public="x"', 'private', ['public="x"']],
    ['public, x="unclosed, s-maxage=5', 'x="unclosed, s-maxage=5, private', ['public']],
    ['public, x="unclosed\\', 'x="unclosed\\, private', ['public']],
  ] as const) {
    it(`cacheHeaders: ${JSON.stringify(before)} becomes ${JSON.stringify(after)}`, () => {
      for (const handler of [save, remove]) {
        const events: SessionEvent[] = [];
        const telling = new Session(new FakeHost(), { secretKey: SECRET, onEvent: (event) => void events.push(event) });
        const headers = answer(handler, before === undefined ? {} : { 'cache-control': before }, telling);
        assert.equal(headers['cache-control'], after);
        assert.deepEqual(
          events.slice(1),
          removed.length === 0 ? [] : [{ type: 'cache-header', cookieName: 'session', removed }],
        );
      }
    });
  }

  it('cacheHeaders: a long list takes linear time and no exception', () => {
    for (const part of [',', '"', '\\', 'a,', '"a\\",', ' ']) {
      const value = part.repeat(100_000);
      assert.match(answer(save, { 'cache-control': value })['cache-control'] ?? '', /private/);
      assert.match(answer(save, { vary: value }).vary ?? '', /Cookie$/);
    }
  });
});

describe('cacheHeaders', () => {
  it('false leaves both alone', () => {
    const off = new Session(new FakeHost(), { secretKey: SECRET, cacheHeaders: false });
    for (const handler of [read, save, remove]) {
      assert.deepEqual(answer(handler, {}, off), {});
      assert.deepEqual(answer(handler, { vary: 'A', 'cache-control': 'public' }, off), {
        vary: 'A',
        'cache-control': 'public',
      });
    }
    for (const cacheHeaders of [1, 'false', null]) {
      throwsCode(() => new Session({ cacheHeaders } as object), 'ERR_SESSION_BAD_OPTION');
    }
  });

  it('a response whose handler did not ask for the session stays as it is', () => {
    const host = new FakeHost();
    new Session(host, { secretKey: SECRET });
    const request = host.request('session=x');
    host.answer(request);
    assert.deepEqual([...host.sessionJar(request).headers], []);
  });

  it('session.delete() and update() without a get count as asking', () => {
    const host = new FakeHost();
    const own = new Session(host, { secretKey: SECRET });
    for (const act of [
      (request: ReturnType<typeof host.request>) => own.delete(request),
      (request: ReturnType<typeof host.request>) => own.update(request, {}),
    ]) {
      const request = host.request();
      act(request);
      host.answer(request);
      assert.deepEqual(Object.fromEntries(host.sessionJar(request).headers), {
        vary: 'Cookie',
        'cache-control': 'private, no-store',
      });
    }
  });

  it('a renewal sets the cookie, too', () => {
    let now = 1_800_000_000;
    const timed = new Session(new FakeHost(), { secretKey: SECRET, idleTimeout: 60, now: () => now });
    const token = timed.encode({});
    now += 40;
    const jar = new FakeJar(`session=${token}`);
    jar.headers.set('cache-control', 'public, max-age=5');
    timed.open(jar);
    jar.finish();
    assert.equal(jar.headers.get('cache-control'), 'max-age=5, private');
  });
});

describe('two sessions in one response', () => {
  const second = new Session(new FakeHost(), { secretKey: SECRET, cookieName: 'second' });
  const both = (handlers: readonly ((dict: SessionDict) => void)[], headers: Record<string, string> = {}): unknown => {
    const jar = new FakeJar(null);
    for (const [name, value] of Object.entries(headers)) jar.headers.set(name, value);
    const dicts = [session, second].map((one) => one.open(jar));
    for (const [i, dict] of dicts.entries()) handlers[i]?.(dict);
    jar.finish();
    return [jar.headers.get('vary'), jar.headers.get('cache-control')];
  };

  it('cacheHeaders: merge once, and what one sets the other may strengthen, in either order', () => {
    assert.deepEqual(both([read, read]), ['Cookie', 'private']);
    assert.deepEqual(both([save, read]), ['Cookie', 'private, no-store']);
    assert.deepEqual(both([read, save]), ['Cookie', 'private, no-store']);
    assert.deepEqual(both([save, save]), ['Cookie', 'private, no-store']);
  });

  it('cacheHeaders: what the application said is still its own', () => {
    assert.deepEqual(both([read, save], { vary: 'Accept', 'cache-control': 'private' }), ['Accept, Cookie', 'private']);
    assert.deepEqual(both([save, save], { 'cache-control': 'public, max-age=5' }), ['Cookie', 'max-age=5, private']);
  });
});

describe('over a Microdot app', () => {
  const headersOf = (received: { readonly headers: Readonly<Record<string, string>> }): unknown => [
    received.headers.vary,
    received.headers['cache-control'],
  ];

  it('cacheHeaders: any status and any kind of answer, over fetch and over a socket', async () => {
    const app = new Microdot(silent());
    new Session(app, { secretKey: SECRET });
    app.get(
      '/read',
      withSession((_, dict) => String(Object.keys(dict))),
    );
    app.get('/save', withSession(saving('x')));
    app.get(
      '/public',
      withSession((_, dict) => {
        dict.save();
        return new Response('x', 200, { 'Cache-Control': 'public, s-maxage=9, max-age=9', Vary: 'Accept' });
      }),
    );
    app.get(
      '/304',
      withSession(() => new Response('', 304, { ETag: '"x"' })),
    );
    app.get(
      '/redirect',
      withSession((_, dict) => {
        dict.save();
        return redirect('/read');
      }),
    );
    app.get(
      '/abort',
      withSession((_, dict) => {
        dict.save();
        abort(401);
      }),
    );
    app.get(
      '/crash',
      withSession((_, dict) => {
        dict.save();
        throw new Error('x');
      }),
    );
    app.get('/none', () => 'x');
    const expected: Readonly<Record<string, unknown>> = {
      '/read': ['Cookie', 'private'],
      '/save': ['Cookie', 'private, no-store'],
      '/public': ['Accept, Cookie', 'max-age=9, private'],
      '/304': ['Cookie', 'private'],
      '/redirect': ['Cookie', 'private, no-store'],
      '/abort': ['Cookie', 'private, no-store'],
      // S13: nobody decided on this one, and it carries no cookie.
      '/crash': [undefined, undefined],
      '/none': [undefined, undefined],
      '/nowhere': [undefined, undefined],
    };
    for (const send of [viaFetch, viaSocket]) {
      for (const [path, headers] of Object.entries(expected)) {
        assert.deepEqual(headersOf(await send(app, { path })), headers, path);
      }
    }
  });

  it('cacheHeaders: headers that an after-request hook sets are mended, too', async () => {
    const app = new Microdot();
    new Session(app, { secretKey: SECRET });
    app.get('/', withSession(saving('x')));
    app.afterRequest((_request, response) => {
      response.headers.set('Cache-Control', 'public');
      return response;
    });
    assert.deepEqual(headersOf(await viaFetch(app, {})), ['Cookie', 'private']);
  });

  it('cacheHeaders: two sessions merge once', async () => {
    const app = new Microdot();
    const [one, two] = ['one', 'two'].map((cookieName) => new Session(app, { secretKey: SECRET, cookieName }));
    app.get('/', (request) => {
      one.get(request);
      two.get(request).save();
      return 'x';
    });
    assert.deepEqual(headersOf(await viaSocket(app, {})), ['Cookie', 'private, no-store']);
  });

  it('S13: a shared Response of the application is not written into', async () => {
    const app = new Microdot();
    new Session(app, { secretKey: SECRET });
    const shared = new Response('x', 200, { 'Cache-Control': 'public' });
    app.get('/', withSession(saving(shared)));
    app.get('/none', () => shared);
    assert.deepEqual(headersOf(await viaFetch(app, {})), ['Cookie', 'private']);
    assert.deepEqual(headersOf(await viaFetch(app, { path: '/none' })), [undefined, 'public']);
  });
});
