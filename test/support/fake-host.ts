// A web framework in its smallest form: requests with a Cookie header, responses that are a list of Set-Cookie lines.
import { ValueError } from '../../dist/errors.js';
import {
  type ResponseHead,
  SESSION,
  type SessionDict,
  type SessionHost,
  type SessionJar,
  type SessionLike,
} from '../../dist/session/index.js';

/** Headers of a request by lower-case name, but for Cookie. */
export type RequestHeaders = Readonly<Record<string, string>>;

export class FakeRequest {
  readonly #host: FakeHost;

  constructor(host: FakeHost) {
    this.#host = host;
  }

  get [SESSION](): SessionLike | undefined {
    return this.#host.installed;
  }
}

export class FakeJar implements SessionJar {
  readonly cookieHeader: string | null;
  readonly secure: boolean | null;
  headSent = false;
  /** The response's headers but Set-Cookie, by lower-case name: those of the application, and what becomes of them. */
  readonly headers = new Map<string, string>();
  readonly #requestHeaders: RequestHeaders;
  #callbacks: ((head: ResponseHead) => void)[] = [];

  constructor(cookieHeader: string | null, requestHeaders: RequestHeaders = {}, secure: boolean | null = null) {
    this.cookieHeader = cookieHeader;
    this.secure = secure;
    this.#requestHeaders = requestHeaders;
  }

  requestHeader(name: string): string | null {
    return this.#requestHeaders[name] ?? null;
  }

  onHead(f: (head: ResponseHead) => void): void {
    this.#callbacks.push(f);
  }

  /** How many wait for the head. */
  get waiting(): number {
    return this.#callbacks.length;
  }

  /** Makes the head, and says which Set-Cookie lines it has. */
  finish(): readonly string[] {
    const lines: string[] = [];
    const head: ResponseHead = {
      get: (name) => this.headers.get(name.toLowerCase()) ?? null,
      set: (name, value) => void this.headers.set(name.toLowerCase(), value),
      appendSetCookie: (line) => lines.push(line),
    };
    for (const f of this.#callbacks.splice(0)) f(head);
    this.headSent = true;
    return lines;
  }
}

export class FakeHost implements SessionHost<FakeRequest> {
  installed: SessionLike | undefined;
  readonly #jars = new WeakMap<FakeRequest, FakeJar>();

  installSession(session: SessionLike): void {
    this.installed = session;
  }

  sessionJar(request: FakeRequest): FakeJar {
    const jar = this.#jars.get(request);
    if (jar === undefined) throw new ValueError('ERR_SESSION_NOT_INSTALLED', 'no request of this host');
    return jar;
  }

  /** A request with these cookies: the text of its Cookie header. */
  request(cookieHeader: string | null = null, requestHeaders: RequestHeaders = {}): FakeRequest {
    const request = new FakeRequest(this);
    this.#jars.set(request, new FakeJar(cookieHeader, requestHeaders));
    return request;
  }

  /** The Set-Cookie lines of the answer to a request. */
  answer(request: FakeRequest): readonly string[] {
    return this.sessionJar(request).finish();
  }
}

/** What sends a token: the value of a Cookie header. */
export const cookieOf = (token: string): string => `session=${token}`;

/** The token that a Set-Cookie line sets. */
export function tokenOf(line: string | undefined): string {
  return /^session=([^;]*)/.exec(line ?? '')?.[1] ?? '';
}

/** The attributes of a Set-Cookie line, from the first `;` on. */
export function attributesOf(line: string | undefined): string {
  return /;.*$/s.exec(line ?? '')?.[0] ?? '';
}

/** Whoever opens jars: a session, as far as a visit needs it. */
export interface Opens {
  open(jar: SessionJar): SessionDict;
}

/** One request from cookie to cookie: what `handler` did with the session, as Set-Cookie lines. */
export function visit(
  session: Opens,
  cookieHeader: string | null,
  handler: (session: SessionDict) => void,
  requestHeaders: RequestHeaders = {},
): readonly string[] {
  const jar = new FakeJar(cookieHeader, requestHeaders);
  handler(session.open(jar));
  return jar.finish();
}

/** What the request after a visit finds in its session, as plain data. */
export function nextVisit(session: Opens, lines: readonly string[]): Record<string, unknown> {
  let data: Record<string, unknown> = {};
  visit(session, cookieOf(tokenOf(lines.at(-1))), (dict) => {
    data = { ...dict };
  });
  return data;
}
