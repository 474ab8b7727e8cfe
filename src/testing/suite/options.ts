// S1, S2: the secret and the options, on an app that runs.

import { Session } from '../../session/session.js';
import type { CaseDefinition } from './case.js';
import { codeOf, equal } from './expect.js';
import { ask, cookie, lineOf, onSite, REMOVAL, reader, SECRET, saving, showing } from './site.js';

export const optionCases: readonly CaseDefinition[] = [
  {
    clauses: ['S1'],
    title: 'without a secret, get and update are errors and delete is none',
    async run(subject) {
      const bare = new Session();
      const codes: string[] = [];
      const { lines } = await ask(
        subject,
        ({ request }) => {
          codes.push(codeOf(() => bare.get(request)));
          codes.push(codeOf(() => bare.update(request, { n: 1 })));
          codes.push(codeOf(() => bare.delete(request)));
          return {};
        },
        {
          install(host) {
            bare.initialize(host);
            new Session(host, { secretKey: SECRET });
          },
        },
      );
      equal('get, update, delete', codes, ['ERR_SESSION_NO_SECRET', 'ERR_SESSION_NO_SECRET', 'nothing thrown']);
      equal('Set-Cookie', lines, [REMOVAL]);
    },
  },
  {
    clauses: ['S1'],
    title: 'a secret that is assigned while the app serves counts from the next request on',
    async run(subject) {
      const session = new Session({ secretKey: 'another secret, which it is until it is changed' });
      const install = session.initialize.bind(session);
      await onSite(
        subject,
        { '/': showing },
        async (site) => {
          equal('before', (await site.visit('/', cookie({ n: 7 }))).body, '{}');
          session.secretKey = SECRET;
          equal('after', (await site.visit('/', cookie({ n: 7 }))).body, '{"n":7}');
        },
        { install: (host) => install(host) },
      );
    },
  },
  {
    clauses: ['S2'],
    title: 'options that are given later replace earlier ones, and leave the others',
    async run(subject) {
      const { lines } = await ask(subject, saving, {
        install(host) {
          const session = new Session(host, { secretKey: SECRET, cookieOptions: { path: '/old', secure: true } });
          session.initialize(host, { cookieName: 'sid', cookieOptions: { path: '/new' } });
        },
      });
      equal('Set-Cookie', lines, [`sid=${reader.encode({ n: 1 })}; Path=/new; HttpOnly`]);
    },
  },
  {
    clauses: ['S2', 'S7'],
    title: 'the cookie options are those of the moment of the response head',
    needs: ['head'],
    async run(subject) {
      let session: Session | undefined;
      const { lines } = await ask(
        subject,
        (visit) => {
          const answer = saving(visit);
          if (session !== undefined) session.cookieOptions = { path: '/later', sameSite: 'lax' };
          return answer;
        },
        {
          install(host) {
            session = new Session(host, { secretKey: SECRET });
          },
        },
      );
      equal('Set-Cookie', lines, [`session=${reader.encode({ n: 1 })}; Path=/later; HttpOnly; SameSite=Lax`]);
    },
  },
  {
    clauses: ['S2'],
    title: 'one session on two apps serves both',
    async run(subject) {
      const session = new Session({ secretKey: SECRET });
      const install = session.initialize.bind(session);
      const parts = { install: (host: Parameters<typeof install>[0]) => install(host) };
      await onSite(
        subject,
        { '/': saving },
        (first) =>
          onSite(
            subject,
            { '/': saving },
            async (second) => {
              equal('the first', (await first.visit('/')).lines, [lineOf({ n: 1 })]);
              equal('the second', (await second.visit('/')).lines, [lineOf({ n: 1 })]);
            },
            parts,
          ),
        parts,
      );
    },
  },
];
