// S7: the one thing that a read writes: the same session anew, where its time or its key asks for it.

import type { SessionOptions } from '../../session/options.js';
import { Session } from '../../session/session.js';
import type { HostSubject, VisitHandler } from '../subject.js';
import type { CaseDefinition } from './case.js';
import { equal } from './expect.js';
import { ask, lineOf, type Page, REMOVAL, reader, SECRET, showing } from './site.js';

/** An hour, on a clock that stands still. */
const HOUR = 3600;
const START = 1_000_000;

const timed = (now: number): SessionOptions => ({ secretKey: SECRET, idleTimeout: HOUR, now: () => now });

/** A visit `seconds` after the session began. */
function after(
  subject: HostSubject,
  seconds: number,
  handler: VisitHandler = showing,
  headers: Readonly<Record<string, string>> = {},
): Promise<Page> {
  const token = new Session(timed(START)).encode({ n: 7 });
  return ask(subject, handler, {
    headers: { Cookie: `session=${token}`, ...headers },
    options: timed(START + seconds),
  });
}

/** The two dates of the token in a line. */
function datesIn(line: string | undefined): readonly unknown[] {
  const token = /^session=([^;]*)/.exec(line ?? '')?.[1] ?? '';
  const verdict = new Session(timed(START + HOUR - 1)).verify(token);
  if (!verdict.ok) return [verdict.reason];
  const { n }: { readonly n?: unknown } = verdict.payload;
  return [n, verdict.issuedAt, verdict.expiresAt];
}

export const renewalCases: readonly CaseDefinition[] = [
  {
    clauses: ['S7'],
    title: 'a read before half of the idle time writes nothing',
    async run(subject) {
      const page = await after(subject, HOUR / 2 - 1);
      equal('the dict', page.body, '{"n":7}');
      equal('Set-Cookie', page.lines, []);
    },
  },
  {
    clauses: ['S7'],
    title: 'a read past half of the idle time issues the session anew, from its first day',
    async run(subject) {
      const page = await after(subject, HOUR - 1);
      equal('the dict', page.body, '{"n":7}');
      equal('lines', page.lines.length, 1);
      equal('data, issued, expires', datesIn(page.lines[0]), [7, START, START + HOUR - 1 + HOUR]);
    },
  },
  {
    clauses: ['S7'],
    title: 'what is issued anew is what was loaded, without unsaved edits',
    needs: ['head'],
    async run(subject) {
      const page = await after(subject, HOUR - 1, ({ session }) => {
        session.n = 8;
        return {};
      });
      equal('data, issued, expires', datesIn(page.lines[0]), [7, START, START + HOUR - 1 + HOUR]);
    },
  },
  {
    clauses: ['S7', 'S11'],
    title: 'a delete past half of the idle time is a removal and nothing else',
    async run(subject) {
      const page = await after(subject, HOUR - 1, ({ session }) => {
        session.delete();
        return {};
      });
      equal('the last line', page.lines.at(-1), REMOVAL);
      equal('lines', page.lines.length, 1);
    },
  },
  {
    clauses: ['S7'],
    title: 'a prefetch issues nothing anew',
    needs: ['head'],
    async run(subject) {
      const page = await after(subject, HOUR - 1, showing, { 'Sec-Purpose': 'prefetch;prerender' });
      equal('the dict', page.body, '{"n":7}');
      equal('Set-Cookie', page.lines, []);
    },
  },
  {
    clauses: ['S7', 'S10'],
    title: 'past its end the session is empty, and nothing is written',
    async run(subject) {
      const page = await after(subject, 2 * HOUR);
      equal('the dict', page.body, '{}');
      equal('Set-Cookie', page.lines, []);
    },
  },
  {
    clauses: ['S7'],
    title: 'a read issues a token of an older key with the newest, where resign is set',
    async run(subject) {
      const newest = 'a newer secret than the one of the suite, and longer';
      const page = await ask(subject, showing, {
        headers: { Cookie: `session=${reader.encode({ n: 7 })}` },
        options: { secretKey: [newest, SECRET], resign: true },
      });
      const token = new Session({ secretKey: newest }).encode({ n: 7 });
      equal('the dict', page.body, '{"n":7}');
      equal('Set-Cookie', page.lines, [lineOf({ n: 7 }).replace(reader.encode({ n: 7 }), token)]);
    },
  },
];
