// The jar over a cookie store: reads its values in whatever shape it has them, sets a cookie at once.

import { parseCookieDate } from '../../cookie/cookie-date.js';
import { MAX_CANDIDATES } from '../../cookie/parse.js';
import { attributeOf } from '../../cookie/set-cookie.js';
import { ValueError } from '../../errors.js';
import type { ResponseHead, SessionJar } from '../../session/host.js';
import { readSetCookie } from './read-set-cookie.js';

/** The attributes of a cookie as stores take them; what the session does not say is left out. */
export interface StoredCookieOptions {
  /** Empty for none: SvelteKit 2 insists on one, and Next.js makes `/` of an absent one. */
  readonly path: string;
  readonly domain?: string;
  readonly expires?: Date;
  /** Seconds. */
  readonly maxAge?: number;
  /** Never left out, nor is `secure`: SvelteKit makes `true` of an absent one. */
  readonly httpOnly: boolean;
  readonly secure: boolean;
  readonly sameSite?: 'strict' | 'lax' | 'none';
  readonly partitioned?: boolean;
  readonly priority?: 'low' | 'medium' | 'high';
}

/** What `await cookies()` of Next.js, `event.cookies` of SvelteKit and `Astro.cookies` have in common. */
export interface CookieStore {
  get(name: string): string | { readonly value: string } | null | undefined;
  set(name: string, value: string, options: StoredCookieOptions): unknown;
  /** Tells stores from bare headers at compile time: those would take the cookie for a header of its name. */
  readonly getSetCookie?: never;
}

export class StoreJar implements SessionJar {
  readonly cookieHeader = null;
  readonly secure = null;
  /** Only the store knows, and says so by throwing. */
  readonly headSent = false;
  readonly #store: CookieStore;
  readonly #head: ResponseHead;

  constructor(store: CookieStore) {
    this.#store = store;
    this.#head = {
      get: () => null,
      set: () => {},
      appendSetCookie: (header) => setCookie(store, header),
    };
  }

  cookieValues(name: string): readonly string[] {
    const store: CookieStore & { readonly getAll?: unknown } = this.#store;
    // SvelteKit's getAll takes no name and gives every cookie.
    const all: unknown = typeof store.getAll === 'function' ? store.getAll(name) : undefined;
    const found: readonly unknown[] = Array.isArray(all) ? all : [store.get(name)];
    return found.flatMap((entry) => valuesIn(entry, name)).slice(-MAX_CANDIDATES);
  }

  onHead(f: (head: ResponseHead) => void): void {
    f(this.#head);
  }
}

/** The value of what a store gives for a cookie. A cookie that was removed may still be there, without a value. */
function valuesIn(entry: unknown, name: string): readonly string[] {
  const cookie = typeof entry === 'string' ? { value: entry } : (entry as { name?: unknown; value?: unknown } | null);
  const { name: itsName = name, value } = cookie ?? {};
  return itsName === name && typeof value === 'string' && value !== '' ? [value] : [];
}

function setCookie(store: CookieStore, header: string): void {
  const cookie = readSetCookie(header);
  const text = (name: string): string | null => attributeOf(cookie, name);
  const expires = parseCookieDate(text('expires') ?? '');
  // The session has checked what it wrote, so that the texts are those of the type.
  const options = {
    path: text('path') ?? '',
    ...given('domain', text('domain')),
    ...given('expires', expires === null ? null : new Date(expires * 1000)),
    ...given('maxAge', text('max-age') === null ? null : Number(text('max-age'))),
    httpOnly: text('httponly') !== null,
    secure: text('secure') !== null,
    ...given('sameSite', text('samesite')?.toLowerCase()),
    ...given('partitioned', text('partitioned') === null ? null : true),
    ...given('priority', text('priority')?.toLowerCase()),
  } as StoredCookieOptions;
  try {
    store.set(cookie.name, cookie.value, options);
  } catch (cause) {
    throw new ValueError('ERR_SESSION_HEADERS_SENT', REFUSED, { cause });
  }
}

const REFUSED =
  'the cookie store refuses to set cookies here (the cause says why), so the visitor keeps the old one: Next.js sets cookies ' +
  'in a Server Action, a Route Handler and middleware, not while it renders; SvelteKit in server code until the response ' +
  'is made; Astro in endpoints, middleware and the frontmatter of pages, not of components';

/** Left out, not undefined: an own `undefined` would take a default of the store away. */
const given = (name: string, value: unknown): object =>
  value === null || value === undefined ? {} : { [name]: value };
