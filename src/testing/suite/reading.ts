// S4, S10, S14, S16, S17: what is read from the request's cookies.

import { Session } from '../../session/session.js';
import type { CaseDefinition } from './case.js';
import { equal } from './expect.js';
import { ask, cookie, onSite, reader, SECRET, saving, showing } from './site.js';

const foreign = new Session({ secretKey: 'a secret that the app under test does not have' });
const good = reader.encode({ n: 7 });
const other = reader.encode({ n: 8 });

/** A case that sends one Cookie header; nothing may be written for it. */
function reads(
  clauses: readonly string[],
  title: string,
  header: string | null,
  body: string,
  needs: CaseDefinition['needs'] = [],
): CaseDefinition {
  return {
    clauses,
    title,
    needs,
    async run(subject) {
      const page = await ask(subject, showing, { headers: header === null ? {} : { Cookie: header } });
      equal('status', page.status, 200);
      equal('the dict', page.body, body);
      equal('Set-Cookie', page.lines, []);
    },
  };
}

export const readingCases: readonly CaseDefinition[] = [
  reads(['S4'], 'no cookie is an empty session', null, '{}'),
  reads(['S4'], 'a cookie that is good is read, whatever stands beside it', `a=b; session=${good}; c=d`, '{"n":7}'),
  reads(['S4'], 'a tampered one is an empty session', `session=${good}x`, '{}'),
  reads(['S4'], 'one of another secret is an empty session', `session=${foreign.encode({ n: 7 })}`, '{}'),
  reads(['S4'], 'what is no token is an empty session', 'session=%7B%22n%22%3A7%7D', '{}'),
  reads(['S10'], 'an expired one is an empty session', `session=${reader.encode({ n: 7, exp: 1 })}`, '{}'),
  reads(['S10'], 'one that is not valid yet is an empty session', `session=${reader.encode({ nbf: 2 ** 40 })}`, '{}'),
  reads(['S14'], 'of two good ones the last counts', `session=${good}; session=${other}`, '{"n":8}'),
  reads(['S14'], 'a bad one behind a good one logs nobody out', `session=${good}; session=planted`, '{"n":7}'),
  reads(['S14'], 'a bad one before a good one logs nobody out', `session=planted; session=${good}`, '{"n":7}'),
  reads(
    ['S14'],
    'names are told apart by case, and whole',
    `Session=${good}; xsession=${good}; session2=${good}`,
    '{}',
  ),
  reads(['S14'], 'a value in quotes is malformed', `session="${good}"`, '{}'),
  {
    clauses: ['S14'],
    title: 'several Cookie lines count as one',
    run: (subject) =>
      onSite(subject, { '/': showing }, async (site) => {
        const response = await site.fetchCookieLines?.('/', ['a=b', `session=${good}`, 'c=d']);
        equal('the dict', await response?.text(), '{"n":7}');
      }),
  },
  {
    clauses: ['S4'],
    title: 'onReject is told why, and of which request',
    async run(subject) {
      const told: unknown[] = [];
      const requests: object[] = [];
      const { body } = await ask(subject, ({ request }) => ({ body: String(requests[0] === request) }), {
        headers: { Cookie: 'session=planted' },
        options: {
          onReject(reason, request) {
            told.push(reason);
            requests.push(request);
          },
        },
      });
      equal('reasons', told, ['malformed']);
      equal('the request is the one that handlers get', body, 'true');
    },
  },
  {
    clauses: ['S16'],
    title: 'any key is data, there and back',
    async run(subject) {
      const data = JSON.parse('{"__proto__":"a","constructor":"b","":"c","toString":"d","hasOwnProperty":"e"}');
      const text = JSON.stringify(data);
      const fill = ({ session }: { session: { [key: string]: unknown; save(): void } }) => {
        for (const [key, value] of Object.entries(data)) session[key] = value;
        session.save();
        return {};
      };
      await onSite(subject, { '/': fill, '/show': showing }, async (site) => {
        const [line = ''] = (await site.visit('/')).lines;
        equal('Set-Cookie', line, `session=${reader.encode(data)}; Path=/; HttpOnly`);
        const page = await site.visit('/show', { Cookie: line.split(';')[0] ?? '' });
        equal('the dict', page.body, text);
      });
    },
  },
  {
    clauses: ['S16'],
    title: "a foreign token's keys save and delete come through a save",
    async run(subject) {
      const { lines } = await ask(subject, saving, { headers: cookie({ save: 1, delete: 2 }) });
      const token = /^session=([^;]*)/.exec(lines[0] ?? '')?.[1] ?? '';
      const { save, delete: removed, n } = reader.decode(token);
      equal('the saved data', [save, removed, n], [1, 2, 1]);
    },
  },
  {
    clauses: ['S17'],
    title: 'a cookie longer than browsers keep is not looked at',
    async run(subject) {
      const reasons: string[] = [];
      const page = await ask(subject, showing, {
        headers: cookie({ text: 'x'.repeat(4096) }),
        options: { onReject: (reason) => void reasons.push(reason) },
      });
      equal('the dict', page.body, '{}');
      equal('why', reasons, ['too-large']);
    },
  },
  {
    clauses: ['S4'],
    title: 'a cookie of another name is another session',
    async run(subject) {
      const page = await ask(subject, showing, {
        headers: { Cookie: `session=${good}; sid=${other}` },
        install: (host) => void new Session(host, { secretKey: SECRET, cookieName: 'sid' }),
      });
      equal('the dict', page.body, '{"n":8}');
    },
  },
];
