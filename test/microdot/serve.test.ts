// The server on node:http, and run() (contract H6); streamed bodies on a real connection.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, createServer } from 'node:net';
import { describe, test } from 'node:test';
import { Microdot, Request as MicrodotRequest, Response } from '../../dist/microdot/index.js';
import { serve } from '../../dist/microdot/serve.js';
import { needs } from '../support/needs.js';
import { overHttp, silent } from './send.js';

const head = async (url: string, agent: Agent | false = false): Promise<IncomingMessage> => {
  const [response] = await once(httpRequest(url, { agent }).end(), 'response');
  return response;
};

describe('H2: a streamed body', () => {
  test('that throws breaks the connection after the head, and is reported', async () => {
    const log: unknown[] = [];
    const app = new Microdot(silent(log));
    app.get('/', async function* () {
      yield 'begun';
      throw new TypeError('x');
    });
    app.get('/chunk', () => [1].values());
    const server = await serve(app, '127.0.0.1', 0);
    for (const path of ['/', '/chunk']) {
      const response = await head(server.url + path);
      assert.equal(response.statusCode, 200);
      const [error] = await once(response.resume(), 'error');
      assert.equal(error.code, 'ECONNRESET');
    }
    server.close();
    await server.closed;
    assert.ok(log[0] instanceof TypeError);
    assert.equal((log[1] as { code: string }).code, 'ERR_APP_BAD_RESPONSE');
    assert.equal(log.length, 2);
  });

  test('over fetch fails the stream, and is reported', async () => {
    const log: unknown[] = [];
    const app = new Microdot(silent(log));
    app.get('/', async function* () {
      yield 'begun';
      throw new TypeError('x');
    });
    await assert.rejects((await app.fetch(new Request('http://x/'))).text(), TypeError);
    assert.equal(log.length, 1);
  });

  test('longer or shorter than its Content-Length breaks the connection, and is reported', async () => {
    for (const length of ['5', '10']) {
      const log: { code?: string }[] = [];
      const app = new Microdot(silent(log));
      app.get('/', () => new Response(['1234', '5678'].values(), 200, { 'Content-Length': length }));
      const server = await serve(app, '127.0.0.1', 0);
      await once((await head(server.url)).resume(), 'error');
      server.close();
      await server.closed;
      assert.deepEqual(
        log.map(({ code }) => code),
        ['ERR_HTTP_CONTENT_LENGTH_MISMATCH'],
      );
    }
  });

  test('that is a web stream, and fails, is reported once', async () => {
    const log: unknown[] = [];
    const app = new Microdot(silent(log));
    const failure = new TypeError('x');
    app.get('/', () => new ReadableStream({ pull: (controller) => controller.error(failure) }));
    const server = await serve(app, '127.0.0.1', 0);
    await once((await head(server.url)).resume(), 'error');
    server.close();
    await server.closed;
    assert.deepEqual(log, [failure]);
  });

  test('is stopped when the client goes away', async () => {
    const app = new Microdot();
    let stop: (() => void) | undefined;
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    const chunk = new Uint8Array(65536);
    let produced = 0;
    app.get('/', async function* () {
      try {
        for (;;) {
          produced++;
          yield chunk;
        }
      } finally {
        stop?.();
      }
    });
    const server = await serve(app, '127.0.0.1', 0);
    const response = await head(server.url);
    await once(response, 'readable');
    response.destroy();
    await stopped;
    // Backpressure: what a client does not read is not produced.
    assert.ok(produced < 1000, String(produced));
    server.close();
    await server.closed;
  });

  test('over fetch is stopped when the reader cancels', async () => {
    const app = new Microdot();
    const log: string[] = [];
    app.get('/', async function* () {
      try {
        for (;;) yield 'x';
      } finally {
        log.push('stopped');
      }
    });
    const { body } = await app.fetch(new Request('http://x/'));
    const reader = body?.getReader();
    await reader?.read();
    await reader?.cancel();
    assert.deepEqual(log, ['stopped']);
  });

  test('sends its head before the first chunk', async () => {
    const app = new Microdot();
    let release: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    app.get('/', async function* () {
      await gate;
      yield 'x';
    });
    const server = await serve(app, '127.0.0.1', 0);
    const response = await head(server.url);
    release?.();
    assert.equal(String((await once(response, 'data'))[0]), 'x');
    server.close();
    await server.closed;
  });
});

const commandLine = needs.node('the program is given to node on its command line');

describe('H6: a raw connection', needs.node('its parser of requests is another one'), () => {
  const raw = async (app: Microdot, text: string): Promise<string> => {
    const server = await serve(app, '127.0.0.1', 0);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.end(text);
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    await once(socket, 'close');
    server.close();
    await server.closed;
    return answer;
  };
  const build = (): Microdot => {
    const app = new Microdot();
    app.get('/a', (r) => [r.url, r.headers.get('cookie')]);
    return app;
  };

  test('may use the absolute form', async () => {
    assert.match(
      await raw(build(), 'GET http://h.example/a?b HTTP/1.1\r\nHost: h.example\r\nConnection: close\r\n\r\n'),
      /\r\n\r\n\["\/a\?b",null\]$/,
    );
  });

  test('may leave out the path in it, whatever the query is', async () => {
    const app = new Microdot();
    app.get('/', (r) => [r.url, r.queryString]);
    app.get('/a', () => 'the query was taken for a path');
    assert.match(
      await raw(app, 'GET http://h.example?x=/a HTTP/1.1\r\nHost: h.example\r\nConnection: close\r\n\r\n'),
      /\r\n\r\n\["\/\?x=\/a","x=\/a"\]$/,
    );
    assert.match(
      await raw(app, 'GET http://h.example HTTP/1.1\r\nHost: h.example\r\nConnection: close\r\n\r\n'),
      /\r\n\r\n\["\/",null\]$/,
    );
  });

  test('may send several Cookie lines, which count as one', async () => {
    assert.match(
      await raw(build(), 'GET /a HTTP/1.1\r\nHost: h\r\nCookie: a=1\r\ncookie: b=2\r\nConnection: close\r\n\r\n'),
      /\["\/a","a=1; b=2"\]$/,
    );
  });

  test('may ask for what is no path', async () => {
    assert.match(await raw(build(), 'OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'), /^HTTP\/1.1 200 /);
    assert.match(await raw(build(), 'GET //a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'), /^HTTP\/1.1 404 /);
  });

  test('may break off in its body', async () => {
    const log: unknown[] = [];
    const app = new Microdot(silent(log));
    app.post('/', () => 'x');
    await raw(app, 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc');
    assert.deepEqual(log, []);
  });

  test('ends after a body that a handler left half read, not after one it read or never began', async () => {
    const app = new Microdot();
    app.post('/<int:chunks>', async (request, { chunks }) => {
      const reader = chunks === 0 ? null : request.stream.getReader();
      for (let i = 0; i < chunks; i++) await reader?.read();
      return 'x';
    });
    const { maxBodyLength } = MicrodotRequest;
    MicrodotRequest.maxBodyLength = 10;
    try {
      const post = (chunks: number): string =>
        `POST /${chunks} HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\nhello world`;
      const answer = await raw(app, post(0) + post(2) + post(1));
      assert.deepEqual(answer.match(/Connection: .*/g), [
        'Connection: keep-alive',
        'Connection: keep-alive',
        'Connection: close',
      ]);
    } finally {
      MicrodotRequest.maxBodyLength = maxBodyLength;
    }
  });

  test('gets a 500 where Node refuses the head, and then what else it asks for', async () => {
    const log: { code?: string }[] = [];
    const app = new Microdot(silent(log));
    app.get('/', () => new Response(['x'].values(), 200, { Trailer: 'X-T' }, 'Well then'));
    app.get('/none', () => new Response('', 204, { Trailer: 'X-T' }));
    app.get('/length', () => new Response(['x'].values(), 200, { Trailer: 'X-T', 'Content-Length': '1' }));
    const heads = ['GET / HTTP/1.1', 'HEAD / HTTP/1.1', 'GET /none HTTP/1.1', 'GET /length HTTP/1.1', 'GET / HTTP/1.0'];
    const answer = await raw(app, heads.map((line) => `${line}\r\nHost: h\r\n\r\n`).join(''));
    assert.deepEqual(answer.match(/^HTTP.*/gm), [
      'HTTP/1.1 200 Well then',
      ...Array.from({ length: 4 }, () => 'HTTP/1.1 500 Internal Server Error'),
    ]);
    assert.equal(answer.match(/^Content-Length: 0\r$/gm)?.length, 4);
    assert.deepEqual(
      log.map(({ code }) => code),
      Array.from({ length: 4 }, () => 'ERR_HTTP_TRAILER_INVALID'),
    );
  });

  test('gets one line for each cookie and the reason that was given', async () => {
    const app = new Microdot();
    app.get('/', () => new Response('x', 299, { 'Set-Cookie': ['a=1', 'b=2'] }, 'Well then'));
    const answer = await raw(app, 'GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
    assert.match(answer, /^HTTP\/1.1 299 Well then\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n/);
  });
});

describe('H6: run and shutdown', () => {
  test('shutdown finishes requests in flight, closes idle connections, and run resolves', async (t) => {
    const print = t.mock.method(console, 'log', () => {});
    const app = new Microdot();
    app.get('/idle', () => 'idle');
    app.get('/slow', async function* (request) {
      yield 'begun ';
      request.app.shutdown();
      await new Promise((resolve) => setImmediate(resolve));
      yield 'finished';
    });
    const running = app.run({ host: '127.0.0.1', port: 0 });
    await assert.rejects(app.run({ port: 0 }), { code: 'ERR_APP_LISTEN' });
    while (print.mock.callCount() === 0) await new Promise((resolve) => setImmediate(resolve));
    const [line] = print.mock.calls[0].arguments;
    const url = /^Listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(String(line))?.[1] ?? '';
    const agent = new Agent({ keepAlive: true });
    for await (const _ of await head(`${url}/idle`, agent));
    assert.equal((await overHttp(url, { path: '/slow' })).body, 'begun finished');
    await running;
    await assert.rejects(overHttp(url, { path: '/idle' }), { code: 'ECONNREFUSED' });
    agent.destroy();
  });

  test('shutdown before it listens stops it too', async (t) => {
    t.mock.method(console, 'log', () => {});
    const app = new Microdot();
    app.shutdown();
    const running = app.run({ host: '127.0.0.1', port: 0 });
    app.shutdown();
    await running;
  });

  test('debug prints requests without their query', async (t) => {
    const print = t.mock.method(console, 'log', () => {});
    const app = new Microdot();
    app.get('/stop', (request) => {
      request.app.shutdown();
      return '';
    });
    const running = app.run({ host: '127.0.0.1', port: 0, debug: true });
    while (print.mock.callCount() === 0) await new Promise((resolve) => setImmediate(resolve));
    const url = String(print.mock.calls[0].arguments[0]).replace('Listening on ', '');
    await overHttp(url, { path: '/stop?token=hidden' });
    await running;
    assert.equal(print.mock.calls[1].arguments[0], 'GET /stop 200');
  });

  test('bad options are refused', async () => {
    const app = new Microdot();
    for (const options of [{ port: -1 }, { port: 65536 }, { port: 1.5 }, { port: '80' as never }, { host: '' }]) {
      await assert.rejects(app.run(options), { code: 'ERR_APP_BAD_OPTION' });
    }
    await assert.rejects(app.run({ host: '203.0.113.7' }), { code: 'ERR_APP_LISTEN' });
  });

  test('a busy port awaited at top level ends the process with status 1 and says so', commandLine, async () => {
    const busy = createServer().listen(0, '127.0.0.1');
    await once(busy, 'listening');
    const { port } = busy.address() as { port: number };
    const entry = new URL('../../dist/microdot/index.js', import.meta.url).href;
    const program = `import { Microdot } from '${entry}'; await new Microdot().run({ host: '127.0.0.1', port: ${port} });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let text = '';
    child.stderr.on('data', (data) => {
      text += String(data);
    });
    const [status] = await once(child, 'close');
    busy.close();
    assert.equal(status, 1);
    assert.match(text, /ERR_APP_LISTEN/);
    assert.ok(text.includes(`port ${port}`));
  });

  test('a runtime without servers is told to export fetch', commandLine, async () => {
    const url = new URL('../../dist/microdot/index.js', import.meta.url).href;
    const program = `Object.defineProperty(process, 'release', { value: {} }); const { Microdot } = await import('${url}');
      await new Microdot().run({ port: 0 }).catch((error) => console.log(error.code));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [text] = await once(child.stdout, 'data');
    assert.equal(String(text).trim(), 'ERR_APP_NO_SERVER');
  });

  test('fetch needs no this', async () => {
    const { fetch } = new Microdot();
    assert.equal((await fetch(new Request('http://x/'))).status, 404);
  });
});
