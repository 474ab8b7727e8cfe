// Hono under @hono/node-server, whose Response becomes a real one late: what goes out, and that it does not become one for us.
// Each version in a process of its own: the server puts its own classes in the place of the global ones.
import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import { describe, it } from 'node:test';
import { type Context, Hono } from 'hono';
import { stream } from 'hono/streaming';
import { honoHost } from '../../../dist/hosts/hono.js';
import { Session, withSession } from '../../../dist/session/index.js';
import { hostConformance } from '../../../dist/testing/index.js';
import { needs } from '../../support/needs.js';
import { createHonoApp } from '../subjects/hono.js';
import { runServer } from './run-server.js';
import { openBrowser, type Page, type Served, serveServer } from './serve.js';

const SECRET = 'a secret of thirty-two bytes or so';
const reader = new Session({ secretKey: SECRET });
const line = (data: object): string => `session=${reader.encode(data)}; Path=/; HttpOnly`;
const node = needs.node('@hono/node-server is served by Node');

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

/** What `createAdaptorServer` of any version is. */
export type CreateServer = (options: { fetch: Hono['fetch'] }) => unknown;

export function honoNodeServerSuite(version: string, createAdaptorServer: CreateServer): void {
  const create = (app: Hono): Server => createAdaptorServer({ fetch: app.fetch }) as Server;
  const serve = (app: Hono): Promise<Served> => serveServer(create(app));

  async function visit(app: Hono, path = '/'): Promise<Page> {
    const served = await serve(app);
    try {
      return await openBrowser(served.url).get(path);
    } finally {
      await served.close();
    }
  }

  describe(`honoHost under @hono/node-server ${version}`, node, () => {
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
      const wanted: readonly Answer[] = [
        (c) => c.text('ok', 200, { 'X-Mine': 'yes' }),
        (c) => c.json('ok', 200, { 'X-Mine': 'yes' }),
      ];
      for (const answer of wanted) {
        const outer = new Hono();
        outer.use(async (c, next) => {
          c.header('Set-Cookie', 'before=1');
          await next();
          c.header('Set-Cookie', 'after=1', { append: true });
        });
        outer.route('/', saving(answer));
        const page = await visit(outer);
        assert.deepEqual(page.setCookie, ['before=1', line({ n: 1 }), 'after=1']);
        assert.match(page.body, /^"?ok"?$/);
        assert.deepEqual([page.headers.get('x-mine'), page.headers.get('vary')], ['yes', 'Cookie']);
      }
    });

    it('a response that others make real afterwards has the headers of the session', async () => {
      for (const answer of [answers.json, answers.text, answers['a redirect'], answers['no body']]) {
        assert.ok(answer);
        const outer = new Hono();
        outer.use(async (c, next) => {
          await next();
          c.header('X-After', 'yes');
          c.res = new Response(c.res.body, c.res);
        });
        outer.route('/', saving(answer));
        const page = await visit(outer);
        assert.deepEqual(page.setCookie, [line({ n: 1 })]);
        assert.deepEqual([page.headers.get('x-after'), page.headers.get('vary')], ['yes', 'Cookie']);
      }
    });

    it('a redirect of the standard, whose own headers cannot be changed', async () => {
      const page = await visit(saving(() => Response.redirect('http://127.0.0.1/there', 303)));
      assert.deepEqual([page.status, page.headers.get('location')], [303, 'http://127.0.0.1/there']);
      assert.deepEqual(page.setCookie, [line({ n: 1 })]);
    });

    it('makes no real Response of one that is not real yet', async () => {
      for (const answer of [answers.json, answers.text]) {
        assert.ok(answer);
        const seen: string[] = [];
        const outer = new Hono();
        outer.use(async (c, next) => {
          await next();
          seen.push(...Object.getOwnPropertySymbols(c.res).map(({ description }) => `${description}`));
        });
        outer.route('/', saving(answer));
        assert.deepEqual((await visit(outer)).setCookie, [line({ n: 1 })]);
        assert.deepEqual(seen, ['cache']);
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
        name: `hono 4 under @hono/node-server ${version}`,
        start: (subject) => runServer(create(createHonoApp(subject))),
      });
      for (const { name, skip, run } of cases) it(name, { skip }, run);
    });
  });
}
