// Hono under the conformance suite, asked through app.request.
import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode, StatusCode } from 'hono/utils/http-status';
import { honoHost } from '../../../dist/hosts/hono.js';
import { withSession } from '../../../dist/session/index.js';
import type { Answer, HostSubject, SubjectApp } from '../../../dist/testing/subject.js';
import { textStream } from '../support/text-stream.js';

function abort(status: number): never {
  throw new HTTPException(status as ContentfulStatusCode);
}

const shared = new WeakMap<Answer, Response>();

function respond(c: Context, answer: Answer): Response {
  const response = shared.get(answer) ?? createResponse(c, answer);
  if (answer.isShared) shared.set(answer, response);
  return response;
}

function createResponse(c: Context, answer: Answer): Response {
  const { status = 200, headers = {}, cookies = [], body = '', isShared = false } = answer;
  for (const cookie of cookies) c.header('Set-Cookie', cookie, { append: true });
  // A body can be sent once, an empty one too.
  const isEmpty = isShared || [101, 204, 205, 304].includes(status);
  const content = typeof body === 'string' ? body : textStream(body);
  return c.newResponse(isEmpty ? null : content, status as StatusCode, { ...headers });
}

export function createHonoApp({ install, routes, onError }: SubjectApp): Hono {
  const app = new Hono();
  install(honoHost(app));
  for (const [path, handler] of Object.entries(routes)) {
    app.get(
      path,
      withSession(async (request: Context, session) => respond(request, await handler({ request, session, abort }))),
    );
  }
  if (onError !== undefined) {
    app.onError(async (error, request) => respond(request, await onError(error, { request, abort })));
  }
  return app;
}

export const honoSubject: HostSubject = {
  name: 'hono 4',
  offers: ['sharedResponse', 'https'],
  start: async (subject) => {
    const app = createHonoApp(subject);
    return { fetch: async (path, init) => app.request(path, init), close() {} };
  },
};
