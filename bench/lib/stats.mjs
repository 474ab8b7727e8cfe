// Medians of interleaved rounds, ratios within a round, and how sure they are.

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The smallest value that so large a part of all is no greater than (nearest rank): one that was measured, not one between.
 * @param {ArrayLike<number>} sorted in ascending order
 * @param {number} part from 0 to 1
 */
export const quantile = (sorted, part) => sorted[Math.max(0, Math.ceil(sorted.length * part - 1e-9) - 1)];

/**
 * The interval that holds the true median in about 95 % of all runs, whatever the distribution: noise on a shared machine
 * is one-sided, so a standard deviation would say little. Between two order statistics, by the binomial distribution;
 * with fewer than six values it is all of them.
 * @param {readonly number[]} values
 * @returns {readonly [low: number, high: number]}
 */
export function interval(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  let below = 0;
  let outside = 2 ** -n;
  // `outside`: how likely at most `below` values lie on one side of the median. Both sides together may have 5 %.
  for (let next = outside; ; ) {
    next *= (n - below) / (below + 1);
    if (outside + next > 0.025) break;
    below++;
    outside += next;
  }
  return [sorted[below], sorted[n - 1 - below]];
}

/** Of each round by itself: what disturbs a whole round disturbs both of its numbers. */
export const ratios = (values, references) => values.map((value, round) => value / references[round]);

/**
 * @param {readonly number[]} values
 * @returns {{ readonly median: number, readonly low: number, readonly high: number }}
 */
export function summary(values) {
  const [low, high] = interval(values);
  return { median: median(values), low, high };
}

/** Whether a number is known well enough to be told: its interval reaches no further than 15 % from the median. */
export const isSure = ({ median: middle, low, high }) =>
  Math.max(high - middle, middle - low) <= TOLERANCE * Math.abs(middle);

/** What a number may be off before somebody is told: the noise of a shared machine. */
export const TOLERANCE = 0.15;
