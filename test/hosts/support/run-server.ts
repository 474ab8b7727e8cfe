// A subject on a socket of loopback.

import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { RunningSubject } from '../../../dist/testing/subject.js';
import { serveServer } from './serve.js';

export async function runServer(server: Server): Promise<RunningSubject> {
  const { url, close } = await serveServer(server);
  return { ...fromUrl(url), close };
}

/** Ways to call what listens at `url`. */
export const fromUrl = (url: string): Omit<RunningSubject, 'close'> => ({
  fetch: (path, init) => fetch(url + path, { redirect: 'manual', ...init }),
  // fetch makes one line of them.
  async fetchCookieLines(path, lines) {
    const request = httpRequest(url + path, { headers: { cookie: [...lines] } }).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return new Response((await response.toArray()).join(''), { status: response.statusCode ?? 0 });
  },
});
