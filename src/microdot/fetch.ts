// The fetch transport: a web-standard Request in, a web-standard Response out.

import { isChunks } from './body.js';
import { streamOf } from './request-state.js';
import type { Chunks, ClientAddr, HeaderRecord, Incoming, Outgoing, RequestHeaders } from './transport.js';

const encoder = new TextEncoder();

/** A web-standard request. */
export class FetchIncoming implements Incoming {
  readonly clientAddr: ClientAddr | null;
  readonly method: string;
  readonly url: string;
  readonly #request: globalThis.Request;
  #rest: ReadableStream<Uint8Array> | null = null;

  constructor(request: globalThis.Request, clientAddr: ClientAddr | null) {
    this.#request = request;
    this.clientAddr = clientAddr;
    this.method = request.method;
    this.url = pathAndQuery(request.url);
  }

  get secure(): boolean {
    return this.#request.url.startsWith('https:');
  }

  get headers(): RequestHeaders {
    return this.#request.headers;
  }

  get hasBody(): boolean {
    return this.#request.body !== null;
  }

  header(name: string): string | null {
    return this.#request.headers.get(name);
  }

  async readBody(limit: number): Promise<Uint8Array | null> {
    const reader = this.stream().getReader();
    const chunks: Uint8Array[] = [];
    let size = 0;
    while (size <= limit) {
      const { done, value } = await reader.read();
      if (done) return concat(chunks, size);
      chunks.push(value);
      size += value.length;
    }
    this.#rest = resumed(chunks, reader);
    return null;
  }

  stream(): ReadableStream<Uint8Array> {
    return this.#rest ?? bodyOf(this.#request);
  }
}

function bodyOf(request: globalThis.Request): ReadableStream<Uint8Array> {
  if (request.body !== undefined) return request.body ?? streamOf(new Uint8Array(0));
  // Firefox does not know Request.body. What a page or a service worker sends is in memory already.
  return new ReadableStream({
    async start(controller) {
      const bytes = new Uint8Array(await request.arrayBuffer());
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
}

/** The response for the web. */
export function toWebResponse({ status, reason, headers, body }: Outgoing, isHead: boolean): globalThis.Response {
  const init = { status, ...(reason === undefined ? {} : { statusText: reason }) };
  if (isChunks(body)) return new globalThis.Response(toStream(body), { ...init, headers: toInit(headers) });
  const bytes = typeof body === 'string' ? encoder.encode(body) : body;
  if (bytes !== null) headers['Content-Length'] ??= String(bytes.length);
  // An empty body is none: 204, 205 and 304 may not have one.
  const isEmpty = isHead || bytes === null || bytes.length === 0;
  return new globalThis.Response(isEmpty ? null : bytes, {
    ...init,
    headers: toInit(headers),
  });
}

function toInit(headers: HeaderRecord): Record<string, string> | [string, string][] {
  if (!Object.hasOwn(headers, 'Set-Cookie')) return headers as Record<string, string>;
  const pairs: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') pairs.push([name, value]);
    else for (const line of value) pairs.push([name, line]);
  }
  return pairs;
}

function toStream(chunks: Chunks): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const chunk = await chunks.next();
        if (chunk === null) controller.close();
        else controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
      },
      cancel: () => chunks.cancel(),
    },
    { highWaterMark: 0 },
  );
}

/** What was read already, then what follows. */
function resumed(
  chunks: readonly Uint8Array[],
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        if (next < chunks.length) return controller.enqueue(chunks[next++]);
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function concat(chunks: readonly Uint8Array[], size: number): Uint8Array {
  if (chunks.length === 1) return chunks[0];
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** The part of an absolute URL from its path on, without a fragment. */
export function pathAndQuery(url: string): string {
  const hash = url.indexOf('#');
  const whole = hash < 0 ? url : url.slice(0, hash);
  const authority = whole.indexOf('://') + 3;
  const slash = whole.indexOf('/', authority);
  const query = whole.indexOf('?', authority);
  // RFC 3986 3.2: the authority ends at a `?`, too, and a slash behind that begins no path.
  if (query >= 0 && (slash < 0 || query < slash)) return `/${whole.slice(query)}`;
  return slash < 0 ? '/' : whole.slice(slash);
}
