// The jar of a request and response of Node's servers, HTTP/1 and HTTP/2; Express, Fastify and Koa stand on these, too.

import type { ResponseHead } from '../../session/host.js';
import { HeadJar } from './head.js';
import { type ErrorAnswers, guardHead } from './head-guard.js';
import { GivenHead, type HeaderSetter, SetHead, setAll } from './server-head.js';

type WriteHead = (statusCode: number, ...rest: unknown[]) => unknown;

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
  #isIntercepted = false;

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

  override onHead(f: (head: ResponseHead) => void, mayFail = false): void {
    super.onHead(f);
    const response = this.#response;
    if (response === null) return;
    if (mayFail && !this.#isGuarded) guardHead(response, () => this.finish(new SetHead(response)), this.#options);
    // Over a guard as well as under one nothing else is needed.
    else if (!this.#isIntercepted && !this.#isGuarded) this.#intercept(response);
    if (mayFail) this.#isGuarded = true;
    this.#isIntercepted = true;
  }

  /**
   * `writeHead` is where every response passes: `write`, `end` and `flushHeaders` call it by themselves. Replaced on this
   * one response, and only where a session waits for it. Other libraries do the same; the one that came last runs first.
   */
  #intercept(response: ServerResponse): void {
    // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
    const writeHead: WriteHead = response.writeHead;
    const replaced: WriteHead = (statusCode, ...rest) => {
      // A guard that came later has had the sessions write.
      if (super.headSent) return writeHead.call(response, statusCode, ...rest);
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

const isEncrypted = ({ socket }: ServerRequest): boolean =>
  (socket as { readonly encrypted?: unknown } | null | undefined)?.encrypted === true;
