// Cookie stores that behave as those of the frameworks: what they default, encode, hide and refuse. Next.js's classes are real.
import { RequestCookies, ResponseCookies } from '@edge-runtime/cookies';
import { parseCookies } from '../../../dist/cookie/parse.js';
import { serializeCookie } from '../../../dist/cookie/serialize.js';
import type { CookieStore, StoredCookieOptions } from '../../../dist/hosts/cookies.js';

/** A store of one request, and what becomes of it. */
export interface FakeStore {
  readonly store: CookieStore;
  /** The Set-Cookie lines of the response. */
  readonly lines: () => readonly string[];
  /** From now on the store refuses to set: the response is made, or being rendered. */
  readonly close: () => void;
}

export class ReadonlyError extends Error {}

/** Names and values by domain, path and name, or by name alone, as they go out: percent-encoded. */
class Outgoing {
  readonly #lines = new Map<string, string>();

  set(key: string, name: string, value: string, options: StoredCookieOptions): void {
    this.#lines.set(key, serializeCookie(name, encodeURIComponent(value), options));
  }

  lines(): readonly string[] {
    return [...this.#lines.values()];
  }
}

/** Of two cookies with one name the first counts, in SvelteKit and Astro. */
function firstOf(header: string | null, name: string): string | undefined {
  const parts = (header ?? '').split(/; */).reverse().join(';');
  const value = parseCookies(parts)[name];
  return value === undefined ? undefined : decodeURIComponent(value);
}

/**
 * SvelteKit: `httpOnly`, `secure` and `sameSite: 'lax'` unless told otherwise, a path is needed, one cookie for each domain,
 * path and name; `getAll` takes no name; `set` is replaced by one that throws once the response is made.
 */
export function svelteKit(header: string | null): FakeStore {
  const outgoing = new Outgoing();
  const defaults: Partial<StoredCookieOptions> = { httpOnly: true, secure: true, sameSite: 'lax' };
  const values = new Map<string, string | undefined>();
  const get = (name: string): string | undefined => (values.has(name) ? values.get(name) : firstOf(header, name));
  const store = {
    get,
    getAll: (options?: { decode?: unknown }) => {
      if (options?.decode !== undefined) throw new TypeError('decode');
      const names = new Set([...Object.keys(parseCookies(header)), ...values.keys()]);
      return [...names].flatMap((name) => {
        const value = get(name);
        return value === undefined ? [] : [{ name, value }];
      });
    },
    set: (name: string, value: string, options: StoredCookieOptions) => {
      if (options.path === undefined) throw new Error('a path is needed');
      outgoing.set(`${options.domain ?? ''}${options.path}?${name}`, name, value, { ...defaults, ...options });
      values.set(name, options.maxAge === 0 ? undefined : value);
    },
  };
  const close = (): void => {
    store.set = () => {
      throw new ReadonlyError('after the response has been generated');
    };
  };
  return { store, lines: () => outgoing.lines(), close };
}

/** Astro: objects with a value, one cookie for each name; `set` keeps the cookie, and then throws where it is too late. */
export function astro(header: string | null): FakeStore {
  const outgoing = new Outgoing();
  const values = new Map<string, string>();
  let isSent = false;
  const store: CookieStore = {
    get(name) {
      const value = values.get(name) ?? firstOf(header, name);
      return value === undefined ? undefined : Object.assign(Object.create({ json: () => null }), { value });
    },
    set(name, value, options) {
      values.set(name, value);
      if (isSent) throw new ReadonlyError('ResponseSentError');
      outgoing.set(name, name, value, options);
    },
  };
  const close = (): void => {
    isSent = true;
  };
  return { store, lines: () => outgoing.lines(), close };
}

/** Next.js in a Server Action or Route Handler: one store, which begins with the request's cookies. */
export function next(header: string | null): FakeStore {
  const cookies = new ResponseCookies(new Headers());
  for (const cookie of nextRequest(header).getAll()) cookies.set(cookie);
  const changed = new Set<string>();
  let phase = 'action';
  const store = new Proxy(cookies, {
    get(target, property) {
      if (property !== 'set') return bound(target, property);
      return (...args: Parameters<CookieStore['set']>) => {
        if (phase !== 'action') throw new ReadonlyError('only in a Server Action or Route Handler');
        changed.add(args[0]);
        target.set(...args);
        return store;
      };
    },
  });
  const lines = (): readonly string[] => {
    const headers = new Headers();
    const response = new ResponseCookies(headers);
    for (const cookie of cookies.getAll().filter(({ name }) => changed.has(name))) response.set(cookie);
    return headers.getSetCookie();
  };
  const close = (): void => {
    phase = 'render';
  };
  return { store, lines, close };
}

/** What `cookies()` of Next.js gives by its types, in every phase. */
export type NextCookies = Omit<RequestCookies, 'set' | 'clear' | 'delete'> & Pick<ResponseCookies, 'set' | 'delete'>;

/** Next.js while it renders: the request's cookies, and methods that throw. Its types say what it is not. */
export const nextRender = (header: string | null): NextCookies =>
  new Proxy(nextRequest(header) as unknown as NextCookies, {
    get(target, property) {
      if (property !== 'set' && property !== 'delete' && property !== 'clear') return bound(target, property);
      return () => {
        throw new ReadonlyError('only in a Server Action or Route Handler');
      };
    },
  });

const nextRequest = (header: string | null): RequestCookies =>
  new RequestCookies(new Headers(header === null ? {} : { cookie: header }));

function bound(target: object, property: string | symbol): unknown {
  const value: unknown = Reflect.get(target, property, target);
  return typeof value === 'function' ? value.bind(target) : value;
}
