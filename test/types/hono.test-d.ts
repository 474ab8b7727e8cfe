// Hono's own apps, contexts and handlers fit the host without a cast, and what Hono infers stays inferred.
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { Hono as TinyHono } from 'hono/tiny';
import type { BlankEnv } from 'hono/types';
import { type HonoMiddleware, type HonoSessionVariables, honoHost, honoSession } from '../../dist/hosts/hono.js';
import { Session, type SessionDict, type SessionHost, withSession } from '../../dist/session/index.js';
import { type Equal, expectNot, expectType, type IsAny } from './assert.js';

interface Login {
  user: string;
}
interface Environment {
  Bindings: { readonly KEY: string };
  Variables: { n: number };
}

const app = new Hono();
const host = honoHost(app);
expectType<Equal<typeof host, SessionHost<Context<BlankEnv>>>>();
honoHost(new TinyHono());
honoHost(new Hono().basePath('/api'));
honoHost(new Hono<Environment>({ strict: false }));
// @ts-expect-error no app
honoHost({ use: () => undefined });
// @ts-expect-error the host is made of the app
new Session(app, { secretKey: 'x' });

const plain = new Session(host, { secretKey: 'x' });
const sessions = new Session<Login, Context>(host, { secretKey: 'x' });

// withSession: `c` is written, for the verbs are generic in a way that leaves nothing to infer it from.
app.get(
  '/users/:id/:place?',
  withSession((c: Context<BlankEnv, '/users/:id/:place?'>, session) => {
    expectType<Equal<typeof session, SessionDict>>();
    const id = c.req.param('id');
    expectType<Equal<typeof id, string>>();
    return c.json({ id });
  }),
);
app.post(
  '/',
  withSession(async (c: Context, session) => c.json({ n: session.n as number, text: await c.req.text() })),
);
app.all(
  '*',
  withSession((c: Context) => c.notFound()),
);
app.on(
  ['GET', 'POST'],
  '/on',
  withSession((c: Context) => c.body(null)),
);

// session.with: `c` is what the host's app has, environment and all.
const environment = new Hono<Environment>();
const inferred = new Session(honoHost(environment), { secretKey: 'x' });
environment.get(
  '/',
  inferred.with((c, session) => {
    expectNot<IsAny<typeof c>>();
    expectType<Equal<typeof c.env.KEY, string>>();
    expectType<Equal<typeof session, SessionDict>>();
    const n = c.get('n');
    expectType<Equal<typeof n, number>>();
    return c.json({ n });
  }),
);
const both = new Session<Login, Context<Environment>>(honoHost(environment), { secretKey: 'x' });
environment.use(
  '/admin/*',
  both.with(async (c, session, next) => {
    expectType<Equal<typeof c.var.n, number>>();
    expectType<Equal<typeof session, SessionDict<Login>>>();
    // @ts-expect-error a wrong value
    session.user = 1;
    // @ts-expect-error a key that Login lacks
    session.name = 'x';
    if (session.user === undefined) return c.text('no', 401);
    return await next();
  }),
);
app.get(
  '/me',
  sessions.with((c, session) => c.text(session.user ?? 'nobody')),
);

// What is not the app's request is none of a typed session's.
declare const c: Context;
sessions.get(c);
plain.get(c);
// @ts-expect-error the context, not the request that it has
sessions.get(new Request('http://localhost/'));
// @ts-expect-error no context
sessions.get({});

// The middleware form: a middleware for Hono, and the variable by the app's own generics.
const middleware = honoSession<Login>({ secretKey: 'x' });
expectType<Equal<typeof middleware, HonoMiddleware>>();
export const asHono: MiddlewareHandler = middleware;
const typed = new Hono<{ Variables: HonoSessionVariables<Login> }>();
typed.use(middleware);
typed.use('/admin/*', middleware);
typed.get('/', (context) => {
  const { session } = context.var;
  expectType<Equal<typeof session, SessionDict<Login>>>();
  const got = context.get('session');
  expectType<Equal<typeof got, SessionDict<Login>>>();
  // @ts-expect-error a key that Login lacks
  session.name = 'x';
  return context.text(session.user ?? '');
});
// Merged into nothing: an app that does not say so has no such variable.
new Hono<{ Variables: { n: number } }>().get('/', (context) => {
  // @ts-expect-error no session here
  context.get('session');
  return context.body(null);
});
// @ts-expect-error no such option
honoSession({ secret: 'x' });
