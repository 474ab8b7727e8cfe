// Node's own servers, requests and listeners fit the host without a cast, and what Node infers stays inferred.
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import {
  createServer as createHttp2Server,
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { type NodeJar, type NodeRequest, nodeHost, nodeJar } from '../../dist/hosts/node.js';
import { Session, type SessionDict, type SessionHost, withSession } from '../../dist/session/index.js';
import { type Equal, expectNot, expectType, type IsAny } from './assert.js';

interface Login {
  user: string;
}

const server = createServer();
const host = nodeHost(server);
expectType<Equal<typeof host, SessionHost<NodeRequest>>>();
nodeHost(createHttpsServer());
nodeHost(createHttp2Server());
nodeHost(createSecureServer());
nodeHost(server, { webSocketServer: new WebSocketServer({ noServer: true }) });
// @ts-expect-error no server
nodeHost({ listen: () => undefined });
// @ts-expect-error no such option
nodeHost(server, { webSocket: new WebSocketServer({ noServer: true }) });
// @ts-expect-error the host is made of the server
new Session(server, { secretKey: 'x' });

const plain = new Session(host, { secretKey: 'x' });
const counted = new Session<{ n: number }>(host, { secretKey: 'x' });
const sessions = new Session<Login, NodeRequest>(host, { secretKey: 'x' });

// withSession: all of it is inferred in a listener.
server.on(
  'request',
  withSession((request, session, response) => {
    expectType<Equal<typeof request, IncomingMessage>>();
    expectType<Equal<typeof session, SessionDict>>();
    expectNot<IsAny<typeof response>>();
    const answer: ServerResponse = response.setHeader('x-path', request.url ?? '');
    answer.end(String(session.n));
  }),
);
export const listener: RequestListener = withSession((request, session, response) => {
  expectType<Equal<typeof request, IncomingMessage>>();
  response.end(String(session.n));
});
server.on(
  'upgrade',
  sessions.with((request: IncomingMessage, session, socket: Duplex) => {
    expectType<Equal<typeof session, SessionDict<Login>>>();
    if (session.user === undefined) socket.destroy();
    expectType<Equal<typeof request.headers.cookie, string | undefined>>();
  }),
);
createHttp2Server(
  withSession((request, session, response) => {
    expectType<Equal<typeof request, Http2ServerRequest>>();
    expectType<Equal<typeof session, SessionDict>>();
    expectType<Equal<typeof response, Http2ServerResponse>>();
  }),
);

// createServer is overloaded in a way that leaves nothing to infer it from: it is written, and nobody gets an any unasked.
createServer(
  withSession((request: IncomingMessage, session, response: ServerResponse) => {
    response.end(`${request.url} ${session.n}`);
  }),
);
createServer(
  withSession((request, session, response) => {
    expectType<Equal<typeof request, object>>();
    expectType<Equal<typeof session, SessionDict>>();
    expectType<Equal<typeof response, unknown>>();
    // @ts-expect-error so write `response: ServerResponse`
    response.end('');
  }),
);

// session.with: the data are its session's, the rest is as above.
server.on(
  'request',
  counted.with((request, session, response) => {
    expectType<Equal<typeof request, IncomingMessage>>();
    expectType<Equal<typeof session, SessionDict<{ n: number }>>>();
    session.n = (session.n ?? 0) + 1;
    // @ts-expect-error a wrong value
    session.n = 'one';
    // @ts-expect-error a key that the data lack
    session.m = 1;
    response.end(request.method);
  }),
);

declare const message: IncomingMessage;
declare const stream: Http2ServerRequest;
plain.get(message);
sessions.get(message);
sessions.get(stream);
// @ts-expect-error the request, not its socket
sessions.get(message.socket);

// nodeJar: for hosts of one's own, over the requests and responses of Node's servers.
declare const pair: [IncomingMessage, ServerResponse];
declare const pair2: [Http2ServerRequest, Http2ServerResponse];
const jar: NodeJar = nodeJar(...pair);
nodeJar(...pair2).drop();
nodeJar(pair[0], undefined, () => true);
expectType<Equal<typeof jar.secure, boolean | null>>();
// @ts-expect-error no response
nodeJar(pair[0], {});
