// Hono under @hono/node-server, whose Response becomes a real one late: what goes out, and that it does not become one for us.
// In a process of its own: the server puts its own classes in the place of the global ones.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { createAdaptorServer } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { stream } from 'hono/streaming';
import { honoHost } from '../../dist/hosts/hono.js';
import { bodyIfKept } from '../../dist/hosts/shared/kept-body.js';
import { Session, withSession } from '../../dist/session/index.js';
import { hostConformance } from '../../dist/testing/index.js';
import { needs } from '../support/needs.js';
import { createHonoApp } from './subjects/hono.js';
import { runServer } from './support/run-server.js';
import { openBrowser, type Page, type Served, serveServer } from './support/serve.js';

const SECRET = 'a secret of thirty-two bytes or so';
const reader = new Session({ secretKey: SECRET });
const line = (data: object): string => `session=${reader.encode(data)}; Path=/; HttpOnly`;
const node = needs.node('@hono/node-server is served by Node');

const serve = (app: Hono): Promise<Served> =>
  serveServer(createAdaptorServer({ fetch: app.fetch }) as Parameters<typeof serveServer>[0]);

async function visit(app: Hono, path = '/'): Promise<Page> {
  const served = await serve(app);
  try {
    return await openBrowser(served.url).get(path);
  } finally {
    await served.close();
  }
}

type Answer = (c: Context) => Response | Promise<Response>;

/** An app that answers so, and has a header set in the way of Hono's own middleware: without a session. */
function marking(answer: Answer): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    c.res.headers.append('Vary', 'Cookie');
  });
  return app.get('/', answer);
}

/** An app that answers so, and whose session saves. */
function saving(answer: Answer): Hono {
  const app = new Hono();
  new Session(honoHost(app), { secretKey: SECRET });
  app.get(
    '/',
    withSession((c: Context, session) => {
      session.n = 1;
      session.save();
      return answer(c);
    }),
  );
  return app;
}

const bytes = new TextEncoder().encode('\u00e9 in bytes');
const answers: Readonly<Record<string, Answer>> = {
  text: (c) => c.text('\u00e9'),
  'text with headers': (c) => c.text('\u00e9', 201, { 'X-Mine': 'yes', 'Content-Type': 'text/x-mine' }),
  json: (c) => c.json({ a: ['\u00e9'] }),
  html: (c) => c.html('<p>\u00e9'),
  'no body': (c) => c.body(null, 204),
  'an empty text': (c) => c.text(''),
  'a redirect': (c) => c.redirect('/there'),
  'a redirect of the standard': () => Response.redirect('http://127.0.0.1/there', 303),
  bytes: (c) => c.body(bytes, 200, { 'Content-Type': 'application/octet-stream' }),
  'a length that was set': (c) => c.body('12345', 200, { 'Content-Length': '5' }),
  'a stream': (c) => stream(c, async (out) => void (await out.write('streamed'))),
  'a response without headers': () => new Response('plain'),
  'a blob': () => new Response(new Blob(['blob'], { type: 'text/x-blob' })),
  'form data': () => new Response(new URLSearchParams({ a: 'b' })),
  'a status text': () => new Response('x', { status: 299, statusText: 'Fine' }),
  'headers of an object of their own': () => new Response('x', { headers: new Headers({ 'X-Mine': 'yes' }) }),
  'pairs of headers': () =>
    new Response('x', {
      headers: [
        ['X-Mine', 'a'],
        ['X-Mine', 'b'],
      ],
    }),
  'a body that somebody has looked at': (c) => {
    const response = c.text('seen');
    assert.ok(response.body);
    return response;
  },
  'the page that is not there': (c) => c.notFound() as Response,
};

describe('honoHost under @hono/node-server', node, () => {
  for (const [what, answer] of Object.entries(answers)) {
    it(`${what}: goes out as without a session, with the session's headers`, async () => {
      const [plain, saved] = [await visit(marking(answer)), await visit(saving(answer))];
      const others = ({ headers }: Page): readonly string[] =>
        [...headers].filter(([name]) => !/^(date|set-cookie|cache-control)$/.test(name)).map(String);
      assert.deepEqual([saved.status, saved.body, others(saved)], [plain.status, plain.body, others(plain)]);
      assert.deepEqual([plain.setCookie, saved.setCookie], [[], [line({ n: 1 })]]);
    });
  }

  it('headers that others set, before and after, stay', async () => {
    const outer = new Hono();
    outer.use(async (c, next) => {
      c.header('Set-Cookie', 'before=1');
      await next();
      c.header('Set-Cookie', 'after=1', { append: true });
    });
    outer.route(
      '/',
      saving((c) => c.text('ok', 200, { 'X-Mine': 'yes' })),
    );
    const page = await visit(outer);
    assert.deepEqual(page.setCookie, ['before=1', line({ n: 1 }), 'after=1']);
    assert.deepEqual([page.body, page.headers.get('x-mine')], ['ok', 'yes']);
  });

  it('makes no real Response of one that is not real yet', async () => {
    for (const answer of [answers.json, answers['no body'], answers.bytes, answers.text, answers['a stream']]) {
      assert.ok(answer);
      const seen: string[] = [];
      const outer = new Hono();
      outer.use(async (c, next) => {
        await next();
        seen.push(inspect(c.res));
      });
      outer.route('/', saving(answer));
      assert.deepEqual((await visit(outer)).setCookie, [line({ n: 1 })]);
      assert.match(seen.join(), /^Response \(lightweight\) [\s\S]*nativeResponse: undefined/);
    }
  });

  it('S13: a response that several visitors get is never written into, one of the context neither', async () => {
    const app = new Hono();
    new Session(honoHost(app), { secretKey: SECRET });
    let shared: Response | undefined;
    app.get(
      '/',
      withSession((c: Context, session) => {
        const name = c.req.query('name');
        if (name !== undefined) {
          session.name = name;
          session.save();
        }
        shared ??= c.json({ menu: ['tea'] });
        return shared;
      }),
    );
    const served = await serve(app);
    try {
      const visitor = (): ReturnType<typeof openBrowser> => openBrowser(served.url);
      for (const name of ['ada', 'bob'])
        assert.deepEqual((await visitor().get(`/?name=${name}`)).setCookie, [line({ name })]);
      const third = await visitor().get('/');
      assert.deepEqual([third.body, third.setCookie], ['{"menu":["tea"]}', []]);
    } finally {
      await served.close();
    }
  });

  it('S13: the page of a crash has no cookie', async () => {
    const app = saving(() => {
      throw new Error('crash');
    });
    const { error } = console;
    console.error = () => {};
    try {
      const page = await visit(app);
      assert.deepEqual([page.status, page.body, page.setCookie], [500, 'Internal Server Error', []]);
    } finally {
      console.error = error;
    }
  });

  describe('the conformance suite', () => {
    const cases = hostConformance({
      name: 'hono 4 under @hono/node-server',
      start: (subject) =>
        runServer(createAdaptorServer({ fetch: createHonoApp(subject).fetch }) as Parameters<typeof runServer>[0]),
    });
    for (const { name, skip, run } of cases) it(name, { skip }, run);
  });
});

describe('bodyIfKept', () => {
  const kept = (value: unknown): object => ({ [Symbol('cache')]: value });

  it('is what was kept', () => {
    assert.equal(bodyIfKept(kept([200, 'text', undefined])), 'text');
    assert.equal(bodyIfKept(kept([204, null, undefined])), null);
    for (const body of [bytes, new Blob(['x']), new ReadableStream()])
      assert.equal(bodyIfKept(kept([200, body, new Headers()])), body);
    assert.equal(bodyIfKept({ [Symbol('other')]: 1, ...kept([200, 'text', undefined]) }), 'text');
  });

  it('is undefined for all that it does not know', () => {
    for (const value of [undefined, 'text', {}, [], [200, 'text'], [200, 'text', {}, 1]])
      assert.equal(bodyIfKept(kept(value)), undefined);
    for (const body of [undefined, 1, {}, new URLSearchParams({ a: 'b' })])
      assert.equal(bodyIfKept(kept([200, body, {}])), undefined);
    assert.equal(bodyIfKept({}), undefined);
    assert.equal(bodyIfKept({ cache: [200, 'text', {}] }), undefined);
    assert.equal(bodyIfKept({ [Symbol('other')]: [200, 'text', {}] }), undefined);
  });
});
