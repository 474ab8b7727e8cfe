// Fastify's own apps, requests and handlers fit the host without a cast, and what Fastify infers stays inferred.

import type { Http2Server } from 'node:http2';
import Fastify, {
  type FastifyReply,
  type FastifyRequest,
  type preHandlerHookHandler,
  type RouteGenericInterface,
  type RouteHandlerMethod,
} from 'fastify';
import {
  type FastifyHostRequest,
  type FastifyRequestOf,
  fastifyHost,
  fastifySession,
} from '../../dist/hosts/fastify.js';
import { Session, type SessionDict, type SessionHost, withSession } from '../../dist/session/index.js';
import { type Equal, expectNot, expectType, type IsAny } from './assert.js';

interface Login {
  user: string;
}
interface WithId {
  Params: { id: string };
}

const app = Fastify();
const host = fastifyHost(app);
expectType<Equal<typeof host, SessionHost<FastifyRequest>>>();
expectType<Equal<FastifyRequestOf<typeof app>, FastifyRequest>>();
app.register(async (child) => {
  const own = fastifyHost(child);
  expectType<Equal<typeof own, SessionHost<FastifyRequest>>>();
});
// @ts-expect-error a server is no application
fastifyHost(app.server);
// @ts-expect-error the host is made of the app
new Session(app, { secretKey: 'x' });

const plain = new Session(host, { secretKey: 'x' });
const sessions = new Session<Login, FastifyRequest>(host, { secretKey: 'x' });
const untyped = new Session<Login>(host, { secretKey: 'x' });

// session.with: the request is what the host's app has. The reply is written: the verbs are generic in a way that leaves
// nothing to infer it from.
app.get(
  '/',
  plain.with((request, session, reply: FastifyReply) => {
    expectType<Equal<typeof request, FastifyRequest>>();
    expectType<Equal<typeof session, SessionDict>>();
    return reply.send(session);
  }),
);
app.post(
  '/login',
  sessions.with(async (request, session, reply) => {
    expectType<Equal<typeof request, FastifyRequest>>();
    expectType<Equal<typeof session, SessionDict<Login>>>();
    expectType<Equal<typeof reply, unknown>>();
    session.user = request.ip;
    // @ts-expect-error a key that Login lacks
    session.name = 'x';
    return {};
  }),
);
app.route({
  method: 'GET',
  url: '/route',
  handler: sessions.with((request, session) => {
    expectType<Equal<typeof request, FastifyRequest>>();
    return { user: session.user };
  }),
});

// Where the route is said to be of a type, and where a handler is, all of it is inferred.
app.get<WithId>(
  '/:id',
  withSession((request, session, reply) => {
    expectType<Equal<typeof request.params.id, string>>();
    expectNot<IsAny<typeof request>>();
    expectType<Equal<typeof session, SessionDict>>();
    expectNot<IsAny<typeof reply>>();
    // @ts-expect-error the route has no such parameter
    if (request.params.name === undefined) return reply.code(404).send();
    return reply.send(request.params.id);
  }),
);
app.get<WithId>(
  '/:id/me',
  sessions.with(async (request, session, reply) => {
    expectType<Equal<typeof request.params.id, string>>();
    expectType<Equal<typeof session.user, string | undefined>>();
    return reply.code(200).send(request.params.id);
  }),
);
export const handler: RouteHandlerMethod = withSession((request, session, reply) => {
  expectType<Equal<typeof request, FastifyRequest>>();
  expectType<Equal<typeof reply, FastifyReply>>();
  return reply.send(session.n);
});
export const hook: preHandlerHookHandler = withSession((request, session, reply, done) => {
  expectType<Equal<typeof request, FastifyRequest>>();
  expectNot<IsAny<typeof reply>>();
  done(reply.sent ? undefined : new Error(`${session.n}`));
});

// withSession in a verb: it is written, and nobody gets an any unasked.
app.get(
  '/written',
  withSession((request: FastifyRequest, session, reply: FastifyReply) => reply.send([request.url, session.n])),
);
app.get(
  '/unwritten',
  withSession((request, session, reply) => {
    expectType<Equal<typeof request, object>>();
    expectType<Equal<typeof session, SessionDict>>();
    expectType<Equal<typeof reply, unknown>>();
    // @ts-expect-error so write `reply: FastifyReply`
    reply.send('');
  }),
);

// Hooks of either kind, for all routes and for one.
app.addHook(
  'preHandler',
  plain.with((request, session, reply: FastifyReply, done: () => void) => {
    expectType<Equal<typeof request, FastifyRequest>>();
    if (session.user === undefined) reply.code(401);
    done();
  }),
);
app.addHook(
  'onRequest',
  plain.with(async (request, session, reply: FastifyReply) => {
    expectType<Equal<typeof request, FastifyRequest>>();
    if (session.user === undefined) return reply.code(401).send();
  }),
);
app.addHook(
  'onSend',
  plain.with(async (_request, session, reply: FastifyReply, payload: unknown) => {
    reply.header('x-n', session.n);
    return payload;
  }),
);
app.get(
  '/one',
  {
    preHandler: withSession(async (request: FastifyRequest, session) => void session[request.url]),
    schema: { querystring: { type: 'object' } },
  },
  sessions.with((request, session) => [request.url, session.user]),
);
app.setErrorHandler((_error, request, reply) => reply.send(sessions.get(request).user));
app.setNotFoundHandler(sessions.with((request, session) => [request.url, session.user]));

declare const request: FastifyRequest;
plain.get(request);
untyped.get(request);
expectType<Equal<ReturnType<typeof sessions.get>, SessionDict<Login>>>();
// @ts-expect-error the request of Fastify, not that of Node
sessions.get(request.raw);

// HTTP/2: Fastify gives no type for its requests apart from a route.
const http2 = Fastify({ http2: true });
const http2Host = fastifyHost(http2);
expectType<Equal<typeof http2Host, SessionHost<FastifyHostRequest>>>();
const http2Sessions = new Session(http2Host, { secretKey: 'x' });
http2.get('/', (http2Request) => http2Sessions.get(http2Request));
http2.get(
  '/with',
  http2Sessions.with((http2Request: FastifyRequest<RouteGenericInterface, Http2Server>) => http2Request.raw.authority),
);

// The plugin form. Nothing is merged into Fastify's types unless `fastify/augment` is imported.
app.register(fastifySession, { secretKey: 'x', autoSave: true });
app.register(fastifySession<Login>, { secretKey: 'x', idleTimeout: ({ user }) => (user === 'ada' ? 60 : 30) });
http2.register(fastifySession, { secretKey: 'x' });
// @ts-expect-error no such option
app.register(fastifySession, { secret: 'x' });
// @ts-expect-error no session here
app.get('/session', (plainRequest) => plainRequest.session);
