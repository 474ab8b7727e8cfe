// What clients do with their connections to the server on node:http (contract H6): uploads that are too long or break off,
// downloads that are left lying, connections without a request.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { Microdot, Request as MicrodotRequest } from '../../dist/microdot/index.js';
import { serve } from '../../dist/microdot/serve.js';
import { needs } from '../support/needs.js';
import { overHttp, silent } from './send.js';

const node = needs.node('its server is another one');
const LIMIT = { timeout: 10_000 };

async function open(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  // A connection that ends while the client still sends may be reset.
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Runs with a limit for bodies in memory that is below that for bodies. */
async function withMaxBodyLength(length: number, run: () => Promise<void>): Promise<void> {
  const { maxBodyLength } = MicrodotRequest;
  MicrodotRequest.maxBodyLength = length;
  try {
    await run();
  } finally {
    MicrodotRequest.maxBodyLength = maxBodyLength;
  }
}

describe('H4, H6: a chunked body that turns out too long', node, () => {
  /** What comes back to a POST and a GET behind it, when the server ends the connection or says that it goes on. */
  async function send(length: number): Promise<string> {
    const app = new Microdot();
    app.post('/', () => 'posted');
    app.get('/', () => 'got');
    const server = await serve(app, '127.0.0.1', 0);
    const socket = await open(server.url);
    let answer = '';
    const ended = new Promise<void>((resolve) => {
      socket.on('close', resolve).on('data', (data) => {
        answer += data.toString('latin1');
        if (answer.includes('keep-alive')) resolve();
      });
    });
    const body = `${length.toString(16)}\r\n${'x'.repeat(length)}\r\n0\r\n\r\n`;
    socket.write(`POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n${body}`);
    socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    await ended;
    socket.destroy();
    server.close();
    await server.closed;
    return answer;
  }

  // The second one is more than Node reads at once.
  for (const length of [20_000, 1_000_000]) {
    test(`${length} bytes: the answer says that it is the last`, LIMIT, async () => {
      const answer = await send(length);
      assert.deepEqual(answer.match(/^(?:HTTP|Connection).*/gm), [
        'HTTP/1.1 413 Payload Too Large',
        'Connection: close',
      ]);
    });
  }

  test('for memory alone, and the handler does not ask for the stream', LIMIT, async () => {
    await withMaxBodyLength(10, async () => {
      const answer = await send(20);
      assert.deepEqual(answer.match(/^(?:HTTP|Connection).*/gm), ['HTTP/1.1 200 OK', 'Connection: close']);
    });
  });
});

describe('H4: an upload that breaks off', node, () => {
  test('before its stream is asked for: the stream fails', LIMIT, async () => {
    await withMaxBodyLength(10, async () => {
      const log: unknown[] = [];
      const app = new Microdot(silent(log));
      let begin: (() => void) | undefined;
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const outcome = new Promise<unknown>((resolve) => {
        app.beforeRequest(async () => {
          begin?.();
          // Until the server has seen that the client is gone.
          await setTimeout(100);
        });
        app.post('/', async (request) => {
          resolve(await new globalThis.Response(request.stream).text().catch((error: unknown) => error));
          return '';
        });
      });
      const server = await serve(app, '127.0.0.1', 0);
      const socket = await open(server.url);
      socket.write('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\nabcde');
      await begun;
      socket.destroy();
      assert.equal(((await outcome) as { statusCode?: unknown }).statusCode, 400);
      server.close();
      await server.closed;
      assert.deepEqual(log, []);
    });
  });
});

describe('H6: shutdown', node, () => {
  test('lets a client that reads slowly have all of its response, and then ends its connection', LIMIT, async () => {
    // More than the buffers of both ends take.
    const size = 50_000_000;
    const app = new Microdot();
    app.get('/', () => new Uint8Array(size));
    const server = await serve(app, '127.0.0.1', 0);
    const agent = new Agent({ keepAlive: true });
    const [response] = (await once(get(server.url, { agent }), 'response')) as [IncomingMessage];
    server.close();
    await setTimeout(100);
    let received = 0;
    for await (const chunk of response) received += (chunk as Uint8Array).length;
    assert.equal(received, size);
    await server.closed;
    agent.destroy();
  });

  test('ends connections that have sent nothing, or half a head', LIMIT, async () => {
    const app = new Microdot();
    app.get('/', () => 'x');
    const server = await serve(app, '127.0.0.1', 0);
    const sockets = [await open(server.url), await open(server.url)];
    sockets[1]?.write('GET / HTTP/1.1\r\nHo');
    // A later connection: the others have been accepted then.
    await overHttp(server.url, {});
    server.close();
    try {
      await server.closed;
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });

  test('waits for all that a connection has asked for', LIMIT, async () => {
    const app = new Microdot();
    let release: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    app.get('/slow', async () => {
      await gate;
      return 'slow';
    });
    app.get('/quick', () => 'quick');
    const server = await serve(app, '127.0.0.1', 0);
    const socket = await open(server.url);
    const answer: Buffer[] = [];
    socket.on('data', (data: Buffer) => answer.push(data));
    socket.write('GET /slow HTTP/1.1\r\nHost: h\r\n\r\nGET /quick HTTP/1.1\r\nHost: h\r\n\r\n');
    await overHttp(server.url, { path: '/quick' });
    server.close();
    release?.();
    await once(socket, 'close');
    assert.deepEqual(
      Buffer.concat(answer)
        .toString()
        .match(/^(?:slow|quick)/gm),
      ['slow', 'quick'],
    );
    await server.closed;
  });
});
