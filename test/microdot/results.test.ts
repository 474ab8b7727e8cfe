// What handlers may answer with, over both transports (contract H2, H5).

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Microdot, Response, redirect } from '../../dist/microdot/index.js';
import { silent, viaFetch, viaSocket } from './send.js';

const TEXT = 'text/plain; charset=UTF-8';
const JSON_TYPE = 'application/json; charset=UTF-8';

interface Case {
  readonly name: string;
  readonly answer: () => unknown;
  readonly status?: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly setCookies?: readonly string[];
}

async function* numbers() {
  yield '1';
  yield new Uint8Array([50]);
}

const withCookies = (): Response => {
  const response = new Response('c', 200, { 'Set-Cookie': ['a=1', 'b=2'] });
  response.setCookie('c', '3', { path: '/', httpOnly: true });
  response.deleteCookie('d', { path: '/' });
  return response;
};

const CASES: readonly Case[] = [
  { name: 'text', answer: () => 'héllo', body: 'héllo', headers: { 'content-length': '6', 'content-type': TEXT } },
  { name: 'empty text', answer: () => '', body: '', headers: { 'content-length': '0', 'content-type': TEXT } },
  {
    name: 'an object',
    answer: () => ({ a: 1 }),
    body: '{"a":1}',
    headers: { 'content-length': '7', 'content-type': JSON_TYPE },
  },
  {
    name: 'an array',
    answer: () => ['b', 400],
    body: '["b",400]',
    headers: { 'content-length': '9', 'content-type': JSON_TYPE },
  },
  {
    name: 'an object without prototype',
    answer: () => Object.assign(Object.create(null), { n: 1 }),
    body: '{"n":1}',
    headers: { 'content-length': '7', 'content-type': JSON_TYPE },
  },
  {
    name: 'bytes',
    answer: () => new Uint8Array([104, 105]),
    body: 'hi',
    headers: { 'content-length': '2', 'content-type': TEXT },
  },
  {
    name: 'an ArrayBuffer',
    answer: () => new Uint8Array([104]).buffer,
    body: 'h',
    headers: { 'content-length': '1', 'content-type': TEXT },
  },
  { name: 'null', answer: () => null, status: 204, body: '', headers: { 'content-length': '0', 'content-type': TEXT } },
  { name: 'a promise', answer: async () => 'p', body: 'p', headers: { 'content-length': '1', 'content-type': TEXT } },
  { name: 'an async generator', answer: () => numbers(), body: '12', headers: { 'content-type': TEXT } },
  { name: 'an iterator', answer: () => ['x', 'y'].values(), body: 'xy', headers: { 'content-type': TEXT } },
  { name: 'a web stream', answer: () => new Blob(['blob']).stream(), body: 'blob', headers: { 'content-type': TEXT } },
  {
    name: 'a web stream of text',
    answer: () => new Blob(['t']).stream().pipeThrough(new TextDecoderStream()),
    body: 't',
    headers: { 'content-type': TEXT },
  },
  {
    name: 'a Response with headers',
    answer: () => new Response('b', 418, { 'X-A': '1', 'content-type': 'text/x' }),
    status: 418,
    body: 'b',
    headers: { 'x-a': '1', 'content-length': '1', 'content-type': 'text/x' },
  },
  {
    name: 'a Response with headers as pairs',
    answer: () =>
      new Response('', 200, [
        ['x-a', '1'],
        ['x-a', '2'],
      ]),
    body: '',
    headers: { 'x-a': '1, 2', 'content-length': '0', 'content-type': TEXT },
  },
  {
    name: 'a Response of a stream',
    answer: () => new Response(numbers(), 201),
    status: 201,
    body: '12',
    headers: { 'content-type': TEXT },
  },
  {
    name: 'a 304, which says nothing of the page that the client has',
    answer: () => new Response('', 304, { ETag: '"1"' }),
    status: 304,
    body: '',
    headers: { etag: '"1"' },
  },
  {
    name: 'a 304 of a stream',
    answer: () => new Response(numbers(), 304),
    status: 304,
    body: '',
    headers: {},
  },
  {
    name: 'a wrong Content-Length',
    answer: () => new Response('four', 200, { 'content-length': '2' }),
    body: 'four',
    headers: { 'content-length': '4', 'content-type': TEXT },
  },
  {
    name: 'cookies',
    answer: withCookies,
    body: 'c',
    headers: { 'content-length': '1', 'content-type': TEXT },
    setCookies: ['a=1', 'b=2', 'c=3; Path=/; HttpOnly', 'd=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0'],
  },
  {
    name: 'a Set-Cookie as text',
    answer: () => new Response('', 200, { 'Set-Cookie': 'a=1' }),
    body: '',
    headers: { 'content-length': '0', 'content-type': TEXT },
    setCookies: ['a=1'],
  },
  {
    name: 'a web Response',
    answer: () =>
      new globalThis.Response('w', {
        status: 202,
        headers: [
          ['Set-Cookie', 'a=1'],
          ['Set-Cookie', 'b=2'],
          ['X-W', '1'],
          ['Content-Type', 'text/plain;charset=UTF-8'],
        ],
      }),
    status: 202,
    body: 'w',
    headers: { 'content-type': 'text/plain;charset=UTF-8', 'x-w': '1' },
    setCookies: ['a=1', 'b=2'],
  },
  {
    name: 'an immutable web Response',
    answer: () => globalThis.Response.redirect('http://localhost/next', 303),
    status: 303,
    body: '',
    headers: { location: 'http://localhost/next', 'content-length': '0' },
  },
  {
    name: 'a redirect',
    answer: () => redirect('/nächste?a=1'),
    status: 302,
    body: '',
    headers: { location: '/n%C3%A4chste?a=1', 'content-length': '0', 'content-type': TEXT },
  },
];

for (const [transport, send] of [
  ['fetch', viaFetch],
  ['socket', viaSocket],
] as const) {
  describe(`H2: over ${transport}, a handler may answer with`, () => {
    for (const { name, answer, status = 200, body, headers, setCookies = [] } of CASES) {
      test(name, async () => {
        const app = new Microdot();
        app.get('/', () => answer() as object);
        assert.deepEqual(await send(app, {}), { status, body, headers, setCookies });
      });
    }

    for (const [name, answer] of [
      ['undefined', undefined],
      ['a number', 404],
      ['a boolean', true],
      ['a function', () => 'x'],
    ] as const) {
      test(`not with ${name}`, async () => {
        const log: { code?: string }[] = [];
        const app = new Microdot(silent(log));
        app.get('/', () => answer as unknown as object);
        const { status, body } = await send(app, {});
        assert.deepEqual([status, body, log[0].code], [500, 'Internal server error', 'ERR_APP_BAD_RESPONSE']);
      });
    }

    test('HEAD is GET without its body', async () => {
      const app = new Microdot();
      app.get('/', () => 'four');
      app.get('/stream', () => numbers());
      app.get(
        '/own',
        (request) => new Response('', 200, request.method === 'HEAD' ? { 'content-length': '12345' } : {}),
      );
      const head = await send(app, { method: 'HEAD' });
      assert.deepEqual(head, {
        status: 200,
        body: '',
        headers: { 'content-length': '4', 'content-type': TEXT },
        setCookies: [],
      });
      assert.deepEqual((await send(app, { method: 'HEAD', path: '/stream' })).headers, { 'content-type': TEXT });
      assert.equal((await send(app, { method: 'HEAD', path: '/own' })).headers['content-length'], '12345');
    });
  });
}

test('H5: Response.defaultContentType is used where a response does not say', async () => {
  const app = new Microdot();
  app.get('/', () => '<b>');
  try {
    Response.defaultContentType = 'text/html';
    assert.equal((await viaFetch(app, {})).headers['content-type'], 'text/html; charset=UTF-8');
  } finally {
    Response.defaultContentType = 'text/plain';
  }
});

test('H5: a web Response can be sent once', async () => {
  const log: { code?: string }[] = [];
  const app = new Microdot(silent(log));
  const shared = new globalThis.Response('once');
  app.get('/', () => shared);
  assert.equal((await viaFetch(app, {})).body, 'once');
  assert.equal((await viaFetch(app, {})).status, 500);
  assert.equal(log[0].code, 'ERR_APP_BODY_USED');
});

describe('H5: what could inject a header is refused:', () => {
  const cases: readonly (readonly [string, () => unknown])[] = [
    ['a redirect with CR LF', () => redirect('/\r\nSet-Cookie: a=1')],
    ['a redirect with LF', () => Response.redirect('/\nx')],
    ['a redirect with another status', () => redirect('/', 200)],
    ['a value with LF', () => new Response('', 200, { 'X-A': 'a\nb: c' })],
    ['a value with NUL', () => new Response('', 200, { 'X-A': 'a\0' })],
    ['a value beyond Latin-1', () => new Response('', 200, { 'X-A': '€' })],
    ['a name with a space', () => new Response('', 200, { 'X A': 'a' })],
    ['an empty name', () => new Response('', 200, { '': 'a' })],
    ['Transfer-Encoding', () => new Response('', 200, { 'transfer-encoding': 'chunked' })],
    ['__proto__', () => new Response('', 200, [['__proto__', 'x']])],
    ['a reason with CR', () => new Response('', 200, {}, 'OK\r\nX: y')],
    ['a status that is none', () => new Response('', 1000)],
    ['an informational status', () => new Response('', 101)],
    ['a value set later', () => new Response('').headers.set('X', 'a\r')],
    ['a list with LF', () => new Response('', 200, { 'Set-Cookie': ['a=1', 'b\n'] })],
  ];
  for (const [name, run] of cases) test(name, () => assert.throws(run, { code: 'ERR_APP_BAD_RESPONSE' }));

  test('a bad cookie', () => {
    assert.throws(() => new Response('').setCookie('a b', 'x'), { code: 'ERR_COOKIE_BAD_NAME' });
    assert.throws(() => new Response('').setCookie('a', 'x\r\n'), { code: 'ERR_COOKIE_BAD_VALUE' });
    assert.throws(() => new Response('').deleteCookie('a', { path: '/;x' }), { code: 'ERR_COOKIE_BAD_OPTION' });
  });

  test('a field set to nonsense by a hook', async () => {
    const app = new Microdot(silent());
    app.get('/', () => 'x');
    app.get('/reason', (request) => {
      request.afterRequest((_, response) => {
        response.reason = 'a\r\nb: c';
      });
      return 'x';
    });
    app.afterRequest((request, response) => {
      if (request.path === '/') response.statusCode = 99;
    });
    assert.equal((await viaSocket(app, {})).status, 500);
    assert.equal((await viaSocket(app, { path: '/reason' })).status, 500);
  });
});
