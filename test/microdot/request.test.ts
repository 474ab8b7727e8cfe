// What a handler reads from a request, over both transports (contract H4).

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Microdot, Request } from '../../dist/microdot/index.js';
import { silent, viaFetch, viaSocket } from './send.js';

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' };
const FORM_TYPE = { 'Content-Type': 'application/x-www-form-urlencoded' };

for (const [transport, send] of [
  ['fetch', viaFetch],
  ['socket', viaSocket],
] as const) {
  describe(`H4: over ${transport}`, () => {
    test('url, path, query, headers, cookies', async () => {
      const app = new Microdot();
      app.get('/a%20b', (r) => ({
        method: r.method,
        url: r.url,
        path: r.path,
        queryString: r.queryString,
        args: [r.args.get('x'), r.args.getAll('x'), r.args.get('y'), r.args.get('z')],
        header: [r.headers.get('X-ONE'), r.headers.has('x-one'), r.headers.get('x-two')],
        listed: [...r.headers].filter(([name]) => name === 'x-one'),
        cookies: r.cookies,
        prototype: Object.getPrototypeOf(r.cookies),
        scheme: r.scheme,
        rest: [r.contentLength, r.contentType, r.json, r.form, r.body.length],
        same: r.app === app,
      }));
      const path = '/a%20b?x=1&x=2&y=%zz+%C3%A9';
      const headers = { 'X-One': '1', Cookie: '__proto__=p; a=1; a=2' };
      assert.deepEqual(JSON.parse((await send(app, { path, headers })).body), {
        method: 'GET',
        url: path,
        path: '/a%20b',
        queryString: 'x=1&x=2&y=%zz+%C3%A9',
        args: ['1', ['1', '2'], '%zz é', null],
        header: ['1', true, null],
        listed: [['x-one', '1']],
        cookies: JSON.parse('{"__proto__":"p","a":"2"}'),
        prototype: null,
        scheme: 'http',
        rest: [0, null, null, null, 0],
        same: true,
      });
    });

    test('body, json and form', async () => {
      const app = new Microdot();
      app.post('/', async (r) => ({
        body: Buffer.from(r.body).toString(),
        json: r.json,
        form: r.form === null ? null : [...r.form],
        length: r.contentLength,
        stream: await new globalThis.Response(r.stream).text(),
      }));
      const post = async (body: string, headers: Record<string, string>): Promise<unknown> =>
        JSON.parse((await send(app, { method: 'POST', body, headers })).body);
      const json = '{"é":[1]}';
      assert.deepEqual(await post(json, JSON_TYPE), {
        body: json,
        json: { é: [1] },
        form: null,
        length: 10,
        stream: json,
      });
      const form = 'a=1&a=2&b=x+%C3%A9%zz';
      const fields = [
        ['a', '1'],
        ['a', '2'],
        ['b', 'x é%zz'],
      ];
      assert.deepEqual(await post(form, FORM_TYPE), { body: form, json: null, form: fields, length: 21, stream: form });
    });

    test('a body that is not the JSON it says to be is a 400', async () => {
      const app = new Microdot(silent());
      app.post('/', (r) => ({ json: r.json }));
      for (const body of ['{', '', 'undefined']) {
        const { status, body: text } = await send(app, { method: 'POST', body, headers: JSON_TYPE });
        assert.deepEqual([status, text], [400, 'Bad request']);
      }
    });

    test('maxContentLength: a longer body is a 413, one as long is not', async () => {
      const app = new Microdot();
      app.post('/', (r) => String(r.body.length));
      const post = async (length: number): Promise<unknown> => {
        const { status, body } = await send(app, { method: 'POST', body: 'x'.repeat(length) });
        return [status, body];
      };
      assert.deepEqual(await post(16384), [200, '16384']);
      assert.deepEqual(await post(16385), [413, 'Payload too large']);
      assert.deepEqual(await post(200_000), [413, 'Payload too large']);
    });

    test('maxBodyLength: a longer body is left to the stream', async () => {
      const app = new Microdot();
      app.post('/', async (r) => [r.body.length, (await new globalThis.Response(r.stream).text()).length]);
      app.post('/unread', (r) => [r.body.length]);
      const { maxBodyLength } = Request;
      try {
        Request.maxBodyLength = 10;
        const post = async (path: string, length: number): Promise<string> =>
          (await send(app, { method: 'POST', path, body: 'x'.repeat(length) })).body;
        assert.equal(await post('/', 10), '[10,10]');
        assert.equal(await post('/', 11), '[0,11]');
        assert.equal(await post('/', 16000), '[0,16000]');
        assert.equal(await post('/unread', 16000), '[0]');
      } finally {
        Request.maxBodyLength = maxBodyLength;
      }
    });
  });
}

describe('H4: a chunked body', () => {
  const chunked = (length: number) => ({
    method: 'POST',
    headers: { 'Transfer-Encoding': 'chunked' },
    body: 'x'.repeat(length),
  });

  test('is read, and a 413 when it turns out too long', async () => {
    const app = new Microdot();
    app.post('/', (r) => [r.contentLength, r.body.length]);
    assert.equal((await viaSocket(app, chunked(100))).body, '[0,100]');
    assert.equal((await viaSocket(app, chunked(16385))).status, 413);
    assert.equal((await viaSocket(app, chunked(300_000))).status, 413);
  });

  test('between the limits is left to the stream, which ends at maxContentLength', async () => {
    const app = new Microdot();
    app.post('/', async (r) => [r.body.length, (await new globalThis.Response(r.stream).text()).length]);
    const { maxBodyLength } = Request;
    try {
      Request.maxBodyLength = 10;
      assert.equal((await viaSocket(app, chunked(16384))).body, '[0,16384]');
      assert.equal((await viaSocket(app, chunked(20_000))).status, 413);
    } finally {
      Request.maxBodyLength = maxBodyLength;
    }
  });

  test('over fetch counts what comes, whatever Content-Length says', async () => {
    const app = new Microdot();
    app.post('/', (r) => String(r.body.length));
    const post = (length: number, claimed: string): Promise<Response> =>
      app.fetch(
        new globalThis.Request('http://x/', {
          method: 'POST',
          body: 'x'.repeat(length),
          headers: { 'Content-Length': claimed },
        }),
      );
    assert.equal((await post(20_000, '5')).status, 413);
    assert.equal((await post(20_000, 'nonsense')).status, 413);
    assert.equal(await (await post(20, '-1')).text(), '20');
  });
});

test('H4: clientAddr is the peer on a socket, null over fetch', async () => {
  const app = new Microdot();
  app.get('/', (r) => ({ host: r.clientAddr?.[0] ?? null, port: typeof r.clientAddr?.[1] }));
  assert.equal((await viaSocket(app, {})).body, '{"host":"127.0.0.1","port":"number"}');
  assert.equal((await viaFetch(app, {})).body, '{"host":null,"port":"undefined"}');
});

test('H4: over fetch the fragment of a URL is no part of it', async () => {
  const app = new Microdot();
  app.get('/a', (r) => r.url);
  assert.equal(await (await app.fetch(new globalThis.Request('https://x.example:8443/a?b#c'))).text(), '/a?b');
});
