// h3 under the conformance suite: asked through app.request, and as a listener of node:http.
import { createServer } from 'node:http';
import { H3, type H3Event, HTTPError } from 'h3';
import { toNodeHandler } from 'h3/node';
import { h3Host } from '../../../dist/hosts/h3.js';
import { withSession } from '../../../dist/session/index.js';
import type { Answer, HostSubject, SubjectApp } from '../../../dist/testing/subject.js';
import { runServer } from '../support/run-server.js';
import { textStream } from '../support/text-stream.js';

function abort(status: number): never {
  throw new HTTPError({ status });
}

const shared = new WeakMap<Answer, Response>();

/** What a handler of h3 returns: text or a stream, its head being the event's; or a Response of its own. */
function respond(event: H3Event, answer: Answer): unknown {
  if (answer.isShared !== true) return fill(event, answer);
  const response =
    shared.get(answer) ?? new Response(null, { status: answer.status ?? 200, headers: { ...answer.headers } });
  shared.set(answer, response);
  return response;
}

function fill({ res }: H3Event, { status = 200, headers = {}, cookies = [], body = '' }: Answer): unknown {
  res.status = status;
  for (const [name, value] of Object.entries(headers)) res.headers.set(name, value);
  for (const cookie of cookies) res.headers.append('Set-Cookie', cookie);
  return typeof body === 'string' ? body : textStream(body);
}

function create({ install, routes, onError }: SubjectApp): H3 {
  const watch =
    onError === undefined
      ? {}
      : {
          onError: async (error: HTTPError, request: H3Event) => {
            // h3 wraps what was thrown.
            const thrown = error.unhandled === true ? error.cause : error;
            return respond(request, await onError(thrown, { request, abort }));
          },
        };
  const app = new H3({ silent: true, ...watch });
  install(h3Host(app));
  for (const [path, handler] of Object.entries(routes)) {
    app.get(
      path,
      withSession(async (request: H3Event, session) => respond(request, await handler({ request, session, abort }))),
    );
  }
  return app;
}

export const h3Subject: HostSubject = {
  name: 'h3 2',
  offers: ['sharedResponse', 'https'],
  start: async (subject) => {
    const app = create(subject);
    return { fetch: async (path, init) => app.request(path, init), close() {} };
  },
};

export const h3NodeSubject: HostSubject = {
  name: 'h3 2 on node:http',
  offers: ['sharedResponse'],
  start: async (subject) => runServer(createServer(toNodeHandler(create(subject)))),
};
