// memoryLog(): a log of revocations in this process, for tests and for programs that are one process.

import type { Revocation, RevocationLog } from '../stored/store.js';

/**
 * A log in the memory of this process: gone when it ends, so that what was ended comes back with a restart, and unknown to
 * other processes.
 */
export function memoryLog(): RevocationLog {
  const revocations: Revocation[] = [];
  /** How many were forgotten: a cursor counts those too. */
  let forgotten = 0;
  return {
    async addRevocation(revocation) {
      revocations.push(Object.freeze({ ...revocation }));
    },
    async revocationsSince(cursor, now) {
      const fresh = revocations.slice(Math.max(0, Number(cursor ?? 0) - forgotten));
      const end = String(forgotten + revocations.length);
      // From the front alone, so that a cursor stays what it was.
      const firstInForce = revocations.findIndex((revocation) => isInForce(revocation, now));
      const ended = firstInForce < 0 ? revocations.length : firstInForce;
      revocations.splice(0, ended);
      forgotten += ended;
      return { revocations: fresh.filter((revocation) => isInForce(revocation, now)), cursor: end };
    },
  };
}

const isInForce = ({ until }: Revocation, now: number): boolean => until === null || until > now;
