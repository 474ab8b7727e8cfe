// Hono 4: the two lines of docs/hosts/hono.md, the variable, and what of a handler is inferred.
import { type Context, Hono } from 'hono';
import { Session, type SessionDict, withSession } from 'microdot/session';
import { type HonoSessionVariables, honoHost, honoSession } from 'microdot/session/hono';
import { type Equal, expectType } from './assert.js';

const app = new Hono();
new Session(honoHost(app), { secretKey: new Uint8Array(32) });

app.get(
  '/',
  withSession((c: Context, session) => {
    expectType<Equal<typeof session, SessionDict>>();
    session.n = (session.n ?? 0) + 1;
    session.save();
    return c.text(`visit ${session.n}`);
  }),
);

interface Env {
  Bindings: { readonly GREETING: string };
}
const greeting = new Hono<Env>();
const sessions = new Session<{ n: number }, Context<Env>>(honoHost(greeting), { secretKey: new Uint8Array(32) });
greeting.get(
  '/',
  sessions.with((c, session) => {
    expectType<Equal<typeof c.env.GREETING, string>>();
    expectType<Equal<typeof session.n, number | undefined>>();
    // @ts-expect-error a wrong value
    session.n = 'one';
    return c.text(`${c.env.GREETING} ${session.n?.toFixed()}`);
  }),
);

const variable = new Hono<{ Variables: HonoSessionVariables<{ n: number }> }>();
variable.use(honoSession({ secretKey: new Uint8Array(32) }));
variable.get('/', (c) => {
  expectType<Equal<typeof c.var.session.n, number | undefined>>();
  return c.json(c.var.session);
});
