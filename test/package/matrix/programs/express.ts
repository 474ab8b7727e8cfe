// Express 4 and 5: the two lines of docs/hosts/express.md, and what of a handler is inferred.
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { Session, type SessionDict, withSession } from 'microdot/session';
import { expressHost, expressSession } from 'microdot/session/express';
import { type Equal, expectType } from './assert.js';

const app = express();
new Session(expressHost(app), { secretKey: new Uint8Array(32) });

app.get(
  '/',
  withSession((req: Request, session, res: Response) => {
    expectType<Equal<typeof session, SessionDict>>();
    session.n = (session.n ?? 0) + 1;
    session.save();
    res.send(`visit ${session.n}, at ${req.path}`);
  }),
);

const sessions = new Session<{ n: number }>(expressHost(app), { secretKey: new Uint8Array(32), cookieName: 'typed' });
app.use(
  sessions.with((req, session, res, next) => {
    expectType<Equal<typeof req, Request>>();
    expectType<Equal<typeof session.n, number | undefined>>();
    expectType<Equal<typeof next, NextFunction>>();
    // @ts-expect-error a wrong value
    session.n = 'one';
    const answered: Response = res.status(200);
    next(answered.headersSent ? undefined : req.path);
  }),
);
export const handler: RequestHandler = sessions.with((req, session, res) => {
  expectType<Equal<typeof session.n, number | undefined>>();
  res.send(`${req.path} ${session.n?.toFixed()}`);
});
app.use(expressSession<{ n: number }>({ secretKey: new Uint8Array(32) }));
