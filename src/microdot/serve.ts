// The server for Node, directly on node:http: nothing is wrapped that the app does not ask for.

import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Microdot } from './app.js';
import { pathAndQuery } from './fetch.js';
import { HTTPException } from './http-exception.js';
import { Connections } from './serve-connections.js';
import { send } from './serve-send.js';
import { listenError, type RunningServer, urlOf } from './server.js';
import { type ClientAddr, HeaderLines, headerOf, type Incoming, type RequestHeaders } from './transport.js';

/** Listens with node:http. @throws ValueError `ERR_APP_LISTEN` where it cannot. */
export async function serve(app: Microdot, host: string, port: number): Promise<RunningServer> {
  // Not imported: a bundle for workers or browsers holds this file too, unused, and there is no `node:` to resolve.
  const { createServer } = process.getBuiltinModule('node:http');
  const connections = new Connections();
  let closing = false;
  const server = createServer((message, response) => {
    // A client that keeps its connection would otherwise hold up the shutdown.
    if (closing) response.shouldKeepAlive = false;
    connections.begin(message, response);
    const incoming = new NodeIncoming(message);
    void app.dispatch(incoming).then((outgoing) => {
      if (incoming.isHalfRead) response.shouldKeepAlive = false;
      send(outgoing, response);
    });
  });
  server.on('connection', (socket: Socket) => connections.add(socket));
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
      // What close() calls, and takes a response whose last bytes are still to be sent for no work.
      server.closeIdleConnections = () => {};
      server.close();
      connections.close();
    },
  };
}

/** A request of node:http. Headers are looked up in the raw list: `message.headers` builds them all. */
class NodeIncoming implements Incoming {
  readonly method: string;
  readonly url: string;
  readonly #message: IncomingMessage;
  #rest: ReadableStream<Uint8Array> | null = null;
  #isBegun = false;

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
    this.#isBegun = true;
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
      const onClose = (): void => reject(brokenOff());
      message.on('data', onData).on('end', onEnd).on('close', onClose);
    });
  }

  /**
   * Whether the body was begun, by a handler or to find it too long, and the rest is left: the next request on the
   * connection would wait for it. One that nobody began Node reads to its end.
   */
  get isHalfRead(): boolean {
    return this.#isBegun && !this.#message.readableEnded;
  }

  stream(): ReadableStream<Uint8Array> {
    const { Readable } = process.getBuiltinModule('node:stream');
    this.#isBegun = true;
    const message = this.#message;
    // Of a message that was broken off toWeb makes an empty stream, and half an upload would pass for a whole one.
    const isBroken = message.destroyed && !message.readableEnded;
    this.#rest ??= isBroken ? brokenStream() : (Readable.toWeb(message) as ReadableStream<Uint8Array>);
    return this.#rest;
  }
}

const brokenStream = (): ReadableStream<Uint8Array> =>
  new ReadableStream({ start: (controller) => controller.error(brokenOff()) });

/** The client went away in the middle of its body: nobody reads the answer. */
const brokenOff = (): HTTPException => new HTTPException(400, 'Bad request');
