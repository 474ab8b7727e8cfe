// Cookies of test users, as the session itself writes them: fresh, of an age, or over their end.

import { typeName, ValueError } from '../../errors.js';
import type { Session } from '../../session/session.js';
import type { AnyData, DataOf } from '../../session/session-dict.js';
import { type Bench, benchOf, type SessionSource, saveVisit } from './access.js';
import { at, type Clock } from './clock.js';
import type { TestCookie } from './cookie.js';

/** How old a minted session is. */
export interface MintOptions {
  /** Seconds since its first save. The visitor came often enough since then, unless `idle` says otherwise. Default 0. */
  readonly age?: number;
  /** Seconds since its last save. Default 0. */
  readonly idle?: number;
  /**
   * The clock that the session goes by. Needed for `age` and `idle` of a session that exists; options without one go by
   * the system's clock.
   */
  readonly clock?: Clock;
}

/**
 * The cookie of a test user: what the browser has after a response that saved `data`, by the session's own rules, its dates,
 * audience, key and encryption included. A session hears of it as of any save; one that is made of options tells nobody.
 *
 * ```ts
 * import { Session } from 'microdot/session';
 * import { mintCookie } from 'microdot/session/testing';
 *
 * const sessions = new Session<{ user: string }>({ secretKey: crypto.getRandomValues(new Uint8Array(32)) });
 * const Cookie = mintCookie(sessions, { user: 'ada' }).header; // session=eyJ…
 * ```
 *
 * `{ age }` begins the session so many seconds ago, `{ idle }` lets it lie for so many. A session that has ended on the way
 * is the cookie it ended with.
 *
 * @param source the app's session, or the options it is made with
 * @throws ValueError as `save()`; `ERR_TEST_BAD_ARGUMENT` for an age that is no number of seconds, and for one of a session
 * that does not go by the clock given
 */
export function mintCookie<T extends object & DataOf<T> = AnyData, Req extends object = object>(
  source: SessionSource<T, Req>,
  data: Partial<NoInfer<T>>,
  options: MintOptions = {},
): TestCookie {
  if (typeof data !== 'object' || data === null) {
    throw badArgument(`the data of a session are an object, not ${typeName(data)}`);
  }
  const { session, clock } = benchOf(source, options.clock);
  const idle = secondsOf(options, 'idle');
  const age = Math.max(idle, secondsOf(options, 'age'));
  if (age === 0) return saveVisit(session, null, data);
  const turned = requireClock(clock);
  const last = turned.now() - idle;
  return at(turned, turned.now() - age, () => {
    const first = begin(session, turned, data);
    return visitUntil(last, { session, clock: turned }, first, data);
  });
}

/**
 * The same session, just over its end: a cookie with its data that was minted as long ago as a session lives. No clock
 * moves, so the sessions of others go on.
 *
 * @param source the app's session, or the options it is made with
 * @param cookie of {@link mintCookie}, or of {@link readSession}
 * @param options the clock that the session goes by, needed as in {@link MintOptions}
 * @throws ValueError `ERR_TEST_BAD_ARGUMENT` for a cookie that the session refuses, for a session without timeouts, and for
 * one that does not go by the clock given
 */
export function expireCookie<T extends object & DataOf<T>, Req extends object = object>(
  source: SessionSource<T, Req>,
  cookie: TestCookie,
  options: Pick<MintOptions, 'clock'> = {},
): TestCookie {
  const { session, clock } = benchOf(source, options.clock);
  const turned = requireClock(clock);
  const data = payloadOf(session, cookie);
  const life = lifeOf(session, turned, saveVisit(session, null, data));
  const expired = at(turned, turned.now() - life, () => begin(session, turned, data));
  const verdict = session.verify(expired.value);
  // An `exp` among the data is where it was.
  if (verdict.ok || verdict.reason !== 'expired') throw noEnd();
  return expired;
}

/** The data of a genuine cookie. */
export function payloadOf<T extends object & DataOf<T>, Req extends object>(
  session: Session<T, Req>,
  cookie: TestCookie,
): Partial<T> {
  const verdict = session.verify(cookie.value);
  if (verdict.ok) return verdict.payload;
  throw badArgument(`the session refuses this cookie already (${verdict.reason}): begin with one that it takes`);
}

/** Saves again and again, each time before the end that the save before has set, as a visitor who comes often enough. */
function visitUntil<T extends object & DataOf<T>, Req extends object>(
  last: number,
  { session, clock }: Bench<T, Req> & { readonly clock: Clock },
  first: TestCookie,
  data: Partial<T>,
): TestCookie {
  let cookie = first;
  while (clock.now() < last) {
    const { expiresAt } = readable(session, cookie) ?? { expiresAt: null };
    // One second before the end, at least one after the last save: dates are whole seconds.
    clock.set(expiresAt === null ? last : Math.min(last, Math.max(expiresAt - 1, clock.now() + 1)));
    if (readable(session, cookie) === null) return cookie;
    cookie = saveVisit(session, cookie, data);
  }
  return cookie;
}

function readable<T extends object & DataOf<T>, Req extends object>(session: Session<T, Req>, cookie: TestCookie) {
  const verdict = session.verify(cookie.value);
  return verdict.ok ? verdict : null;
}

/** The largest `clockTolerance`. */
const DAY = 24 * 60 * 60;

/** Seconds until the session refuses a fresh cookie: its end, and a tolerance that only the session knows. */
function lifeOf<T extends object & DataOf<T>, Req extends object>(
  session: Session<T, Req>,
  clock: Clock,
  fresh: TestCookie,
): number {
  const now = clock.now();
  const { expiresAt } = readable(session, fresh) ?? { expiresAt: null };
  if (expiresAt === null) throw noEnd();
  let low = Math.max(0, Math.ceil(expiresAt - now));
  let high = low + DAY;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (at(clock, now + middle, () => readable(session, fresh)) === null) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first save of a session, at the time of a clock that was turned: dates of another time are by another clock. */
function begin<T extends object & DataOf<T>, Req extends object>(
  session: Session<T, Req>,
  clock: Clock,
  data: Partial<T>,
): TestCookie {
  const cookie = saveVisit(session, null, data);
  const verdict = readable(session, cookie);
  // Without timeouts the session has no dates, or the application's own, which are data.
  const isDated = verdict !== null && verdict.issuedAt !== null && !Object.hasOwn(verdict.payload, 'iat');
  if (!isDated || verdict.issuedAt === Math.floor(clock.now())) return cookie;
  throw badArgument('the session does not go by this clock: make it with the option now: clock.now');
}

function requireClock(clock: Clock | null): Clock {
  if (clock !== null) return clock;
  throw badArgument(
    'only a session on a clock of the test can be older than it is: make it with now: clock.now of createClock(), and give ' +
      'clock here too; or give the options of the session in its place',
  );
}

function secondsOf(options: MintOptions, name: 'age' | 'idle'): number {
  const seconds: unknown = options[name] ?? 0;
  if (typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0) return seconds;
  throw badArgument(`'${name}' must be seconds from 0 on; this ${typeName(seconds)} is not`);
}

const noEnd = (): ValueError =>
  badArgument('this session has no end of its own: only idleTimeout and absoluteTimeout give it one');

const badArgument = (message: string): ValueError => new ValueError('ERR_TEST_BAD_ARGUMENT', message);
