// With `fastify/augment`, request.session has its type in the whole program.
import Fastify, { type FastifyRequest } from 'fastify';
import type {} from '../../../dist/hosts/fastify/augment.js';
import { fastifySession } from '../../../dist/hosts/fastify.js';
import type { SessionDict } from '../../../dist/session/index.js';
import { type Equal, expectNot, expectType, type IsAny } from '../assert.js';

const app = Fastify();
app.register(fastifySession, { secretKey: 'x' });
app.get('/', (request, reply) => {
  expectType<Equal<typeof request.session, SessionDict<Record<string, unknown>>>>();
  expectNot<IsAny<typeof request.session>>();
  expectType<Equal<typeof request.session.n, unknown>>();
  request.session.n = typeof request.session.n === 'number' ? request.session.n + 1 : 1;
  // @ts-expect-error ask first what it is
  request.session.n.toFixed();
  // @ts-expect-error a method of the session, and no key
  request.session.save = true;
  request.session.save();
  // @ts-expect-error request.session.delete() ends it
  request.session = null;
  return reply.send(request.session);
});
app.get<{ Params: { id: string } }>('/:id', async (request) => {
  expectType<Equal<typeof request.params.id, string>>();
  request.session.delete();
});
app.addHook('onSend', async (request: FastifyRequest) => request.session.save());
