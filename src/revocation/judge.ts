// Whether a session has ended, when one begins, and up to when a subject's end: the rules of time, in one place.

import { typeName } from '../errors.js';
import type { RegisteredClaims } from '../session/index.js';
import type { Ledger } from './ledger.js';
import { badOption, type ResolvedOptions } from './options.js';

/**
 * The two moments of a subject, when its sessions begin and up to when they have ended, count on from each other as Lamport's
 * clocks do: what knows of the other is later. So equal milliseconds and clocks that differ put nothing in a wrong order.
 */
export class Judge {
  readonly #options: ResolvedOptions;
  readonly #ledger: Ledger;

  constructor(options: ResolvedOptions, ledger: Ledger) {
    this.#options = options;
    this.#ledger = ledger;
  }

  /** Whether a session with these claims is known to have ended. */
  hasEnded(claims: object): boolean {
    if (this.#ledger.size === 0) return false;
    const { jti, auth_time: authTime } = claims as RegisteredClaims;
    if (typeof jti === 'string' && this.#ledger.hasId(jti)) return true;
    const subject = this.#subjectOf(claims);
    if (subject === null) return false;
    // A token that does not say when it began is older than anything.
    const begun = typeof authTime === 'number' ? authTime : Number.NEGATIVE_INFINITY;
    const epoch = this.#ledger.epochOf(subject);
    return epoch !== Number.NEGATIVE_INFINITY && begun <= epoch;
  }

  /** When a session of these data begins, in milliseconds: after everything that has ended sessions of its subject. */
  beginOf(data: unknown): number {
    // What is no object is told by whoever signs it.
    const subject = typeof data === 'object' && data !== null ? this.#subjectOf(data) : null;
    const now = milliseconds(this.#options.now());
    return subject === null ? now : Math.max(now, this.#ledger.epochOf(subject) + 1);
  }

  /**
   * Up to when the sessions of a subject end that have begun by now, in milliseconds: also by a clock that is ahead of this one,
   * and after everything that has ended them before, since a session may have begun a millisecond after that.
   */
  epochOf(subject: string): number {
    const begun = milliseconds(this.#options.now() + this.#options.clockTolerance);
    return Math.max(begun, this.#ledger.epochOf(subject) + 1);
  }

  #subjectOf(data: object): string | null {
    const subject = this.#options.subject?.(data) ?? null;
    if (subject === null || typeof subject === 'string') return subject;
    throw badOption(`the option 'subject' must return text or null, not ${typeName(subject)}`);
  }
}

export const milliseconds = (seconds: number): number => Math.floor(seconds * 1000);
