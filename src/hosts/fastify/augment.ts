// Entry `microdot/session/fastify/augment`: types `request.session` for a program that uses fastifySession, and nothing else.

// Nothing is taken from it: the compiler has to have found the module that is added to.
import type {} from 'fastify';
import type { SessionDict } from '../../session/session-dict.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What `fastifySession` gives. Its data are unknown until they are checked. */
    readonly session: SessionDict<Record<string, unknown>>;
  }
}
