// The Set-Cookie lines of a response, whichever tool it is of.

import { typeName, ValueError } from '../../errors.js';

/** Headers of the fetch standard. */
interface HeadersLike {
  getSetCookie(): readonly string[];
}

/**
 * A response, as far as its cookies go: that of `fetch`, of supertest and superagent (`headers`), of light-my-request and
 * `node:http` clients (`headers`), a `ServerResponse` (`getHeader`), that of Playwright's `request` (`headersArray`), that
 * of `TestClient` (`setCookies`). Or `Headers`, the list that `headersArray` gives, one `Set-Cookie` line, or several.
 */
export type ResponseLike =
  | string
  | readonly string[]
  | readonly { readonly name: string; readonly value: string }[]
  | HeadersLike
  | { readonly headers: HeadersLike | object }
  | { getHeader(name: string): unknown }
  | { headersArray(): readonly { readonly name: string; readonly value: string }[] }
  | { readonly setCookies: readonly string[] };

/** @throws ValueError `ERR_TEST_BAD_ARGUMENT` for what is no response */
export function setCookieLines(response: ResponseLike): readonly string[] {
  const lines = linesOf(response);
  if (lines !== null) return lines;
  // Not "no cookie": a test that reads the wrong property would pass for ever.
  throw new ValueError(
    'ERR_TEST_BAD_ARGUMENT',
    `a response is a Response, Headers, an object with headers, or lines of Set-Cookie; this ${typeName(response)} is not`,
  );
}

interface Members {
  readonly getSetCookie?: unknown;
  readonly getHeader?: unknown;
  readonly headersArray?: unknown;
  readonly setCookies?: unknown;
  readonly headers?: unknown;
}

function linesOf(response: unknown): readonly string[] | null {
  if (typeof response === 'string') return [response];
  if (typeof response !== 'object' || response === null) return null;
  if (Array.isArray(response)) return listed(response);
  const { getSetCookie, getHeader, headersArray, setCookies, headers }: Members = response;
  if (typeof getSetCookie === 'function') return texts(getSetCookie.call(response));
  if (setCookies !== undefined) return texts(setCookies);
  if (typeof getHeader === 'function') return texts(getHeader.call(response, 'set-cookie') ?? []);
  if (typeof headersArray === 'function') return listed(headersArray.call(response));
  if (typeof headers !== 'object' || headers === null) return null;
  const { getSetCookie: ofHeaders }: Members = headers;
  if (typeof ofHeaders === 'function') return texts(ofHeaders.call(headers));
  return Object.entries(headers).flatMap(([name, value]) => (isSetCookie(name) ? (texts(value ?? []) ?? []) : []));
}

const isSetCookie = (name: unknown): boolean => typeof name === 'string' && name.toLowerCase() === 'set-cookie';

function texts(value: unknown): readonly string[] | null {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.every((line) => typeof line === 'string') ? list : null;
}

/** Lines, or headers by name and value. */
function listed(list: unknown): readonly string[] | null {
  if (!Array.isArray(list)) return null;
  const lines = texts(list);
  if (lines !== null) return lines;
  const headers = list.filter((header) => typeof header === 'object' && header !== null) as Record<string, unknown>[];
  if (headers.length < list.length || !headers.every((header) => 'name' in header)) return null;
  return texts(headers.filter(({ name }) => isSetCookie(name)).map(({ value }) => value));
}
