// The types of the test kit: data are those of the session, and every tool's response is one.
import type { Server, ServerResponse } from 'node:http';
import type { LightMyRequestResponse } from 'fastify';
import { H3 } from 'h3';
import { type Context, Hono } from 'hono';
import supertest from 'supertest';
import { Microdot } from '../../dist/microdot/index.js';
import type { TestResponse } from '../../dist/microdot/test-client.js';
import { hardened, Session, type SessionOptions, type Verdict } from '../../dist/session/index.js';
import {
  type BrowserCookie,
  type Clock,
  CookieJar,
  createClock,
  expireCookie,
  mintCookie,
  readSession,
  TAMPERINGS,
  type TestCookie,
  tamperCookie,
  Visitor,
} from '../../dist/testing/index.js';
import { type Equal, expectNot, expectType, type IsAny } from './assert.js';

interface Login {
  user: string;
  readonly roles?: readonly string[];
}

declare const sessions: Session<Login, Context>;
declare const untyped: Session;
declare const options: SessionOptions<Login>;
declare const response: Response;
declare const server: Server;

// Minting: the data are typed by the session, or by its options.
const cookie = mintCookie(sessions, { user: 'ada' });
expectType<Equal<typeof cookie, TestCookie>>();
mintCookie(sessions, {});
mintCookie(options, { user: 'ada', roles: ['admin'] });
mintCookie(untyped, { anything: 1 });
mintCookie({ secretKey: 'x' }, { anything: 1 });
mintCookie(hardened({ secretKey: 'x' }), { anything: 1 });
// @ts-expect-error a wrong value
mintCookie(sessions, { user: 5 });
// @ts-expect-error a key that the data lack
mintCookie(sessions, { users: 'ada' });
// @ts-expect-error a wrong value, by options
mintCookie(options, { user: 5 });
// @ts-expect-error no session
mintCookie('secret', { user: 'ada' });
// @ts-expect-error an unknown option
mintCookie({ secret: 'x' }, { user: 'ada' });
mintCookie(sessions, {}, { age: 60, idle: 5, clock: createClock() });
// @ts-expect-error seconds, not a Date
mintCookie(sessions, {}, { age: new Date() });

// The cookie.
expectType<Equal<typeof cookie.header, string>>();
expectType<Equal<ReturnType<typeof cookie.forBrowser>, BrowserCookie>>();
// @ts-expect-error read-only
cookie.name = 'other';
// @ts-expect-error a header is said by name: cookie.header
new Headers({ Cookie: cookie });

// Reading.
const reading = readSession(sessions, response);
expectType<Equal<typeof reading.data, Partial<Login> | null>>();
expectType<Equal<typeof reading.verdict, Verdict<Login> | null>>();
expectType<Equal<typeof reading.state, 'absent' | 'deleted' | 'saved' | 'refused'>>();
expectNot<IsAny<typeof reading.cookie>>();
expectType<Equal<ReturnType<typeof readSession<Login>>['data'], Partial<Login> | null>>();
declare const outgoing: ServerResponse;
declare const injected: LightMyRequestResponse;
declare const tested: TestResponse;
readSession(options, outgoing);
readSession(options, injected);
readSession(options, tested);
readSession(options, response.headers);
readSession(options, response.headers.getSetCookie());
readSession(options, 'session=x');
supertest(server)
  .get('/')
  .expect((got) => readSession(sessions, got));
// @ts-expect-error await it
readSession(options, Promise.resolve(response));
// @ts-expect-error nothing is no response
readSession(options, undefined);

// Ending and tampering.
expectType<Equal<ReturnType<typeof expireCookie<Login>>, TestCookie>>();
expireCookie(sessions, cookie, { clock: createClock(new Date()) });
for (const how of TAMPERINGS) tamperCookie(sessions, cookie, how);
// @ts-expect-error no tampering
tamperCookie(sessions, cookie, 'payload');

// Time.
const clock: Clock = createClock(5);
new Session({ secretKey: 'x', now: clock.now });
new CookieJar({ now: clock.now });
// @ts-expect-error the clock is turned by its functions
clock.now = () => 5;

// Visitors: every fetch.
const hono = new Hono();
new Visitor(hono.fetch);
new Visitor((request) => hono.request(request));
const h3 = new H3();
new Visitor((request) => h3.fetch(request));
new Visitor(new Microdot().fetch, { cookies: [cookie], url: 'https://example.com', now: clock.now });
const visitor = new Visitor(fetch);
expectType<Equal<ReturnType<typeof visitor.fetch>, Promise<Response>>>();
void visitor.fetch('/', { method: 'POST', body: new URLSearchParams(), redirect: 'follow' });
// @ts-expect-error a redirect is followed or handed back
void visitor.fetch('/', { redirect: 'error' });
// @ts-expect-error a handler of Express
new Visitor((_req: Request, res: ServerResponse) => void res.end());
