// Express 4 and 5 over a socket.

import { createServer, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { type ExpressApp, type ExpressRequest, expressHost } from '../../../dist/hosts/express.js';
import { type SessionDict, withSession } from '../../../dist/session/index.js';
import type { Answer, HostSubject } from '../../../dist/testing/subject.js';
import { runServer } from '../support/run-server.js';

const require = createRequire(import.meta.url);

interface App extends ExpressApp {
  (request: never, response: never): void;
  set(name: string, value: unknown): void;
  get(path: string, handler: (request: ExpressRequest, response: Reply, next: Next) => void): void;
  use(handler: (error: unknown, request: ExpressRequest, response: never, next: Next) => void): void;
}
type Next = (error?: unknown) => void;
type Reply = ServerResponse & { append(name: string, value: string): void; send(body: string): void };

async function send(response: Reply, { status = 200, headers = {}, cookies = [], body = '' }: Answer): Promise<void> {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  for (const cookie of cookies) response.append('Set-Cookie', cookie);
  if (typeof body === 'string') {
    response.send(body);
    return;
  }
  for await (const text of body) response.write(text);
  response.end();
}

function abort(status: number): never {
  throw Object.assign(new Error('an HTTP error'), { status });
}

const subject = (name: string, major: string): HostSubject => ({
  name,
  start: async ({ install, routes, onError }) => {
    const app = (require(major) as () => App)();
    app.set('env', 'test');
    install(expressHost(app));
    for (const [path, handler] of Object.entries(routes)) {
      const visit = async (
        request: ExpressRequest,
        session: SessionDict,
        response: Reply,
        next: Next,
      ): Promise<void> => {
        try {
          await send(response, await handler({ request, session, abort }));
        } catch (error) {
          next(error);
        }
      };
      app.get(path, withSession(visit));
    }
    if (onError !== undefined) {
      app.use((error, request, response, _next) => {
        void (async () => send(response, await onError(error, { request, abort })))();
      });
    }
    return runServer(createServer(app as never));
  },
});

export const express5Subject = subject('express 5', 'express');
export const express4Subject = subject('express 4', 'express4');
