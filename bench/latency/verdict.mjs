// Whether a session has made a cliff: what it may add to the bare server that was under the same load at the same time.
//
// What the machine does by itself meets both, so each limit is a distance from the bare server's own figure: a factor, and
// below it a floor, since a factor of next to nothing says nothing.

import { quantile } from '../lib/stats.mjs';

/** What fails. Milliseconds and bytes. */
export const LIMITS = Object.freeze({
  p99: { factor: 2, floorMs: 2 },
  p999: { factor: 3, floorMs: 10 },
  /** The longest that a collection of garbage stops everything. */
  pause: { factor: 3, floorMs: 20 },
  /** From the first third of the time to the last: how much more the p99 may grow. */
  drift: { factor: 1.5, floorMs: 1 },
  /** After a full collection, more than the bare server's heap has grown. */
  heapBytes: 2 * 1024 * 1024,
});

/** All values of all turns, in ascending order. */
function sortedOf(turns) {
  const all = new Float64Array(turns.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const turn of turns) {
    all.set(turn, at);
    at += turn.length;
  }
  return all.sort();
}

const p99Of = (turns) => quantile(sortedOf(turns), 0.99);

/**
 * What a server's turns come to.
 * @param {object} arm
 * @param {readonly Float64Array[]} arm.turns latencies, one list a turn
 * @param {readonly Float64Array[]} arm.lates how late each request was sent
 * @param {readonly number[]} arm.minorMs of every collection: how long it took
 * @param {readonly number[]} arm.majorMs
 * @param {readonly number[]} arm.otherMs
 * @param {readonly [start: number, end: number]} arm.heap bytes after a full collection
 */
export function summarize({ turns, lates, minorMs, majorMs, otherMs, heap, ...rest }) {
  const all = sortedOf(turns);
  const third = Math.max(1, Math.floor(turns.length / 3));
  const pauses = [...minorMs, ...majorMs, ...otherMs];
  return {
    ...rest,
    p50: quantile(all, 0.5),
    p99: quantile(all, 0.99),
    p999: quantile(all, 0.999),
    max: all.at(-1),
    firstP99: p99Of(turns.slice(0, third)),
    lastP99: p99Of(turns.slice(-third)),
    lateP99: p99Of(lates),
    minor: minorMs.length,
    major: majorMs.length,
    other: otherMs.length,
    gcMs: pauses.reduce((sum, ms) => sum + ms, 0),
    pause: pauses.reduce((longest, ms) => Math.max(longest, ms), 0),
    heapStart: heap[0],
    heapEnd: heap[1],
  };
}

/** At most so many times the other, or so much more where that is little. */
const isBeside = (value, other, { factor, floorMs }) => value <= Math.max(other * factor, other + floorMs);

/** Whether p99 grew no faster than the bare server's, or hardly at all. */
function isSteady(session, bare) {
  const { factor, floorMs } = LIMITS.drift;
  const machine = Math.max(1, bare.lastP99 / bare.firstP99);
  return session.lastP99 <= Math.max(session.firstP99 * machine * factor, session.firstP99 + floorMs);
}

/**
 * @param {ReturnType<typeof summarize>} session
 * @param {ReturnType<typeof summarize>} bare
 * @returns {{ readonly id: string, readonly isTimed: boolean }[]} the criteria that are not met
 */
export function faultsOf(session, bare) {
  const grown = (arm) => arm.heapEnd - arm.heapStart;
  const criteria = [
    { id: 'errors', isTimed: false, isMet: session.errors + bare.errors === 0 },
    { id: 'wrong', isTimed: false, isMet: session.wrong + bare.wrong === 0 },
    { id: 'heap', isTimed: false, isMet: grown(session) <= Math.max(0, grown(bare)) + LIMITS.heapBytes },
    { id: 'p99', isTimed: true, isMet: isBeside(session.p99, bare.p99, LIMITS.p99) },
    { id: 'p99.9', isTimed: true, isMet: isBeside(session.p999, bare.p999, LIMITS.p999) },
    // Not beside the bare one's: that may have none at all.
    {
      id: 'pause',
      isTimed: true,
      isMet: session.pause <= Math.max(LIMITS.pause.floorMs, bare.pause * LIMITS.pause.factor),
    },
    { id: 'drift', isTimed: true, isMet: isSteady(session, bare) },
  ];
  return criteria.filter(({ isMet }) => !isMet).map(({ id, isTimed }) => ({ id, isTimed }));
}
