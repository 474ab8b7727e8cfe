// Fastify with the import that types `request.session` for the whole program.
import Fastify from 'fastify';
import { fastifySession } from 'microdot/session/fastify';
import 'microdot/session/fastify/augment';
import { type Equal, expectType } from './assert.js';

const app = Fastify();
app.register(fastifySession, { secretKey: new Uint8Array(32) });
app.get('/', (request) => {
  const { n } = request.session;
  expectType<Equal<typeof n, unknown>>();
  request.session.n = typeof n === 'number' ? n + 1 : 1;
  request.session.save();
  return request.session;
});
