// The jar of a request and response of Node's servers, HTTP/1 and HTTP/2; Express, Fastify and Koa stand on these, too.

import type { ResponseHead } from '../../session/host.js';
import { HeadJar } from './head.js';
import { type ErrorAnswers, guardHead } from './head-guard.js';

export type HeaderValue = number | string | readonly string[];

/** The part of `IncomingMessage` and `Http2ServerRequest` that a session reads. */
export interface ServerRequest {
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly socket?: object | null;
}

/** The part of `ServerResponse` and `Http2ServerResponse` that a session writes. */
export interface ServerResponse {
  readonly headersSent: boolean;
  getHeader(name: string): HeaderValue | undefined;
  setHeader(name: string, value: HeaderValue): unknown;
  writeHead(statusCode: number): unknown;
}

export interface ServerJarOptions extends ErrorAnswers {
  /** What the framework says of the client's connection; the socket's own word by default. */
  readonly secure?: (() => boolean) | undefined;
}

/** The jar of a request whose response may still be written, or never could: that of a protocol upgrade. */
export class ServerJar extends HeadJar {
  readonly #request: ServerRequest;
  readonly #response: ServerResponse | null;
  readonly #options: ServerJarOptions;
  #isGuarded = false;

  constructor(request: ServerRequest, response: ServerResponse | null, options: ServerJarOptions = {}) {
    super();
    this.#request = request;
    this.#response = response;
    this.#options = options;
  }

  get cookieHeader(): string | null {
    return this.requestHeader('cookie');
  }

  get secure(): boolean {
    return this.#options.secure?.() ?? isEncrypted(this.#request);
  }

  override get headSent(): boolean {
    return super.headSent || this.#response === null || this.#response.headersSent;
  }

  requestHeader(name: string): string | null {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value.join(', ') : (value ?? null);
  }

  override onHead(f: (head: ResponseHead) => void): void {
    super.onHead(f);
    const response = this.#response;
    if (this.#isGuarded || response === null) return;
    this.#isGuarded = true;
    guardHead(response, () => this.finish(headOf(response)), this.#options);
  }
}

const headOf = (response: ServerResponse): ResponseHead => ({
  get: (name) => {
    const value = response.getHeader(name);
    if (value === undefined) return null;
    return typeof value === 'object' ? value.join(', ') : String(value);
  },
  set: (name, value) => void response.setHeader(name, value),
  appendSetCookie: (header) => void response.setHeader('Set-Cookie', [...linesOf(response), header]),
});

function linesOf(response: ServerResponse): readonly string[] {
  const present = response.getHeader('Set-Cookie');
  if (present === undefined) return [];
  return typeof present === 'object' ? present : [String(present)];
}

const isEncrypted = ({ socket }: ServerRequest): boolean =>
  (socket as { readonly encrypted?: unknown } | null | undefined)?.encrypted === true;
