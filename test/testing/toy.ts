// A framework of a page, for a host that may be broken.
import { withSession } from '../../dist/session/index.js';
import type { Answer, HostSubject, SubjectApp, Visit, VisitHandler } from '../../dist/testing/index.js';
import { type Context, type Fault, type Jar, ToyHost } from './toy-host.js';

class HttpError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }
}

function abort(status: number): never {
  throw new HttpError(status);
}

const shared = new WeakMap<Answer, Headers>();

function streamOf(pieces: AsyncIterable<string>): ReadableStream<Uint8Array> {
  const rest = pieces[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await rest.next();
      if (done === true) controller.close();
      else controller.enqueue(new TextEncoder().encode(value));
    },
  });
}

/** The toy, with the one fault or with none. */
export function toySubject(fault?: Fault, changes: Partial<HostSubject> = {}): HostSubject {
  const has = (other: Fault): boolean => other === fault;

  function respond(answer: Answer, jar: Jar | null): Response {
    const { status = 200, cookies = [], body = '', isShared = false } = answer;
    let headers = new Headers(answer.headers);
    if (isShared && has('writes into a shared response')) {
      headers = shared.get(answer) ?? headers;
      shared.set(answer, headers);
    }
    for (const cookie of cookies) headers.append('Set-Cookie', cookie);
    if (status === 200 || !has('sends cookies with 200 alone')) jar?.finish(headers);
    const isEmpty = [204, 205, 304].includes(status);
    const content = typeof body === 'string' ? body : streamOf(body);
    return new Response(isEmpty ? null : content, { status, headers });
  }

  /** The application's handler, and what becomes of what it throws. */
  async function answer(app: SubjectApp, context: Context, handler: VisitHandler, host: ToyHost): Promise<Response> {
    const visit = withSession((request: Context, session) => handler({ request, session, abort } satisfies Visit));
    try {
      return respond(await visit(context), host.begun(context));
    } catch (error) {
      if (app.onError !== undefined) {
        const drops = has("drops the cookie of an error handler's answer");
        return respond(await app.onError(error, { request: context, abort }), drops ? null : host.begun(context));
      }
      const status = error instanceof HttpError ? error.status : 500;
      const isDecided = status < 500 ? !has('drops the cookie on an HTTP error') : has('keeps the cookie on a crash');
      return respond({ status, body: 'an error' }, isDecided ? host.begun(context) : null);
    }
  }

  return {
    name: 'toy',
    offers: ['sharedResponse', 'https'],
    start: async (app) => {
      const host = new ToyHost(has);
      app.install(host);
      return {
        async fetch(path, init) {
          const context: Context = { web: new Request(new URL(path, 'http://localhost'), init) };
          host.begin(context);
          const handler = app.routes[new URL(context.web.url).pathname];
          if (handler === undefined) return new Response(null, { status: 404 });
          const response = await answer(app, context, handler, host);
          return init?.method === 'HEAD' ? new Response(null, response) : response;
        },
        close() {},
      };
    },
    ...changes,
  };
}
