// The request as handlers see it. Nothing is parsed before it is asked for.

import { parseCookies } from '../cookie/parse.js';
import { SESSION, type SessionLike } from '../session/host.js';
import type { Microdot } from './app.js';
import { HTTPException } from './http-exception.js';
import type { RequestState } from './request-state.js';
import type { ClientAddr, RequestHeaders } from './transport.js';
import type { AfterHook, Route } from './wiring.js';

// Filled by the class below: the state is out of reach of handlers, and of console.log, which would show cookies.
let read: (request: object) => RequestState | null;

/** An HTTP request. */
export class Request {
  /** Longest body that is accepted at all, in bytes; a longer one is answered with 413. */
  static maxContentLength = 16 * 1024;
  /** Longest body that `body`, `json` and `form` offer; one between the two limits is read from `stream`. */
  static maxBodyLength = 16 * 1024;

  static {
    read = (request) => (#state in request ? request.#state : null);
  }

  readonly #state: RequestState;

  /** Requests are made by the application. */
  constructor(state: RequestState) {
    this.#state = state;
  }

  /** The application that handles the request: the main one, also in a mounted one. */
  get app(): Microdot {
    return this.#state.main.app;
  }

  /** The method, in upper case as it is sent. */
  get method(): string {
    return this.#state.incoming.method;
  }

  /** Path and query, as sent. */
  get url(): string {
    return this.#state.incoming.url;
  }

  /** The path, percent-encoded as it was sent. */
  get path(): string {
    return this.#state.path;
  }

  /** What follows the `?`; `null` where there is none. */
  get queryString(): string | null {
    return this.#state.queryString;
  }

  /** The query: `get` gives the first value of a name, `getAll` all of them. */
  get args(): URLSearchParams {
    this.#state.args ??= new URLSearchParams(this.#state.queryString ?? '');
    return this.#state.args;
  }

  /** The headers; names are case-insensitive. */
  get headers(): RequestHeaders {
    return this.#state.incoming.headers;
  }

  /** The cookies, in an object without prototype; of two with one name the last. */
  get cookies(): Record<string, string> {
    this.#state.cookies ??= parseCookies(this.#state.incoming.header('cookie'));
    return this.#state.cookies;
  }

  /** The `Content-Length` header; 0 where it is absent. */
  get contentLength(): number {
    return this.#state.contentLength;
  }

  /** The `Content-Type` header with its parameters; `null` where it is absent. */
  get contentType(): string | null {
    return this.#state.incoming.header('content-type');
  }

  /** The whole body; empty where there is none, or where it is longer than `Request.maxBodyLength`. */
  get body(): Uint8Array {
    return this.#state.body;
  }

  /**
   * The parsed body of a request with type `application/json`, else `null`. It is what the visitor sent: check it.
   * @throws HTTPException 400 for a body that is not JSON.
   */
  get json(): unknown {
    if (mimeType(this.contentType) !== 'application/json') return null;
    if (this.#state.json === undefined) this.#state.json = parseJson(this.#state.body);
    return this.#state.json;
  }

  /** The fields of a body with type `application/x-www-form-urlencoded`, else `null`; read as `args` are. */
  get form(): URLSearchParams | null {
    if (mimeType(this.contentType) !== 'application/x-www-form-urlencoded') return null;
    this.#state.form ??= new URLSearchParams(new TextDecoder().decode(this.#state.body));
    return this.#state.form;
  }

  /** The body as a stream, also a long one; it fails with HTTPException 413 after `Request.maxContentLength` bytes. */
  get stream(): ReadableStream<Uint8Array> {
    return this.#state.stream(Request.maxContentLength);
  }

  /** A place for data of this request. `g._session` is the session's dict, where a session is installed. */
  get g(): Record<string, unknown> {
    this.#state.g ??= new Globals(this) as unknown as Record<string, unknown>;
    return this.#state.g;
  }

  /** The route that matched, also by its path alone (405); else `null`. */
  get route(): Pick<Route, 'pattern' | 'methods' | 'handler'> | null {
    return this.#state.route;
  }

  /** The prefix of the mounts that lead to the route; `''` for a route of the main application. */
  get urlPrefix(): string {
    return this.#state.route?.urlPrefix ?? '';
  }

  /** The innermost mounted application that the route belongs to, `null` for the main application. */
  get subapp(): Microdot | null {
    return this.#state.route?.apps.at(-1)?.app ?? null;
  }

  /** Address and port of the peer of the connection, where the transport knows. Behind a proxy: the proxy's. */
  get clientAddr(): ClientAddr | null {
    return this.#state.incoming.clientAddr;
  }

  get scheme(): 'http' | 'https' {
    return this.#state.incoming.secure ? 'https' : 'http';
  }

  /** The session that `withSession` uses: the main application's, else the innermost mounted one's (contract S9). */
  get [SESSION](): SessionLike | undefined {
    return this.#state.session;
  }

  /** Registers a hook for this response; it runs after the application's, and not when the handler throws. */
  afterRequest(hook: AfterHook): void {
    this.#state.afterHooks ??= [];
    this.#state.afterHooks.push(hook);
  }
}

/** The state behind a request, `null` for any other object. */
export const stateOf = (request: object): RequestState | null => read(request);

/** `request.g`: plain properties, and `_session` as an accessor, so that it costs nothing until it is read. */
class Globals {
  readonly #request: Request;

  constructor(request: Request) {
    this.#request = request;
  }

  get _session(): unknown {
    return this.#request[SESSION]?.get(this.#request);
  }
}
// Any key is data here, `constructor` and `toString` too.
Object.setPrototypeOf(Globals.prototype, null);
Reflect.deleteProperty(Globals.prototype, 'constructor');

function mimeType(contentType: string | null): string | null {
  return contentType === null ? null : contentType.split(';', 1)[0].trim().toLowerCase();
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new HTTPException(400, 'Bad request');
  }
}
