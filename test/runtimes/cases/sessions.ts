// Sessions in an application, from cookie to cookie; the same cases by each of the two ways to send a request.
import type { Request as AppRequest, Microdot } from '../../../dist/microdot/index.js';
import type { Session, SessionDict, SessionOptions } from '../../../dist/session/index.js';
import { equal, hasCode, ok } from '../assert.js';
import type { Client, Open } from '../clients.js';
import type { Case, Library } from '../suite.js';
import { T } from './keys.js';
import { N1, SECRET } from './tokens.js';

const ATTRIBUTES = '; Path=/; HttpOnly';
const EXPIRED = 'session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly';

/** An application with a session, what it told of errors, and a visitor. */
interface Place {
  readonly app: Microdot;
  readonly session: Session;
  readonly errors: unknown[];
  readonly client: Client;
}

export function count(_request: unknown, dict: SessionDict): object {
  dict.n = (dict.n ?? 0) + 1;
  dict.save();
  return { n: dict.n };
}

const look = (_request: unknown, dict: SessionDict): object => ({ ...dict });

/** The cases by one way to send requests. */
export function sessionCases(open: Open): readonly Case[] {
  /** A place with the routes /count, which saves, and /look, which reads. */
  const place = (library: Library, options: SessionOptions = {}, origin?: string): Place => {
    const errors: unknown[] = [];
    const app = new library.microdot.Microdot({ onError: (error) => void errors.push(error) });
    const session = new library.session.Session(app, { secretKey: SECRET, ...options });
    app.get('/count', library.session.withSession(count));
    app.get('/look', library.session.withSession(look));
    app.get('/other', () => 'no session');
    return { app, session, errors, client: open(library, app, origin) };
  };

  return [
    {
      name: 'S7: a counter counts, cookie back and forth',
      async run(library) {
        const { client } = place(library);
        const first = await client.send('/count');
        equal([first.status, first.text, first.setCookies], [200, '{"n":1}', [`session=${N1}${ATTRIBUTES}`]]);
        equal((await client.send('/count')).text, '{"n":2}');
        equal((await client.send('/count')).text, '{"n":3}');
      },
    },
    {
      name: 'S6, S7: reading sets nothing',
      async run(library) {
        const { client } = place(library);
        equal((await client.send('/look')).setCookies, []);
        await client.send('/count');
        const again = await client.send('/look');
        equal([again.text, again.setCookies], ['{"n":1}', []]);
      },
    },
    {
      name: 'S8, S12: delete() removes the cookie, and is final',
      async run(library) {
        const { app, client } = place(library);
        app.post(
          '/out',
          library.session.withSession((_request, dict) => {
            dict.save();
            dict.delete();
            return { ...dict };
          }),
        );
        await client.send('/count');
        const out = await client.send('/out', { method: 'POST' });
        equal([out.text, out.setCookies], ['{}', [EXPIRED]]);
        equal((await client.send('/look')).text, '{}');
      },
    },
    {
      name: 'S13: abort() keeps the cookie, and so does the answer of an error handler',
      async run(library) {
        const { app, client, errors } = place(library);
        const { abort } = library.microdot;
        app.get(
          '/fail',
          library.session.withSession((request, dict) => {
            count(request, dict);
            return abort(401);
          }),
        );
        app.get(
          '/throw',
          library.session.withSession((request, dict) => {
            count(request, dict);
            throw new RangeError();
          }),
        );
        const failed = await client.send('/fail');
        equal([failed.status, failed.setCookies.length], [401, 1]);
        app.errorHandler(RangeError, () => 'handled');
        const handled = await client.send('/throw');
        equal([handled.status, handled.text, handled.setCookies.length], [200, 'handled', 1]);
        equal((await client.send('/look')).text, '{"n":2}');
        equal(errors.length, 0);
      },
    },
    {
      name: 'S13: an error that nobody handles drops the cookie, and is reported',
      async run(library) {
        const { app, client, errors } = place(library);
        const thrown = new Error('of the application');
        app.get(
          '/throw',
          library.session.withSession((request, dict) => {
            count(request, dict);
            throw thrown;
          }),
        );
        const answer = await client.send('/throw');
        equal([answer.status, answer.text, answer.setCookies], [500, 'Internal server error', []]);
        ok(errors.length === 1 && errors[0] === thrown, 'the error was not reported as it is');
      },
    },
    {
      name: 'S4, S14: forged cookies are an empty session, and do not hide a good one',
      async run(library) {
        const reasons: string[] = [];
        const { app, session, client } = place(library, { onReject: (reason) => reasons.push(reason) });
        app.get('/verdict', (request: AppRequest) => session.verdict(request));
        const forged = N1.replace('eyJuIjoxfQ', 'eyJuIjo5OX0');
        const send = async (path: string, cookie: string) =>
          (await client.send(path, { headers: { Cookie: cookie } })).text;
        equal(await send('/look', `session=${forged}`), '{}');
        equal(await send('/verdict', `session=${forged}`), '{"ok":false,"reason":"bad-signature","candidates":1}');
        equal(await send('/look', `session=${N1}; session=${forged}; session="é"`), '{"n":1}');
        equal(reasons, ['bad-signature', 'malformed', 'bad-signature']);
      },
    },
    {
      name: 'S9: two sessions on one application',
      async run(library) {
        const { app, client, session } = place(library, { cookieName: 'a' });
        const second = new library.session.Session(app, { secretKey: SECRET, cookieName: 'b', purpose: 'b' });
        app.get('/both', (request: AppRequest) => [count(0, session.get(request)), count(0, second.get(request))]);
        await client.send('/count');
        const both = await client.send('/both');
        equal([both.text, both.setCookies.map((line) => line.slice(0, 2))], ['[{"n":1},{"n":2}]', ['a=', 'b=']]);
        equal((await client.send('/both')).text, '[{"n":2},{"n":3}]');
      },
    },
    {
      name: 'S1: without a secret the request is a 500, and the error has its code',
      async run(library) {
        const { client, errors } = place(library, { secretKey: null });
        const answer = await client.send('/look');
        equal([answer.status, answer.setCookies], [500, []]);
        equal(errors.length, 1, 'the number of errors');
        hasCode(library, errors[0], 'ERR_SESSION_NO_SECRET');
        equal((await client.send('/other')).text, 'no session');
      },
    },
    {
      name: 'S18: a save in a streamed body comes too late, and says so',
      async run(library) {
        const { app, client } = place(library);
        const errors: unknown[] = [];
        app.get(
          '/stream',
          library.session.withSession((_request, dict) =>
            (async function* () {
              yield 'head';
              try {
                dict.save();
              } catch (error) {
                errors.push(error);
              }
            })(),
          ),
        );
        const answer = await client.send('/stream');
        equal([answer.text, answer.setCookies], ['head', []]);
        equal(errors.length, 1, 'the number of errors');
        hasCode(library, errors[0], 'ERR_SESSION_HEADERS_SENT');
      },
    },
    {
      name: 'hardened: a __Host- cookie over https, renewed past half of its idle time',
      async run(library) {
        let now = T;
        const options = library.session.hardened({ secretKey: SECRET, now: () => now });
        const { client } = place(library, options, 'https://example.com');
        const answer = await client.send('/count');
        const [line] = answer.setCookies;
        const expected =
          /^__Host-session=[\w-]+\.[\w-]+\.[\w-]{43}; Path=\/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax$/;
        ok(expected.test(line), `the cookie is ${line}`);
        equal((await client.send('/look')).setCookies, []);
        now = T + 1801;
        const renewed = await client.send('/look');
        equal([renewed.text, renewed.setCookies.length], ['{"n":1}', 1]);
      },
    },
    {
      name: "secure: 'auto' follows the scheme of the request",
      async run(library) {
        const options = { cookieOptions: { secure: 'auto' } } as const;
        const lines = async (origin: string) =>
          (await place(library, options, origin).client.send('/count')).setCookies;
        equal(await lines('https://example.com'), [`session=${N1}; Path=/; Secure; HttpOnly`]);
        equal(await lines('http://example.com'), [`session=${N1}${ATTRIBUTES}`]);
      },
    },
    {
      name: 'cacheHeaders: Vary and Cache-Control where the session was asked for',
      async run(library) {
        const { client } = place(library);
        const headers = async (path: string) => {
          const answer = await client.send(path);
          return [answer.header('Vary'), answer.header('Cache-Control')];
        };
        equal(await headers('/other'), [null, null]);
        equal(await headers('/look'), ['Cookie', 'private']);
        equal(await headers('/count'), ['Cookie', 'private, no-store']);
      },
    },
    {
      name: 'autoSave and onEvent: a change is saved, and told',
      async run(library) {
        const events: string[] = [];
        const { app, client } = place(library, { autoSave: true, onEvent: ({ type }) => events.push(type) });
        app.get(
          '/add',
          library.session.withSession((_request, dict) => {
            dict.list = [...(dict.list ?? []), 'é'];
            return {};
          }),
        );
        await client.send('/add');
        await client.send('/add');
        equal((await client.send('/look')).text, '{"list":["é","é"]}');
        equal(events, ['save', 'load', 'save', 'load']);
      },
    },
    {
      name: 'S3: two visitors whose requests overlap are kept apart',
      async run(library) {
        const { app, client } = place(library);
        const other = open(library, app);
        let arrived = 0;
        let goOn = (): void => {};
        const bothHere = new Promise<void>((resolve) => {
          goOn = resolve;
        });
        app.get(
          '/meet',
          library.session.withSession(async (request, dict) => {
            if (++arrived === 2) goOn();
            await bothHere;
            return count(request, dict);
          }),
        );
        await client.send('/count');
        const answers = await Promise.all([client.send('/meet'), other.send('/meet')]);
        equal(
          answers.map(({ text }) => text),
          ['{"n":2}', '{"n":1}'],
        );
      },
    },
  ];
}
