// The two transports that tests compare: app.fetch, and a real socket of node:http.

import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { Microdot } from '../../dist/microdot/index.js';
import { serve } from '../../dist/microdot/serve.js';

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Received {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly setCookies: readonly string[];
}

export type Send = (app: Microdot, sent: Sent) => Promise<Received>;

export async function viaFetch(
  app: Microdot,
  { method = 'GET', path = '/', headers = {}, body }: Sent,
): Promise<Received> {
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  const init = { method, headers: { ...length, ...headers }, ...(body === undefined ? {} : { body }) };
  const response = await app.fetch(new Request(`http://localhost${path}`, init));
  const { 'set-cookie': _, ...rest } = Object.fromEntries(response.headers);
  return {
    status: response.status,
    body: await response.text(),
    headers: rest,
    setCookies: response.headers.getSetCookie(),
  };
}

export async function viaSocket(app: Microdot, sent: Sent): Promise<Received> {
  const server = await serve(app, '127.0.0.1', 0);
  try {
    return await overHttp(server.url, sent);
  } finally {
    server.close();
    await server.closed;
  }
}

export function overHttp(url: string, { method = 'GET', path = '/', headers = {}, body }: Sent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const chunked = headers['Transfer-Encoding'] !== undefined;
    const options = { method, headers: { ...(chunked ? {} : length), ...headers }, agent: false };
    const request = httpRequest(url + path, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString(),
          headers: plain(response.headers),
          setCookies: response.headers['set-cookie'] ?? [],
        }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Without what the server adds for the connection, and without cookies. */
function plain(headers: IncomingHttpHeaders): Record<string, string> {
  const own = new Set(['date', 'connection', 'keep-alive', 'set-cookie', 'transfer-encoding']);
  const entries = Object.entries(headers).filter(([name]) => !own.has(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

/** An application that keeps what it was told about errors. */
export const silent = (log: unknown[] = []): { readonly onError: (error: unknown) => void } => ({
  onError: (error) => void log.push(error),
});
