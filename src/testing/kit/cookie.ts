// The session's cookie in the hands of a test: in every form that a tool wants it in, and printed in none.

import { defaultPath } from '../../cookie/jar.js';
import { attributeOf, parseSetCookie } from '../../cookie/set-cookie.js';

/** The attributes that a `Set-Cookie` line has, by their names in `cookieOptions`. What is not there is absent. */
export interface CookieAttributes {
  readonly path?: string;
  readonly domain?: string;
  readonly expires?: string;
  /** Seconds. */
  readonly maxAge?: number;
  readonly secure?: true;
  readonly httpOnly?: true;
  readonly partitioned?: true;
  readonly sameSite?: string;
  readonly priority?: string;
}

/** A cookie as `context.addCookies` of Playwright takes it, and `browserContext.setCookie` of Puppeteer. */
export interface BrowserCookie {
  readonly name: string;
  readonly value: string;
  /** With a leading dot it is for subdomains, too. */
  readonly domain: string;
  readonly path: string;
  /** Seconds since 1970; -1 for the end of the browser session. */
  readonly expires: number;
  readonly httpOnly: boolean;
  readonly secure: boolean;
  readonly sameSite?: 'Strict' | 'Lax' | 'None';
}

/** A cookie of one session. Its token is in private fields: `console.log` and a failed assertion show the name alone. */
export class TestCookie {
  /** The cookie's name. */
  readonly name: string;
  readonly #value: string;
  readonly #attributes: string;

  /** @param attributes as they stand in the header, from the first `;` on; `''` for none */
  constructor(name: string, value: string, attributes: string) {
    this.name = name;
    this.#value = value;
    this.#attributes = attributes;
  }

  /** The token. */
  get value(): string {
    return this.#value;
  }

  /** The value of a `Cookie` header that brings it: `name=token`. */
  get header(): string {
    return `${this.name}=${this.#value}`;
  }

  /** The value of the `Set-Cookie` header that sets it. */
  get setCookie(): string {
    return this.header + this.#attributes;
  }

  /** What the `Set-Cookie` header says beside name and value. */
  get attributes(): CookieAttributes {
    return attributesOf(this.#attributes);
  }

  /** The same cookie with another token. */
  withValue(value: string): TestCookie {
    return new TestCookie(this.name, value, this.#attributes);
  }

  /**
   * The cookie for the jar of a real browser, as if a response from `url` had set it:
   * `context.addCookies([cookie.forBrowser(url)])`.
   * @throws TypeError where `url` is not absolute
   */
  forBrowser(url: string): BrowserCookie {
    const { hostname, pathname } = new URL(url);
    const { domain, path, expires, maxAge, secure = false, httpOnly = false, sameSite } = this.attributes;
    return {
      name: this.name,
      value: this.#value,
      domain: domain === undefined ? hostname : `.${domain.replace(/^\./, '')}`,
      path: path ?? defaultPath(pathname),
      expires: endOf(maxAge, expires),
      httpOnly,
      secure,
      ...(isSameSite(sameSite) && { sameSite }),
    };
  }
}

/** By the clock of the machine, which is the browser's. */
function endOf(maxAge: number | undefined, expires: string | undefined): number {
  if (maxAge !== undefined) return Math.floor(Date.now() / 1000) + maxAge;
  const end = expires === undefined ? Number.NaN : Date.parse(expires) / 1000;
  return Number.isNaN(end) ? -1 : end;
}

const isSameSite = (value: string | undefined): value is 'Strict' | 'Lax' | 'None' =>
  value === 'Strict' || value === 'Lax' || value === 'None';

const TEXTS = ['path', 'domain', 'expires', 'sameSite', 'priority'] as const;
const FLAGS = ['secure', 'httpOnly', 'partitioned'] as const;

function attributesOf(text: string): CookieAttributes {
  // Any pair will do: what counts as an attribute does not depend on it.
  const parsed = parseSetCookie(`name=value${text}`);
  if (parsed === null) return {};
  const found = (name: string): string | null => attributeOf(parsed, name.toLowerCase());
  const maxAge = found('max-age') ?? '';
  return Object.fromEntries([
    ...TEXTS.flatMap((name) => (found(name) === null ? [] : [[name, found(name)]])),
    ...FLAGS.flatMap((name) => (found(name) === null ? [] : [[name, true]])),
    ...(/^-?\d+$/.test(maxAge) ? [['maxAge', Number(maxAge)]] : []),
  ]) as CookieAttributes;
}
