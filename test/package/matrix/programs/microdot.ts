// Microdot itself: the first example of README.md, without its key file and its port, and what is inferred.
import { Microdot, type Request, redirect } from 'microdot';
import { hardened, Session, type SessionDict, withSession } from 'microdot/session';
import { type Equal, expectType } from './assert.js';

const app = new Microdot();
new Session(app, { secretKey: new Uint8Array(32) });

app.get(
  '/counter',
  withSession(async (request, session) => {
    expectType<Equal<typeof request, Request>>();
    expectType<Equal<typeof session, SessionDict>>();
    session.n = (session.n ?? 0) + 1;
    session.save();
    return { n: session.n };
  }),
);

const sessions = new Session<{ n: number }>(app, hardened({ secretKey: Uint8Array.from({ length: 32 }, (_, i) => i) }));
app.get(
  '/users/<int:id>',
  sessions.with((_request, session, { id }) => {
    expectType<Equal<typeof session.n, number | undefined>>();
    expectType<Equal<typeof id, number>>();
    // @ts-expect-error a wrong value
    session.n = 'one';
    return session.n === undefined ? redirect('/') : { n: session.n, id };
  }),
);
