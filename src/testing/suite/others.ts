// S11, and S10, S15, S17 of a save: what stays out of the response, and what stays in it.

import type { Answer } from '../subject.js';
import type { CaseDefinition } from './case.js';
import { codeOf, equal } from './expect.js';
import { ask, lineOf, saving } from './site.js';

/** A save of the app's own cookies around the session's: `cookies` have to stay as they are, in their order. */
const beside = (title: string, cookies: readonly string[]): CaseDefinition => ({
  clauses: ['S11'],
  title,
  async run(subject) {
    const { lines } = await ask(subject, (visit): Answer => ({ ...saving(visit), cookies }));
    const isOwn = (line: string): boolean => line.startsWith('session=');
    equal(
      "the app's own",
      lines.filter((line) => !isOwn(line)),
      cookies,
    );
    equal("the session's", lines.filter(isOwn), [lineOf({ n: 1 })]);
  },
});

/** A save that throws, in a handler that goes on. */
function refuses(clauses: readonly string[], title: string, code: string, data: object): CaseDefinition {
  return {
    clauses,
    title,
    async run(subject) {
      const { status, body, lines } = await ask(subject, ({ session }) => {
        Object.assign(session, data);
        return { body: codeOf(() => session.save()) };
      });
      equal('status and code', [status, body], [200, code]);
      equal('Set-Cookie', lines, []);
    },
  };
}

export const otherCases: readonly CaseDefinition[] = [
  beside("other people's cookies stay, in their order", ['z=1; Path=/', 'a=2; Path=/', 'z=3; Path=/b; HttpOnly']),
  beside('a single one stays', ['only=1; Path=/']),
  beside('commas in them stay', ['e=1; Expires=Wed, 21 Oct 2037 07:28:00 GMT', 'f=a,b']),
  {
    clauses: ['S11'],
    title: "other people's cookies stay where the session has none to set",
    async run(subject) {
      const { lines } = await ask(subject, () => ({ cookies: ['z=1; Path=/', 'a=2; Path=/'] }));
      equal('Set-Cookie', lines, ['z=1; Path=/', 'a=2; Path=/']);
    },
  },
  refuses(['S15'], 'what JSON cannot hold is an error of the save, and nothing is sent', 'ERR_SESSION_BAD_PAYLOAD', {
    when: new Date(0),
  }),
  refuses(['S17'], 'so is a cookie that browsers would drop', 'ERR_SESSION_TOO_LARGE', { text: 'x'.repeat(4096) }),
  refuses(['S10'], 'so is a claim that the next request could not read', 'ERR_SESSION_UNREADABLE', { aud: 'x' }),
];
