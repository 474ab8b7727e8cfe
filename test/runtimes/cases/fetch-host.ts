// The fetch host: handlers that take a Request and give a Response, with no application around them.
import type { FetchHost } from '../../../dist/hosts/fetch.js';
import type { Session, SessionDict, SessionOptions } from '../../../dist/session/index.js';
import { equal, hasCode, ok, throwsCode } from '../assert.js';
import { requireCookies } from '../clients.js';
import type { Case, Library } from '../suite.js';
import { N1, SECRET } from './tokens.js';

const SAVED = `session=${N1}; Path=/; HttpOnly`;
const EXPIRED = 'session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly';

interface Place {
  readonly host: FetchHost;
  readonly sessions: Session;
}

function place({ fetch, session }: Library, options: SessionOptions = {}): Place {
  const host = fetch.fetchHost();
  return { host, sessions: new session.Session(host, { secretKey: SECRET, ...options }) };
}

/** A request with the tokens as cookies of the session's name. */
function visit(tokens: readonly string[] = [], url = 'http://localhost/'): Request {
  const cookie = tokens.map((token) => `session=${token}`).join('; ');
  return new Request(url, tokens.length === 0 ? {} : { headers: { Cookie: cookie } });
}

function increment(dict: SessionDict): number {
  dict.n = (dict.n ?? 0) + 1;
  dict.save();
  return dict.n;
}

const setCookies = (response: Response): readonly string[] => response.headers.getSetCookie();

/** A handler that counts, and then gives what it is told. */
function counting(library: Library, give: (n: number) => Response, options?: SessionOptions) {
  const { host, sessions } = place(library, options);
  return host.handler(sessions.with((_request: Request, dict: SessionDict) => give(increment(dict))));
}

const text = (n: number): Response => new Response(`visit ${n}`);

/** What holds where no cookie comes through, too. */
export const FETCH_HOST: readonly Case[] = [
  {
    name: 'H2: a handler that asks for no session gives its very Response',
    async run(library) {
      const response = new Response('as it was');
      const handler = place(library).host.handler(() => response);
      ok((await handler(visit())) === response, 'it is another one');
    },
  },
  {
    name: 'H1: what else the server passes comes behind the session',
    async run(library) {
      const { host, sessions } = place(library);
      const handler = host.handler(
        sessions.with((_request: Request, dict, env: { readonly KEY: string }, ctx: object) =>
          Response.json([{ ...dict }, env, ctx]),
        ),
      );
      const response = await handler(visit(), { KEY: 'k' }, { waits: true });
      equal(await response.json(), [{}, { KEY: 'k' }, { waits: true }]);
    },
  },
  {
    name: 'S1: the secret may come with the request; before it there is an error with a code',
    async run(library) {
      const { host, sessions } = place(library, { secretKey: null });
      const handler = host.handler((request: Request) => Response.json(sessions.get(request)));
      let thrown: unknown;
      await handler(visit()).catch((error: unknown) => {
        thrown = error;
      });
      hasCode(library, thrown, 'ERR_SESSION_NO_SECRET');
      sessions.secretKey = SECRET;
      equal(await (await handler(visit())).json(), {});
    },
  },
  {
    name: 'S3: an object that is no request of the host is an error with a code',
    run(library) {
      const { sessions } = place(library);
      throwsCode(library, () => sessions.get(visit()), 'ERR_SESSION_NOT_INSTALLED');
    },
  },
];

const COOKIE_CASES: readonly Case[] = [
  {
    name: 'S7: a counter counts, cookie back and forth',
    async run(library) {
      const handler = counting(library, text);
      const first = await handler(visit());
      equal([await first.text(), setCookies(first)], ['visit 1', [SAVED]]);
      equal(await (await handler(visit([N1]))).text(), 'visit 2');
    },
  },
  {
    name: 'S6, S7: reading sets nothing; Vary and Cache-Control say that it was asked for',
    async run(library) {
      const { host, sessions } = place(library);
      const response = await host.handler((request: Request) => Response.json(sessions.get(request)))(visit([N1]));
      equal([await response.json(), setCookies(response)], [{ n: 1 }, []]);
      equal([response.headers.get('vary'), response.headers.get('cache-control')], ['Cookie', 'private']);
    },
  },
  {
    name: 'S8, S12: delete() removes the cookie, and is final',
    async run(library) {
      const { host, sessions } = place(library);
      const handler = host.handler(
        sessions.with((_request: Request, dict: SessionDict) => {
          increment(dict);
          dict.delete();
          return Response.json(dict);
        }),
      );
      const response = await handler(visit([N1]));
      equal([await response.json(), setCookies(response)], [{}, [EXPIRED]]);
    },
  },
  {
    name: 'S13: an answer of any status keeps the cookie, and what is thrown drops it',
    async run(library) {
      for (const status of [401, 404, 503]) {
        const response = await counting(library, () => new Response(null, { status }))(visit());
        equal([response.status, setCookies(response)], [status, [SAVED]]);
      }
      const thrown = new Error('of the handler');
      let caught: unknown;
      await counting(library, () => {
        throw thrown;
      })(visit()).catch((error: unknown) => {
        caught = error;
      });
      ok(caught === thrown, 'the error is another one');
    },
  },
  {
    name: 'S13: an immutable Response gets the cookie, and one for all visitors is never written into',
    async run(library) {
      const redirect = await counting(library, () => Response.redirect('http://localhost/next', 303))(visit());
      equal([redirect.status, redirect.headers.get('location')], [303, 'http://localhost/next']);
      equal(setCookies(redirect), [SAVED]);
      const shared = new Response(null, { headers: { 'X-Own': 'yes' } });
      const handler = counting(library, () => shared);
      const [first, second] = [await handler(visit()), await handler(visit([N1]))];
      equal([first.headers.get('x-own'), setCookies(first)], ['yes', [SAVED]]);
      ok(setCookies(second).length === 1 && setCookies(second)[0] !== SAVED, 'the second visitor has the cookie');
      equal(setCookies(shared), []);
    },
  },
  {
    name: 'S11: cookies of the handler stay as they are',
    async run(library) {
      const others = ['a=1; Path=/', 'b=2'];
      const headers = others.map((line): [string, string] => ['Set-Cookie', line]);
      equal(setCookies(await counting(library, () => new Response(null, { headers }))(visit())), [...others, SAVED]);
    },
  },
  {
    name: 'S4, S14: forged cookies are an empty session, and do not hide a good one',
    async run(library) {
      const handler = counting(library, text);
      const forged = N1.replace('eyJuIjoxfQ', 'eyJuIjo5OX0');
      equal(await (await handler(visit([forged]))).text(), 'visit 1');
      equal(await (await handler(visit([N1, forged]))).text(), 'visit 2');
    },
  },
  {
    name: 'S18: a save in a streamed body comes too late, and says so',
    async run(library) {
      const { host, sessions } = place(library);
      let thrown: unknown;
      const handler = host.handler((request: Request) => {
        const dict = sessions.get(request);
        const body = new ReadableStream(
          {
            pull(controller) {
              try {
                dict.save();
              } catch (error) {
                thrown = error;
              }
              controller.enqueue(new TextEncoder().encode('body'));
              controller.close();
            },
          },
          { highWaterMark: 0 },
        );
        return new Response(body);
      });
      const response = await handler(visit());
      equal([await response.text(), setCookies(response)], ['body', []]);
      hasCode(library, thrown, 'ERR_SESSION_HEADERS_SENT');
    },
  },
  {
    name: "secure: 'auto' follows the scheme of the request",
    async run(library) {
      const handler = counting(library, text, { cookieOptions: { secure: 'auto' } });
      equal(setCookies(await handler(visit([], 'https://example.com/'))), [`session=${N1}; Path=/; Secure; HttpOnly`]);
      equal(setCookies(await handler(visit([], 'http://example.com/'))), [SAVED]);
    },
  },
  {
    name: 'S3: two visitors whose requests overlap are kept apart',
    async run(library) {
      const { host, sessions } = place(library);
      let arrived = 0;
      let goOn = (): void => {};
      const bothHere = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      const handler = host.handler(
        sessions.with(async (_request: Request, dict: SessionDict) => {
          if (++arrived === 2) goOn();
          await bothHere;
          return text(increment(dict));
        }),
      );
      const answers = await Promise.all([handler(visit([N1])), handler(visit())]);
      equal(await Promise.all(answers.map((answer) => answer.text())), ['visit 2', 'visit 1']);
    },
  },
];

export const FETCH_HOST_SESSIONS: readonly Case[] = COOKIE_CASES.map((one) => ({
  name: one.name,
  run(library) {
    requireCookies();
    return one.run(library);
  },
}));
