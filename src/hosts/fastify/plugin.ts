// fastifySession: `request.session` by one app.register().

import type { SessionOptions } from '../../session/options.js';
import { Session } from '../../session/session.js';
import { type FastifyApp, fastifyHost } from './host.js';
import type { FastifyHostRequest } from './jar.js';

/** The part of an application that the plugin stands on. */
export interface FastifyPluginApp extends FastifyApp {
  decorateRequest(name: 'session', property: { getter(this: FastifyHostRequest): unknown }): unknown;
}

/**
 * A plugin that gives the context it is registered in, and those within, a lazy `request.session`; `withSession` works
 * there, too. Not encapsulated: as if it had been made with `fastify-plugin`.
 *
 * @example
 * app.register(fastifySession, { secretKey });
 * @throws ValueError `ERR_SESSION_BAD_OPTION`, `ERR_SESSION_BAD_SECRET`, when the application loads its plugins
 */
export async function fastifySession<T extends object = object>(
  app: FastifyPluginApp,
  options: SessionOptions<T>,
): Promise<void> {
  const session = new Session<object, FastifyHostRequest>(fastifyHost(app), options as SessionOptions<object>);
  // A getter: Fastify has one prototype for each context, and a value would be shared by all requests.
  app.decorateRequest('session', {
    getter() {
      return session.get(this);
    },
  });
}

// What fastify-plugin sets: no context of its own, a name for messages, and the versions that it is for.
Object.defineProperties(fastifySession, {
  [Symbol.for('skip-override')]: { value: true },
  [Symbol.for('fastify.display-name')]: { value: 'microdot/session/fastify' },
  [Symbol.for('plugin-meta')]: { value: { name: 'microdot/session/fastify', fastify: '5.x' } },
});
