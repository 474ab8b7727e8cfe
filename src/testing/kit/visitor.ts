// A visitor with a browser's cookies, for any app that takes a Request and gives a Response.

import { CookieJar } from '../../cookie/jar.js';
import { ValueError } from '../../errors.js';
import type { TestCookie } from './cookie.js';
import { redirected } from './redirect.js';

/** What answers: `app.fetch` of Hono, h3 and Microdot, a handler of Bun, Deno and Workers, `fetch` itself over a socket. */
export type FetchLike = (request: Request) => Response | Promise<Response>;

export interface VisitorOptions {
  /**
   * Where the app is, `https://localhost` by default: what browsers keep for https only is kept, as in production. For
   * `fetch` over a socket the address of the server.
   */
  readonly url?: string;
  /** Cookies to begin with. */
  readonly cookies?: readonly TestCookie[];
  /** The clock that cookies expire by, in seconds: `now` of {@link createClock} for time travel. Default: the system's. */
  readonly now?: () => number;
}

/** What `fetch` takes, but for redirects: they are handed back unless `follow` is asked for. */
export interface VisitInit extends Omit<RequestInit, 'redirect'> {
  readonly redirect?: 'follow' | 'manual';
}

/** As many as browsers follow (Fetch standard, HTTP-redirect fetch). */
const MAX_REDIRECTS = 20;

/**
 * Visits an app as a browser does: cookies that it sets are sent back, where and as long as a browser would.
 *
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Microdot } from 'microdot';
 * import { Session, withSession } from 'microdot/session';
 * import { mintCookie, Visitor } from 'microdot/session/testing';
 *
 * const app = new Microdot();
 * const sessions = new Session(app, { secretKey: crypto.getRandomValues(new Uint8Array(32)) });
 * app.get('/me', withSession((_request, session) => session.user ?? 'nobody'));
 *
 * const ada = new Visitor(app.fetch, { cookies: [mintCookie(sessions, { user: 'ada' })] });
 * assert.equal(await (await ada.fetch('/me')).text(), 'ada');
 * ```
 */
export class Visitor {
  readonly #fetch: FetchLike;
  readonly #url: string;
  readonly #jar: CookieJar;

  /** @throws ValueError `ERR_TEST_BAD_ARGUMENT` for a cookie that a browser would not keep there, such as Secure over http */
  constructor(fetch: FetchLike, { url = 'https://localhost', cookies = [], now }: VisitorOptions = {}) {
    this.#fetch = fetch;
    this.#url = url;
    this.#jar = new CookieJar(now === undefined ? {} : { now });
    for (const cookie of cookies) this.#adopt(cookie);
  }

  /** The cookies of the visitor. */
  get cookies(): CookieJar {
    return this.#jar;
  }

  /**
   * Sends a request, to a path of the app or a whole URL, and keeps the cookies of the answer. A `Cookie` header of its own
   * goes in the place of the visitor's cookies.
   * @throws ValueError `ERR_TEST_TOO_MANY_REDIRECTS` after 20. A redirect to another origin is handed back: it is not
   * the app's
   */
  async fetch(input: string | URL | Request, init: VisitInit = {}): Promise<Response> {
    const { redirect = 'manual', ...rest } = init;
    const target = typeof input === 'string' ? new URL(input, this.#url) : input;
    let request = new Request(target, { ...rest, redirect: 'manual' });
    for (let count = 0; count <= MAX_REDIRECTS; count++) {
      // Before it is sent: a body can be read once, and the next request brings the cookies of its own moment.
      const spare = redirect === 'follow' ? request.clone() : null;
      const response = await this.#send(request);
      const next = spare === null ? null : redirected(spare, response);
      if (next === null) return response;
      await response.body?.cancel();
      request = next;
    }
    throw new ValueError(
      'ERR_TEST_TOO_MANY_REDIRECTS',
      `the app redirected more than ${MAX_REDIRECTS} times: it goes in circles`,
    );
  }

  async #send(request: Request): Promise<Response> {
    const cookie = this.#jar.header(request.url);
    if (cookie !== null && !request.headers.has('cookie')) request.headers.set('cookie', cookie);
    const response = await this.#fetch(request);
    this.#jar.store(response.headers.getSetCookie(), request.url);
    return response;
  }

  #adopt(cookie: TestCookie): void {
    const { path = '/' } = cookie.attributes;
    const at = new URL(path, this.#url).href;
    this.#jar.store([cookie.setCookie], at);
    if (this.#jar.header(at)?.split('; ').includes(cookie.header)) return;
    throw new ValueError(
      'ERR_TEST_BAD_ARGUMENT',
      `a browser would not keep the cookie '${cookie.name}' from there: compare its attributes with the option url; ` +
        'Secure and __Host- need https',
    );
  }
}
