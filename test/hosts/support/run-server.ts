// A subject on a socket of loopback.
import type { Server } from 'node:http';
import type { RunningSubject } from '../../../dist/testing/subject.js';
import { serveServer } from './serve.js';

export async function runServer(server: Server): Promise<RunningSubject> {
  const { url, close } = await serveServer(server);
  return { fetch: (path, init) => fetch(url + path, { redirect: 'manual', ...init }), close };
}
