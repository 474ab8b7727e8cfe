// Fastify 5 over a socket, and asked through app.inject.
import { Readable } from 'node:stream';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { fastifyHost } from '../../../dist/hosts/fastify.js';
import { withSession } from '../../../dist/session/index.js';
import type { Answer, HostSubject, SubjectApp } from '../../../dist/testing/subject.js';
import { injected } from '../support/inject.js';
import { runServer } from '../support/run-server.js';

function abort(statusCode: number): never {
  throw Object.assign(new Error('an HTTP error'), { statusCode });
}

function send(reply: FastifyReply, { status = 200, headers = {}, cookies = [], body = '' }: Answer): FastifyReply {
  reply.code(status).headers({ ...headers });
  for (const cookie of cookies) reply.header('Set-Cookie', cookie);
  return reply.send(typeof body === 'string' ? body : Readable.from(body));
}

async function create({ install, routes, onError }: SubjectApp): Promise<FastifyInstance> {
  const app = Fastify();
  install(fastifyHost(app));
  for (const [path, handler] of Object.entries(routes)) {
    app.get(
      path,
      withSession(async (request: FastifyRequest, session, reply: FastifyReply) =>
        send(reply, await handler({ request, session, abort })),
      ),
    );
  }
  if (onError !== undefined) {
    app.setErrorHandler(async (error, request, reply) => send(reply, await onError(error, { request, abort })));
  }
  await app.ready();
  return app;
}

export const fastifySubject: HostSubject = {
  name: 'fastify 5',
  start: async (subject) => runServer((await create(subject)).server),
};

export const fastifyInjectSubject: HostSubject = {
  name: 'fastify 5 by inject',
  lacks: { stream: 'inject gives the answer when all of it is there' },
  start: async (subject) => {
    const app = await create(subject);
    return { fetch: (path, init) => injected(app, path, init), close: () => app.close() };
  },
};
