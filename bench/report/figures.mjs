// How figures are told: few digits, and whether they are sure.

import { isSure, ratios, summary } from '../lib/stats.mjs';

/** Two or three digits: more is noise. */
export function digits(value) {
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 10) return String(value);
  if (size < 0.1) return String(Number(value.toPrecision(2)));
  if (size >= 1000) return String(Number(value.toPrecision(2)));
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** A figure, with its spread where that is wide. */
export function figure(value) {
  if (isSure(value)) return digits(value.median);
  return `≈ ${digits(value.median)} (${digits(value.low)}–${digits(value.high)})`;
}

/** A row of a group; undefined where it was not measured. */
export const rowOf = (group, id) => (group?.samples[id] === undefined ? undefined : summary(group.samples[id]));

/** A row of a group in relation to another one, round by round. */
export function ratioOf(group, id, of) {
  const [values, references] = [group?.samples[id], group?.samples[of]];
  return values === undefined || references === undefined ? undefined : summary(ratios(values, references));
}

export const cell = (value) => (value === undefined ? '–' : figure(value));

/** Nanoseconds as they are, and microseconds from a thousand on. */
export const time = (value) =>
  value === undefined
    ? '–'
    : value.median < 1000
      ? `${value.median.toFixed(0)} ns`
      : `${digits(value.median / 1000)} µs`;

/** @param {readonly string[]} head the first columns are text, one of them by default, the others are figures */
export const table = (head, rows, textColumns = 1) =>
  [head, head.map((_, i) => (i < textColumns ? '---' : '---:')), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
