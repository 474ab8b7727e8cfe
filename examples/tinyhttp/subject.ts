// tinyhttp as the conformance suite sees it: an app with the suite's handlers, on a socket of loopback.
import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, type ErrorHandler, type Request, type Response } from '@tinyhttp/app';
import { withSession } from 'microdot/session';
import type { Answer, HostSubject, RunningSubject, SubjectApp } from 'microdot/session/testing';
import { tinyhttpHost } from './host.js';

async function send(response: ServerResponse, answer: Answer): Promise<void> {
  const { status = 200, headers = {}, cookies = [], body = '' } = answer;
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (cookies.length > 0) response.setHeader('Set-Cookie', cookies);
  if (typeof body === 'string') response.write(body);
  else for await (const piece of body) response.write(piece);
  response.end();
}

/** What tinyhttp makes an error page of that status of. */
function abort(status: number): never {
  throw Object.assign(new Error('an HTTP error'), { status });
}

function createApp({ install, routes, onError }: SubjectApp): App {
  const answer = async (error: unknown, request: Request, response: Response): Promise<void> => {
    if (onError !== undefined) await send(response, await onError(error, { request, abort }));
  };
  const own: ErrorHandler = (error, request, response) => void answer(error, request, response);
  const app = new App(onError === undefined ? {} : { onError: own });
  install(tinyhttpHost(app));
  for (const [path, handler] of Object.entries(routes)) {
    const visit = withSession((request: Request, session) => handler({ request, session, abort }));
    app.get(path, async (request, response) => send(response, await visit(request)));
  }
  return app;
}

async function serve(listener: RequestListener): Promise<RunningSubject> {
  const server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    fetch: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual', ...init }),
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

export const tinyhttpSubject: HostSubject = {
  name: 'tinyhttp 3',
  start: (app) => serve(createApp(app).attach as RequestListener),
};
