// Koa's own apps, contexts and middleware fit the host without a cast, and what Koa infers stays inferred.
import Router, { type RouterContext } from '@koa/router';
import Koa, { type Context, type DefaultState, type Middleware, type Next } from 'koa';
import { type KoaMiddleware, type KoaSessionContext, koaHost, koaSession } from '../../dist/hosts/koa.js';
import { Session, type SessionDict, type SessionHost, withSession } from '../../dist/session/index.js';
import { type Equal, expectNot, expectType, type IsAny } from './assert.js';

interface Login {
  user: string;
}
interface State {
  started: number;
}

const app = new Koa();
const host = koaHost(app);
expectType<Equal<typeof host, SessionHost<Parameters<Middleware>[0]>>>();
// @ts-expect-error a router has no contexts of its own
koaHost(new Router());
// @ts-expect-error the host is made of the app
new Session(app, { secretKey: 'x' });

const plain = new Session(host, { secretKey: 'x' });
const sessions = new Session<Login, Context>(host, { secretKey: 'x' });

// withSession: `ctx` is written, for `use` and the verbs are generic in a way that leaves nothing to infer it from. `next`
// is inferred in `app.use`.
app.use(
  withSession((ctx: Context, session, next) => {
    expectType<Equal<typeof session, SessionDict>>();
    expectType<Equal<typeof next, Next>>();
    expectNot<IsAny<typeof next>>();
    ctx.body = ctx.path;
    return next();
  }),
);
app.use(
  withSession((ctx) => {
    expectType<Equal<typeof ctx, object>>();
    // @ts-expect-error so write `ctx: Context`
    ctx.body = '';
  }),
);
export const middleware: Middleware = withSession((ctx, session, next) => {
  expectNot<IsAny<typeof ctx>>();
  expectType<Equal<typeof ctx.path, string>>();
  expectType<Equal<typeof session, SessionDict>>();
  return next();
});

// session.with: `ctx` is what the host's app has, state and all.
app.use(
  plain.with((ctx, session, next) => {
    expectNot<IsAny<typeof ctx>>();
    expectType<Equal<typeof ctx.path, string>>();
    expectType<Equal<typeof session, SessionDict>>();
    expectType<Equal<typeof next, Next>>();
    return next();
  }),
);
app.use(
  sessions.with(async (ctx, session, next) => {
    expectType<Equal<typeof ctx, Context>>();
    expectType<Equal<typeof session, SessionDict<Login>>>();
    // @ts-expect-error a wrong value
    session.user = 1;
    // @ts-expect-error a key that Login lacks
    session.name = 'x';
    if (session.user === undefined) ctx.throw(401);
    await next();
  }),
);
const stateful = new Koa<State>();
stateful.use(
  new Session(koaHost(stateful), { secretKey: 'x' }).with((ctx) => {
    expectType<Equal<typeof ctx.state, State>>();
    // @ts-expect-error a wrong value
    ctx.state.started = 'now';
  }),
);

// @koa/router: `ctx` and `next` are written with withSession; `ctx` may be left out with a session's own `with`.
const router = new Router();
router.get(
  '/users/:id',
  withSession((ctx: RouterContext, session, next: Next) => {
    expectType<Equal<typeof session, SessionDict>>();
    expectNot<IsAny<typeof ctx.params>>();
    const id: string | undefined = ctx.params.id;
    ctx.body = { id, n: session.n as number };
    return next();
  }),
);
router.post(
  '/login',
  sessions.with((ctx, session) => {
    expectType<Equal<typeof ctx, Context>>();
    expectType<Equal<typeof session, SessionDict<Login>>>();
    session.save();
    ctx.redirect('/');
  }),
);
router.get(
  '/me',
  sessions.with((ctx: RouterContext, session) => {
    ctx.body = session.user?.toUpperCase() ?? ctx.params.id;
  }),
);
app.use(router.routes()).use(router.allowedMethods());

declare const ctx: Context;
plain.get(ctx);
expectType<Equal<ReturnType<typeof sessions.get>, SessionDict<Login>>>();
sessions.get(ctx);
// @ts-expect-error the context, not the request that it has
sessions.get(ctx.req);
// @ts-expect-error the context, not Koa's request
sessions.get(ctx.request);

// The middleware form: a middleware for Koa, and `ctx.session` by the app's own generics.
const own = koaSession<Login>({ secretKey: 'x' });
expectType<Equal<typeof own, KoaMiddleware>>();
export const asKoa: Middleware = own;
app.use(own);
router.use('/admin', own);
const typed = new Koa<DefaultState, KoaSessionContext<Login>>();
koaHost(typed);
typed.use(own);
typed.use((context) => {
  const { session } = context;
  expectType<Equal<typeof session, SessionDict<Login>>>();
  context.session = null;
  context.session = undefined;
  context.session = { user: 'ada' };
  context.session = session;
  // @ts-expect-error a key that Login lacks
  context.session = { name: 'x' };
  // @ts-expect-error no session
  context.session = true;
});
new Koa().use<DefaultState, KoaSessionContext<Login>>(own).use((context) => {
  expectType<Equal<typeof context.session, SessionDict<Login>>>();
});
// Merged into nothing: an app that says what its context has has no session.
new Koa<DefaultState, { readonly n: number }>().use((context) => {
  // @ts-expect-error no session here
  context.session.n = 1;
});
// @ts-expect-error no such option
koaSession({ key: 'koa.sess' });
