// S13: which errors are an answer of the application, and which drop the cookie.

import { Session } from '../../session/session.js';
import type { Answer, Visit, VisitHandler } from '../subject.js';
import type { CaseDefinition } from './case.js';
import { equal } from './expect.js';
import { ask, cookie, lineOf, onSite, REMOVAL, SECRET, saving } from './site.js';

/** Saves, and ends with the framework's own HTTP error. */
const aborting =
  (status: number): VisitHandler =>
  (visit) => {
    saving(visit);
    return visit.abort(status);
  };

const crashing = (visit: Visit): never => {
  saving(visit);
  throw new Error('crash');
};

export const errorCases: readonly CaseDefinition[] = [
  ...[400, 401, 403, 404, 422].map(
    (status): CaseDefinition => ({
      clauses: ['S13'],
      title: `the framework's own HTTP error ${status} keeps the cookie`,
      needs: ['httpError'],
      async run(subject) {
        const page = await ask(subject, aborting(status));
        equal('status', page.status, status);
        equal('Set-Cookie', page.lines, [lineOf({ n: 1 })]);
      },
    }),
  ),
  {
    clauses: ['S13'],
    title: "the framework's own HTTP error keeps a removal",
    needs: ['httpError'],
    async run(subject) {
      const removing: VisitHandler = (visit) => {
        visit.session.delete();
        return visit.abort(401);
      };
      const page = await ask(subject, removing, { headers: cookie({ user: 'ada' }) });
      equal('status', page.status, 401);
      equal('Set-Cookie', page.lines, [REMOVAL]);
    },
  },
  {
    clauses: ['S13'],
    title: "the framework's own HTTP error of 500 or more is a crash, and drops the cookie",
    needs: ['httpError', 'errorPage', 'head'],
    async run(subject) {
      const page = await ask(subject, aborting(503));
      equal('status', page.status, 503);
      equal('Set-Cookie', page.lines, []);
    },
  },
  {
    clauses: ['S13'],
    title: 'what nobody took drops it',
    needs: ['errorPage', 'head'],
    async run(subject) {
      const page = await ask(subject, crashing);
      equal('status', page.status, 500);
      equal('Set-Cookie', page.lines, []);
    },
  },
  {
    clauses: ['S13'],
    title: 'a crash is forgotten by the next request',
    needs: ['errorPage', 'head'],
    run: (subject) =>
      onSite(subject, { '/crash': crashing, '/': saving, '/read': () => ({ body: 'ok' }) }, async (site) => {
        equal('the crash', (await site.visit('/crash')).status, 500);
        const read = await site.visit('/read');
        equal('the next visitor', [read.status, read.lines], [200, []]);
        equal('and the one who saves', (await site.visit('/')).lines, [lineOf({ n: 1 })]);
      }),
  },
  ...[200, 404, 500, 503].map(
    (status): CaseDefinition => ({
      clauses: ['S13'],
      title: `an error handler of the application answers ${status}, and the cookie goes with it`,
      needs: ['onError'],
      async run(subject) {
        const page = await ask(subject, crashing, { onError: () => ({ status, body: 'sorry' }) });
        equal('status and body', [page.status, page.body], [status, 'sorry']);
        equal('Set-Cookie', page.lines, [lineOf({ n: 1 })]);
      },
    }),
  ),
  {
    clauses: ['S13'],
    title: "an error handler of the application answers the framework's own HTTP error, and the cookie goes with it",
    needs: ['onError', 'httpError'],
    async run(subject) {
      const page = await ask(subject, aborting(401), { onError: () => ({ status: 403, body: 'sorry' }) });
      equal('status and body', [page.status, page.body], [403, 'sorry']);
      equal('Set-Cookie', page.lines, [lineOf({ n: 1 })]);
    },
  },
  inHandler('a save in an error handler is sent', lineOf({ failed: 1 }), (session, request) => {
    const dict = session.get(request);
    dict.failed = 1;
    dict.save();
  }),
  inHandler('a delete in an error handler is sent', REMOVAL, (session, request) => session.delete(request)),
];

/** What the application's error handler does with the session of a request that crashed before it was asked for. */
function inHandler(title: string, line: string, act: (session: Session, request: object) => void): CaseDefinition {
  return {
    clauses: ['S13'],
    title,
    needs: ['onError'],
    async run(subject) {
      const session = new Session({ secretKey: SECRET });
      const page = await ask(
        subject,
        (): Answer => {
          throw new Error('crash');
        },
        {
          install: (host) => session.initialize(host),
          onError: (_error, { request }) => {
            act(session, request);
            return { status: 500, body: 'sorry' };
          },
        },
      );
      equal('status and body', [page.status, page.body], [500, 'sorry']);
      equal('Set-Cookie', page.lines, [line]);
    },
  };
}
