// S13: the cookie goes with every answer that a handler decided on, and into no other one.

import type { Answer, Visit } from '../subject.js';
import type { CaseDefinition } from './case.js';
import { equal } from './expect.js';
import { ask, cookie, lineOf, onSite, saving } from './site.js';

const save = (visit: Visit, answer: Answer): Answer => ({ ...saving(visit), ...answer });

export const answerCases: readonly CaseDefinition[] = [
  ...[201, 204, 302, 304, 400, 404, 500, 503].map(
    (status): CaseDefinition => ({
      clauses: ['S13'],
      title: `status ${status}, decided on by the handler, has the cookie`,
      async run(subject) {
        const page = await ask(subject, (visit) => save(visit, { status, body: '', headers: { Location: '/x' } }));
        equal('status', page.status, status);
        equal('Set-Cookie', page.lines, [lineOf({ n: 1 })]);
        equal('Location', page.headers.get('location'), '/x');
      },
    }),
  ),
  {
    clauses: ['S13'],
    title: 'an empty body has the cookie',
    async run(subject) {
      const page = await ask(subject, (visit) => save(visit, { body: '' }));
      equal('status and body', [page.status, page.body], [200, '']);
      equal('Set-Cookie', page.lines, [lineOf({ n: 1 })]);
    },
  },
  {
    clauses: ['S13'],
    title: 'the answer to HEAD has the cookie, and no body',
    async run(subject) {
      const page = await ask(subject, (visit) => save(visit, { body: 'ok' }), { method: 'HEAD' });
      equal('status and body', [page.status, page.body], [200, '']);
      equal('Set-Cookie', page.lines, [lineOf({ n: 1 })]);
    },
  },
  {
    clauses: ['S13'],
    title: "the body and the headers are the handler's",
    async run(subject) {
      const body = 'a line of text\n'.repeat(4096);
      const headers = { 'Content-Type': 'text/csv', 'X-Mine': 'yes' };
      const page = await ask(subject, (visit) => save(visit, { body, headers }));
      equal('length of the body', page.body.length, body.length);
      equal('the body is the same', page.body === body, true);
      equal('X-Mine', page.headers.get('x-mine'), 'yes');
      equal('Content-Type', (page.headers.get('content-type') ?? '').split(';')[0], 'text/csv');
    },
  },
  {
    clauses: ['S13'],
    title: "a handler's delete goes with a redirect",
    async run(subject) {
      const page = await ask(
        subject,
        ({ session }) => {
          session.delete();
          return { status: 303, headers: { Location: '/login' } };
        },
        { headers: cookie({ user: 'ada' }) },
      );
      equal('status', page.status, 303);
      equal('Set-Cookie names', names(page.lines), ['session=']);
    },
  },
  {
    clauses: ['S13'],
    title: 'a response that several visitors get is never written into',
    needs: ['sharedResponse'],
    async run(subject) {
      const answer: Answer = { status: 302, headers: { Location: '/x' }, isShared: true };
      const routes = {
        '/save': (visit: Visit): Answer => {
          saving(visit);
          return answer;
        },
        '/read': (): Answer => answer,
      };
      await onSite(subject, routes, async (site) => {
        equal('the first visitor', (await site.visit('/save')).lines, [lineOf({ n: 1 })]);
        const second = await site.visit('/read');
        equal('the second visitor', [second.status, second.lines], [302, []]);
        equal('the third visitor', (await site.visit('/save')).lines, [lineOf({ n: 1 })]);
      });
    },
  },
];

const names = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => line.slice(0, line.indexOf('=') + 1));
