// Testing a Hono app with app.request, and a day of its visitors. node --test .examples/testing/hono.test.js
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Context, Hono } from 'hono';
import { hardened, Session } from 'microdot/session';
import { honoHost } from 'microdot/session/hono';
import { type Clock, createClock, mintCookie, readSession, Visitor } from 'microdot/session/testing';

interface Data {
  user: string;
}

// In an application this stands in a file of its own, and its test imports it. `now` is an argument for the test's sake.
function createApp(now?: () => number) {
  const app = new Hono();
  const sessions = new Session<Data, Context>(
    honoHost(app),
    hardened<Data>({ secretKey: 'a secret for tests, of thirty-two bytes', ...(now !== undefined && { now }) }),
  );
  app.get(
    '/me',
    sessions.with((c, session) => c.text(session.user ?? 'nobody')),
  );
  app.post(
    '/login',
    sessions.with(async (c, session) => {
      session.user = await c.req.text();
      session.save();
      return c.redirect('/me', 303);
    }),
  );
  return { app, sessions };
}

describe('one request, by app.request', () => {
  const { app, sessions } = createApp();

  it('knows who is logged in', async () => {
    const Cookie = mintCookie(sessions, { user: 'ada' }).header;
    const response = await app.request('/me', { headers: { Cookie } });
    assert.equal(await response.text(), 'ada');
  });

  it('logs in', async () => {
    const response = await app.request('/login', { method: 'POST', body: 'ada' });
    assert.deepEqual(readSession(sessions, response).data, { user: 'ada' });
  });
});

describe('a visitor, with the cookies of a browser', () => {
  const start = (): { visitor: Visitor; clock: Clock } => {
    const clock = createClock();
    const { app } = createApp(clock.now);
    return { visitor: new Visitor(app.fetch, { now: clock.now }), clock };
  };
  const me = async (visitor: Visitor): Promise<string> => (await visitor.fetch('/me')).text();

  it('stays logged in while coming back, and for a day at most', async () => {
    const { visitor, clock } = start();
    const page = await visitor.fetch('/login', { method: 'POST', body: 'ada', redirect: 'follow' });
    assert.equal(await page.text(), 'ada');
    for (let visits = 0; visits < 47; visits++) {
      clock.advance(30 * 60);
      assert.equal(await me(visitor), 'ada');
    }
    clock.advance(30 * 60);
    assert.equal(await me(visitor), 'nobody');
  });

  it('is logged out after an hour away', async () => {
    const { visitor, clock } = start();
    await visitor.fetch('/login', { method: 'POST', body: 'ada' });
    clock.advance(60 * 60);
    assert.equal(visitor.cookies.header('https://localhost/me'), null);
    assert.equal(await me(visitor), 'nobody');
  });
});
