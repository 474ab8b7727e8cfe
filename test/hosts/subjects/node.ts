// A bare server of node:http: routing, and what is made of errors, is the application's own.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { nodeHost } from '../../../dist/hosts/node.js';
import { type SessionDict, withSession } from '../../../dist/session/index.js';
import type { Answer, HostSubject } from '../../../dist/testing/subject.js';
import { runServer } from '../support/run-server.js';

async function send(response: ServerResponse, { status = 200, headers = {}, cookies = [], body = '' }: Answer) {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (cookies.length > 0) response.setHeader('Set-Cookie', [...cookies]);
  response.statusCode = status;
  if (typeof body === 'string') {
    response.end(body);
    return;
  }
  for await (const text of body) response.write(text);
  response.end();
}

export const nodeSubject: HostSubject = {
  name: 'node:http',
  lacks: {
    httpError: 'a bare server has no HTTP errors of its own',
    onError: 'a bare server has no error handlers',
    errorPage: 'a bare server has no error page: what nobody catches ends the process',
  },
  start: async ({ install, routes }) => {
    const server = createServer();
    install(nodeHost(server));
    const visit = withSession(async (request: IncomingMessage, session: SessionDict, response: ServerResponse) => {
      const handler = routes[(request.url ?? '').split('?', 1)[0] ?? ''];
      const abort = (): never => {
        throw new Error('a bare server has no HTTP error');
      };
      await send(response, handler === undefined ? { status: 404 } : await handler({ request, session, abort }));
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const end = (): unknown => response.destroy();
      try {
        visit(request, response).catch(end);
      } catch {
        end();
      }
    });
    return runServer(server);
  },
};
