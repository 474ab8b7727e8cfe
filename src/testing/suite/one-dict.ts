// S3, S9: one dict for each session and request, read when somebody asks; several sessions on an app; none at all.

import type { SessionHost } from '../../session/host.js';
import { Session } from '../../session/session.js';
import type { CaseDefinition } from './case.js';
import { codeOf, equal } from './expect.js';
import { ask, cookie, installUnasked, onSite, REMOVAL, reader, SECRET, saving, showing } from './site.js';

export const oneDictCases: readonly CaseDefinition[] = [
  {
    clauses: ['S3'],
    title: 'a handler that never asks leaves the response as it is',
    async run(subject) {
      const calls: string[] = [];
      const install = (host: SessionHost) =>
        installUnasked(new Session({ secretKey: SECRET, onReject: () => calls.push('loaded') }), host, (name) =>
          calls.push(name),
        );
      const answer = () => ({ headers: { 'Cache-Control': 'public, max-age=60' }, body: 'ok' });
      const page = await ask(subject, answer, { headers: { Cookie: 'session=bad' }, install });
      equal('status and body', [page.status, page.body], [200, 'ok']);
      equal('Set-Cookie', page.lines, []);
      equal('Cache-Control', page.headers.get('cache-control'), 'public, max-age=60');
      equal('Vary names Cookie', /\bcookie\b/i.test(page.headers.get('vary') ?? ''), false);
      // The one is that of withSession: a host opens nothing by itself.
      equal('calls of the installed session', calls, ['get']);
    },
  },
  {
    clauses: ['S3'],
    title: 'get gives the same dict at every call of a request',
    async run(subject) {
      let session: Session | undefined;
      const { body } = await ask(
        subject,
        ({ request, session: dict }) => {
          const [first, second] = [session?.get(request), session?.get(request)];
          return { body: `${first === dict} ${second === dict}` };
        },
        {
          install(host) {
            session = new Session(host, { secretKey: SECRET });
          },
        },
      );
      equal('the same dict', body, 'true true');
    },
  },
  {
    clauses: ['S3'],
    title: 'a dict is that of its request: the next visitor begins with nothing',
    run: (subject) =>
      onSite(subject, { '/': saving, '/show': showing }, async (site) => {
        await site.visit('/', cookie({ user: 'ada' }));
        const own = await site.visit('/show', cookie({ user: 'bob' }));
        equal('the second visitor', [own.body, own.lines], ['{"user":"bob"}', []]);
        const nobody = await site.visit('/show');
        equal('the third visitor', [nobody.body, nobody.lines], ['{}', []]);
      }),
  },
  {
    clauses: ['S3'],
    title: 'an object that is no request is ERR_SESSION_NOT_INSTALLED',
    async run(subject) {
      let session: Session | undefined;
      await ask(subject, showing, {
        install(host) {
          session = new Session(host, { secretKey: SECRET });
        },
      });
      equal(
        'get({})',
        codeOf(() => session?.get({})),
        'ERR_SESSION_NOT_INSTALLED',
      );
    },
  },
  {
    clauses: ['S3'],
    title: 'a session that is read later, as a stored one is, comes to the handler all the same',
    async run(subject) {
      const { body } = await ask(subject, showing, {
        headers: cookie({ n: 7 }),
        install(host) {
          const session = new Session(host, { secretKey: SECRET });
          host.installSession({ get: async (request) => session.get(request), open: (jar) => session.open(jar) });
        },
      });
      equal('the dict', body, '{"n":7}');
    },
  },
  {
    clauses: ['S3', 'S9'],
    title: 'two sessions side by side: each has its dict and its cookie, and withSession uses the last one',
    async run(subject) {
      let other: Session | undefined;
      const { lines } = await ask(
        subject,
        ({ request, session }) => {
          session.of = 'last';
          session.save();
          const dict = other?.get(request);
          if (dict === undefined || dict === session) return {};
          dict.of = 'first';
          dict.save();
          return {};
        },
        {
          install(host) {
            other = new Session(host, { secretKey: SECRET, cookieName: 'first' });
            new Session(host, { secretKey: SECRET, cookieName: 'last' });
          },
        },
      );
      equal('Set-Cookie', [...lines].sort(), [
        `first=${reader.encode({ of: 'first' })}; Path=/; HttpOnly`,
        `last=${reader.encode({ of: 'last' })}; Path=/; HttpOnly`,
      ]);
    },
  },
  {
    clauses: ['S3', 'S8'],
    title: 'delete without a get before it reads nothing and removes the cookie',
    async run(subject) {
      const session = new Session({ secretKey: SECRET });
      const { lines } = await ask(
        subject,
        ({ request }) => {
          session.delete(request);
          return {};
        },
        { headers: cookie({ n: 1 }), install: (host) => installUnasked(session, host) },
      );
      equal('Set-Cookie', lines, [REMOVAL]);
    },
  },
  {
    clauses: ['S9'],
    title: 'where nothing is installed withSession is ERR_SESSION_NOT_INSTALLED',
    needs: ['onError'],
    async run(subject) {
      const { body } = await ask(subject, showing, {
        install() {},
        onError: (error) => ({ body: codeOf(() => raise(error)) }),
      });
      equal('the error handler got', body, 'ERR_SESSION_NOT_INSTALLED');
    },
  },
];

function raise(error: unknown): never {
  throw error;
}
