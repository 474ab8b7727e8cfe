// Serves a fetch-style app with node:http, which Bun and Deno have, too. Their own servers and Workers take the app itself.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

export type Fetch = (request: Request) => Response | Promise<Response>;

export const serveFetch = (fetch: Fetch): Server =>
  createServer((incoming, outgoing) => {
    answer(fetch, incoming, outgoing).catch(() => outgoing.writeHead(500).end());
  });

async function answer(fetch: Fetch, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const response = await fetch(await requestOf(incoming));
  outgoing.writeHead(response.status, [...response.headers].flat());
  outgoing.end(new Uint8Array(await response.arrayBuffer()));
}

async function requestOf(incoming: IncomingMessage): Promise<Request> {
  const { method = 'GET', rawHeaders, url = '/' } = incoming;
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '');
  const body = method === 'GET' || method === 'HEAD' ? null : await buffer(incoming);
  return new Request(new URL(url, 'http://localhost'), { method, headers, body });
}
