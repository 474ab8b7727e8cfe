// Cookie stores under the conformance suite: a small fetch-style framework that keeps a store for each request.
import { cookieValues } from '../../../dist/cookie/parse.js';
import { serializeCookie } from '../../../dist/cookie/serialize.js';
import { type CookieStore, cookiesHost, type StoredCookieOptions } from '../../../dist/hosts/cookies.js';
import { SESSION, type SessionLike, withSession } from '../../../dist/session/index.js';
import type { Answer, HostSubject, SubjectApp, Visit, VisitHandler } from '../../../dist/testing/subject.js';
import { textStream } from '../support/text-stream.js';

class HttpError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }
}

/** One object for a request; it refuses to set once the response is made. */
class Store implements CookieStore {
  readonly #header: string | null;
  readonly #find: () => SessionLike | undefined;
  readonly #lines = new Map<string, string>();
  isClosed = false;

  constructor(header: string | null, find: () => SessionLike | undefined) {
    this.#header = header;
    this.#find = find;
  }

  /** What an app's own glue would do for `withSession`. */
  get [SESSION](): SessionLike | undefined {
    return this.#find();
  }

  get(name: string): string | undefined {
    return cookieValues(this.#header, name).at(-1);
  }

  getAll(name: string): readonly { readonly name: string; readonly value: string }[] {
    return cookieValues(this.#header, name).map((value) => ({ name, value }));
  }

  set(name: string, value: string, options: StoredCookieOptions): void {
    if (this.isClosed) throw new Error('the response is made');
    this.#lines.set(`${name};${options.domain ?? ''};${options.path}`, serializeCookie(name, value, options));
  }

  lines(): readonly string[] {
    return [...this.#lines.values()];
  }
}

function abort(status: number): never {
  throw new HttpError(status);
}

function start(app: SubjectApp): (path: string, init?: RequestInit) => Promise<Response> {
  const host = cookiesHost();
  let installed: SessionLike | undefined;
  app.install({
    installSession: (session) => {
      installed = session;
    },
    sessionJar: (request) => host.sessionJar(request as Store),
  });

  const run = async (store: Store, handler: VisitHandler | undefined): Promise<Answer> => {
    if (handler === undefined) return { status: 404 };
    const visit = withSession((request: Store, session) => handler({ request, session, abort } satisfies Visit));
    try {
      return await visit(store);
    } catch (error) {
      if (app.onError !== undefined) return await app.onError(error, { request: store, abort });
      if (error instanceof HttpError && error.status < 500) return { status: error.status };
      throw error;
    }
  };

  return async (path, init) => {
    const request = new Request(new URL(path, 'http://localhost'), init);
    const store = new Store(request.headers.get('cookie'), () => installed);
    try {
      const answer = await run(store, app.routes[new URL(request.url).pathname]);
      return respond(answer, request.method, store.lines());
    } catch {
      return new Response('the framework crashed', { status: 500 });
    } finally {
      store.isClosed = true;
    }
  };
}

function respond({ status = 200, headers, cookies = [], body = '' }: Answer, method: string, lines: readonly string[]) {
  const head = new Headers(headers);
  for (const line of [...cookies, ...lines]) head.append('Set-Cookie', line);
  const isEmpty = method === 'HEAD' || [204, 205, 304].includes(status);
  const content = typeof body === 'string' ? body : textStream(body);
  return new Response(isEmpty ? null : content, { status, headers: head });
}

export const cookiesSubject: HostSubject = {
  name: 'cookie store',
  start: async (app) => ({ fetch: start(app), close() {} }),
  scheme: null,
  lacks: { head: 'a cookie store is written at the save, and knows no other header' },
};
