// The jar over bare headers, as loaders and actions of React Router have them: a request's to read, a response's to write.

import { ValueError } from '../../errors.js';
import type { ResponseHead, SessionJar } from '../../session/host.js';
import { identityOf } from './read-set-cookie.js';

class HeaderJar implements SessionJar {
  readonly secure = null;
  readonly headSent = false;
  readonly #request: Headers;
  readonly #head: ResponseHead;

  constructor(request: Headers, response: Headers | undefined) {
    this.#request = request;
    this.#head = response === undefined ? NO_HEAD : headOf(response);
  }

  get cookieHeader(): string | null {
    return this.#request.get('cookie');
  }

  requestHeader(name: string): string | null {
    return this.#request.get(name);
  }

  onHead(f: (head: ResponseHead) => void): void {
    f(this.#head);
  }
}

/** What {@link headerCookies} gives, for `session.get` to take. */
export type HeaderCookies = HeaderJar;

/**
 * The headers of a request, and those that its response will have, as what a session can be got from. Call it once for a
 * response. Without `response` the session can be read and not saved.
 *
 * @example
 * const headers = new Headers();
 * const session = sessions.get(headerCookies(request.headers, headers));
 */
export const headerCookies = (request: Headers, response?: Headers): HeaderCookies => new HeaderJar(request, response);

export const isHeaderCookies = (value: object): value is HeaderCookies => value instanceof HeaderJar;

const NO_HEAD: ResponseHead = {
  get: () => null,
  set: () => {},
  appendSetCookie() {
    throw new ValueError(
      'ERR_SESSION_HEADERS_SENT',
      'this session can only be read: save it where headerCookies(request.headers, headers) has the headers of the response',
    );
  },
};

const headOf = (headers: Headers): ResponseHead => ({
  get: (name) => headers.get(name),
  set: (name, value) => headers.set(name, value),
  appendSetCookie: (header) => {
    const identity = identityOf(header);
    const others = headers.getSetCookie().filter((line) => identityOf(line) !== identity);
    headers.delete('Set-Cookie');
    for (const line of [...others, header]) headers.append('Set-Cookie', line);
  },
});
