// The head that writeHead is given: merged with what the application gave, which stays as it is, and taken back when Node
// refuses it.
import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import { nodeHost } from '../../dist/hosts/node.js';
import { Session, type SessionDict, withSession } from '../../dist/session/index.js';
import { needs } from '../support/needs.js';
import { openBrowser, type Page, serveServer } from './support/serve.js';

const SECRET = 'a secret of thirty-two bytes or so';
const LINE = `session=${new Session({ secretKey: SECRET }).encode({ n: 1 })}; Path=/; HttpOnly`;

async function answer(respond: (response: ServerResponse, session: SessionDict) => void): Promise<Page> {
  const server = createServer();
  new Session(nodeHost(server), { secretKey: SECRET });
  server.on(
    'request',
    withSession((_request: object, session: SessionDict, response: ServerResponse) => {
      session.n = 1;
      session.save();
      respond(response, session);
    }) as never,
  );
  const { url, close } = await serveServer(server);
  try {
    return await openBrowser(url).get('/');
  } finally {
    await close();
  }
}

describe('the head that writeHead is given', needs.node('a server of Node'), () => {
  it('S7, S11: names of any case are merged, other cookies stay first, and the object is not changed', async () => {
    const given = Object.freeze({
      vary: 'Accept',
      'CACHE-CONTROL': 'public, max-age=60',
      'set-cookie': 'a=1',
      'X-A': 7,
    });
    const page = await answer((response) => response.writeHead(201, 'Made', given).end('body'));
    assert.equal(page.status, 201);
    assert.deepEqual(page.setCookie, ['a=1', LINE]);
    assert.equal(page.headers.get('vary'), 'Accept, Cookie');
    assert.equal(page.headers.get('cache-control'), 'max-age=60, private');
    assert.equal(page.headers.get('x-a'), '7');
    assert.deepEqual(Object.keys(given), ['vary', 'CACHE-CONTROL', 'set-cookie', 'X-A']);
  });

  it('a header of a name that objects have a setter for goes out', async () => {
    const given = JSON.parse('{"__proto__": "mine", "X-A": "1"}') as object;
    const { headers, setCookie } = await answer((response) => response.writeHead(200, { ...given }).end());
    assert.deepEqual([headers.get('__proto__'), headers.get('x-a'), setCookie], ['mine', '1', [LINE]]);
  });

  it('S11: a list of cookies that is given is not written into', async () => {
    const cookies = Object.freeze(['a=1', 'b=2']) as string[];
    const page = await answer((response) => response.writeHead(200, { 'Set-Cookie': cookies }).end());
    assert.deepEqual(page.setCookie, ['a=1', 'b=2', LINE]);
  });

  it('S11: a session that is saved again after Node refused the head sends one cookie', async () => {
    const page = await answer((response, session) => {
      assert.throws(() => response.writeHead(200, { 'X-A': 'a\nb' }), { code: 'ERR_INVALID_CHAR' });
      session.save();
      response.end();
    });
    assert.deepEqual(page.setCookie, [LINE]);
  });

  it('S7: without any header of the application, and beside headers that were set before', async () => {
    for (const respond of [
      (response: ServerResponse) => response.end(),
      (response: ServerResponse) => response.writeHead(200).end(),
      (response: ServerResponse) => response.setHeader('X-A', '7').writeHead(200, { 'X-B': '8' }).end(),
      (response: ServerResponse) => response.writeHead(200, ['X-A', '7', 'Set-Cookie', 'a=1']).end(),
    ]) {
      const page = await answer(respond);
      assert.deepEqual(page.setCookie.at(-1), LINE);
      assert.equal(page.headers.get('cache-control'), 'private, no-store');
    }
  });

  it('S13: after a header that Node refuses, the next head carries the cookie, once', async () => {
    const page = await answer((response) => {
      assert.throws(() => response.writeHead(200, { 'X-A': 'two\nlines' }), { code: 'ERR_INVALID_CHAR' });
      assert.equal(response.headersSent, false);
      response.writeHead(400, { 'X-A': 'one line' }).end('sorry');
    });
    assert.deepEqual([page.status, page.body, page.setCookie], [400, 'sorry', [LINE]]);
    assert.equal(page.headers.get('vary'), 'Cookie');
  });
});
