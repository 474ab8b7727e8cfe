// The stage of a case: an app of the subject with a session, visited, and closed whatever happens.

import type { SessionHost } from '../../session/host.js';
import type { SessionOptions } from '../../session/options.js';
import { Session } from '../../session/session.js';
import type { Answer, HostSubject, RunningSubject, SubjectApp, Visit, VisitHandler } from '../subject.js';

export const SECRET = 'a secret that the conformance suite is signed with';

/** Makes the suite's tokens, and reads what came back. */
export const reader = new Session({ secretKey: SECRET });

/** The `Set-Cookie` line of a save with the defaults. */
export const lineOf = (data: object): string => `session=${reader.encode(data)}; Path=/; HttpOnly`;

/** The `Set-Cookie` line of a removal with the defaults. */
export const REMOVAL = 'session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly';

export type RequestHeaders = Readonly<Record<string, string>>;

/** Headers with the cookie of a visitor. */
export const cookie = (data: object): RequestHeaders => ({ Cookie: `session=${reader.encode(data)}` });

/** What a visitor got. */
export interface Page {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
  /** The `Set-Cookie` lines. */
  readonly lines: readonly string[];
}

export const pageOf = async (response: Response): Promise<Page> => ({
  status: response.status,
  body: await response.text(),
  headers: response.headers,
  lines: response.headers.getSetCookie(),
});

/** What a case says of its app. */
export interface Parts {
  /** Options of the session, over the suite's secret. */
  readonly options?: SessionOptions;
  /** In the place of one session with `options`. */
  readonly install?: (host: SessionHost) => void;
  readonly onError?: SubjectApp['onError'];
}

/** An app that visitors come to. */
export interface Site extends RunningSubject {
  visit(path: string, headers?: RequestHeaders, method?: string): Promise<Page>;
}

/** Lets `use` visit an app, and ends it afterwards. */
export async function onSite<T>(
  subject: HostSubject,
  routes: SubjectApp['routes'],
  use: (site: Site) => Promise<T>,
  { options, install, onError }: Parts = {},
): Promise<T> {
  const app = await subject.start({
    install: install ?? ((host) => void new Session(host, { secretKey: SECRET, ...options })),
    routes,
    ...(onError === undefined ? {} : { onError }),
  });
  try {
    return await use({
      fetch: (path, init) => app.fetch(path, init),
      fetchCookieLines: (path, lines) =>
        app.fetchCookieLines?.(path, lines) ?? app.fetch(path, { headers: { Cookie: lines.join('; ') } }),
      visit: async (path, headers = {}, method = 'GET') => pageOf(await app.fetch(path, { method, headers })),
      close() {},
    });
  } finally {
    await app.close();
  }
}

/** One visit to an app of one handler. */
export const ask = (
  subject: HostSubject,
  handler: VisitHandler,
  { headers, method, ...parts }: Parts & { readonly headers?: RequestHeaders; readonly method?: string } = {},
): Promise<Page> => onSite(subject, { '/': handler }, (site) => site.visit('/', headers, method), parts);

/** A handler that saves `{ n: 1 }`. */
export const saving = ({ session }: Visit): Answer => {
  session.n = 1;
  session.save();
  return { body: 'ok' };
};

/** A handler that shows the session. */
export const showing: VisitHandler = ({ session }) => ({ body: JSON.stringify(session) });

/**
 * Installs a session that handlers have to ask for: what `withSession` finds reads nothing. So a handler that did not ask
 * can be looked at, although all of them are wrapped.
 * @param called is told of each call of what was installed
 */
export function installUnasked(
  session: Session,
  host: SessionHost,
  called: (name: 'get' | 'open') => void = () => {},
): void {
  session.initialize(host);
  const empty = (name: 'get' | 'open') => () => {
    called(name);
    return {};
  };
  host.installSession({ get: empty('get'), open: empty('open') });
}
