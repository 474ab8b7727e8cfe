// The server for Node, directly on node:http: nothing is wrapped that the app does not ask for.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Microdot } from './app.js';
import { isChunks } from './body.js';
import { pathAndQuery } from './fetch.js';
import { HTTPException } from './http-exception.js';
import { listenError, type RunningServer, urlOf } from './server.js';
import {
  type Chunks,
  type ClientAddr,
  HeaderLines,
  headerOf,
  type Incoming,
  type Outgoing,
  type RequestHeaders,
} from './transport.js';

/** While shutting down: how often connections that have become idle are closed, in milliseconds. */
const SWEEP_MS = 20;

/** Listens with node:http. @throws ValueError `ERR_APP_LISTEN` where it cannot. */
export async function serve(app: Microdot, host: string, port: number): Promise<RunningServer> {
  // Not imported: a bundle for workers or browsers holds this file too, unused, and there is no `node:` to resolve.
  const { createServer } = process.getBuiltinModule('node:http');
  let closing = false;
  const server = createServer((message, response) => {
    // A client that keeps its connection would otherwise hold up the shutdown.
    if (closing) response.shouldKeepAlive = false;
    const incoming = new NodeIncoming(message);
    void app.dispatch(incoming).then((outgoing) => {
      if (incoming.isHalfRead) response.shouldKeepAlive = false;
      send(outgoing, response);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  return {
    url: urlOf(host, (server.address() as AddressInfo).port),
    closed,
    close() {
      if (closing) return;
      closing = true;
      const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
      server.close(() => clearInterval(sweep));
      server.closeIdleConnections();
    },
  };
}

/** A request of node:http. Headers are looked up in the raw list: `message.headers` builds them all. */
class NodeIncoming implements Incoming {
  readonly method: string;
  readonly url: string;
  readonly #message: IncomingMessage;
  #rest: ReadableStream<Uint8Array> | null = null;

  constructor(message: IncomingMessage) {
    this.#message = message;
    this.method = message.method ?? 'GET';
    const url = message.url ?? '/';
    // RFC 9112 3.2.2: a server must accept the absolute form as well.
    this.url = /^https?:\/\//i.test(url) ? pathAndQuery(url) : url;
  }

  get secure(): boolean {
    return (this.#message.socket as Socket & { encrypted?: boolean }).encrypted === true;
  }

  get clientAddr(): ClientAddr | null {
    const { remoteAddress, remotePort } = this.#message.socket;
    return remoteAddress === undefined || remotePort === undefined ? null : [remoteAddress, remotePort];
  }

  get headers(): RequestHeaders {
    return new HeaderLines(this.#message.rawHeaders);
  }

  get hasBody(): boolean {
    const raw = this.#message.rawHeaders;
    return headerOf(raw, 'content-length') !== null || headerOf(raw, 'transfer-encoding') !== null;
  }

  header(name: string): string | null {
    return headerOf(this.#message.rawHeaders, name);
  }

  readBody(limit: number): Promise<Uint8Array | null> {
    const message = this.#message;
    const chunks: Buffer[] = [];
    let size = 0;
    return new Promise((resolve, reject) => {
      const done = (result: Uint8Array | null): void => {
        message.off('data', onData).off('end', onEnd).off('close', onClose);
        resolve(result);
      };
      const onData = (chunk: Buffer): void => {
        chunks.push(chunk);
        size += chunk.length;
        if (size <= limit) return;
        message.pause();
        message.unshift(Buffer.concat(chunks, size));
        done(null);
      };
      const onEnd = (): void => done(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size));
      // The client went away in the middle of its body: nobody reads the answer.
      const onClose = (): void => reject(new HTTPException(400, 'Bad request'));
      message.on('data', onData).on('end', onEnd).on('close', onClose);
    });
  }

  /** Whether a handler began to read the body and left the rest: the next request on the connection would wait for it. */
  get isHalfRead(): boolean {
    return this.#rest !== null && !this.#message.readableEnded;
  }

  stream(): ReadableStream<Uint8Array> {
    const { Readable } = process.getBuiltinModule('node:stream');
    this.#rest ??= Readable.toWeb(this.#message) as ReadableStream<Uint8Array>;
    return this.#rest;
  }
}

function send({ status, reason, headers, body }: Outgoing, response: ServerResponse): void {
  if (response.destroyed) {
    if (isChunks(body)) void body.cancel();
    return;
  }
  if (isChunks(body)) {
    // A length that the application promised is kept: the rest would be read as the next response.
    if (headers['Content-Length'] !== undefined) response.strictContentLength = true;
  } else if (body !== null) {
    headers['Content-Length'] ??= String(Buffer.byteLength(body));
  }
  if (reason === undefined) response.writeHead(status, headers);
  else response.writeHead(status, reason, headers);
  if (isChunks(body)) void pump(body, response);
  else if (body === null) response.end();
  else response.end(body);
}

/** Sends chunks as fast as the client reads them; stops the producer when the client goes away. */
async function pump(chunks: Chunks, response: ServerResponse): Promise<void> {
  response.once('close', () => {
    if (!response.writableEnded) void chunks.cancel();
  });
  // The head goes out at once: the first event of a stream may be far off.
  response.flushHeaders();
  try {
    for (let chunk = await chunks.next(); chunk !== null; chunk = await chunks.next()) {
      if (response.destroyed) return;
      if (!write(chunks, response, chunk)) await drained(response);
    }
    response.end();
  } catch {
    // It was reported; only a broken connection tells the client that the body is not complete.
    response.destroy();
  }
}

function write(chunks: Chunks, response: ServerResponse, chunk: string | Uint8Array): boolean {
  try {
    return response.write(chunk);
  } catch (error) {
    chunks.fail(error);
    void chunks.cancel();
    throw error;
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
