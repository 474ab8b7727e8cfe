// What a response says about the session: nothing, that it has ended, or what it holds from now on.

import { parseCookieDate } from '../../cookie/cookie-date.js';
import { ValueError } from '../../errors.js';
import type { AnyData, DataOf } from '../../session/session-dict.js';
import type { Verdict } from '../../session/verdict.js';
import { cookieNameOf, type SessionSource, sessionOf } from './access.js';
import { type CookieAttributes, TestCookie } from './cookie.js';
import { type ResponseLike, setCookieLines } from './set-cookie-lines.js';

/** What a response says about one session. */
export interface SessionReading<T> {
  /**
   * `absent`: it says nothing, and the browser keeps what it has. `deleted`: the browser forgets the cookie. `saved`: it
   * sets a cookie that the session reads. `refused`: it sets one that the session does not read; `verdict` has the reason.
   */
  readonly state: 'absent' | 'deleted' | 'saved' | 'refused';
  /** The session's data; `null` unless `saved`. */
  readonly data: Partial<T> | null;
  /** The verdict about the token that is set, with its dates and key; `null` where none is. */
  readonly verdict: Verdict<T> | null;
  /** The attributes of the cookie that is set or deleted; `null` when `absent`. */
  readonly attributes: CookieAttributes | null;
  /** The cookie that is set, to be sent back; `null` where none is. */
  readonly cookie: TestCookie | null;
}

/**
 * Reads a session out of a response: of fetch, supertest, light-my-request, `node:http`, Playwright, `TestClient`; or out of
 * `Headers`, or the `Set-Cookie` lines themselves.
 *
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Session } from 'microdot/session';
 * import { mintCookie, readSession } from 'microdot/session/testing';
 *
 * const sessions = new Session({ secretKey: crypto.getRandomValues(new Uint8Array(32)) });
 * const response = new Response('', { headers: { 'Set-Cookie': mintCookie(sessions, { n: 1 }).setCookie } });
 * assert.deepEqual(readSession(sessions, response).data, { n: 1 });
 * ```
 *
 * The data are those that the next request finds, judged at the session's own time. It is strict: two lines for the session's
 * cookie are an error, whatever their attributes, since a browser may keep either.
 *
 * @param source the app's session, or the options it is made with
 * @throws ValueError `ERR_TEST_AMBIGUOUS` for two lines, `ERR_TEST_BAD_ARGUMENT` for what is no response,
 * `ERR_SESSION_NO_SECRET`
 */
export function readSession<T extends object & DataOf<T> = AnyData, Req extends object = object>(
  source: SessionSource<T, Req>,
  response: ResponseLike,
): SessionReading<T> {
  const session = sessionOf(source);
  const name = cookieNameOf(session);
  const cookies = setCookieLines(response)
    .map(cookieOf)
    .filter((cookie) => cookie.name === name);
  if (cookies.length > 1) {
    throw new ValueError(
      'ERR_TEST_AMBIGUOUS',
      `the response sets the cookie '${name}' ${cookies.length} times, and what a browser keeps of them depends on their ` +
        'paths and domains: one response should say one thing about it',
    );
  }
  const [cookie] = cookies;
  if (cookie === undefined) return { state: 'absent', data: null, verdict: null, attributes: null, cookie: null };
  const { attributes } = cookie;
  if (isRemoval(attributes)) return { state: 'deleted', data: null, verdict: null, attributes, cookie: null };
  const verdict = session.verify(cookie.value);
  return verdict.ok
    ? { state: 'saved', data: verdict.payload, verdict, attributes, cookie }
    : { state: 'refused', data: null, verdict, attributes, cookie };
}

function cookieOf(line: string): TestCookie {
  const [pair] = line.split(';', 1);
  const equals = pair.indexOf('=');
  return new TestCookie(
    pair.slice(0, Math.max(0, equals)).trim(),
    pair.slice(equals + 1).trim(),
    line.slice(pair.length),
  );
}

/** No clock is asked: an `Expires` of long ago is a removal, one of a minute ago is a cookie of that time. */
function isRemoval({ maxAge, expires }: CookieAttributes): boolean {
  if (maxAge !== undefined) return maxAge <= 0;
  const end = expires === undefined ? null : parseCookieDate(expires);
  return end !== null && end <= 1;
}
