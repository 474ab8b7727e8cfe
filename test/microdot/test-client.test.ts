// The test client: verbs, bodies, and cookies between requests.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { Microdot, Response } from '../../dist/microdot/index.js';
import { TestClient } from '../../dist/microdot/test-client.js';

const build = (): Microdot => {
  const app = new Microdot();
  app.route('/echo', { methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] }, (r) => ({
    method: r.method,
    type: r.contentType,
    header: r.headers.get('x-a'),
    json: r.json,
    body: Buffer.from(r.body).toString(),
  }));
  app.get('/cookies', (r) => ({ ...r.cookies }));
  app.get('/set/<name>/<value>', (_request, { name, value }) => {
    const response = new Response('set');
    response.setCookie(name, value, { path: '/', maxAge: 60 });
    return response;
  });
  app.get('/secure', () => new Response('', 200, { 'Set-Cookie': 's=1; Path=/; Secure' }));
  app.get('/forget/<name>', (_request, { name }) => {
    const response = new Response('forgotten');
    response.deleteCookie(name, { path: '/' });
    return response;
  });
  app.get('/stream', async function* () {
    yield 'a';
    yield new Uint8Array([98]);
  });
  return app;
};

describe('TestClient', () => {
  test('has every verb, headers and bodies', async () => {
    const client = new TestClient(build());
    const expected = { type: null, header: '1', json: null, body: 'text' };
    for (const verb of ['post', 'put', 'patch', 'delete'] as const) {
      const { json } = await client[verb]('/echo', { headers: { 'X-A': '1' }, body: 'text' });
      assert.deepEqual(json, { method: verb.toUpperCase(), ...expected });
    }
    const { json } = await client.request('post', '/echo', { body: { a: [1] } });
    assert.deepEqual(json, {
      method: 'POST',
      type: 'application/json',
      header: null,
      json: { a: [1] },
      body: '{"a":[1]}',
    });
    const bytes = await client.post('/echo', { body: new Uint8Array([104, 105]) });
    assert.equal((bytes.json as { body: string }).body, 'hi');
  });

  test('answers with status, headers, body, text, json and cookies', async () => {
    const client = new TestClient(build());
    const response = await client.get('/set/a/1');
    assert.equal(response.statusCode, 200);
    assert.equal(response.text, 'set');
    assert.equal(response.json, null);
    assert.deepEqual(response.body, new Uint8Array([115, 101, 116]));
    assert.equal(response.headers.get('Content-Length'), '3');
    assert.deepEqual(response.setCookies, ['a=1; Path=/; Max-Age=60']);
    assert.equal((await client.get('/stream')).text, 'ab');
    const head = await client.request('HEAD', '/set/a/1');
    assert.deepEqual([head.text, head.headers.get('content-length')], ['', '3']);
  });

  test('keeps cookies between requests, and forgets them', async () => {
    let now = 1000;
    const client = new TestClient(build(), { cookies: { first: '0' }, now: () => now });
    assert.deepEqual((await client.get('/cookies')).json, { first: '0' });
    await client.get('/set/a/1');
    await client.get('/set/b/2');
    assert.deepEqual((await client.get('/cookies')).json, { first: '0', a: '1', b: '2' });
    await client.get('/forget/a');
    assert.deepEqual((await client.get('/cookies')).json, { first: '0', b: '2' });
    now += 60;
    assert.deepEqual((await client.get('/cookies')).json, { first: '0' });
  });

  test('sends secure cookies to an https origin only', async () => {
    for (const [origin, expected] of [
      ['http://localhost', {}],
      ['https://localhost', { s: '1' }],
    ] as const) {
      const client = new TestClient(build(), { origin });
      await client.get('/secure');
      assert.deepEqual((await client.get('/cookies')).json, expected);
    }
  });

  test('shows no cookie when inspected', async () => {
    const client = new TestClient(build());
    const response = await client.get('/set/a/hidden');
    assert.doesNotMatch(inspect([client, response], { depth: 9 }), /hidden/);
  });
});
