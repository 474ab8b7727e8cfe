// app.fetch: what handlers return, what they get, bodies and streams. No cookies, so that it holds in a browser too.
import type { Request as AppRequest, Microdot } from '../../../dist/microdot/index.js';
import { equal, ok, skip } from '../assert.js';
import type { Case, Library } from '../suite.js';

const ORIGIN = 'http://localhost';

interface Place {
  readonly app: Microdot;
  readonly errors: unknown[];
  /** A request to the application; the answer's status, text and header. */
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>;
}

function place({ microdot }: Library): Place {
  const errors: unknown[] = [];
  const app = new microdot.Microdot({ onError: (error) => void errors.push(error) });
  return { app, errors, ask: (path, init) => app.fetch(new Request(ORIGIN + path, init)) };
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Posts text as JSON. */
const json = (body: string): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body,
});

export const FETCH: readonly Case[] = [
  {
    name: 'H2: text, JSON, bytes, nothing, a status, a redirect, a web Response',
    async run(library) {
      const { app, ask } = place(library);
      const { Response: AppResponse, redirect } = library.microdot;
      const web = () =>
        new Response('{}', { status: 203, headers: { 'Content-Type': 'application/json', 'X-Own': 'é' } });
      const results: Readonly<Record<string, () => object | string | null>> = {
        text: () => 'Zürich',
        json: () => ({ city: 'Zürich' }),
        bytes: () => bytesOf('Zürich'),
        nothing: () => null,
        status: () => new AppResponse('made', 201, { 'X-Own': '1' }),
        redirect: () => redirect('/é'),
        web,
      };
      for (const [name, result] of Object.entries(results)) app.get(`/${name}`, result);
      const answers = await Promise.all(
        Object.keys(results).map(async (name) => {
          const { status, headers, ...answer } = await ask(`/${name}`).then(async (response) => ({
            status: response.status,
            headers: response.headers,
            text: await response.text(),
          }));
          return [status, answer.text, headers.get('content-type'), headers.get('x-own') ?? headers.get('location')];
        }),
      );
      equal(answers, [
        [200, 'Zürich', 'text/plain; charset=UTF-8', null],
        [200, '{"city":"Zürich"}', 'application/json; charset=UTF-8', null],
        [200, 'Zürich', 'text/plain; charset=UTF-8', null],
        [204, '', 'text/plain; charset=UTF-8', null],
        [201, 'made', 'text/plain; charset=UTF-8', '1'],
        [302, '', 'text/plain; charset=UTF-8', '/%C3%A9'],
        [203, '{}', 'application/json', 'é'],
      ]);
    },
  },
  {
    name: 'H2: a web Response of text keeps the type that it has by itself',
    async run(library) {
      const { app, ask } = place(library);
      app.get('/', () => new Response('<b>text</b>'));
      if (new Response('text').headers.get('content-type') === null) skip('a web Response of text has no type here');
      equal((await ask('/')).headers.get('content-type'), 'text/plain;charset=UTF-8');
    },
  },
  {
    name: 'H1, H4: path arguments, the query, headers',
    async run(library) {
      const { app, ask } = place(library);
      app.get('/users/<int:id>/<path:rest>', (request: AppRequest, args) => ({
        ...args,
        method: request.method,
        path: request.path,
        q: request.args.getAll('q'),
        header: request.headers.get('X-Own'),
        scheme: request.scheme,
      }));
      const answer = await ask('/users/-7/a/%C3%A9?q=1&q=%F0%9F%94%91#part', { headers: { 'X-Own': 'yes' } });
      equal(await answer.json(), {
        id: -7,
        rest: 'a/é',
        method: 'GET',
        path: '/users/-7/a/%C3%A9',
        q: ['1', '🔑'],
        header: 'yes',
        scheme: 'http',
      });
    },
  },
  {
    name: 'H4: bodies as JSON, as a form, as bytes; what is no JSON is a 400',
    async run(library) {
      const { app, ask } = place(library);
      app.post('/json', (request: AppRequest) => ({ got: request.json }));
      app.post('/form', (request: AppRequest) => ({ city: request.form?.get('city') }));
      app.post('/bytes', (request: AppRequest) => request.body);
      equal(await (await ask('/json', json('{"city":"Zürich"}'))).text(), '{"got":{"city":"Zürich"}}');
      equal((await ask('/json', json('{"city":'))).status, 400);
      const form = await ask('/form', { method: 'POST', body: new URLSearchParams({ city: 'Zürich' }) });
      equal(await form.text(), '{"city":"Zürich"}');
      const bytes = await ask('/bytes', { method: 'POST', body: Uint8Array.of(0, 255, 195, 40) });
      equal([...new Uint8Array(await bytes.arrayBuffer())], [0, 255, 195, 40]);
    },
  },
  {
    name: 'H4: a body over the limit is a 413, also when read as a stream',
    async run(library) {
      const { app, ask } = place(library);
      app.post('/', async (request: AppRequest) => String(request.body.length));
      const size = library.microdot.Request.maxContentLength;
      const post = (length: number) => ask('/', { method: 'POST', body: new Uint8Array(length) });
      equal(await (await post(size)).text(), String(size));
      equal((await post(size + 1)).status, 413);
    },
  },
  {
    name: 'H4: request.stream gives the bytes of the body',
    async run(library) {
      const { app, ask } = place(library);
      app.post('/', async (request: AppRequest) => {
        const reader = request.stream.getReader();
        let size = 0;
        for (let read = await reader.read(); !read.done; read = await reader.read()) size += read.value.length;
        return { size };
      });
      equal(await (await ask('/', { method: 'POST', body: 'é'.repeat(5000) })).text(), '{"size":10000}');
      equal(await (await ask('/', { method: 'POST' })).text(), '{"size":0}');
    },
  },
  {
    name: 'H4: bodies where Request has no body property, as in Firefox',
    async run(library) {
      const { app } = place(library);
      app.route('/', { methods: ['GET', 'POST'] }, (request: AppRequest) => request.body);
      const send = async (init: RequestInit) => {
        const request = Object.defineProperty(new Request(ORIGIN, init), 'body', { value: undefined });
        return (await app.fetch(request)).text();
      };
      equal(await send({ method: 'POST', body: 'Zürich' }), 'Zürich');
      equal(await send({ method: 'POST' }), '');
      equal(await send({}), '');
    },
  },
  {
    name: 'H2: an async generator and a ReadableStream are streamed',
    async run(library) {
      const { app, ask } = place(library);
      app.get('/generator', async function* () {
        yield 'Zü';
        yield bytesOf('ri');
        yield 'ch';
      });
      app.get('/stream', () => {
        const chunks = ['Zü', 'rich'];
        return new ReadableStream({
          pull(controller) {
            const chunk = chunks.shift();
            if (chunk === undefined) controller.close();
            else controller.enqueue(bytesOf(chunk));
          },
        });
      });
      for (const path of ['/generator', '/stream']) equal(await (await ask(path)).text(), 'Zürich', path);
    },
  },
  {
    name: 'H2: a reader that goes away ends the generator',
    async run(library) {
      const { app, ask } = place(library);
      let ended = false;
      app.get('/', async function* () {
        try {
          for (;;) yield 'more';
        } finally {
          ended = true;
        }
      });
      const reader = (await ask('/')).body?.getReader();
      const first = await reader?.read();
      equal(new TextDecoder().decode(first?.value), 'more');
      await reader?.cancel();
      ok(ended, 'the generator goes on');
    },
  },
  {
    name: 'H1: 404, 405, HEAD and OPTIONS',
    async run(library) {
      const { app, ask } = place(library);
      app.get('/', () => 'body');
      equal((await ask('/nowhere')).status, 404);
      equal((await ask('/', { method: 'POST' })).status, 405);
      const head = await ask('/', { method: 'HEAD' });
      equal([head.status, await head.text(), head.headers.get('content-length')], [200, '', '4']);
      const options = await ask('/', { method: 'OPTIONS' });
      equal([options.status, options.headers.get('allow')], [200, 'GET, HEAD, OPTIONS']);
    },
  },
  {
    name: 'H3: hooks, error handlers and a mounted application',
    async run(library) {
      const { app, ask, errors } = place(library);
      const admin = new library.microdot.Microdot();
      admin.get('/page', () => 'admin');
      admin.get('/fail', () => library.microdot.abort(403, 'no'));
      app.mount(admin, { urlPrefix: '/admin' });
      app.beforeRequest((request) => (request.args.has('stop') ? 'stopped' : null));
      app.afterRequest((_request, response) => response.headers.set('X-After', 'yes'));
      app.errorHandler(403, (_request, error) => ({ reason: error.reason }));
      const page = await ask('/admin/page');
      equal([await page.text(), page.headers.get('x-after')], ['admin', 'yes']);
      equal(await (await ask('/admin/page?stop')).text(), 'stopped');
      equal(await (await ask('/admin/fail')).text(), '{"reason":"no"}');
      equal(errors.length, 0);
    },
  },
];

/** Of the reasons that an application may not listen for: that there is no server, and that it is not allowed to. */
const REASONS = ['ERR_APP_NO_SERVER', 'ERR_APP_LISTEN'];

export const RUN: readonly Case[] = [
  {
    name: 'H6: listens, and stops at shutdown()',
    async run(library) {
      const { app } = place(library);
      try {
        const running = app.run({ host: '127.0.0.1', port: 0 });
        app.shutdown();
        await running;
      } catch (error) {
        if (error instanceof library.session.ValueError && REASONS.includes(error.code)) skip(error.code);
        throw error;
      }
    },
  },
];
