// Testing a server of node:http over a socket, with fetch. node --test .examples/testing/node.test.js
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Session, type SessionOptions, withSession } from 'microdot/session';
import { nodeHost } from 'microdot/session/node';
import { mintCookie, Visitor } from 'microdot/session/testing';

const options: SessionOptions = { secretKey: 'a secret for tests, of thirty-two bytes' };

// In an application this stands in a file of its own, and its test imports it.
function createApp(): Server {
  const server = createServer();
  new Session(nodeHost(server), options);
  return server.on(
    'request',
    withSession((_request, session, response) => {
      session.n = (session.n ?? 0) + 1;
      session.save();
      response.end(String(session.n));
    }),
  );
}

describe('the counter', () => {
  const server = createApp();
  let url: string;
  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  it('counts for each visitor', async () => {
    const count = async (visitor: Visitor): Promise<string> => (await visitor.fetch('/')).text();
    const newcomer = new Visitor(fetch, { url });
    const regular = new Visitor(fetch, { url, cookies: [mintCookie(options, { n: 41 })] });
    assert.equal(await count(newcomer), '1');
    assert.equal(await count(regular), '42');
    assert.equal(await count(newcomer), '2');
  });
});
