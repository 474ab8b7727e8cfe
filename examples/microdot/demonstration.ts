// The page and the routes behind it, which make the cookie visible. A real application needs none of this.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { abort, Microdot, type Request, Response } from 'microdot';
import { withSession } from 'microdot/session';

const COOKIE = 'session';
/** What browsers keep of one cookie: name and value, in bytes (RFC 6265bis, section 5.6). */
const BUDGET = 4096;

/** An application to mount beside the counter, on the counter's session. */
export function demonstration(page: URL): Microdot {
  const app = new Microdot();
  const html = readFileSync(page, 'utf8');
  const policy = contentSecurityPolicy(html);

  // Everything here is about one visitor's cookie. No cache may keep it, and no other site may change it.
  app.beforeRequest((request) => {
    if (request.method === 'POST' && isCrossSite(request.headers.get('Sec-Fetch-Site'))) abort(403, 'Forbidden');
  });
  const keepPrivate = (_request: Request, response: Response): void => {
    response.headers.set('Cache-Control', 'no-store');
    response.headers.set('X-Content-Type-Options', 'nosniff');
  };
  app.afterRequest(keepPrivate);
  app.afterErrorRequest(keepPrivate);

  app.get(
    '/',
    () =>
      new Response(html, 200, {
        'Content-Type': 'text/html; charset=UTF-8',
        'Content-Security-Policy': policy,
        'Referrer-Policy': 'no-referrer',
      }),
  );

  // Hands a visitor's own HttpOnly cookie to the page, so that it can be shown. Never do this in a real application.
  app.get(
    '/demonstration/cookie',
    withSession((request, session) => {
      const cookie = request.cookies[COOKIE] ?? null;
      return { ...parts(cookie ?? ''), cookie, trusted: { ...session }, budget: BUDGET };
    }),
  );

  app.post(
    '/demonstration/forget',
    withSession((_request, session) => {
      session.delete();
      return null;
    }),
  );

  // The browser cannot do this itself, the cookie is HttpOnly: so it gets one with a flipped bit, unsigned.
  app.post('/demonstration/tamper', (request) => {
    const response = new Response(null);
    response.setCookie(COOKIE, flipBit(request.cookies[COOKIE] ?? ''), { path: '/', httpOnly: true });
    return response;
  });

  return app;
}

/** The segments of a cookie as text, decoded as anyone could: without the secret, and without trusting them. */
function parts(cookie: string) {
  const [header = '', payload = '', signature = ''] = cookie.split('.').map((part) => Buffer.from(part, 'base64url'));
  return {
    header: header.toString(),
    payload: payload.toString(),
    signature: signature.toString('hex'),
    size: cookie === '' ? 0 : COOKIE.length + cookie.length,
  };
}

/** The last digit of {"n":3}: still JSON, but another number, so that nothing but the signature can tell. */
function flipBit(cookie: string): string {
  if (!/^[\w-]+\.[\w-]{4,}\.[\w-]+$/.test(cookie)) abort(409, 'No token to tamper with');
  const [header, payload, signature] = cookie.split('.');
  const bytes = Buffer.from(payload, 'base64url');
  bytes[bytes.length - 2] ^= 1;
  return [header, bytes.toString('base64url'), signature].join('.');
}

/** Only the page's own script and style run, known by their hashes; it talks only to this server. */
function contentSecurityPolicy(html: string): string {
  const hashOf = (element: string): string => {
    const text = new RegExp(`<${element}>([^]*?)</${element}>`).exec(html)?.[1] ?? '';
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  };
  return [
    "default-src 'none'",
    `script-src ${hashOf('script')}`,
    `style-src ${hashOf('style')}`,
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Browsers say where a request comes from; other clients do not, and carry nobody's cookies. */
function isCrossSite(site: string | null): boolean {
  return site !== null && site !== 'same-origin' && site !== 'none';
}
