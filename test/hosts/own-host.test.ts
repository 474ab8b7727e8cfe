// Anyone can write a host: one of a framework that is not ours, in 25 lines of what the package exports, passes the suite.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { App, type ErrorHandler, type Request, type Response } from '@tinyhttp/app';
import { withSession } from '../../dist/session/index.js';
import { type Answer, type HostSubject, hostConformance } from '../../dist/testing/index.js';
import { needs, ROOT } from '../support/needs.js';
import { runServer } from './support/run-server.js';
import { tinyhttpHost } from './support/tinyhttp-host.js';

async function send(
  response: ServerResponse,
  { status = 200, headers = {}, cookies = [], body = '' }: Answer,
): Promise<void> {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (cookies.length > 0) response.setHeader('Set-Cookie', cookies);
  if (typeof body !== 'string') for await (const piece of body) response.write(piece);
  response.end(typeof body === 'string' ? body : undefined);
}

function abort(status: number): never {
  throw Object.assign(new Error('an HTTP error'), { status });
}

const tinyhttpSubject: HostSubject = {
  name: 'tinyhttp 3',
  start: async ({ install, routes, onError }) => {
    const answer = async (error: unknown, request: Request, response: Response): Promise<void> => {
      if (onError !== undefined) await send(response, await onError(error, { request, abort }));
    };
    const own: ErrorHandler = (error, request, response) => void answer(error, request, response);
    const app = new App(onError === undefined ? {} : { onError: own });
    install(tinyhttpHost(app));
    for (const [path, handler] of Object.entries(routes)) {
      app.get(path, async (request, response) => {
        const visit = withSession((_: Request, session) => handler({ request, session, abort }));
        await send(response, await visit(request));
      });
    }
    return runServer(createServer(app.attach as never));
  },
};

describe('a host of one own, for tinyhttp', needs.node('tinyhttp is served by Node'), () => {
  const source = readFileSync(join(ROOT, 'test/hosts/support/tinyhttp-host.ts'), 'utf8');

  it('has 25 lines of code at most', () => {
    const lines = source.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//'));
    assert.ok(lines.length <= 25, `${lines.length} lines`);
  });

  it('takes what the package exports, and the types of its framework', () => {
    const imported = [...source.matchAll(/\bfrom '([^']+)'/g)].map(([, from]) => from);
    assert.deepEqual(imported, ['@tinyhttp/app', 'microdot/session', 'microdot/session/node']);
  });

  for (const { name, skip, run } of hostConformance(tinyhttpSubject)) it(name, { skip }, run);
});
