// The one error class of the library, and its stable codes.

/** Every `code` that an error of this library can have. Codes are API; messages are not. */
export type ErrorCode =
  | 'ERR_SESSION_NO_SECRET'
  | 'ERR_SESSION_BAD_SECRET'
  | 'ERR_SESSION_BAD_OPTION'
  | 'ERR_SESSION_BAD_PAYLOAD'
  | 'ERR_SESSION_RESERVED_KEY'
  | 'ERR_SESSION_RESERVED_CLAIM'
  | 'ERR_SESSION_NOT_INSTALLED'
  | 'ERR_SESSION_SCHEMA'
  | 'ERR_SESSION_UNREADABLE'
  | 'ERR_SESSION_TOO_LARGE'
  | 'ERR_SESSION_HEADERS_SENT'
  | 'ERR_SESSION_CONFLICT'
  | 'ERR_SESSION_STORE'
  | 'ERR_COOKIE_BAD_NAME'
  | 'ERR_COOKIE_BAD_VALUE'
  | 'ERR_COOKIE_BAD_OPTION'
  | 'ERR_SECRET_EMPTY'
  | 'ERR_SECRET_TRUNCATED'
  | 'ERR_SECRET_NOT_TEXT'
  | 'ERR_SECRET_NOT_A_FILE'
  | 'ERR_SECRET_UNREADABLE'
  | 'ERR_SECRET_UNWRITABLE'
  | 'ERR_SECRET_INSECURE'
  | 'ERR_SECRET_LOCKED'
  | 'ERR_SECRET_BAD_PATH'
  | 'ERR_APP_BAD_ROUTE'
  | 'ERR_APP_BAD_RESPONSE'
  | 'ERR_APP_BAD_OPTION'
  | 'ERR_APP_BODY_USED'
  | 'ERR_APP_LISTEN'
  | 'ERR_APP_NO_SERVER'
  | 'ERR_TEST_BAD_ARGUMENT'
  | 'ERR_TEST_AMBIGUOUS'
  | 'ERR_TEST_TOO_MANY_REDIRECTS';

/**
 * A mistake of the program: a bad option, a payload that JSON cannot hold, a call at the wrong time.
 *
 * Switch on {@link ValueError.code}; the message says what was expected, the type of what came (never its value, which
 * may be a secret) and what to do. Hostile input is never an error: a bad cookie is an empty session.
 */
export class ValueError extends Error {
  /** What went wrong, stable across releases. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  // On the prototype, so that `code` is the only own property beside those of Error.
  override get name(): string {
    return 'ValueError';
  }
}

/** The type of a value in words for a message: `null`, `array`, `Date`, `string`; never the value itself. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value !== 'object') return typeof value;
  const maker: unknown = value.constructor;
  return typeof maker === 'function' && maker.name !== '' ? maker.name : 'object';
}
