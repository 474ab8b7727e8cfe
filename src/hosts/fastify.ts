// Entry `microdot/session/fastify`: sessions in Fastify 5.

export { type FastifyApp, type FastifyRequestOf, fastifyHost } from './fastify/host.js';
export type { FastifyHostReply, FastifyHostRequest } from './fastify/jar.js';
export { type FastifyPluginApp, fastifySession } from './fastify/plugin.js';
