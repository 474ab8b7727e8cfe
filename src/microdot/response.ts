// The response that handlers return: status, headers, cookies and a body, all checked when given.

import type { CookieOptions } from '../cookie/attributes.js';
import { serializeCookie, serializeCookieRemoval } from '../cookie/serialize.js';
import { typeName, ValueError } from '../errors.js';
import { asBytes, type Body, isStreamBody } from './body.js';
import { checkValue, type HeadersInput, ResponseHeaders } from './headers.js';
import { assertReason, assertStatus } from './http-exception.js';
import type { HeaderRecord } from './transport.js';

const JSON_TYPE = 'application/json; charset=UTF-8';
const CONTROL = /\p{Cc}/u;

// Filled by the class below: what the dispatcher may do to a response and a handler may not.
let copy: (response: Response) => Response;
let fromWeb: (web: globalThis.Response) => Response;
let headOf: (response: Response) => HeaderRecord;

/** An HTTP response. */
export class Response {
  /** The `Content-Type` of responses that do not say theirs; gets `; charset=UTF-8` unless it names a charset. */
  static defaultContentType = 'text/plain';

  static {
    copy = (response) => {
      const result = new Response(response.body, response.statusCode, response.#headers ?? undefined, response.reason);
      result.#contentType = response.#contentType;
      return result;
    };
    fromWeb = (web) => {
      if (web.bodyUsed) {
        throw new ValueError(
          'ERR_APP_BODY_USED',
          'the body of a web Response can be sent once, and this one is used: make a new one for each request',
        );
      }
      // Hop-by-hop: it framed the body where this response came from.
      const headers = [...web.headers].filter(([name]) => name !== 'transfer-encoding');
      const result = new Response(web.body ?? '', web.status, headers, web.statusText || undefined);
      result.#contentType = null;
      return result;
    };
    headOf = (response) => {
      const record: HeaderRecord = {};
      response.#headers?.copyTo(record);
      const type = response.#contentType === undefined ? defaultType() : response.#contentType;
      // RFC 9110 15.4.5: a cache would take that of a 304 for the type of the page that it has.
      const isTyped = record['Content-Type'] !== undefined || response.statusCode === 304;
      if (type !== null && !isTyped) record['Content-Type'] = type;
      return record;
    };
  }

  statusCode: number;
  /** The phrase after the status; `undefined` leaves it to the server. */
  reason: string | undefined;
  body: Body;
  #headers: ResponseHeaders | null = null;
  /** `undefined`: the default one; `null`: none, a web Response says for itself. */
  #contentType: string | null | undefined;

  /**
   * @param body text, bytes, a stream or (async) iterable of them, an object or array for JSON, or `null` for none.
   * @param statusCode 200 to 599; `null` alone makes 204 of the default 200.
   * @throws ValueError `ERR_APP_BAD_RESPONSE` for a body, status, header or reason that cannot be sent.
   */
  constructor(
    body: string | object | null = '',
    statusCode = 200,
    headers?: HeadersInput | ResponseHeaders,
    reason?: string,
  ) {
    assertStatus(statusCode);
    assertReason(reason);
    this.statusCode = body === null && statusCode === 200 ? 204 : statusCode;
    this.reason = reason;
    if (headers !== undefined) this.#headers = new ResponseHeaders(headers);
    if (typeof body === 'string' || body === null) {
      this.body = body ?? '';
      return;
    }
    const content = asContent(body);
    this.body = content ?? toJson(body);
    if (content === null) this.#contentType = JSON_TYPE;
  }

  /** The headers, to read and change. */
  get headers(): ResponseHeaders {
    if (this.#headers === null) this.#headers = new ResponseHeaders();
    if (typeof this.#contentType === 'string' && !this.#headers.has('Content-Type')) {
      this.#headers.set('Content-Type', this.#contentType);
      this.#contentType = undefined;
    }
    return this.#headers;
  }

  /** Adds a cookie. @throws ValueError `ERR_COOKIE_…` for what RFC 6265bis does not allow. */
  setCookie(name: string, value: string, options?: CookieOptions): void {
    this.headers.append('Set-Cookie', serializeCookie(name, value, options));
  }

  /** Makes the browser forget a cookie; path and domain must be those it was set with. */
  deleteCookie(name: string, options?: CookieOptions): void {
    this.headers.append('Set-Cookie', serializeCookieRemoval(name, options));
  }

  /**
   * A redirect. Characters that are not ASCII are percent-encoded; where to is not judged: never pass on what a
   * visitor sent without checking it.
   * @throws ValueError `ERR_APP_BAD_RESPONSE` for a location with control characters, or a status that is not 3xx.
   */
  static redirect(location: string, statusCode = 302): Response {
    if (typeof location !== 'string' || CONTROL.test(location)) {
      throw new ValueError(
        'ERR_APP_BAD_RESPONSE',
        `a redirect needs one line of text; this ${typeName(location)} is not`,
      );
    }
    if (!(statusCode >= 300 && statusCode <= 399)) {
      throw new ValueError('ERR_APP_BAD_RESPONSE', 'the status of a redirect must be from 300 to 399');
    }
    const ascii = location.replace(/\p{Surrogate}/gu, '\ufffd').replace(/[^\x21-\x7e]+/gu, encodeURIComponent);
    return new Response('', statusCode, { Location: ascii });
  }
}

/** A response with the same content that may be written into: the application may use its own for several requests. */
export const copyResponse = (response: Response): Response => copy(response);

/**
 * The response that a handler's result stands for (contract H2).
 * @throws ValueError `ERR_APP_BAD_RESPONSE` for what is no answer: `undefined`, a number, a boolean, a function.
 */
export function toResponse(result: unknown): Response {
  if (typeof result === 'string' || result === null) return new Response(result);
  if (typeof result === 'object') {
    if (result instanceof Response) return result;
    return isWebResponse(result) ? fromWeb(result) : new Response(result);
  }
  const hint =
    result === undefined
      ? 'return null for an empty answer'
      : 'return new Response(body, statusCode) for a status, or text or an object for a body';
  throw new ValueError('ERR_APP_BAD_RESPONSE', `a handler cannot answer with ${typeName(result)}: ${hint}`);
}

/** A fresh record of the headers of a response, with its content type. */
export const headersOf = (response: Response): HeaderRecord => headOf(response);

/** By its tag, not `instanceof`: a response may come from a polyfill or another realm. */
function isWebResponse(value: object): value is globalThis.Response {
  return Reflect.get(value, Symbol.toStringTag) === 'Response' && 'headers' in value && 'bodyUsed' in value;
}

function asContent(body: object): Body | null {
  if (Array.isArray(body)) return null;
  return asBytes(body) ?? (isStreamBody(body) ? body : null);
}

function toJson(body: object): string {
  if (typeof body !== 'object') {
    throw new ValueError('ERR_APP_BAD_RESPONSE', `a body cannot be of type ${typeName(body)}`);
  }
  const text: string | undefined = JSON.stringify(body);
  if (text !== undefined) return text;
  throw new ValueError('ERR_APP_BAD_RESPONSE', `an object of type ${typeName(body)} has no JSON form`);
}

// The last default type and its checked form: it hardly ever changes, and is needed for nearly every response.
let lastType = '';
let lastChecked = '';

function defaultType(): string {
  const type = Response.defaultContentType;
  if (type !== lastType) {
    lastChecked = checkValue('Content-Type', type.includes('charset=') ? type : `${type}; charset=UTF-8`);
    lastType = type;
  }
  return lastChecked;
}
