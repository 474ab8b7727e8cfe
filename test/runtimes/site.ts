// The application that workers serve: made when its module is loaded, as theirs are, and asked over HTTP.
import type { Encryption } from '../../dist/encrypt/index.js';
import type { Request as AppRequest, Microdot } from '../../dist/microdot/index.js';
import { count } from './cases/sessions.js';
import { SECRET } from './cases/tokens.js';
import type { Library, Report } from './suite.js';

/** Where a service worker answers instead of the server. */
export const PREFIX = '/conformance';

export interface Site {
  readonly app: Microdot;
  /** The application, and /hosted: a handler on the fetch host, with no application around it. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** The secret of /count and /hosted, which have none: a worker learns it with its first request. The first one stays. */
  readonly tellSecret: (secret: string) => void;
}

export function createSite(library: Library, report: () => Promise<Report>): Site {
  const { microdot, session, fetch } = library;
  const app = new microdot.Microdot();
  const counting = new session.Session(app);
  app.get(`${PREFIX}/report`, report);
  app.get(`${PREFIX}/count`, counting.with(count));
  app.post(`${PREFIX}/echo`, (request: AppRequest) => ({ got: request.json }));
  app.get(`${PREFIX}/stream`, async function* () {
    for (const part of ['Zü', 'rich']) yield part;
  });
  const encrypt = ownEncryption(library);
  if (encrypt !== null) {
    const sealed = new session.Session(app, { secretKey: SECRET, cookieName: 'sealed', encrypt });
    app.get(`${PREFIX}/sealed`, sealed.with(count));
  }
  const host = fetch.fetchHost();
  const hosted = new session.Session(host, { cookieName: 'hosted' });
  const countHosted = host.handler(hosted.with((request: Request, dict) => Response.json(count(request, dict))));
  const warning = new session.Session(app, { secretKey: SECRET, cookieName: 'warning' });
  app.get(
    `${PREFIX}/large`,
    warning.with((_request, dict) => {
      dict.text = 'x'.repeat(2000);
      dict.save();
      return 'saved';
    }),
  );
  app.get(
    `${PREFIX}/unsaved`,
    warning.with((_request, dict) => {
      dict.n = 1;
      return 'not saved';
    }),
  );
  return {
    app,
    fetch: (request) =>
      new URL(request.url).pathname === `${PREFIX}/hosted` ? countHosted(request) : app.fetch(request),
    tellSecret(secret) {
      for (const one of [counting, hosted]) one.secretKey ??= secret;
    },
  };
}

/** By the runtime's own AES; null where it has none. */
function ownEncryption({ encrypt }: Library): Encryption | null {
  try {
    return encrypt.jwe();
  } catch {
    return null;
  }
}
