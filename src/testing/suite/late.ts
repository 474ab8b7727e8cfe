// S18: what comes after the response has begun is an error, and never lost without a word.

import { Session } from '../../session/session.js';
import type { SessionDict } from '../../session/session-dict.js';
import type { HostSubject, Visit } from '../subject.js';
import type { CaseDefinition } from './case.js';
import { codeOf, equal } from './expect.js';
import { ask, cookie, installUnasked, lineOf, onSite, type Page, type Parts, pageOf, SECRET, saving } from './site.js';
import { Signal } from './together.js';

/** One visit to a streamed body. `begun` is called between its two pieces, once the visitor has the head. */
async function streamed(
  subject: HostSubject,
  before: (visit: Visit) => void,
  begun: (visit: Visit) => void,
  parts: Parts & { readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Page> {
  const head = new Signal<true>();
  let arrived: true | null = null;
  async function* pieces(visit: Visit): AsyncGenerator<string> {
    yield 'begun, ';
    arrived = await head.wait;
    begun(visit);
    yield 'done';
  }
  const routes = {
    '/': (visit: Visit) => {
      before(visit);
      return { body: pieces(visit) };
    },
  };
  const { headers = {} } = parts;
  const page = await onSite(
    subject,
    routes,
    async (site) => {
      try {
        const response = await site.fetch('/', { headers });
        head.give(true);
        return await pageOf(response);
      } finally {
        head.give(null);
      }
    },
    parts,
  );
  equal('the head came before the end of the body', arrived, true);
  equal('status and body', [page.status, page.body], [200, 'begun, done']);
  return page;
}

export const lateCases: readonly CaseDefinition[] = [
  {
    clauses: ['S13', 'S18'],
    title: 'what was saved before a streamed body goes with its head',
    needs: ['stream'],
    async run(subject) {
      const page = await streamed(subject, saving, () => {});
      equal('Set-Cookie', page.lines, [lineOf({ n: 1 })]);
    },
  },
  {
    clauses: ['S18'],
    title: 'in a streamed body it is too late to save and to delete',
    needs: ['stream', 'head'],
    async run(subject) {
      const codes: string[] = [];
      const page = await streamed(
        subject,
        () => {},
        ({ session }) => {
          session.n = 1;
          codes.push(codeOf(() => session.save()));
          codes.push(codeOf(() => session.delete()));
        },
      );
      equal('save, delete', codes, ['ERR_SESSION_HEADERS_SENT', 'ERR_SESSION_HEADERS_SENT']);
      equal('Set-Cookie', page.lines, []);
    },
  },
  {
    clauses: ['S18'],
    title: 'in a streamed body a session can still be read for the first time',
    needs: ['stream'],
    async run(subject) {
      const session = new Session({ secretKey: SECRET });
      let seen: unknown;
      await streamed(
        subject,
        () => {},
        ({ request }) => {
          seen = session.get(request).n;
        },
        { headers: cookie({ n: 7 }), install: (host) => installUnasked(session, host) },
      );
      equal('the dict', seen, 7);
    },
  },
  {
    clauses: ['S18'],
    title: 'after the answer it is too late to save and to delete',
    async run(subject) {
      const kept: SessionDict[] = [];
      await ask(subject, ({ session }) => {
        kept.push(session);
        return { body: 'ok' };
      });
      const [session] = kept;
      const codes = [codeOf(() => session?.save()), codeOf(() => session?.delete())];
      equal('save, delete', codes, ['ERR_SESSION_HEADERS_SENT', 'ERR_SESSION_HEADERS_SENT']);
    },
  },
];
