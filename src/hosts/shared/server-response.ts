// The jar of a request and response of Node's servers, HTTP/1 and HTTP/2; Express, Fastify and Koa stand on these, too.

import type { ResponseHead } from '../../session/host.js';
import { HeadJar } from './head.js';
import { GivenHead, type HeaderSetter, type HeaderValue, SetHead } from './server-head.js';

/** The part of `IncomingMessage` and `Http2ServerRequest` that a session reads. */
export interface ServerRequest {
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly socket?: object | null;
}

/** The part of `ServerResponse` and `Http2ServerResponse` that a session writes. */
export interface ServerResponse extends HeaderSetter {
  readonly headersSent: boolean;
  /** The names of what was set one by one. */
  getHeaderNames?(): readonly string[];
  writeHead(statusCode: number): unknown;
}

type WriteHead = (statusCode: number, ...rest: unknown[]) => unknown;

/** The jar of a request whose response may still be written, or never could: that of a protocol upgrade. */
export class ServerJar extends HeadJar {
  readonly #request: ServerRequest;
  readonly #response: ServerResponse | null;
  readonly #secure: () => boolean;

  /** @param secure what the framework says of the client's connection; the socket's own word by default */
  constructor(request: ServerRequest, response: ServerResponse | null, secure = () => isEncrypted(request)) {
    super();
    this.#request = request;
    this.#response = response;
    this.#secure = secure;
  }

  get cookieHeader(): string | null {
    return this.requestHeader('cookie');
  }

  get secure(): boolean {
    return this.#secure();
  }

  override get headSent(): boolean {
    return super.headSent || this.#response === null || this.#response.headersSent;
  }

  requestHeader(name: string): string | null {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value.join(', ') : (value ?? null);
  }

  override onHead(f: (head: ResponseHead) => void): void {
    const isFirst = !this.isAwaited;
    super.onHead(f);
    if (isFirst && this.#response !== null) this.#intercept(this.#response);
  }

  /** Has the sessions write now, and not when the head is made. */
  settle(): void {
    if (this.#response !== null) this.finish(new SetHead(this.#response));
  }

  /**
   * `writeHead` is where every response passes: `write`, `end` and `flushHeaders` call it by themselves. Replaced on this
   * one response, and only where a session waits for it. Other libraries do the same; the one that came last runs first.
   */
  #intercept(response: ServerResponse): void {
    // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
    const writeHead: WriteHead = response.writeHead;
    const replaced: WriteHead = (statusCode, ...rest) => {
      // Of writeHead(200, 'OK', headers) and writeHead(200, headers).
      const given = rest.find((argument) => typeof argument === 'object' && argument !== null);
      const reason = typeof rest[0] === 'string' ? [rest[0]] : [];
      if (!Array.isArray(given) && response.getHeaderNames?.().length === 0) {
        const head = new GivenHead(given as object | undefined);
        response.writeHead = writeHead;
        this.finish(head);
        try {
          return writeHead.call(response, statusCode, ...reason, head.headers);
        } catch (error) {
          // A header that Node refuses. Whoever answers for that error writes another head.
          this.reopen();
          response.writeHead = replaced;
          throw error;
        }
      }
      // Headers that are given would replace what the sessions set. One that Node refuses throws here.
      if (given !== undefined) setAll(response, given);
      response.writeHead = writeHead;
      this.finish(new SetHead(response));
      return writeHead.call(response, statusCode, ...reason);
    };
    response.writeHead = replaced;
  }
}

/** What writeHead does with its headers: an object, or a flat list in which a name may come several times. */
function setAll(response: ServerResponse, headers: object): void {
  if (!Array.isArray(headers)) {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value as HeaderValue);
    return;
  }
  const flat: readonly unknown[] = headers.flat(Number.POSITIVE_INFINITY);
  const lines = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const name = String(flat[i]);
    const line = lines.get(name.toLowerCase()) ?? { name, values: [] };
    line.values.push(String(flat[i + 1]));
    lines.set(name.toLowerCase(), line);
  }
  for (const { name, values } of lines.values()) response.setHeader(name, values.length === 1 ? values[0] : values);
}

const isEncrypted = ({ socket }: ServerRequest): boolean =>
  (socket as { readonly encrypted?: unknown } | null | undefined)?.encrypted === true;
