// The goals of goals.json against what was measured: a number for each, and what to say of it.

import { readFileSync } from 'node:fs';
import { isSure, ratios, summary, TOLERANCE } from './stats.mjs';

/**
 * @typedef {object} Goal
 * @property {string} id
 * @property {string} what
 * @property {string} part which part of the bench measures it
 * @property {readonly string[]} groups of rows measured in turns; of several the worst counts
 * @property {string} row
 * @property {readonly string[]} [of] rows to compare with, the worst counts; `any peer` is all of the group. Without: the row itself
 * @property {string} [base] a row to take away from both first
 * @property {string} [beside] a row that is measured with it, to tell what part of it is not the session's code
 * @property {string} unit
 * @property {number | null} hold the most that it may be
 * @property {number | null} reach what would be better still
 * @property {string} [skipped] why nothing here measures it
 * @property {{ readonly best: number, readonly why: string }} [known] a hold that is out of reach: the best that was had, which a
 * change may not lose either, and what stands in the way
 *
 * @typedef {'reached' | 'held' | 'near' | 'known' | 'missed' | 'inconclusive' | 'not measured'} Verdict
 */

/** @returns {readonly Goal[]} */
export const readGoals = () => JSON.parse(readFileSync(new URL('../goals.json', import.meta.url), 'utf8'));

const minus = (values, base) => (base === undefined ? values : values.map((value, round) => value - base[round]));

/** What the goal compares in one group, round by round: one list for every row it is compared with. */
function comparisons({ row, of, base }, { samples, peers = [] }) {
  const values = samples[row];
  if (values === undefined) return [];
  const zero = base === undefined ? undefined : samples[base];
  if (of === undefined) return [{ of: null, values: minus(values, zero) }];
  return of
    .flatMap((name) => (name === 'any peer' ? peers : [name]))
    .filter((name) => samples[name] !== undefined)
    .map((name) => ({ of: name, values: ratios(minus(values, zero), minus(samples[name], zero)) }));
}

/**
 * What a result says about a goal.
 * @param {Goal} goal
 * @param {{ readonly groups: object } | undefined} result of the goal's part
 * @returns {{ goal: Goal, verdict: Verdict, value?: { median: number, low: number, high: number }, of?: string | null }}
 */
export function judge(goal, result) {
  const found = goal.groups
    .map((name) => result?.groups[name])
    .filter((group) => group !== undefined)
    .flatMap((group) => comparisons(goal, group))
    .map(({ of, values }) => ({ of, value: summary(values) }));
  if (found.length === 0) return { goal, verdict: 'not measured' };
  const worst = found.reduce((a, b) => (b.value.median > a.value.median ? b : a));
  return { goal, ...worst, verdict: verdictOf(worst.value, goal) };
}

/** @returns {Verdict} */
export function verdictOf(value, { hold, reach, known }) {
  const limit = hold ?? reach;
  // Too wide, and on both sides of what is asked: says nothing. A wide one that is all on one side does.
  if (value.low <= limit && value.high > limit && !isSure(value)) return 'inconclusive';
  if (reach !== null && value.median <= reach) return 'reached';
  // Better still is nobody's duty.
  if (hold === null) return 'near';
  if (value.median <= hold) return 'held';
  if (value.median <= hold * (1 + TOLERANCE)) return 'near';
  return known !== undefined && value.median <= known.best * (1 + TOLERANCE) ? 'known' : 'missed';
}

/**
 * The misses that new results of the same parts show again.
 * @param {readonly { readonly goal: Goal, readonly result: { readonly part: string, readonly node: string } }[]} missed
 * @param {readonly { readonly part: string, readonly node: string, readonly groups: object }[]} anew
 */
export const stillMissed = (missed, anew) =>
  missed.filter(({ goal, result }) =>
    anew.some(
      (other) => other.part === result.part && other.node === result.node && judge(goal, other).verdict === 'missed',
    ),
  );

/** Of results of several Nodes those the goals are for: Node 24, or all there are without it. */
export function forGoals(results) {
  const chosen = results.filter(({ node }) => /^v24\./.test(node));
  return chosen.length > 0 ? chosen : results;
}
