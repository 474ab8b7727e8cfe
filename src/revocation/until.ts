// From when on no token of a session that was ended can be good any more, so that its entry may be forgotten.

import type { Settings } from '../session/options.js';
import type { ResolvedOptions } from './options.js';

/**
 * Seconds since 1970; null for never.
 *
 * The `exp` of the token that was ended says nothing about it: somebody may hold a copy that was renewed later. So it is
 * what the policy promises to any copy. An idle timeout alone promises an end only where nobody renews for long after the
 * session was ended, which a process does that has lost the log and goes on.
 *
 * @param issuedAt when the session was saved first, at the latest
 */
export function forgettableFrom(
  settings: Settings,
  options: ResolvedOptions,
  issuedAt: number,
  now: number,
): number | null {
  const { idleTimeout: idle, absoluteTimeout: absolute, acceptUndated, clockTolerance } = settings;
  const { maxLifetime, maxStaleness, onUnavailable } = options;
  const ends: number[] = [];
  if (maxLifetime !== null) ends.push(now + maxLifetime);
  // A token without dates has no end.
  if (!acceptUndated && typeof absolute === 'number') ends.push(issuedAt + absolute);
  if (!acceptUndated && typeof idle === 'number' && onUnavailable === 'closed') ends.push(now + maxStaleness + idle);
  if (ends.length === 0) return null;
  // Once for the session, which is as generous about its ends, and once for the clock of whoever forgets.
  return Math.ceil(Math.min(...ends) + (clockTolerance ?? DEFAULT_TOLERANCE) + options.clockTolerance);
}

/** What a session with a lifetime has where it was given no tolerance. */
const DEFAULT_TOLERANCE = 60;
