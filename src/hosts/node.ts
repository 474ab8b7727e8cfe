// Entry `microdot/session/node`: sessions on a server of node:http, node:https or node:http2.

import type { SessionHost, SessionJar, SessionLike } from '../session/host.js';
import { jarOf, mark } from './shared/jars.js';
import { ServerJar, type ServerRequest, type ServerResponse } from './shared/server-response.js';

/** A server of `node:http`, `node:https`, or `node:http2` with its compatibility API. */
export interface NodeServer {
  prependListener(event: 'request', listener: (request: ServerRequest, response: ServerResponse) => void): unknown;
  prependListener(event: 'upgrade', listener: (request: ServerRequest) => void): unknown;
}

/** A `WebSocketServer` of the package `ws`, which lets others write into its handshake. */
export interface HandshakeServer {
  on(event: 'headers', listener: (headers: string[], request: ServerRequest) => void): unknown;
}

export interface NodeHostOptions {
  /** Where the upgrade requests of the server are answered: a session saved before the handshake goes out with it. */
  readonly webSocketServer?: HandshakeServer;
}

/** A request of a Node server: an `IncomingMessage`, or an `Http2ServerRequest`. */
export type NodeRequest = ServerRequest;

/** A response of a Node server: a `ServerResponse`, or an `Http2ServerResponse`. */
export type NodeResponse = ServerResponse;

/** What {@link nodeJar} gives. */
export interface NodeJar extends SessionJar {
  /**
   * Forgets what was to be sent with this response. For the moment before a framework answers an error that the
   * application has no answer to (contract S13). What is saved afterwards is sent.
   */
  drop(): void;
}

/**
 * The jar of a request, the same one at every call: for writing the host of a framework that stands on a server of Node.
 * The cookie goes out however the head is written: `end`, `write`, `flushHeaders`, `writeHead`.
 * @param response undefined for an object that is no request of the app
 * @param secure whether the client's connection is https, where the framework knows more than the socket
 * @param answer has the framework answer an error, as its `next(error)` does. Without it a session that cannot be saved
 * when the head is made throws to whoever asked for the head, and where that is a stream the answer is a bare 500
 * @throws ValueError `ERR_SESSION_NOT_INSTALLED` without a response
 */
export function nodeJar(
  request: NodeRequest,
  response: NodeResponse | undefined,
  secure?: () => boolean,
  answer?: (error: unknown) => void,
): NodeJar {
  return jarOf(request, () => {
    return response === undefined
      ? null
      : new ServerJar(request, response, { secure, answer, throws: answer === undefined });
  });
}

const RESPONSE = Symbol('microdot.session.response');

interface Marked {
  [RESPONSE]?: ServerResponse | null;
}

interface Installed {
  readonly host: SessionHost<NodeRequest>;
  /** Those that make handshakes of the server's upgrade requests. */
  readonly webSocketServers: Set<HandshakeServer>;
}

const installed = new WeakMap<NodeServer, Installed>();

/**
 * The host of a server of Node, or of a framework that stands on one, the same one at every call. The session of an upgrade
 * request can be read; saving it is `ERR_SESSION_HEADERS_SENT` unless `webSocketServer` says who makes the handshake.
 *
 * @example
 * const server = createServer(withSession((request, session, response) => { ... }));
 * new Session(nodeHost(server), { secretKey });
 */
export function nodeHost(server: NodeServer, { webSocketServer }: NodeHostOptions = {}): SessionHost<NodeRequest> {
  const { host, webSocketServers } = installed.get(server) ?? install(server);
  if (webSocketServer !== undefined && !webSocketServers.has(webSocketServer)) {
    webSocketServers.add(webSocketServer);
    webSocketServer.on('headers', (headers, request) => {
      const response = (request as Marked)[RESPONSE];
      if (response instanceof Handshake) headers.push(...response.finish());
    });
  }
  return host;
}

function install(server: NodeServer): Installed {
  let session: SessionLike | undefined;
  const webSocketServers = new Set<HandshakeServer>();
  const attach = (request: ServerRequest, response: ServerResponse | null): void => {
    mark(request, session);
    (request as Marked)[RESPONSE] = response;
  };
  // Before every other listener, which may be the application's own.
  server.prependListener('request', attach);
  server.prependListener('upgrade', (request) => attach(request, webSocketServers.size === 0 ? null : new Handshake()));
  const host: SessionHost<NodeRequest> = {
    installSession: (latest) => {
      session = latest;
    },
    sessionJar: (request) =>
      jarOf(request, () => {
        const response = (request as Marked)[RESPONSE];
        return response === undefined ? null : new ServerJar(request, response);
      }),
  };
  const made = { host, webSocketServers };
  installed.set(server, made);
  return made;
}

/** The response that a handshake is: of its head only the cookies are ours to write. */
class Handshake implements ServerResponse {
  headersSent = false;
  #cookies: readonly string[] = [];

  getHeader(name: string): readonly string[] | undefined {
    return name === 'Set-Cookie' ? this.#cookies : undefined;
  }

  setHeader(name: string, value: number | string | readonly string[]): void {
    if (name === 'Set-Cookie' && typeof value === 'object') this.#cookies = value;
  }

  writeHead(_statusCode: number): void {
    this.headersSent = true;
  }

  /** The lines for the handshake, once. */
  finish(): readonly string[] {
    if (!this.headersSent) this.writeHead(101);
    return this.#cookies.map((cookie) => `Set-Cookie: ${cookie}`);
  }
}
