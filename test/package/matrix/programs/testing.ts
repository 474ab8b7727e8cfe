// The test kit: the cookie of a test user, for an app on the fetch host.
import { Session } from 'microdot/session';
import { fetchHost } from 'microdot/session/fetch';
import { mintCookie, readSession, type TestCookie } from 'microdot/session/testing';
import { type Equal, expectNot, expectType, type IsAny } from './assert.js';

const host = fetchHost();
const sessions = new Session<{ user: string }>(host, { secretKey: new Uint8Array(32) });
const handler = host.handler(
  sessions.with((_request: Request, session) => {
    session.save();
    return new Response(session.user ?? 'nobody');
  }),
);

const ada = mintCookie(sessions, { user: 'ada' });
expectType<Equal<typeof ada, TestCookie>>();
const response = await handler(new Request('http://localhost/', { headers: { Cookie: ada.header } }));
const { data } = readSession(sessions, response);
expectNot<IsAny<typeof data>>();
if ((await response.text()) !== 'ada' || JSON.stringify(data) !== '{"user":"ada"}') throw new Error('another session');
