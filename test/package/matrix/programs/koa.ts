// Koa 2 and 3: the two lines of docs/hosts/koa.md, and what of a handler is inferred.
import Koa, { type Context, type Next } from 'koa';
import { Session, type SessionDict, withSession } from 'microdot/session';
import { koaHost } from 'microdot/session/koa';
import { type Equal, expectType } from './assert.js';

const app = new Koa();
new Session(koaHost(app), { secretKey: new Uint8Array(32) });

app.use(
  withSession((ctx: Context, session) => {
    expectType<Equal<typeof session, SessionDict>>();
    session.n = (session.n ?? 0) + 1;
    session.save();
    ctx.body = `visit ${session.n}, at ${ctx.path}`;
  }),
);

const sessions = new Session<{ n: number }>(koaHost(app), { secretKey: new Uint8Array(32), cookieName: 'typed' });
app.use(
  sessions.with(async (ctx: Context, session, next: Next) => {
    expectType<Equal<typeof session.n, number | undefined>>();
    // @ts-expect-error a wrong value
    session.n = 'one';
    await next();
    ctx.body ??= session.n?.toFixed();
  }),
);
