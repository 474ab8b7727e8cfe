// The cookie stores of the frameworks, as their public types have them, fit the host; what is not one does not compile.
import type { RequestCookies, ResponseCookies } from '@edge-runtime/cookies';
import {
  type CookieRequest,
  type CookieStore,
  cookiesHost,
  type HeaderCookies,
  headerCookies,
} from '../../dist/hosts/cookies.js';
import { Session, type SessionDict, type SessionHost } from '../../dist/session/index.js';
import { type Equal, expectNot, expectType, type IsAny } from './assert.js';

interface Login {
  user: string;
}

/** What SvelteKit and Astro pass on to the package `cookie`, before and since its version 2. */
interface SerializeOptions {
  encode?: (value: string) => string;
  maxAge?: number | undefined;
  expires?: Date | undefined;
  domain?: string | undefined;
  path?: string | undefined;
  httpOnly?: boolean | undefined;
  secure?: boolean | undefined;
  partitioned?: boolean | undefined;
  priority?: 'low' | 'medium' | 'high' | undefined;
  sameSite?: boolean | 'lax' | 'strict' | 'none' | undefined;
}
interface ParseOptions {
  decode?: (value: string) => string | undefined;
}

/** `event.cookies` of SvelteKit 3. */
interface SvelteKit3 {
  get: (name: string, options?: ParseOptions) => string | undefined;
  getAll: (options?: ParseOptions) => Array<{ name: string; value: string }>;
  set: (name: string, value: string, options?: SerializeOptions) => void;
  delete: (name: string, options?: SerializeOptions) => void;
}
/** And of SvelteKit 2, which insists on a path. */
interface SvelteKit2 {
  get: (name: string, options?: ParseOptions) => string | undefined;
  getAll: (options?: ParseOptions) => Array<{ name: string; value: string }>;
  set: (name: string, value: string, options: SerializeOptions & { path: string }) => void;
  delete: (name: string, options: SerializeOptions & { path: string }) => void;
}
/** `Astro.cookies`. */
declare class AstroCookies {
  get(key: string, options?: ParseOptions): { value: string; json(): unknown; number(): number } | undefined;
  has(key: string): boolean;
  set(key: string, value: string | Record<string, unknown>, options?: Omit<SerializeOptions, 'priority'>): void;
  delete(key: string, options?: Pick<SerializeOptions, 'domain' | 'path'>): void;
}
/** `await cookies()` of Next.js 14 to 16, in every phase. */
type NextCookies = Omit<RequestCookies, 'set' | 'clear' | 'delete'> & Pick<ResponseCookies, 'set' | 'delete'>;

declare const svelteKit3: SvelteKit3;
declare const svelteKit2: SvelteKit2;
declare const astro: AstroCookies;
declare const next: NextCookies;
declare const nextResponse: ResponseCookies;
declare const nextRequest: RequestCookies;
declare const request: Request;

export const stores: readonly CookieStore[] = [svelteKit3, svelteKit2, astro, next, nextResponse];

const host = cookiesHost();
expectType<Equal<typeof host, SessionHost<CookieRequest>>>();
const plain = new Session(host, { secretKey: 'x' });
const typed = new Session<Login, CookieRequest>(host, { secretKey: 'x' });
const loose = new Session<Login>(host, { secretKey: 'x' });

for (const store of [svelteKit3, svelteKit2, astro, next]) {
  plain.get(store);
  loose.get(store);
  const session = typed.get(store);
  expectType<Equal<typeof session, SessionDict<Login>>>();
}
const bare = headerCookies(request.headers, new Headers());
expectType<Equal<typeof bare, HeaderCookies>>();
expectNot<IsAny<typeof bare>>();
typed.get(bare);
typed.get(headerCookies(request.headers));

// @ts-expect-error what is set there goes nowhere: the cookies of a NextRequest are the request's own
typed.get(nextRequest);
// @ts-expect-error await it first
typed.get(Promise.resolve(next));
// @ts-expect-error headers are wrapped by headerCookies
typed.get(request.headers);
// @ts-expect-error the store, not what has it
plain.get({ cookies: svelteKit3 });

// Actions and loaders keep their own arguments.
const action = typed.with((cookies: SvelteKit3, session, name: string) => {
  session.user = name;
  return cookies.get('other');
});
expectType<Equal<typeof action, (request: SvelteKit3, name: string) => string | undefined>>();
