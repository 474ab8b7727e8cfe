// h3 2: the two lines of docs/hosts/h3.md, the plugin, and what of a handler is inferred.
import { H3, type H3Event } from 'h3';
import { Session, type SessionDict, withSession } from 'microdot/session';
import { h3Host, h3Session } from 'microdot/session/h3';
import { type Equal, expectType } from './assert.js';

const app = new H3();
new Session(h3Host(app), { secretKey: new Uint8Array(32) });

app.get(
  '/',
  withSession((_event: H3Event, session) => {
    expectType<Equal<typeof session, SessionDict>>();
    session.n = (session.n ?? 0) + 1;
    session.save();
    return `visit ${session.n}`;
  }),
);

const sessions = new Session<{ n: number }, H3Event>(h3Host(app), {
  secretKey: new Uint8Array(32),
  cookieName: 'typed',
});
app.get(
  '/typed',
  sessions.with((event, session) => {
    expectType<Equal<typeof event, H3Event>>();
    expectType<Equal<typeof session.n, number | undefined>>();
    // @ts-expect-error a wrong value
    session.n = 'one';
    return session.n?.toFixed() ?? `nobody, at ${event.url.pathname}`;
  }),
);

new H3({ plugins: [h3Session({ secretKey: new Uint8Array(32) })] });
