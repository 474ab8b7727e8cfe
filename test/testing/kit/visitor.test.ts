// A visitor of fetch-style apps: cookies as browsers keep them, redirects where asked, time that is turned.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { H3, type H3Event } from 'h3';
import { type Context, Hono } from 'hono';
import { h3Host } from '../../../dist/hosts/h3.js';
import { honoHost } from '../../../dist/hosts/hono.js';
import { nodeHost } from '../../../dist/hosts/node.js';
import { Microdot } from '../../../dist/microdot/index.js';
import { hardened, Session, type SessionDict, withSession } from '../../../dist/session/index.js';
import { createClock, expireCookie, mintCookie, readSession, Visitor } from '../../../dist/testing/index.js';
import { serveServer } from '../../hosts/support/serve.js';
import { SECRET } from '../../jwt/forge.js';
import { throwsCode } from '../../support/errors.js';
import { needs } from '../../support/needs.js';

const count = (session: SessionDict): string => {
  session.n = (session.n ?? 0) + 1;
  session.save();
  return String(session.n);
};

/** Given, because on Bun a text has no type of its own. */
const TEXT = { 'Content-Type': 'text/plain' };

/** What was asked, and answers by path: a status, a place to go to, a cookie to set. */
function scripted(answers: Readonly<Record<string, { status?: number; location?: string; cookie?: string }>>) {
  const seen: string[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    const { pathname, origin } = new URL(request.url);
    const { status = 200, location, cookie } = answers[pathname] ?? {};
    const type = request.headers.get('content-type');
    const parts = [request.method, origin + pathname, request.headers.get('cookie'), await request.text(), type];
    seen.push(parts.filter((part) => part !== null && part !== '').join(' '));
    const headers = new Headers();
    if (location !== undefined) headers.set('Location', location);
    if (cookie !== undefined) headers.set('Set-Cookie', cookie);
    return new Response(status < 300 ? 'done' : null, { status, headers });
  };
  return { fetch, seen };
}

describe('Visitor', () => {
  const options = hardened({ secretKey: SECRET });

  const apps: Readonly<Record<string, () => (request: Request) => Response | Promise<Response>>> = {
    Microdot: () => {
      const app = new Microdot();
      new Session(app, options);
      app.get(
        '/',
        withSession((_request, session) => count(session)),
      );
      return app.fetch;
    },
    'Hono, fetch': () => {
      const app = new Hono();
      new Session(honoHost(app), options);
      app.get(
        '/',
        withSession((c: Context, session) => c.text(count(session))),
      );
      return app.fetch;
    },
    'Hono, request': () => {
      const app = new Hono();
      new Session(honoHost(app), options);
      app.get(
        '/',
        withSession((c: Context, session) => c.text(count(session))),
      );
      return (request) => app.request(request);
    },
    h3: () => {
      const app = new H3();
      new Session(h3Host(app), options);
      app.get(
        '/',
        withSession((_event: H3Event, session) => count(session)),
      );
      return (request) => app.fetch(request);
    },
  };
  for (const [name, start] of Object.entries(apps)) {
    it(`keeps the cookies of ${name}`, async () => {
      const fetch = start();
      const visitor = new Visitor(fetch);
      assert.equal(await (await visitor.fetch('/')).text(), '1');
      assert.equal(await (await visitor.fetch('/')).text(), '2');
      const ada = new Visitor(fetch, { cookies: [mintCookie(options, { n: 10 })] });
      assert.equal(await (await ada.fetch('/')).text(), '11');
      assert.equal(await (await visitor.fetch('/')).text(), '3');
      visitor.cookies.clear();
      assert.equal(await (await visitor.fetch('/')).text(), '1');
    });
  }

  it('keeps the cookies of a server, by fetch over a socket', needs.node('the server is of node:http'), async () => {
    const server = createServer();
    const host = nodeHost(server);
    new Session(host, { secretKey: SECRET });
    server.on(
      'request',
      withSession((_request, session, response) => void response.end(count(session))),
    );
    const { url, close } = await serveServer(server);
    try {
      const visitor = new Visitor(fetch, { url });
      assert.equal(await (await visitor.fetch('/')).text(), '1');
      assert.equal(await (await visitor.fetch('/')).text(), '2');
    } finally {
      await close();
    }
  });

  it('is on https, and keeps nothing that is for https only over http', async () => {
    const { fetch, seen } = scripted({ '/': { cookie: 'a=1; Secure' } });
    for (const [url, header] of [
      [undefined, 'a=1'],
      ['https://example.com', 'a=1'],
      ['http://example.com', null],
    ] as const) {
      const visitor = new Visitor(fetch, url === undefined ? {} : { url });
      await visitor.fetch('/');
      assert.equal(visitor.cookies.header(`${url ?? 'https://localhost'}/`), header);
    }
    assert.deepEqual(seen, ['GET https://localhost/', 'GET https://example.com/', 'GET http://example.com/']);
  });

  it('refuses a cookie to begin with that a browser would not keep, and shows no token', () => {
    const { fetch } = scripted({});
    const secure = mintCookie(options, { n: 1 });
    const begin = (url: string, cookie = secure) => new Visitor(fetch, { url, cookies: [cookie] });
    throwsCode(() => begin('http://localhost'), 'ERR_TEST_BAD_ARGUMENT', [secure.value]);
    const elsewhere = mintCookie({ secretKey: SECRET, cookieOptions: { domain: 'example.com' } }, {});
    throwsCode(() => begin('https://example.org', elsewhere), 'ERR_TEST_BAD_ARGUMENT', [elsewhere.value]);
    assert.equal(begin('https://www.example.com', elsewhere).cookies.header('https://example.com/'), elsewhere.header);
    const deep = mintCookie({ secretKey: SECRET, cookieOptions: { path: '/deep' } }, {});
    const { cookies } = begin('http://localhost', deep);
    assert.equal(cookies.header('http://localhost/'), null);
    assert.equal(cookies.header('http://localhost/deep/er'), deep.header);
  });

  it('takes paths, URLs and requests, and whatever fetch takes beside them', async () => {
    const { fetch, seen } = scripted({ '/set': { cookie: 'a=1; Path=/' } });
    const visitor = new Visitor(fetch, { url: 'https://example.com/base/' });
    await visitor.fetch('/set');
    await visitor.fetch('x');
    await visitor.fetch(new URL('https://example.com/y'));
    await visitor.fetch(new Request('https://example.com/z', { method: 'PUT', body: 'text', headers: TEXT }));
    await visitor.fetch('https://example.org/other');
    await visitor.fetch('/post', { method: 'POST', body: new URLSearchParams({ b: '2' }) });
    await visitor.fetch('/own', { headers: { Cookie: 'own=1' } });
    assert.deepEqual(seen, [
      'GET https://example.com/set',
      'GET https://example.com/base/x a=1',
      'GET https://example.com/y a=1',
      'PUT https://example.com/z a=1 text text/plain',
      'GET https://example.org/other',
      'POST https://example.com/post a=1 b=2 application/x-www-form-urlencoded;charset=UTF-8',
      'GET https://example.com/own own=1',
    ]);
  });

  it('hands a redirect back, and keeps its cookie', async () => {
    const { fetch, seen } = scripted({ '/login': { status: 303, location: '/', cookie: 'a=1; Path=/' } });
    const visitor = new Visitor(fetch);
    const response = await visitor.fetch(new Request('https://localhost/login', { method: 'POST', body: 'x=1' }));
    assert.equal(response.status, 303);
    assert.deepEqual(readSession({ secretKey: SECRET, cookieName: 'a' }, response).state, 'refused');
    assert.equal(seen.length, 1);
    assert.equal(visitor.cookies.header('https://localhost/'), 'a=1');
  });

  it('follows where asked, as the Fetch standard has it', async () => {
    const body = 'x=1';
    const form = `${body} text/plain`;
    const L = 'https://localhost';
    for (const [status, method, second] of [
      [301, 'POST', `GET ${L}/b a=1`],
      [302, 'POST', `GET ${L}/b a=1`],
      [302, 'PUT', `PUT ${L}/b a=1 ${form}`],
      [303, 'POST', `GET ${L}/b a=1`],
      [303, 'PUT', `GET ${L}/b a=1`],
      [303, 'HEAD', `HEAD ${L}/b a=1`],
      [307, 'POST', `POST ${L}/b a=1 ${form}`],
      [308, 'GET', `GET ${L}/b a=1`],
    ] as const) {
      const { fetch, seen } = scripted({
        '/a': { status, location: '/b', cookie: 'a=1; Path=/' },
        '/b': { status: 307, location: 'c' },
      });
      const hasBody = method !== 'GET' && method !== 'HEAD';
      const response = await new Visitor(fetch).fetch('/a', {
        method,
        redirect: 'follow',
        ...(hasBody && { body, headers: TEXT }),
      });
      assert.equal(response.status, 200, `${status} ${method}`);
      assert.deepEqual(seen.slice(1), [second, second.replace('/b', '/c')], `${status} ${method}`);
    }
  });

  it('follows nothing that is no redirect, and none to another origin', async () => {
    const { fetch, seen } = scripted({
      '/created': { status: 201, location: '/x' },
      '/bare': { status: 302 },
      '/away': { status: 302, location: 'https://login.example/' },
    });
    const visitor = new Visitor(fetch);
    for (const [path, status] of [
      ['/created', 201],
      ['/bare', 302],
      ['/away', 302],
    ] as const) {
      assert.equal((await visitor.fetch(path, { redirect: 'follow' })).status, status);
    }
    assert.equal(seen.length, 3);
  });

  it('gives up after 20 redirects', async () => {
    const { fetch, seen } = scripted({ '/': { status: 302, location: '/' } });
    await assert.rejects(new Visitor(fetch).fetch('/', { redirect: 'follow' }), {
      code: 'ERR_TEST_TOO_MANY_REDIRECTS',
    });
    assert.equal(seen.length, 21);
  });

  it('travels in time: the browser forgets the cookie, the app the session', async () => {
    const clock = createClock();
    const app = new Microdot();
    const sessions = new Session(app, hardened({ secretKey: SECRET, now: clock.now }));
    app.get(
      '/me',
      withSession((_request, session) => session.user ?? 'nobody'),
    );
    const cookie = mintCookie(sessions, { user: 'ada' });
    const ada = new Visitor(app.fetch, { cookies: [cookie], now: clock.now });
    const me = async (visitor: Visitor) => (await visitor.fetch('/me')).text();
    assert.equal(await me(ada), 'ada');
    clock.advance(3599);
    assert.equal(await me(ada), 'ada');
    // That read renewed it.
    clock.advance(3599);
    assert.equal(await me(ada), 'ada');
    clock.advance(3600);
    assert.equal(ada.cookies.header('https://localhost/me'), null);
    assert.equal(await me(ada), 'nobody');
    // A browser that keeps it for longer than it was told to.
    const eve = new Visitor(app.fetch, {
      cookies: [expireCookie(sessions, mintCookie(sessions, { user: 'eve' }), { clock })],
    });
    assert.notEqual(eve.cookies.header('https://localhost/'), null);
    assert.equal(await me(eve), 'nobody');
  });

  it('S19: shows no cookie', () => {
    const cookie = mintCookie(options, { n: 1 });
    const visitor = new Visitor(scripted({}).fetch, { cookies: [cookie] });
    for (const form of [JSON.stringify(visitor), inspect(visitor, { depth: 9 })]) {
      assert.ok(!form.includes(cookie.value), form);
    }
    assert.equal(visitor.cookies.header('https://localhost/'), cookie.header);
  });
});
