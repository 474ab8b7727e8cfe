// How long a session lives: the dates that go into its token, and what they mean when it comes back.

import { ValueError } from '../errors.js';

/** Whole seconds, or a function of the session's data that gives them: "remember me". */
export type Seconds<T> = number | ((data: Partial<T>) => number);

/** Lifetimes in force. At least one of the two is set. */
export interface Lifetime {
  /** Seconds without a request after which the session ends (OWASP: idle timeout). */
  readonly idle: Seconds<object> | null;
  /** Seconds after its first save at which the session ends whatever happens (OWASP: absolute timeout). */
  readonly absolute: Seconds<object> | null;
  /** Whether reading renews the idle time, or only saving does. */
  readonly renew: 'read' | 'save';
  /** Seconds by which the clocks of several servers may differ. */
  readonly tolerance: number;
  /** Whether a token without dates is read: one from before lifetimes were configured, or of Python's. */
  readonly acceptUndated: boolean;
}

/** The registered claims of a session with a lifetime (RFC 7519, sections 4.1.4 and 4.1.6), in whole seconds. */
export interface Dates {
  /** When the session was saved first; kept for life. */
  readonly iat: number;
  /** The nearer of its two ends. */
  readonly exp: number;
}

/** The dates of a session that is saved now. */
export function datesAt(lifetime: Lifetime, data: object, issuedAt: number | null, now: number): Dates {
  if (!Number.isFinite(now)) throw new ValueError('ERR_SESSION_BAD_OPTION', "session option 'now' must return seconds");
  const second = Math.floor(now);
  // A foreign `iat` may have a fraction. Max-Age has none: browsers ignore one that is not all digits.
  const iat = issuedAt === null ? second : Math.floor(issuedAt);
  const idle = secondsOf(lifetime.idle, data, 'idleTimeout');
  const absolute = secondsOf(lifetime.absolute, data, 'absoluteTimeout');
  return { iat, exp: Math.min(second + idle, iat + absolute) };
}

/**
 * What this policy has against the dates of a token, whose `exp` and `iat` have been judged for themselves. The policy in
 * force is applied, not only the one that the token was issued under: a shortened timeout ends sessions that were
 * promised a longer one, at once.
 */
export function lifetimeFault(
  lifetime: Lifetime,
  data: object,
  iat: number | null,
  exp: number | null,
  now: number,
): 'expired' | null {
  if ((iat === null || exp === null) && !lifetime.acceptUndated) return 'expired';
  try {
    // A token that tells its age is not undated: the absolute end holds for it also without `exp`.
    if (iat !== null && !(now - lifetime.tolerance < iat + secondsOf(lifetime.absolute, data, 'absoluteTimeout'))) {
      return 'expired';
    }
    if (iat === null || exp === null) return null;
    return exp - lifetime.tolerance <= now + secondsOf(lifetime.idle, data, 'idleTimeout') ? null : 'expired';
  } catch (error) {
    // A timeout function that fails on these data: old ones, or foreign. A cookie is never an exception (contract S4).
    if (error instanceof ValueError) return 'expired';
    throw error;
  }
}

/**
 * The end of a session that stands in a store. Whoever wrote it computed it from data of then: where another request has changed
 * those on which the idle time depends, it is what these data say, from the last visit on.
 */
export function endByData(
  { idle }: Lifetime,
  data: object,
  { seenAt, expiresAt }: { readonly seenAt: number; readonly expiresAt: number | null },
): number | null {
  if (typeof idle !== 'function' || expiresAt === null) return expiresAt;
  try {
    return Math.min(expiresAt, seenAt + secondsOf(idle, data, 'idleTimeout'));
  } catch (error) {
    // Then lifetimeFault has something against it.
    if (error instanceof ValueError) return expiresAt;
    throw error;
  }
}

/**
 * Whether a read should re-issue a token: half of the idle time has passed since it was issued, and a new one would live
 * longer, which it cannot past the absolute end. Once per half window, not on every request, so that most reads send
 * nothing and parallel requests seldom race.
 */
export function isRenewalDue(
  lifetime: Lifetime,
  data: object,
  issuedAt: number | null,
  expiresAt: number | null,
  now: number,
): boolean {
  if (lifetime.renew !== 'read' || lifetime.idle === null) return false;
  if (issuedAt === null || expiresAt === null) return true;
  const idle = secondsOf(lifetime.idle, data, 'idleTimeout');
  return expiresAt - now <= idle / 2 && datesAt(lifetime, data, issuedAt, now).exp > expiresAt;
}

function secondsOf(timeout: Seconds<object> | null, data: object, name: string): number {
  if (timeout === null) return Number.POSITIVE_INFINITY;
  if (typeof timeout === 'number') return timeout;
  let cause: unknown;
  try {
    const seconds = timeout(data);
    if (Number.isSafeInteger(seconds) && seconds > 0) return seconds;
  } catch (error) {
    cause = error;
  }
  const message = `session option '${name}' must give whole seconds from 1 on, for an empty session too`;
  throw new ValueError('ERR_SESSION_BAD_OPTION', message, cause === undefined ? undefined : { cause });
}
