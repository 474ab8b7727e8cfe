// Microdot's own app, which is a host itself: asked through app.fetch, and as a server of Node.
import { abort, Microdot, Response } from '../../../dist/microdot/index.js';
import { serve } from '../../../dist/microdot/serve.js';
import { withSession } from '../../../dist/session/index.js';
import type { Answer, HostSubject, SubjectApp } from '../../../dist/testing/subject.js';
import { fromUrl } from '../support/run-server.js';

const shared = new WeakMap<Answer, Response>();

function respond(answer: Answer): Response {
  const response = shared.get(answer) ?? createResponse(answer);
  if (answer.isShared) shared.set(answer, response);
  return response;
}

function createResponse({ status = 200, headers = {}, cookies = [], body = '' }: Answer): Response {
  const response = new Response(body, status, headers);
  for (const cookie of cookies) response.headers.append('Set-Cookie', cookie);
  return response;
}

function create({ install, routes, onError }: SubjectApp): Microdot {
  // Nothing is printed of what the cases throw.
  const app = new Microdot({ onError() {} });
  install(app);
  for (const [path, handler] of Object.entries(routes)) {
    app.get(
      path,
      withSession(async (request, session) => respond(await handler({ request, session, abort }))),
    );
  }
  if (onError !== undefined) {
    const answer = async (request: object, error: unknown) => respond(await onError(error, { request, abort }));
    app.errorHandler(Error, answer);
    // An HTTPException goes to the handler of its status.
    for (const status of [400, 401, 403, 404, 422, 503]) app.errorHandler(status, answer);
  }
  return app;
}

export const microdotSubject: HostSubject = {
  name: 'microdot',
  offers: ['sharedResponse', 'https'],
  start: async (subject) => {
    const app = create(subject);
    return {
      fetch: (path, init) => app.fetch(new Request(new URL(path, 'http://127.0.0.1'), init)),
      close() {},
    };
  },
};

export const microdotNodeSubject: HostSubject = {
  name: 'microdot on node:http',
  offers: ['sharedResponse'],
  start: async (subject) => {
    const server = await serve(create(subject), '127.0.0.1', 0);
    return {
      ...fromUrl(server.url),
      async close() {
        server.close();
        await server.closed;
      },
    };
  },
};
