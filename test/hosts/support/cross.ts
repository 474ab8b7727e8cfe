// An app for cookies that travel from host to host.
import { Session, type SessionHost } from '../../../dist/session/index.js';
import type { HostSubject, RunningSubject } from '../../../dist/testing/subject.js';

export const SECRET = 'a secret of thirty-two bytes or so';

/** What is passed on: text of every kind, numbers, nested lists, names that are hostile elsewhere. */
export const DATA = { user: 'Zoë 東京 😀', n: 42, deep: [{ a: null }, [true]], '': 'empty', constructor: 'yes' };

/** An app that saves {@link DATA} at `/save`, and shows what a cookie brought at `/show`. */
export const startCross = (subject: HostSubject): Promise<RunningSubject> =>
  subject.start({
    install: (host: SessionHost) => void new Session(host, { secretKey: SECRET }),
    routes: {
      '/save': ({ session }) => {
        Object.assign(session, DATA);
        session.save();
        return { body: 'saved' };
      },
      '/show': ({ session }) => ({ body: JSON.stringify(session) }),
    },
  });

/** What an app reads in a token. */
export async function shown(app: RunningSubject, token: string): Promise<unknown> {
  const response = await app.fetch('/show', { headers: { Cookie: `session=${token}` } });
  return JSON.parse(await response.text());
}

/** The `Set-Cookie` lines of a save. */
export const savedLines = async (app: RunningSubject): Promise<readonly string[]> =>
  (await app.fetch('/save')).headers.getSetCookie();
