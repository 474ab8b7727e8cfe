// The jar of a web-standard Request, and the Response that carries what it was told; Hono and h3 stand on these, too.

import { type ResponseHead, SESSION, type SessionLike } from '../../session/host.js';
import { HeadJar } from './head.js';
import { jarIfAny, keepJar, mark } from './jars.js';
import { bodyIfKept, type KeptBody } from './kept-body.js';

/** The part of a `Request` that a session reads. */
export interface FetchRequest {
  readonly url: string;
  readonly headers: { get(name: string): string | null };
}

export class FetchJar extends HeadJar {
  readonly #request: FetchRequest;

  constructor(request: FetchRequest) {
    super();
    this.#request = request;
  }

  get cookieHeader(): string | null {
    return this.requestHeader('cookie');
  }

  get secure(): boolean {
    return this.#request.url.startsWith('https:');
  }

  /**
   * The answer to a WebSocket upgrade is no `Response` that could be copied; its head belongs to the other protocol. Any
   * other upgrade is an offer that a server may ignore (RFC 9110 7.8): some clients make it in each request.
   */
  override get headSent(): boolean {
    return this.isOver || this.requestHeader('upgrade')?.toLowerCase() === 'websocket';
  }

  /** Whether the request has been answered, or never will be. */
  get isOver(): boolean {
    return super.headSent;
  }

  requestHeader(name: string): string | null {
    return this.#request.headers.get(name);
  }

  /**
   * The response with what the sessions write; itself where they write nothing. Else a copy: a `Response` may be immutable,
   * or used for several visitors.
   */
  respond(response: Response): Response {
    let copy: Response | undefined;
    const body = bodyIfKept(response);
    const write = (): Headers => {
      copy ??= body === undefined ? copyOf(response) : copyOfParts(body, response);
      return copy.headers;
    };
    const read = (): Headers => copy?.headers ?? response.headers;
    // A network error, Response.error(), has no head and cannot be copied.
    const hasHead = body !== undefined || response.type !== 'error';
    this.finish(hasHead ? headOf(read, write) : NO_HEAD);
    return copy ?? response;
  }

  /** Nothing is going to be written: there is no answer, or it is not the application's. */
  end(): void {
    this.drop();
    this.finish(NO_HEAD);
  }
}

/** The jar of a request that comes in; null where a host before this one has made it, and will finish it. */
export function attend(request: object, source: FetchRequest, session: SessionLike | undefined): FetchJar | null {
  const outer = jarIfAny(request);
  // A request that was answered may be sent again, as tests do.
  if (outer !== undefined && !(outer instanceof FetchJar && outer.isOver)) {
    // Contract S9: an app that is mounted under another one uses the outer session.
    if (!(SESSION in request)) mark(request, session);
    return null;
  }
  mark(request, session);
  return keepJar(request, new FetchJar(source));
}

/** Made of all of it and not of its head alone: Workers keep more in a response than the standard does. */
const copyOf = (response: Response): Response => new Response(response.body, response);

/**
 * Of its parts, where the server has kept them: as a whole, one that has not become real yet is none that the first versions of
 * that server can copy. The headers are the copy's own, so that what is written there is also in what it becomes. A status text is
 * left out: to ask for it would make the response real, and that server sends none.
 */
const copyOfParts = (body: KeptBody, { status, headers }: Response): Response =>
  new Response(body, { status, headers: new Headers(headers) });

/** A head that is read in one place and written in another. */
export const headOf = (read: () => Headers, write: () => Headers): ResponseHead => ({
  get: (name) => read().get(name),
  set: (name, value) => write().set(name, value),
  appendSetCookie: (header) => write().append('Set-Cookie', header),
});

const NO_HEAD: ResponseHead = { get: () => null, set() {}, appendSetCookie() {} };
