// What is known to have ended: ids of sessions, and for each subject the moment up to which its sessions have.

import type { Revocation } from '../stored/store.js';

/** Up to when the sessions of a subject have ended, in milliseconds, and when that can be forgotten, in seconds. */
interface Epoch {
  readonly at: number;
  readonly until: number;
}

/** A sweep goes through a part of what there is: all of a million entries at once would be felt by a request. */
const PARTS = 64;

export class Ledger {
  /** Ids, and from when on they can be forgotten. */
  readonly #ids = new Map<string, number>();
  readonly #subjects = new Map<string, Epoch>();
  readonly #sweepIds = sweepOf(this.#ids, (until) => until);
  readonly #sweepSubjects = sweepOf(this.#subjects, ({ until }) => until);

  /** How many entries it holds. */
  get size(): number {
    return this.#ids.size + this.#subjects.size;
  }

  /** Takes an entry in; the same one again, or an older one, changes nothing. */
  add({ kind, key, at, until }: Revocation): void {
    const end = until ?? Number.POSITIVE_INFINITY;
    if (kind === 'token') {
      this.#ids.set(key, Math.max(end, this.#ids.get(key) ?? end));
      return;
    }
    const known = this.#subjects.get(key) ?? { at, until: end };
    this.#subjects.set(key, { at: Math.max(at, known.at), until: Math.max(end, known.until) });
  }

  hasId(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Up to when the sessions of a subject have ended, in milliseconds; `-Infinity` where they have not. */
  epochOf(subject: string): number {
    return this.#subjects.get(subject)?.at ?? Number.NEGATIVE_INFINITY;
  }

  /** Forgets some of what can concern no token any more: within two rounds of 65 calls, all of what could be at the first one. */
  forget(now: number): void {
    this.#sweepIds(now);
    this.#sweepSubjects(now);
  }
}

function sweepOf<V>(map: Map<string, V>, untilOf: (value: V) => number): (now: number) => void {
  let entries = map.entries();
  let part = 0;
  return (now) => {
    // Of what there was when the round began, or is by now: the last of many is as near as the first.
    part = Math.max(part, Math.ceil(map.size / PARTS));
    for (let left = part; left > 0; left--) {
      const next = entries.next();
      if (next.done) {
        entries = map.entries();
        part = 0;
        return;
      }
      const [key, value] = next.value;
      if (untilOf(value) <= now) map.delete(key);
    }
  };
}
