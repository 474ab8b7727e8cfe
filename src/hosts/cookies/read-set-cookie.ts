// A Set-Cookie header in its parts, for those who set it: of any length, unlike those that a browser would keep.

import { attributeOf, parseSetCookie, type SetCookie } from '../../cookie/set-cookie.js';

/** {@link parseSetCookie} passes over long cookies as browsers do, and `maxCookieBytes` may allow them. */
export function readSetCookie(header: string): SetCookie {
  const [, name = '', value = '', rest = ''] = /^([^=;]*)=([^;]*)(.*)$/s.exec(header) ?? [];
  return { name, value, attributes: parseSetCookie(`name=${rest}`)?.attributes ?? [] };
}

/** What makes a cookie one and the same to a browser (RFC 6265bis, section 4.1.1): name, domain and path. */
export function identityOf(header: string): string {
  const cookie = readSetCookie(header);
  const domain = attributeOf(cookie, 'domain') ?? '';
  return `${cookie.name};${domain.toLowerCase().replace(/^\./, '')};${attributeOf(cookie, 'path') ?? ''}`;
}
