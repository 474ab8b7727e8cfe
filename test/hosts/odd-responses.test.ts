// Late and odd responses on Node's servers: whoever writes the head, the session's cookie is in it, and after it an error.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { type NodeHostOptions, nodeHost } from '../../dist/hosts/node.js';
import { Session, type SessionDict, withSession } from '../../dist/session/index.js';
import { throwsCode } from '../support/errors.js';
import { openBrowser, type Page, serveServer } from './support/serve.js';

const require = createRequire(import.meta.url);
const SECRET = 'a secret of thirty-two bytes or so';
const reader = new Session({ secretKey: SECRET });

type Handler = (request: IncomingMessage, session: SessionDict, response: ServerResponse) => void;

/** One GET, or another request, to a bare server with one handler. */
async function visit(handler: Handler, method = 'GET', headers: Readonly<Record<string, string>> = {}): Promise<Page> {
  const server = createServer(withSession(handler));
  new Session(nodeHost(server), { secretKey: SECRET });
  const served = await serveServer(server);
  try {
    return await openBrowser(served.url).request(method, '/', headers);
  } finally {
    await served.close();
  }
}

/** The data that the last Set-Cookie line carries. */
const saved = ({ setCookie }: Pick<Page, 'setCookie'>): unknown =>
  reader.decode(/^session=([^;]*)/.exec(setCookie.at(-1) ?? '')?.[1] ?? '');

describe('S7: the head, however it is written', () => {
  const ways: Readonly<Record<string, (response: ServerResponse) => void>> = {
    'end alone': (response) => response.end('ok'),
    'write, then end': (response) => {
      response.write('o');
      response.end('k');
    },
    flushHeaders: (response) => {
      response.flushHeaders();
      response.end('ok');
    },
    'writeHead(status)': (response) => response.writeHead(200).end('ok'),
    'writeHead(status, reason)': (response) => response.writeHead(200, 'Fine').end('ok'),
    'writeHead with an object': (response) => response.writeHead(200, { 'X-Mine': 'yes' }).end('ok'),
    'writeHead with a list': (response) => response.writeHead(200, ['X-Mine', 'yes']).end('ok'),
    'writeHead with reason and object': (response) => response.writeHead(200, 'Fine', { 'X-Mine': 'yes' }).end('ok'),
  };
  for (const [name, write] of Object.entries(ways)) {
    it(name, async () => {
      const page = await visit((_request, session, response) => {
        session.n = 1;
        session.save();
        write(response);
      });
      assert.deepEqual([page.status, page.body, page.setCookie.length], [200, 'ok', 1]);
      assert.deepEqual(saved(page), { n: 1 });
      assert.equal(page.headers.get('x-mine'), name.includes('object') || name.includes('list') ? 'yes' : null);
      assert.equal(page.headers.get('vary'), 'Cookie');
    });
  }

  it("other people's cookies stay, in their order, whichever way they were set", async () => {
    const save: Handler = (_request, session) => {
      session.n = 1;
      session.save();
    };
    const names = (page: Page): readonly string[] => page.setCookie.map((line) => line.split('=', 1)[0] ?? '');
    const set = await visit((request, session, response) => {
      save(request, session, response);
      response.setHeader('Set-Cookie', ['b=1', 'a=2']).end();
    });
    assert.deepEqual(names(set), ['b', 'a', 'session']);
    const single = await visit((request, session, response) => {
      save(request, session, response);
      response.setHeader('set-cookie', 'only=1').end();
    });
    assert.deepEqual(names(single), ['only', 'session']);
    const listed = await visit((request, session, response) => {
      save(request, session, response);
      response.writeHead(200, ['Set-Cookie', 'z=1', 'X-A', 'b', 'set-cookie', 'y=2']).end();
    });
    assert.deepEqual([names(listed), listed.headers.get('x-a')], [['z', 'y', 'session'], 'b']);
    // A value that is a list, and pairs, which the types of Node leave out.
    for (const headers of [
      ['Set-Cookie', ['z=1', 'y=2'], 'X-A', 'b'],
      [
        ['Set-Cookie', ['z=1', 'y=2']],
        ['X-A', 'b'],
      ],
    ]) {
      const nested = await visit((request, session, response) => {
        save(request, session, response);
        response.writeHead(200, headers as never).end();
      });
      assert.deepEqual([names(nested), nested.headers.get('x-a')], [['z', 'y', 'session'], 'b']);
    }
    // As without a session: what writeHead is given takes the place of what was set.
    const replaced = await visit((request, session, response) => {
      save(request, session, response);
      response.setHeader('Set-Cookie', 'first=1');
      response.writeHead(200, { 'Set-Cookie': ['second=2'] }).end();
    });
    assert.deepEqual(names(replaced), ['second', 'session']);
  });

  for (const status of [204, 301, 304, 404, 500]) {
    it(`status ${status}`, async () => {
      const page = await visit((_request, session, response) => {
        session.n = status;
        session.save();
        response.writeHead(status, { Location: '/there' }).end();
      });
      assert.equal(page.status, status);
      assert.deepEqual(saved(page), { n: status });
    });
  }

  it('HEAD', async () => {
    const page = await visit((_request, session, response) => {
      session.n = 1;
      session.save();
      response.end('body');
    }, 'HEAD');
    assert.deepEqual([page.body, saved(page)], ['', { n: 1 }]);
  });

  it('S18: after it, save() and delete() are errors, and a first get() still reads', async () => {
    const codes: string[] = [];
    await visit((_request, session, response) => {
      response.write('begun');
      session.n = 1;
      codes.push(throwsCode(() => session.save(), 'ERR_SESSION_HEADERS_SENT').code);
      codes.push(throwsCode(() => session.delete(), 'ERR_SESSION_HEADERS_SENT').code);
      response.end();
    });
    assert.equal(codes.length, 2);
  });

  it('a second writeHead is the error it always was, and 1xx answers before it carry no cookie', async () => {
    const page = await visit((_request, session, response) => {
      session.n = 1;
      session.save();
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      response.writeHead(200);
      assert.throws(() => response.writeHead(200, { 'X-Late': '1' }), { code: 'ERR_HTTP_HEADERS_SENT' });
      response.end('ok');
    });
    assert.deepEqual([page.body, page.setCookie.length], ['ok', 1]);
  });
});

describe('nodeHost', () => {
  it('S14: several Cookie lines count as one', async () => {
    const echo: Handler = (_request, session, response) => response.end(JSON.stringify(session));
    const server = createServer(withSession(echo));
    new Session(nodeHost(server), { secretKey: SECRET });
    const { url, close } = await serveServer(server);
    const token = reader.encode({ n: 1 });
    const request = get(url, { headers: { cookie: ['a=b', `session=${token}`, 'c=d'] } });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    assert.equal((await response.toArray()).join(''), '{"n":1}');
    await close();
  });

  it('S9: is one for a server, however often it is asked for: the last session counts', async () => {
    const echo: Handler = (_request, session, response) => response.end(JSON.stringify(session));
    const server = createServer(withSession(echo));
    const first = new Session(nodeHost(server), { secretKey: SECRET, cookieName: 'first' });
    const last = new Session(nodeHost(server), { secretKey: SECRET, cookieName: 'last' });
    assert.equal(nodeHost(server), nodeHost(server));
    assert.notEqual(nodeHost(server), nodeHost(createServer()));
    const { url, close } = await serveServer(server);
    try {
      const Cookie = `first=${first.encode({ n: 1 })}; last=${last.encode({ n: 2 })}`;
      assert.equal((await openBrowser(url).get('/', { Cookie })).body, '{"n":2}');
    } finally {
      await close();
    }
  });

  it('HTTP/2: the same bytes, pseudo-headers untouched', async () => {
    const server = createHttp2Server((request, response) => {
      const session = sessions.get(request);
      session.n = ((session.n as number | undefined) ?? 0) + 1;
      session.save();
      response.setHeader('Set-Cookie', 'mine=1');
      response.end('ok');
    });
    const sessions = new Session(nodeHost(server), { secretKey: SECRET });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    try {
      // As HTTP/2 clients do: each cookie a field of its own.
      const stream = client.request({ ':path': '/', cookie: ['a=b', `session=${reader.encode({ n: 4 })}`] as never });
      const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
      stream.resume();
      const setCookie = headers['set-cookie'] as readonly string[];
      assert.equal(headers[':status'], 200);
      assert.deepEqual([setCookie.length, setCookie[0]], [2, 'mine=1']);
      assert.deepEqual(saved({ setCookie }), { n: 5 });
    } finally {
      client.close();
      server.close();
    }
  });
});

describe('a WebSocket upgrade (ws)', () => {
  interface Socket {
    on(event: string, f: (...rest: never[]) => void): void;
    close(): void;
  }
  interface WebSockets {
    handleUpgrade(request: IncomingMessage, socket: object, head: Buffer, done: (socket: Socket) => void): void;
    on(event: 'headers', f: (headers: string[], request: never) => void): unknown;
  }
  const { WebSocketServer } = require('ws') as { WebSocketServer: new (options: object) => WebSockets };

  /** What a server says to an upgrade: the lines of the handshake, and what its handler found. */
  async function upgrade(
    optionsOf: (wss: WebSockets) => NodeHostOptions,
    handler: (session: SessionDict) => void,
  ): Promise<{ readonly headers: IncomingMessage['headers']; readonly seen: readonly unknown[] }> {
    const server = createServer();
    const wss = new WebSocketServer({ noServer: true });
    // The host of the server is there already, without knowing of any WebSocket.
    nodeHost(server);
    const sessions = new Session(nodeHost(server, optionsOf(wss)), { secretKey: SECRET });
    // And what it knows stays known.
    nodeHost(server, optionsOf(wss));
    const seen: unknown[] = [];
    server.on('upgrade', (request, socket, head) => {
      const session = sessions.get(request);
      seen.push({ ...session });
      handler(session);
      wss.handleUpgrade(request, socket, head, (ws) => {
        throwsCode(() => session.save(), 'ERR_SESSION_HEADERS_SENT');
        seen.push('connected');
        ws.close();
      });
    });
    const { url, close } = await serveServer(server);
    const request = httpRequest(url, {
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'Sec-WebSocket-Version': '13',
        Cookie: `session=${reader.encode({ user: 'ada' })}`,
      },
    });
    request.end();
    const [response, socket] = (await once(request, 'upgrade')) as [IncomingMessage, { destroy(): void }];
    socket.destroy();
    await close();
    return { headers: response.headers, seen };
  }

  it('S18: the session can be read; saving it is an error, for no handshake would carry it', async () => {
    const { headers, seen } = await upgrade(
      () => ({}),
      (session) => {
        throwsCode(() => session.save(), 'ERR_SESSION_HEADERS_SENT');
      },
    );
    assert.deepEqual(seen, [{ user: 'ada' }, 'connected']);
    assert.equal(headers['set-cookie'], undefined);
  });

  it('goes out with the handshake where nodeHost knows who makes it', async () => {
    const { headers, seen } = await upgrade(
      (webSocketServer) => ({ webSocketServer }),
      (session) => {
        session.socket = true;
        session.save();
      },
    );
    assert.deepEqual(seen, [{ user: 'ada' }, 'connected']);
    assert.deepEqual(saved({ setCookie: headers['set-cookie'] ?? [] }), { user: 'ada', socket: true });
  });
});
