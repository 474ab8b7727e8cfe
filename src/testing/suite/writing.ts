// S5 to S8, S11, S12, S15, S17: what a save and a delete say in the response.

import type { SessionOptions } from '../../session/options.js';
import type { SessionDict } from '../../session/session-dict.js';
import type { Answer } from '../subject.js';
import type { CaseDefinition } from './case.js';
import { codeOf, equal } from './expect.js';
import { ask, cookie, lineOf, onSite, REMOVAL, reader, saving, showing } from './site.js';

/** A case of one handler, whose visitor may have a cookie, and of the `Set-Cookie` lines that have to come of it. */
function writes(
  clauses: readonly string[],
  title: string,
  handler: (session: SessionDict) => void,
  lines: readonly string[],
  { visitor, options }: { readonly visitor?: object; readonly options?: SessionOptions } = {},
): CaseDefinition {
  return {
    clauses,
    title,
    async run(subject) {
      const page = await ask(
        subject,
        ({ session }) => {
          handler(session);
          return { body: 'ok' };
        },
        {
          ...(visitor === undefined ? {} : { headers: cookie(visitor) }),
          ...(options === undefined ? {} : { options }),
        },
      );
      equal('status and body', [page.status, page.body], [200, 'ok']);
      equal('Set-Cookie', page.lines, lines);
    },
  };
}

/** The bytes themselves, as PyJWT makes them with the suite's secret. */
const TOKEN_OF_ADA =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VyIjoiYWRhIn0.1mJ9DC4nFb3XXFj3xTJ8H8rLQXBbcrN65BZBDlWbt2s';

const everything: SessionOptions = {
  cookieOptions: {
    path: '/app',
    domain: 'example.com',
    expires: 'Wed, 21 Oct 2037 07:28:00 GMT',
    maxAge: 60,
    secure: true,
    httpOnly: true,
    partitioned: true,
    sameSite: 'none',
    priority: 'high',
  },
};

/** A save of the app's own cookies around the session's: `cookies` have to stay as they are, in their order. */
const beside = (title: string, cookies: readonly string[]): CaseDefinition => ({
  clauses: ['S11'],
  title,
  async run(subject) {
    const { lines } = await ask(subject, (visit): Answer => ({ ...saving(visit), cookies }));
    const isOwn = (line: string): boolean => line.startsWith('session=');
    equal(
      "the app's own",
      lines.filter((line) => !isOwn(line)),
      cookies,
    );
    equal("the session's", lines.filter(isOwn), [lineOf({ n: 1 })]);
  },
});

export const writingCases: readonly CaseDefinition[] = [
  writes(
    ['S5'],
    'the cookie is a JWT, byte for byte',
    (session) => {
      session.user = 'ada';
      session.save();
    },
    [`session=${TOKEN_OF_ADA}; Path=/; HttpOnly`],
  ),
  {
    clauses: ['S5'],
    title: 'text of every script comes back with the next request',
    async run(subject) {
      const data = { user: 'Zoë 東京 😀', deep: [{ a: null }, [true, 1.5]] };
      const fill = ({ session }: { readonly session: SessionDict }): Answer => {
        Object.assign(session, data).save();
        return {};
      };
      await onSite(subject, { '/': fill, '/show': showing }, async (site) => {
        const [line = ''] = (await site.visit('/')).lines;
        const page = await site.visit('/show', { Cookie: line.split(';')[0] ?? '' });
        equal('the dict', page.body, JSON.stringify(data));
      });
    },
  },
  writes(['S6'], 'what is not saved is not sent', (session) => void Object.assign(session, { n: 2 }), [], {
    visitor: { n: 1 },
  }),
  writes(
    ['S6', 'S11'],
    'the last save counts, and later edits need another one',
    (session) => {
      session.n = 1;
      session.save();
      session.n = 2;
      session.save();
      session.n = 3;
    },
    [lineOf({ n: 2 })],
  ),
  writes(
    ['S7'],
    'a save writes one line with the defaults',
    (session) => {
      session.n = 1;
      session.save();
    },
    [lineOf({ n: 1 })],
  ),
  writes(
    ['S7'],
    'every attribute of the cookie comes out as it was given',
    (session) => {
      session.n = 1;
      session.save();
    },
    [
      `session=${reader.encode({ n: 1 })}; Path=/app; Domain=example.com; Expires=Wed, 21 Oct 2037 07:28:00 GMT; ` +
        'Max-Age=60; Secure; HttpOnly; Partitioned; SameSite=None; Priority=High',
    ],
    { options: everything },
  ),
  writes(['S8'], 'delete removes the cookie', (session) => session.delete(), [REMOVAL], { visitor: { user: 'ada' } }),
  writes(
    ['S8'],
    'a removal has the attributes that the cookie was set with, and is over',
    (session) => session.delete(),
    [
      'session=; Path=/app; Domain=example.com; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; Secure; HttpOnly; ' +
        'Partitioned; SameSite=None; Priority=High',
    ],
    { visitor: { user: 'ada' }, options: everything },
  ),
  writes(
    ['S8', 'S11'],
    'a delete after a save removes the cookie, in one line',
    (session) => {
      session.n = 1;
      session.save();
      session.delete();
    },
    [REMOVAL],
  ),
  writes(
    ['S12'],
    'a save after a delete starts from nothing',
    (session) => {
      session.delete();
      session.b = 2;
      session.save();
    },
    [lineOf({ b: 2 })],
    { visitor: { user: 'ada' } },
  ),
  beside("other people's cookies stay, in their order", ['z=1; Path=/', 'a=2; Path=/', 'z=3; Path=/b; HttpOnly']),
  beside('a single one stays', ['only=1; Path=/']),
  beside('commas in them stay', ['e=1; Expires=Wed, 21 Oct 2037 07:28:00 GMT', 'f=a,b']),
  {
    clauses: ['S11'],
    title: "other people's cookies stay where the session has none to set",
    async run(subject) {
      const { lines } = await ask(subject, () => ({ cookies: ['z=1; Path=/', 'a=2; Path=/'] }));
      equal('Set-Cookie', lines, ['z=1; Path=/', 'a=2; Path=/']);
    },
  },
  refuses(['S15'], 'what JSON cannot hold is an error of the save, and nothing is sent', 'ERR_SESSION_BAD_PAYLOAD', {
    when: new Date(0),
  }),
  refuses(['S17'], 'so is a cookie that browsers would drop', 'ERR_SESSION_TOO_LARGE', { text: 'x'.repeat(4096) }),
  refuses(['S10'], 'so is a claim that the next request could not read', 'ERR_SESSION_UNREADABLE', { aud: 'x' }),
];

/** A save that throws, in a handler that goes on. */
function refuses(clauses: readonly string[], title: string, code: string, data: object): CaseDefinition {
  return {
    clauses,
    title,
    async run(subject) {
      const { status, body, lines } = await ask(subject, ({ session }) => {
        Object.assign(session, data);
        return { body: codeOf(() => session.save()) };
      });
      equal('status and code', [status, body], [200, code]);
      equal('Set-Cookie', lines, []);
    },
  };
}
