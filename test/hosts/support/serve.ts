// A server on loopback for the tests of hosts, and a browser that keeps its cookies.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CookieJar } from '../../../dist/cookie/jar.js';
import { parseCookies } from '../../../dist/cookie/parse.js';

export interface Served {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Serves a listener of `node:http` on a free port. */
export const serveListener = (listener: RequestListener): Promise<Served> => serveServer(createServer(listener));

/** Has a server listen on a free port of loopback. */
export async function serveServer(server: Server): Promise<Served> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly setCookie: readonly string[];
}

export interface Browser {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Page>;
  request(method: string, path: string, headers?: Readonly<Record<string, string>>, body?: string): Promise<Page>;
  /** The value of a cookie that would be sent. */
  cookie(name: string): string | undefined;
  setCookie(name: string, value: string): void;
}

/** Requests that keep the cookies they get; redirects are not followed. */
export function openBrowser(url: string): Browser {
  const jar = new CookieJar();
  const request = async (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body?: string,
  ): Promise<Page> => {
    const cookie = jar.header(url + path);
    const response = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: { ...headers, ...(cookie === null ? {} : { cookie }) },
      ...(body === undefined ? {} : { body }),
    });
    const setCookie = response.headers.getSetCookie();
    jar.store(setCookie, url + path);
    return { status: response.status, headers: response.headers, body: await response.text(), setCookie };
  };
  return {
    request,
    get: (path, headers) => request('GET', path, headers),
    cookie: (name) => parseCookies(jar.header(`${url}/`))[name],
    setCookie: (name, value) => jar.store([`${name}=${value}; Path=/`], `${url}/`),
  };
}
