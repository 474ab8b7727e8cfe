// What a response of @hono/node-server is made of, known without making it a real one.

export type KeptBody = string | Uint8Array<ArrayBuffer> | ReadableStream | Blob | null;

/**
 * The body that a response was made of; undefined where only the response itself can tell.
 *
 * `@hono/node-server` has a `Response` of its own, which keeps its status, body and headers and makes a real one of them when
 * it is asked for `body` or `type`. That, and reading the body back as a stream, was most of what a session cost there: on Node 24
 * a read added 54 us to a request with it, 20 without (`npm run bench -- request`). What it keeps is a tuple under a symbol
 * described `cache`, until it is real; no public name leads there. Where there is no such tuple, the response is asked as before.
 *
 * A rejected road: to write into the headers of a response that the request's own context has made. It may be kept, and be
 * the answer to another visitor (contract S13).
 */
export function bodyIfKept(response: object): KeptBody | undefined {
  for (const key of Object.getOwnPropertySymbols(response)) {
    if (key.description !== 'cache') continue;
    const kept: unknown = Reflect.get(response, key);
    return Array.isArray(kept) && kept.length === 3 && isBody(kept[1]) ? kept[1] : undefined;
  }
  return undefined;
}

const isBody = (body: unknown): body is KeptBody =>
  body === null ||
  typeof body === 'string' ||
  body instanceof Uint8Array ||
  body instanceof ReadableStream ||
  body instanceof Blob;
