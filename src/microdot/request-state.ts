// What the app knows about one request: its route, its body, its jar, its hooks.

import type { SessionLike } from '../session/host.js';
import { HTTPException } from './http-exception.js';
import { Jar } from './jar.js';
import type { HeaderRecord, Incoming } from './transport.js';
import type { AfterHook, Route, Wiring } from './wiring.js';

const EMPTY = new Uint8Array(0);

/** The mutable side of a request, shared by `Request` and the dispatcher. */
export class RequestState {
  readonly main: Wiring;
  readonly incoming: Incoming;
  readonly path: string;
  readonly queryString: string | null;
  readonly hasBody: boolean;
  readonly contentLength: number;
  route: Route | null = null;
  body: Uint8Array = EMPTY;
  afterHooks: AfterHook[] | null = null;
  // What getters of the request have parsed.
  args: URLSearchParams | null = null;
  cookies: Record<string, string> | null = null;
  json: unknown = undefined;
  form: URLSearchParams | null = null;
  g: Record<string, unknown> | null = null;
  #stream: ReadableStream<Uint8Array> | null = null;
  #bodyRead = false;
  #jar: Jar | null = null;
  #headSent = false;

  constructor(main: Wiring, incoming: Incoming) {
    this.main = main;
    this.incoming = incoming;
    const { url } = incoming;
    const query = url.indexOf('?');
    this.path = query < 0 ? url : url.slice(0, query);
    this.queryString = query < 0 ? null : url.slice(query + 1);
    this.hasBody = incoming.hasBody;
    this.contentLength = this.hasBody ? parseLength(incoming.header('content-length')) : 0;
  }

  /** The mounted applications with hooks of their own that lead to the route. */
  get locals(): readonly Wiring[] {
    return this.route?.locals ?? [];
  }

  get session(): SessionLike | undefined {
    if (this.main.session !== undefined) return this.main.session;
    const apps = this.route?.apps ?? [];
    for (let i = apps.length - 1; i >= 0; i--) if (apps[i].session !== undefined) return apps[i].session;
    return undefined;
  }

  /** One jar per request. */
  get jar(): Jar {
    this.#jar ??= new Jar(this.incoming, this.#headSent);
    return this.#jar;
  }

  /** The head is final, after the jar's callbacks have written into it; `null` drops them. */
  seal(record: HeaderRecord | null): void {
    this.#headSent = true;
    this.#jar?.seal(record);
  }

  /**
   * Reads a body of up to `maxBody` bytes; a longer one is left to `stream`.
   * @throws HTTPException 413 where it turns out longer than `maxContent` bytes.
   */
  async readBody(maxBody: number, maxContent: number): Promise<void> {
    if (this.contentLength > maxBody) return;
    const body = await this.incoming.readBody(Math.min(maxBody, maxContent));
    if (body === null && maxBody >= maxContent) throw tooLarge();
    if (body === null) return;
    this.body = body;
    this.#bodyRead = true;
  }

  stream(maxContent: number): ReadableStream<Uint8Array> {
    this.#stream ??= this.#bodyRead || !this.hasBody ? streamOf(this.body) : capped(this.incoming, maxContent);
    return this.#stream;
  }
}

export const tooLarge = (): HTTPException => new HTTPException(413, 'Payload too large');

function parseLength(header: string | null): number {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : 0;
}

/** A stream of bytes that are already there. */
export function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
}

/** The stream of a request, counted: a chunked body, and one whose length was a lie, end at the limit too. */
function capped(incoming: Incoming, limit: number): ReadableStream<Uint8Array> {
  const reader = incoming.stream().getReader();
  let total = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        total += value.length;
        if (total > limit) throw tooLarge();
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
