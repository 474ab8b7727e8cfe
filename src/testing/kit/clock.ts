// A clock that tests turn: a session that has its `now` grows old without anybody waiting.

import { typeName, ValueError } from '../../errors.js';
import { systemClock } from '../../platform.js';

/** A clock that stands still until it is turned. Its functions may be handed on by themselves. */
export interface Clock {
  /** Seconds since 1970: for the option `now` of a session, of a {@link Visitor}, of a jar. */
  readonly now: () => number;
  /**
   * Turns the clock on, back where negative.
   * @throws ValueError `ERR_TEST_BAD_ARGUMENT` for what is no number of seconds
   */
  readonly advance: (seconds: number) => void;
  /**
   * Sets the clock, to seconds since 1970 or a `Date`.
   * @throws ValueError `ERR_TEST_BAD_ARGUMENT` for what is neither
   */
  readonly set: (time: number | Date) => void;
}

/**
 * A clock for time travel.
 *
 * ```ts
 * import { Session } from 'microdot/session';
 * import { createClock, mintCookie } from 'microdot/session/testing';
 *
 * const clock = createClock();
 * const secretKey = crypto.getRandomValues(new Uint8Array(32));
 * const sessions = new Session({ secretKey, idleTimeout: 600, now: clock.now });
 * const { value } = mintCookie(sessions, { user: 'ada' });
 * clock.advance(3600);
 * sessions.decode(value); // {}
 * ```
 *
 * @param start seconds since 1970, or a `Date`; by default the current second, so that real browsers and servers agree
 * @throws ValueError `ERR_TEST_BAD_ARGUMENT` for what is neither
 */
export function createClock(start: number | Date = Math.floor(systemClock())): Clock {
  let time = secondsOf(start);
  return Object.freeze({
    now: () => time,
    advance: (seconds: number) => {
      time += secondsOf(seconds);
    },
    set: (to: number | Date) => {
      time = secondsOf(to);
    },
  });
}

/** What `f` gives at another time; the clock is where it was afterwards, also where `f` throws. */
export function at<R>(clock: Clock, time: number, f: () => R): R {
  const before = clock.now();
  clock.set(time);
  try {
    return f();
  } finally {
    clock.set(before);
  }
}

function secondsOf(time: unknown): number {
  const seconds = time instanceof Date ? time.getTime() / 1000 : time;
  if (typeof seconds === 'number' && Number.isFinite(seconds)) return seconds;
  throw new ValueError('ERR_TEST_BAD_ARGUMENT', `a clock takes seconds, or a Date; this ${typeName(time)} is neither`);
}
