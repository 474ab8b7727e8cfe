// Fastify 5: the two lines of docs/hosts/fastify.md, and what of a handler is inferred.
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { Session, type SessionDict, withSession } from 'microdot/session';
import { fastifyHost } from 'microdot/session/fastify';
import { type Equal, expectType } from './assert.js';

const app = Fastify();
new Session(fastifyHost(app), { secretKey: new Uint8Array(32) });

app.get(
  '/',
  withSession((request: FastifyRequest, session, _reply: FastifyReply) => {
    expectType<Equal<typeof session, SessionDict>>();
    session.n = (session.n ?? 0) + 1;
    session.save();
    return `visit ${session.n}, at ${request.url}`;
  }),
);

const sessions = new Session<{ n: number }>(fastifyHost(app), { secretKey: new Uint8Array(32), cookieName: 'typed' });
app.get(
  '/typed',
  sessions.with((_request: FastifyRequest, session, reply: FastifyReply) => {
    expectType<Equal<typeof session.n, number | undefined>>();
    // @ts-expect-error a wrong value
    session.n = 'one';
    return reply.send(session.n?.toFixed());
  }),
);
