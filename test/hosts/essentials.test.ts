// What every host has to do, asked of each: one script over all of them, by the clauses of the contract.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Session, type SessionOptions } from '../../dist/session/index.js';
import type {
  Answer,
  HostSubject,
  RunningSubject,
  SubjectApp,
  Visit,
  VisitHandler,
} from '../../dist/testing/subject.js';
import { throwsCode } from '../support/errors.js';
import { needs } from '../support/needs.js';
import { subjects } from './subjects/index.js';

const SECRET = 'a secret of thirty-two bytes or so';
const REMOVAL = 'session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly';
const reader = new Session({ secretKey: SECRET });
const line = (data: object): string => `session=${reader.encode(data)}; Path=/; HttpOnly`;
const cookie = (data: object): Readonly<Record<string, string>> => ({ Cookie: `session=${reader.encode(data)}` });

/** One request to an app of one route; the response, and its Set-Cookie lines. */
async function ask(
  subject: HostSubject,
  handler: VisitHandler,
  headers: Readonly<Record<string, string>> = {},
  onError?: SubjectApp['onError'],
  options: SessionOptions = {},
): Promise<{
  readonly status: number;
  readonly lines: readonly string[];
  readonly body: string;
  readonly headers: Headers;
}> {
  const app: RunningSubject = await subject.start({
    install: (host) => void new Session(host, { secretKey: SECRET, ...options }),
    routes: { '/': handler },
    ...(onError === undefined ? {} : { onError }),
  });
  try {
    const response = await app.fetch('/', { headers });
    const body = await response.text();
    return { status: response.status, lines: response.headers.getSetCookie(), body, headers: response.headers };
  } finally {
    await app.close();
  }
}

const saving = ({ session }: Visit): Answer => {
  session.n = 1;
  session.save();
  return { body: 'ok' };
};

for (const subject of subjects) {
  const { name, lacks = {} } = subject;
  const without = (feature: keyof typeof lacks): { readonly skip?: string } =>
    lacks[feature] === undefined ? {} : { skip: lacks[feature] };

  describe(`${name}: essentials`, needs.node('the frameworks are served by Node'), () => {
    it('S4, S7: no cookie, a tampered one: empty, and nothing is written', async () => {
      const show: VisitHandler = ({ session }) => ({ body: JSON.stringify(session) });
      const none = await ask(subject, show);
      assert.deepEqual([none.status, none.body, none.lines], [200, '{}', []]);
      const tampered = await ask(subject, show, { Cookie: `session=${reader.encode({ n: 1 })}x` });
      assert.deepEqual([tampered.body, tampered.lines], ['{}', []]);
      const good = await ask(subject, show, { Cookie: `a=b; session=${reader.encode({ n: 7 })}; c=d` });
      assert.deepEqual([good.body, good.lines], ['{"n":7}', []]);
    });

    it('S3: one dict for a request', async () => {
      let session: Session | undefined;
      const app = await subject.start({
        install: (host) => {
          session = new Session(host, { secretKey: SECRET });
        },
        routes: { '/': (visit) => ({ body: String(session?.get(visit.request) === visit.session) }) },
      });
      try {
        assert.equal(await (await app.fetch('/')).text(), 'true');
      } finally {
        await app.close();
      }
    });

    it('S7: a save writes one line with the defaults', async () => {
      const { lines, body } = await ask(subject, saving);
      assert.deepEqual([body, lines], ['ok', [line({ n: 1 })]]);
    });

    it('S6, S11: the last save wins, later edits need another one', async () => {
      const { lines } = await ask(subject, ({ session }) => {
        session.n = 1;
        session.save();
        session.n = 2;
        session.save();
        session.n = 3;
        return {};
      });
      assert.deepEqual(lines, [line({ n: 2 })]);
    });

    it('S8, S12: delete removes the cookie, and a save after it starts from nothing', async () => {
      const gone = await ask(
        subject,
        ({ session }) => {
          session.delete();
          return {};
        },
        cookie({ user: 'ada' }),
      );
      assert.deepEqual(gone.lines, [REMOVAL]);
      const fresh = await ask(
        subject,
        ({ session }) => {
          session.delete();
          session.b = 2;
          session.save();
          return {};
        },
        cookie({ user: 'ada' }),
      );
      assert.deepEqual(fresh.lines, [line({ b: 2 })]);
    });

    it("S11: other people's Set-Cookie lines stay, in their order", async () => {
      const { lines } = await ask(subject, (visit) => ({
        ...saving(visit),
        cookies: ['z=1; Path=/', 'a=2; Path=/'],
      }));
      assert.deepEqual(
        lines.filter((other) => !other.startsWith('session=')),
        ['z=1; Path=/', 'a=2; Path=/'],
      );
      assert.deepEqual(
        lines.filter((own) => own.startsWith('session=')),
        [line({ n: 1 })],
      );
    });

    for (const status of [201, 204, 302, 304, 400, 404, 500]) {
      it(`S13: status ${status}, decided on by the handler`, async () => {
        const answer = await ask(subject, (visit) => ({
          ...saving(visit),
          status,
          body: '',
          headers: { Location: '/x' },
        }));
        assert.deepEqual([answer.status, answer.lines], [status, [line({ n: 1 })]]);
        assert.equal(answer.headers.get('location'), '/x');
      });
    }

    it("S13: the framework's own HTTP error below 500 keeps the cookie", without('httpError'), async () => {
      for (const status of [401, 403, 404]) {
        const answer = await ask(subject, (visit) => {
          saving(visit);
          return visit.abort(status);
        });
        assert.deepEqual([answer.status, answer.lines], [status, [line({ n: 1 })]]);
      }
    });

    // A bare server has no page for it: the process ends.
    const noPage = name === 'node:http' ? { skip: 'a bare server has no default page' } : without('head');
    it('S13: what nobody took drops it', noPage, async () => {
      const crash = await ask(subject, (visit) => {
        saving(visit);
        throw new Error('crash');
      });
      assert.deepEqual([crash.status, crash.lines], [500, []]);
    });

    it(
      'S13: an error handler of the application answers, and the cookie goes with it',
      without('onError'),
      async () => {
        const answer = await ask(
          subject,
          (visit) => {
            saving(visit);
            throw new Error('crash');
          },
          {},
          () => ({ status: 500, body: 'sorry' }),
        );
        assert.deepEqual([answer.status, answer.body, answer.lines], [500, 'sorry', [line({ n: 1 })]]);
      },
    );

    it('S18: in a streamed body it is too late', without('stream'), async () => {
      const codes: string[] = [];
      await ask(subject, ({ session }) => {
        async function* body(): AsyncGenerator<string> {
          yield 'begun';
          await new Promise((resolve) => setTimeout(resolve, 20));
          if (lacks.head === undefined) codes.push(throwsCode(() => session.save(), 'ERR_SESSION_HEADERS_SENT').code);
          yield 'done';
        }
        return { body: body() };
      });
      assert.equal(codes.length, lacks.head === undefined ? 1 : 0);
    });

    it('S7: a response that depends on the session is marked for caches', without('head'), async () => {
      const read = await ask(subject, () => ({ headers: { Vary: 'Accept' } }));
      assert.deepEqual([read.headers.get('vary'), read.headers.get('cache-control')], ['Accept, Cookie', 'private']);
      const saved = await ask(subject, saving);
      assert.deepEqual(
        [saved.headers.get('vary'), saved.headers.get('cache-control')],
        ['Cookie', 'private, no-store'],
      );
      const off = await ask(subject, saving, {}, undefined, { cacheHeaders: false });
      assert.deepEqual([off.headers.get('vary'), off.headers.get('cache-control')], [null, null]);
    });
  });
}
