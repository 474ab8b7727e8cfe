// The request that a redirect asks for, as the Fetch standard has it (HTTP-redirect fetch).

const SEE_OTHER = 303;
/** Historically followed with GET after a POST; 307 and 308 were made because of it. */
const REWRITTEN = [301, 302];
const REDIRECTS = [...REWRITTEN, SEE_OTHER, 307, 308];

/**
 * The next request of a visitor who follows; `null` where the response is no redirect, or one to another origin.
 * @param request the one that was answered, its body unread
 */
export function redirected(request: Request, response: Response): Request | null {
  const location = response.headers.get('location');
  if (!REDIRECTS.includes(response.status) || location === null) return null;
  const target = new URL(location, request.url);
  if (target.origin !== new URL(request.url).origin) return null;
  const { method } = request;
  const toGet =
    (REWRITTEN.includes(response.status) && method === 'POST') ||
    (response.status === SEE_OTHER && method !== 'GET' && method !== 'HEAD');
  if (!toGet) return new Request(target, request);
  const headers = new Headers(request.headers);
  for (const name of ['content-encoding', 'content-language', 'content-location', 'content-type', 'content-length']) {
    headers.delete(name);
  }
  return new Request(target, { method: 'GET', headers, redirect: 'manual', signal: request.signal });
}
