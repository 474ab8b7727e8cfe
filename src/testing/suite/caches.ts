// S7, with cacheHeaders: a response that depends on the session is marked for caches, in the head of the application.

import type { Answer, VisitHandler } from '../subject.js';
import type { CaseDefinition } from './case.js';
import { equal } from './expect.js';
import { ask, saving } from './site.js';

/** A case of one answer, and of what its `Vary` and `Cache-Control` have to become. */
function marks(
  title: string,
  does: 'reads' | 'saves',
  headers: Answer['headers'],
  expected: readonly [vary: string | null, cacheControl: string | null],
  cacheHeaders = true,
): CaseDefinition {
  const handler: VisitHandler = (visit) => ({
    ...(does === 'saves' ? saving(visit) : { body: 'ok' }),
    ...(headers === undefined ? {} : { headers }),
  });
  return {
    clauses: ['S7'],
    title,
    needs: ['head'],
    async run(subject) {
      const page = await ask(subject, handler, { options: { cacheHeaders } });
      equal('Vary, Cache-Control', [page.headers.get('vary'), page.headers.get('cache-control')], expected);
      equal('lines', page.lines.length, does === 'saves' ? 1 : 0);
    },
  };
}

const shared = { 'Cache-Control': 'public, max-age=60, s-maxage=600' };

export const cacheCases: readonly CaseDefinition[] = [
  marks('a read varies with the cookie, and is private', 'reads', undefined, ['Cookie', 'private']),
  marks('a save is not to be stored', 'saves', undefined, ['Cookie', 'private, no-store']),
  marks("Vary is added to the application's", 'reads', { Vary: 'Accept' }, ['Accept, Cookie', 'private']),
  marks('Vary that has it already stays', 'reads', { Vary: 'cookie, Accept' }, ['cookie, Accept', 'private']),
  marks('Vary: * stays', 'reads', { Vary: '*' }, ['*', 'private']),
  marks("a read leaves the application's Cache-Control", 'reads', shared, ['Cookie', shared['Cache-Control']]),
  marks('a save takes back what invites shared caches', 'saves', shared, ['Cookie', 'max-age=60, private']),
  marks("a save leaves the application's no-store", 'saves', { 'Cache-Control': 'no-store' }, ['Cookie', 'no-store']),
  marks('cacheHeaders: false leaves both alone', 'saves', shared, [null, shared['Cache-Control']], false),
];
