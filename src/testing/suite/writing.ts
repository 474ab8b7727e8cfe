// S5 to S8, S11, S12: what a save and a delete say in the response.

import type { SessionOptions } from '../../session/options.js';
import type { SessionDict } from '../../session/session-dict.js';
import type { Answer } from '../subject.js';
import type { CaseDefinition } from './case.js';
import { equal } from './expect.js';
import { ask, cookie, lineOf, onSite, REMOVAL, reader, showing } from './site.js';

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
];
