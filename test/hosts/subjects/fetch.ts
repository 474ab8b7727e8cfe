// A fetch-style server: the handler is the whole of it, and what it throws is answered by the server's own page.
import { fetchHost } from '../../../dist/hosts/fetch.js';
import { withSession } from '../../../dist/session/index.js';
import type { Answer, HostSubject } from '../../../dist/testing/subject.js';
import { textStream } from '../support/text-stream.js';

const shared = new WeakMap<Answer, Response>();

function respond(answer: Answer): Response {
  const response = shared.get(answer) ?? create(answer);
  if (answer.isShared) shared.set(answer, response);
  return response;
}

function create({ status = 200, headers = {}, cookies = [], body = '', isShared = false }: Answer): Response {
  const all = new Headers(headers);
  for (const cookie of cookies) all.append('Set-Cookie', cookie);
  // A body can be sent once, an empty one too.
  const isEmpty = isShared || [204, 205, 304].includes(status);
  const content = typeof body === 'string' ? body : textStream(body);
  return new Response(isEmpty ? null : content, { status, headers: all });
}

export const fetchSubject: HostSubject = {
  name: 'fetch',
  offers: ['sharedResponse', 'https'],
  lacks: {
    httpError: 'a fetch-style server has no HTTP errors of its own',
    onError: 'a fetch-style server has no error handlers',
  },
  start: async ({ install, routes }) => {
    const host = fetchHost();
    install(host);
    const handler = host.handler(
      withSession(async (request: Request, session) => {
        const route = routes[new URL(request.url).pathname];
        const abort = (): never => {
          throw new Error('a fetch-style server has no HTTP error');
        };
        return respond(route === undefined ? { status: 404 } : await route({ request, session, abort }));
      }),
    );
    return {
      fetch: async (path, init) => {
        try {
          const response = await handler(new Request(new URL(path, 'http://127.0.0.1'), init));
          // As every server does.
          return init?.method === 'HEAD' ? new Response(null, response) : response;
        } catch {
          return new Response('crashed', { status: 500 });
        }
      },
      close() {},
    };
  },
};
