// The Set-Cookie lines of the responses of many tools.
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { describe, it } from 'node:test';
import fastify from 'fastify';
import supertest from 'supertest';
import { Microdot, Response as MicrodotResponse } from '../../../dist/microdot/index.js';
import { TestClient } from '../../../dist/microdot/test-client.js';
import { setCookieLines } from '../../../dist/testing/kit/set-cookie-lines.js';
import { throwsCode } from '../../support/errors.js';
import { needs } from '../../support/needs.js';

const LINES = ['a=1; Path=/; Expires=Wed, 01 Jan 2031 00:00:00 GMT', 'b=2'];

const headers = (lines: readonly string[]): Headers => {
  const made = new Headers();
  for (const line of lines) made.append('Set-Cookie', line);
  return made;
};

describe('the Set-Cookie lines', () => {
  it('of texts, and of names and values', () => {
    assert.deepEqual(setCookieLines('a=1'), ['a=1']);
    assert.deepEqual(setCookieLines(LINES), LINES);
    assert.deepEqual(setCookieLines([]), []);
    const named = [
      { name: 'Set-Cookie', value: 'a=1' },
      { name: 'x', value: 'y' },
      { name: 'set-cookie', value: 'b=2' },
    ];
    assert.deepEqual(setCookieLines(named), ['a=1', 'b=2']);
    assert.deepEqual(setCookieLines({ headersArray: () => named }), ['a=1', 'b=2']);
  });

  it('of fetch: a Response, and Headers', () => {
    assert.deepEqual(setCookieLines(new Response('', { headers: headers(LINES) })), LINES);
    assert.deepEqual(setCookieLines(headers(LINES)), LINES);
    assert.deepEqual(setCookieLines(new Response()), []);
  });

  it('of records, whatever their case', () => {
    assert.deepEqual(setCookieLines({ headers: { 'set-cookie': LINES } }), LINES);
    assert.deepEqual(setCookieLines({ headers: { 'Set-Cookie': 'a=1', x: 5 } }), ['a=1']);
    assert.deepEqual(setCookieLines({ headers: {} }), []);
    assert.deepEqual(setCookieLines({ headers: { 'set-cookie': undefined } }), []);
  });

  it('of TestClient', async () => {
    const app = new Microdot();
    app.get('/', () => {
      const response = new MicrodotResponse('');
      response.setCookie('a', '1');
      return response;
    });
    app.get('/none', () => '');
    const client = new TestClient(app);
    assert.deepEqual(setCookieLines(await client.get('/')), ['a=1']);
    assert.deepEqual(setCookieLines(await client.get('/none')), []);
  });

  const onNode = needs.node('the tools are for Node');

  it('of supertest', onNode, async () => {
    const app: RequestListener = (request, response) => {
      if (request.url === '/') response.setHeader('Set-Cookie', LINES);
      response.end();
    };
    const server = createServer(app);
    assert.deepEqual(setCookieLines(await supertest(server).get('/')), LINES);
    assert.deepEqual(setCookieLines(await supertest(server).get('/none')), []);
  });

  it('of light-my-request, which is inject() of Fastify', onNode, async () => {
    const app = fastify();
    app.get('/', (_request, reply) => reply.header('set-cookie', LINES).send());
    app.get('/one', (_request, reply) => reply.header('set-cookie', 'a=1').send());
    app.get('/none', (_request, reply) => reply.send());
    assert.deepEqual(setCookieLines(await app.inject('/')), LINES);
    assert.deepEqual(setCookieLines(await app.inject('/one')), ['a=1']);
    assert.deepEqual(setCookieLines(await app.inject('/none')), []);
    await app.close();
  });

  it('of a ServerResponse', onNode, async () => {
    const seen: (readonly string[])[] = [];
    const app: RequestListener = (_request, response) => {
      seen.push(setCookieLines(response));
      response.setHeader('Set-Cookie', LINES);
      seen.push(setCookieLines(response));
      response.end();
    };
    await supertest(createServer(app)).get('/');
    assert.deepEqual(seen, [[], LINES]);
  });

  it('are an error where there is no response, and show nothing', () => {
    const bad = [
      undefined,
      null,
      5,
      {},
      { headers: null },
      { headers: 'hidden-1' },
      { cookies: ['hidden-1'] },
      [5],
      [{ 'set-cookie': 'hidden-1' }],
      [null],
      { setCookies: [5] },
      { getSetCookie: () => [5] },
      // Playwright's page.goto(): await it.
      { headersArray: async () => [] },
      Promise.resolve(new Response()),
    ];
    for (const response of bad) {
      throwsCode(() => setCookieLines(response as unknown as string), 'ERR_TEST_BAD_ARGUMENT', ['hidden-1']);
    }
  });
});
