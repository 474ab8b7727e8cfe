// autoSave: what a handler changed is saved when the head is made, and not when nobody decided on the answer.

import type { VisitHandler } from '../subject.js';
import type { CaseDefinition } from './case.js';
import { equal } from './expect.js';
import { ask, cookie, lineOf, REMOVAL } from './site.js';

/** A visitor with `{ n: 1 }`, one handler, and the lines that have to come of it without a `save()`. */
function saves(
  title: string,
  handler: VisitHandler,
  lines: readonly string[],
  status = 200,
  needs: CaseDefinition['needs'] = [],
): CaseDefinition {
  return {
    clauses: ['S6'],
    title: `autoSave: ${title}`,
    needs: ['head', ...needs],
    async run(subject) {
      const page = await ask(subject, handler, { headers: cookie({ n: 1 }), options: { autoSave: true } });
      equal('status', page.status, status);
      equal('Set-Cookie', page.lines, lines);
    },
  };
}

export const autoSaveCases: readonly CaseDefinition[] = [
  saves(
    'what the handler changed is saved',
    async ({ session }) => {
      await Promise.resolve();
      session.n = 2;
      return {};
    },
    [lineOf({ n: 2 })],
  ),
  saves('what it only read is not', ({ session }) => ({ body: String(session.n) }), []),
  saves(
    'after a delete nothing is',
    ({ session }) => {
      session.delete();
      session.n = 2;
      return {};
    },
    [REMOVAL],
  ),
  saves(
    "the framework's own HTTP error keeps it",
    (visit) => {
      visit.session.n = 2;
      return visit.abort(401);
    },
    [lineOf({ n: 2 })],
    401,
    ['httpError'],
  ),
  saves(
    'a crash drops it',
    ({ session }) => {
      session.n = 2;
      throw new Error('crash');
    },
    [],
    500,
    ['errorPage'],
  ),
];
