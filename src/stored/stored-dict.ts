// The dict of a stored session: that of every session, whose methods are promises.

import type { AnyData, Open } from '../session/session-dict.js';

export interface StoredMethods {
  /**
   * Stores what this request changed, and sends the cookie. Later changes need another `save()`.
   * @throws ValueError (a rejection) `ERR_SESSION_BAD_PAYLOAD`, `ERR_SESSION_SCHEMA`, `ERR_SESSION_TOO_LARGE`,
   * `ERR_SESSION_HEADERS_SENT` for a new session after the response has started; `ERR_SESSION_CONFLICT` where another request
   * has ended the session, or changed the same keys and `conflict` says so; `ERR_SESSION_STORE`, `ERR_SESSION_NO_SECRET`
   */
  save(): Promise<void>;
  /**
   * Ends the session: in the store, for every copy of its cookie, then empties the dict and has the browser forget the cookie.
   * @throws ValueError (a rejection) `ERR_SESSION_STORE`; `ERR_SESSION_HEADERS_SENT` where there was no session and the
   * response has started
   */
  delete(): Promise<void>;
}

/** The stored session of one request: every key of `T`, optional and writable, and the two methods. */
export type StoredDict<T extends object = AnyData> = Open<T> & StoredMethods;
