// What a framework with cookie stores does around its handlers: a store for each request, the form, the answer.
import type { IncomingMessage, RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import type { CookieStore, StoredCookieOptions } from 'microdot/session/cookies';

/** What a handler gets: `event` of SvelteKit; in Next.js `await cookies()`, and the argument of an action. */
export interface Event {
  readonly cookies: CookieStore;
  readonly form: URLSearchParams;
}

export type Handler = (event: Event) => { readonly html: string } | { readonly redirect: string };

/** A listener that finds its handlers by method and path. */
export function serve(handlers: Readonly<Record<string, Handler>>): RequestListener {
  return async (request, response) => {
    const [path] = request.url?.split('?') ?? [];
    const handler = handlers[`${request.method} ${path}`];
    if (handler === undefined) return void response.writeHead(404).end('not found');
    const cookies = new Cookies(request.headers.cookie);
    const answer = handler({ cookies, form: await formOf(request) });
    response.setHeader('Set-Cookie', cookies.lines());
    // A store knows no other header: what keeps pages out of caches is the application's to say. Browsers keep whole pages,
    // too, and after a logout the way back must not lead to one of before.
    response.setHeader('Vary', 'Cookie').setHeader('Cache-Control', 'private, no-store');
    if ('redirect' in answer) return void response.writeHead(303, { Location: answer.redirect }).end();
    response.setHeader('Content-Type', 'text/html; charset=utf-8').end(answer.html);
  };
}

const formOf = async (request: IncomingMessage): Promise<URLSearchParams> =>
  new URLSearchParams(request.method === 'POST' ? await text(request) : '');

class Cookies implements CookieStore {
  readonly #received = new Map<string, string>();
  readonly #lines = new Map<string, string>();

  constructor(header = '') {
    for (const pair of header.split(/; */)) {
      const [name = '', ...value] = pair.split('=');
      this.#received.set(name, value.join('='));
    }
  }

  get(name: string): string | undefined {
    return this.#received.get(name);
  }

  set(name: string, value: string, { path, maxAge, expires, httpOnly, secure, sameSite }: StoredCookieOptions): void {
    let line = `${name}=${value}; Path=${path}`;
    if (expires !== undefined) line += `; Expires=${expires.toUTCString()}`;
    if (maxAge !== undefined) line += `; Max-Age=${maxAge}`;
    if (secure) line += '; Secure';
    if (httpOnly) line += '; HttpOnly';
    if (sameSite !== undefined) line += `; SameSite=${sameSite[0]?.toUpperCase()}${sameSite.slice(1)}`;
    this.#lines.set(name, line);
  }

  lines(): string[] {
    return [...this.#lines.values()];
  }
}
