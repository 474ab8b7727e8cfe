// The exception that ends a request with a status, and abort(), which throws it.

import { typeName, ValueError } from '../errors.js';

/** Ends a request with a status code. Status handlers see it; without one its reason is the body. */
export class HTTPException extends Error {
  readonly statusCode: number;
  readonly reason: string;

  /** @throws ValueError `ERR_APP_BAD_RESPONSE` for a status that is no integer between 200 and 599. */
  constructor(statusCode: number, reason?: string) {
    assertStatus(statusCode);
    const text = reason || `${statusCode} error`;
    super(text);
    this.statusCode = statusCode;
    this.reason = text;
  }

  override get name(): string {
    return 'HTTPException';
  }
}

/**
 * Ends the request with a status code; `reason` is the body, by default `401 error` and the like. Session data saved
 * before an abort below 500 is sent all the same (contract S13).
 */
export function abort(statusCode: number, reason?: string): never {
  throw new HTTPException(statusCode, reason);
}

/** Final responses only: an interim one (1xx) is not an answer, and the fetch standard knows nothing from 600 on. */
export function assertStatus(status: unknown): void {
  if (Number.isInteger(status) && (status as number) >= 200 && (status as number) <= 599) return;
  const what = typeof status === 'number' ? String(status) : typeName(status);
  throw new ValueError('ERR_APP_BAD_RESPONSE', `a status code must be an integer from 200 to 599, not ${what}`);
}

/** A reason phrase stands in the first line of the response: a line break in it would begin a header. */
export function assertReason(reason: unknown): void {
  if (reason === undefined || (typeof reason === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(reason))) return;
  throw new ValueError(
    'ERR_APP_BAD_RESPONSE',
    `the reason must be one line of Latin-1 text; this ${typeName(reason)} is not`,
  );
}
