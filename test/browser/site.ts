// A site over https and over http, which remembers what every request brought and what it was answered.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Microdot } from '../../dist/microdot/index.js';
import { HOSTS } from './drivers.js';

/** One request and its answer. */
export interface Arrival {
  readonly method: string;
  /** The cookies as the Cookie header has them: `name=value`, in its order. */
  readonly cookies: readonly string[];
  readonly purpose: string | null;
  readonly setCookies: readonly string[];
}

/** A key and a self-signed certificate for every host of the tests, made by openssl. */
function createCertificate(): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'microdot-https-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const names = ['DNS:localhost', 'IP:127.0.0.1', ...Object.values(HOSTS).map((host) => `DNS:${host}`)].join(',');
    const words = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost'.split(' ');
    const files = ['-keyout', key, '-out', cert, '-addext', `subjectAltName=${names}`];
    const { status, stderr } = spawnSync('openssl', [...words, ...files], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`openssl made no certificate: ${stderr}`);
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An app on two ports of 127.0.0.1. Cookies know no ports, so both are one and the same site to a browser. */
export class Site {
  readonly #app: Microdot;
  readonly #servers: Server[] = [];
  readonly #arrivals = new Map<string, Arrival>();
  readonly #waiting = new Map<string, (arrival: Arrival) => void>();
  #ports: readonly [https: number, http: number] = [0, 0];

  constructor(app: Microdot) {
    this.#app = app;
  }

  async start(): Promise<void> {
    const https = createHttps(
      createCertificate(),
      (request, response) => void this.#answer('https', request, response),
    );
    const http = createHttp((request, response) => void this.#answer('http', request, response));
    this.#servers.push(https, http);
    for (const server of this.#servers) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    this.#ports = [portOf(https), portOf(http)];
  }

  async stop(): Promise<void> {
    for (const server of this.#servers.splice(0)) {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    }
  }

  /** The address of a path that is asked for once: its arrival can be waited for. */
  url(host: string, path: string, scheme: 'https' | 'http' = 'https'): string {
    return `${scheme}://${host}:${this.#ports[scheme === 'https' ? 0 : 1]}${path}`;
  }

  /** The request for an address of {@link url}, which may have come already. */
  arrival(url: string): Promise<Arrival> {
    const arrived = this.#arrivals.get(url);
    if (arrived !== undefined) return Promise.resolve(arrived);
    return new Promise((resolve) => this.#waiting.set(url, resolve));
  }

  async #answer(scheme: string, message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', headers } = message;
    const url = `${scheme}://${headers.host}${message.url}`;
    const lines = Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as [string, string]] : [],
    );
    message.resume();
    const answer = await this.#app.fetch(new Request(url, { method, headers: lines }));
    const setCookies = answer.headers.getSetCookie();
    for (const [name, value] of answer.headers) if (name !== 'set-cookie') response.setHeader(name, value);
    if (setCookies.length > 0) response.setHeader('Set-Cookie', setCookies);
    response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
    const purpose = headers['sec-purpose'];
    this.#remember(url, {
      method,
      cookies: headers.cookie?.split('; ') ?? [],
      purpose: typeof purpose === 'string' ? purpose : null,
      setCookies,
    });
  }

  #remember(url: string, arrival: Arrival): void {
    this.#arrivals.set(url, arrival);
    this.#waiting.get(url)?.(arrival);
  }
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** The names of the cookies that came, in alphabetical order. */
export const names = ({ cookies }: Arrival): readonly string[] =>
  cookies.map((cookie) => cookie.slice(0, cookie.indexOf('='))).sort();
