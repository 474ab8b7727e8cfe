// The entry `microdot/test-client`: requests to an application without a socket, with the cookies of one browser.

import { CookieJar } from '../cookie/jar.js';
import { serializeCookie } from '../cookie/serialize.js';
import type { Microdot } from './app.js';
import { isChunks } from './body.js';
import { streamOf } from './request-state.js';
import {
  HeaderLines,
  type HeaderRecord,
  headerOf,
  type Incoming,
  type Outgoing,
  type RequestHeaders,
} from './transport.js';

export type { CookieJar } from '../cookie/jar.js';

export interface TestClientOptions {
  /** Cookies to begin with, for every path. */
  readonly cookies?: Readonly<Record<string, string>>;
  /** Scheme and host of every request, `http://localhost` by default. Cookies with `secure` need https. */
  readonly origin?: string;
  /** The clock that cookies expire by, in seconds. */
  readonly now?: () => number;
}

export interface TestRequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, bytes, or an object or array that is sent as JSON. */
  readonly body?: string | object;
}

/** Calls an application as a browser would: cookies that it sets are sent back. Redirects are not followed. */
export class TestClient {
  readonly #app: Microdot;
  readonly #origin: string;
  readonly #jar: CookieJar;

  constructor(app: Microdot, { cookies = {}, origin = 'http://localhost', now }: TestClientOptions = {}) {
    this.#app = app;
    this.#origin = origin;
    this.#jar = new CookieJar(now === undefined ? {} : { now });
    const lines = Object.entries(cookies).map(([name, value]) => serializeCookie(name, value, { path: '/' }));
    this.#jar.store(lines, origin);
  }

  /** The cookies of the client. */
  get cookies(): CookieJar {
    return this.#jar;
  }

  /** Sends a GET request; the other verbs likewise, and {@link request} any method. */
  get(path: string, options?: TestRequestOptions): Promise<TestResponse> {
    return this.request('GET', path, options);
  }

  post(path: string, options?: TestRequestOptions): Promise<TestResponse> {
    return this.request('POST', path, options);
  }

  put(path: string, options?: TestRequestOptions): Promise<TestResponse> {
    return this.request('PUT', path, options);
  }

  patch(path: string, options?: TestRequestOptions): Promise<TestResponse> {
    return this.request('PATCH', path, options);
  }

  delete(path: string, options?: TestRequestOptions): Promise<TestResponse> {
    return this.request('DELETE', path, options);
  }

  /** Sends a request and reads the whole response. Rejects when a streamed body fails. */
  async request(method: string, path: string, { headers = {}, body }: TestRequestOptions = {}): Promise<TestResponse> {
    const url = this.#origin + path;
    const { bytes, type } = encodeBody(body);
    const lines = Object.entries(headers).flat();
    const cookie = this.#jar.header(url);
    if (cookie !== null) lines.push('Cookie', cookie);
    if (type !== null && headerOf(lines, 'content-type') === null) lines.push('Content-Type', type);
    if (bytes !== null && headerOf(lines, 'content-length') === null)
      lines.push('Content-Length', String(bytes.length));
    const incoming = new MemoryIncoming(method.toUpperCase(), path, lines, bytes, this.#origin.startsWith('https:'));
    const outgoing = await this.#app.dispatch(incoming);
    const response = new TestResponse(outgoing, await collect(outgoing.body), method.toUpperCase() === 'HEAD');
    this.#jar.store(response.setCookies, url);
    return response;
  }
}

/** A response, read to its end. */
export class TestResponse {
  readonly statusCode: number;
  /** The reason that the application gave. */
  readonly reason: string | undefined;
  readonly body: Uint8Array;
  readonly #headers: HeaderRecord;

  constructor({ status, reason, headers, body: sent }: Outgoing, body: Uint8Array, isHead: boolean) {
    this.statusCode = status;
    this.reason = reason;
    this.body = isHead ? new Uint8Array(0) : body;
    this.#headers = headers;
    if (sent !== null && !isChunks(sent)) this.#headers['Content-Length'] ??= String(body.length);
  }

  get headers(): RequestHeaders {
    const lines = Object.entries(this.#headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [name, value] : value.flatMap((line) => [name, line]),
    );
    return new HeaderLines(lines);
  }

  /** Every `Set-Cookie` header, in order. */
  get setCookies(): readonly string[] {
    const lines = this.#headers['Set-Cookie'] ?? [];
    return typeof lines === 'string' ? [lines] : lines;
  }

  get text(): string {
    return new TextDecoder().decode(this.body);
  }

  /** The body parsed as JSON; `null` where its type is not `application/json`. */
  get json(): unknown {
    const type = this.headers.get('content-type') ?? '';
    return type.startsWith('application/json') ? JSON.parse(this.text) : null;
  }
}

/** A request that is all in memory. */
class MemoryIncoming implements Incoming {
  readonly clientAddr = null;
  readonly method: string;
  readonly url: string;
  readonly secure: boolean;
  readonly #lines: readonly string[];
  readonly #body: Uint8Array | null;

  constructor(method: string, url: string, lines: readonly string[], body: Uint8Array | null, secure: boolean) {
    this.method = method;
    this.url = url;
    this.secure = secure;
    this.#lines = lines;
    this.#body = body;
  }

  get headers(): RequestHeaders {
    return new HeaderLines(this.#lines);
  }

  get hasBody(): boolean {
    return this.#body !== null;
  }

  header(name: string): string | null {
    return headerOf(this.#lines, name);
  }

  async readBody(limit: number): Promise<Uint8Array | null> {
    const body = this.#body ?? new Uint8Array(0);
    return body.length > limit ? null : body;
  }

  stream(): ReadableStream<Uint8Array> {
    return streamOf(this.#body ?? new Uint8Array(0));
  }
}

function encodeBody(body: string | object | undefined): { bytes: Uint8Array | null; type: string | null } {
  if (body === undefined) return { bytes: null, type: null };
  if (body instanceof Uint8Array) return { bytes: body, type: null };
  const isText = typeof body === 'string';
  const bytes = new TextEncoder().encode(isText ? body : JSON.stringify(body));
  return { bytes, type: isText ? null : 'application/json' };
}

async function collect(body: Outgoing['body']): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  if (body === null) return new Uint8Array(0);
  if (!isChunks(body)) return typeof body === 'string' ? encoder.encode(body) : body;
  const parts: number[] = [];
  for (let chunk = await body.next(); chunk !== null; chunk = await body.next()) {
    for (const byte of typeof chunk === 'string' ? encoder.encode(chunk) : chunk) parts.push(byte);
  }
  return Uint8Array.from(parts);
}
