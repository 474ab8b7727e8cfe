// Which handler answers, and with which arguments (contract H1).

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Microdot, URLPattern } from '../../dist/microdot/index.js';
import { viaFetch, viaSocket } from './send.js';

const match = (pattern: string, path: string): unknown => {
  const args = new URLPattern(pattern).match(path);
  return args === null ? null : { ...args };
};

describe('H1: URLPattern', () => {
  const cases: readonly (readonly [string, string, unknown])[] = [
    ['/', '/', {}],
    ['/a/b', '/a/b', {}],
    ['a', '/a', {}],
    ['/a', '/a/', null],
    ['/a/', '/a', null],
    ['/a.b', '/aXb', null],
    ['/café', '/caf%C3%A9', {}],
    ['/<name>', '/x', { name: 'x' }],
    ['/<name>', '/x/y', null],
    ['/<name>', '/', null],
    ['/<name>', '/a%20b%2Fc', { name: 'a b/c' }],
    ['/<name>', '/a+b', { name: 'a+b' }],
    ['/<name>', '/%', { name: '%' }],
    ['/<name>', '/%zz%ff%41', { name: '%zz%ff%41' }],
    ['/<name>', '/%zz%41', { name: '%zzA' }],
    ['/<string:name>', '/x', { name: 'x' }],
    ['/<int:id>', '/12', { id: 12 }],
    ['/<int:id>', '/-12', { id: -12 }],
    ['/<int:id>', '/-0', { id: 0 }],
    ['/<int:id>', '/9007199254740992', null],
    ['/<int:id>', '/1e3', null],
    ['/<int:id>', '/٣', null],
    ['/<path:rest>', '/a/b/c', { rest: 'a/b/c' }],
    ['/<path:rest>/end', '/a/end/b/end', { rest: 'a/end/b' }],
    ['/<re:[a-c]+:code>', '/abc', { code: 'abc' }],
    ['/<re:[a-c]+:code>', '/abd', null],
    ['/<re:(a|b)(c):code>/<int:n>', '/ac/7', { code: 'ac', n: 7 }],
    ['/<re:(?:a|b):c>', '/b', { c: 'b' }],
    ['/<re:a|b:c>', '/b', { c: 'b' }],
    ['/u/<int:id>/<word>', '/u/1/x', { id: 1, word: 'x' }],
  ];
  for (const [pattern, path, expected] of cases) {
    test(`${pattern} on ${path}`, () => assert.deepEqual(match(pattern, path), expected));
  }

  test('has arguments without prototype', () => {
    const args = new URLPattern('/<__proto__>').match('/x');
    assert.equal(Object.getPrototypeOf(args), null);
    assert.deepEqual(Object.entries(args ?? {}), [['__proto__', 'x']]);
  });

  for (const bad of [
    '/<a',
    '/a<b>',
    '/<a>b',
    '/<a><b>',
    '/<int:>',
    '/<1a>',
    '/<x y>',
    '/<float:x>',
    '/<re:(:x>',
    '/<re:a)|(b:x>',
    '/<a>/<a>',
    '/<path:a>/<path:b>',
    '/>',
  ]) {
    test(`refuses ${bad}`, () => assert.throws(() => new URLPattern(bad), { code: 'ERR_APP_BAD_ROUTE' }));
  }
});

describe('H1: routes', () => {
  const build = (): Microdot => {
    const app = new Microdot();
    app.get('/', () => 'index');
    app.get('/x/<int:id>', (_request, { id }) => ({ id }));
    app.get('/x/<name>', (_request, { name }) => name);
    app.route('/both', { methods: ['get', 'POST'] }, (request) => request.method);
    app.put('/both', () => 'put');
    app.patch('/p', () => 'patched');
    app.delete('/p', () => 'deleted');
    return app;
  };
  const cases: readonly (readonly [string, string, number, string])[] = [
    ['GET', '/', 200, 'index'],
    ['GET', '/?a=1', 200, 'index'],
    ['GET', '/x/1', 200, '{"id":1}'],
    ['GET', '/x/y', 200, 'y'],
    ['GET', '/both', 200, 'GET'],
    ['POST', '/both', 200, 'POST'],
    ['PUT', '/both', 200, 'put'],
    ['PATCH', '/p', 200, 'patched'],
    ['DELETE', '/p', 200, 'deleted'],
    ['GET', '/p', 405, 'Not found'],
    ['HEAD', '/p', 405, ''],
    ['DELETE', '/', 405, 'Not found'],
    ['GET', '/nope', 404, 'Not found'],
  ];
  for (const [method, path, status, body] of cases) {
    test(`${method} ${path}`, async () => {
      for (const send of [viaFetch, viaSocket]) {
        const received = await send(build(), { method, path });
        assert.deepEqual([received.status, received.body], [status, body]);
      }
    });
  }

  test('OPTIONS is answered with Allow, on unknown paths too', async () => {
    const allow = async (path: string): Promise<unknown> => {
      const { status, headers } = await viaFetch(build(), { method: 'OPTIONS', path });
      return [status, headers.allow];
    };
    assert.deepEqual(await allow('/'), [200, 'GET, HEAD, OPTIONS']);
    assert.deepEqual(await allow('/both'), [200, 'GET, POST, PUT, HEAD, OPTIONS']);
    assert.deepEqual(await allow('/nope'), [200, 'OPTIONS']);
  });

  test('a handler for OPTIONS takes the place of the automatic answer', async () => {
    const app = new Microdot();
    app.route('/', { methods: ['OPTIONS'] }, () => 'own');
    assert.equal((await viaFetch(app, { method: 'OPTIONS' })).body, 'own');
  });

  test('bad methods and handlers are refused', () => {
    const app = new Microdot();
    assert.throws(() => app.route('/', { methods: [] }, () => ''), { code: 'ERR_APP_BAD_ROUTE' });
    assert.throws(() => app.route('/', { methods: ['A B'] }, () => ''), { code: 'ERR_APP_BAD_ROUTE' });
    assert.throws(() => app.get('/', null as never), { code: 'ERR_APP_BAD_ROUTE' });
    assert.throws(() => app.beforeRequest('x' as never), { code: 'ERR_APP_BAD_OPTION' });
    assert.throws(() => app.errorHandler('404' as never, () => ''), { code: 'ERR_APP_BAD_OPTION' });
  });
});
