// node:http: the two lines of docs/hosts/node.md, and what of a listener is inferred.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Session, type SessionDict, withSession } from 'microdot/session';
import { nodeHost } from 'microdot/session/node';
import { type Equal, expectType } from './assert.js';

function count(request: IncomingMessage, session: SessionDict, response: ServerResponse): void {
  session.n = (session.n ?? 0) + 1;
  session.save();
  response.end(`visit ${session.n}, at ${request.url}`);
}

const server = createServer(withSession(count));
new Session(nodeHost(server), { secretKey: new Uint8Array(32) });

const sessions = new Session<{ n: number }>(nodeHost(server), { secretKey: new Uint8Array(32), cookieName: 'typed' });
server.on(
  'request',
  sessions.with((request, session, response) => {
    expectType<Equal<typeof request, IncomingMessage>>();
    expectType<Equal<typeof session.n, number | undefined>>();
    // @ts-expect-error a wrong value
    session.n = 'one';
    response.end(`${request.method} ${session.n?.toFixed()}`);
  }),
);
