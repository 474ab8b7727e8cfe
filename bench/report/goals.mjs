// The goals as a table for a terminal, and for the document.

import { digits, table } from './figures.mjs';

const WORDS = {
  reached: 'reached',
  held: 'held',
  near: 'not reached',
  known: 'missed, as known',
  missed: 'MISSED',
  inconclusive: 'inconclusive',
  'not measured': 'not measured',
};

/** A goal that is only to be reached has none to be held; one over its limit by less than the noise says so. */
const wordOf = ({ verdict, goal }) => (verdict === 'near' && goal.hold !== null ? 'within 15 %' : WORDS[verdict]);

const limit = (value) => (value === null ? '–' : String(value));
const measuredAs = ({ value }) => (value === undefined ? '–' : digits(value.median));
const spreadAs = ({ value }) =>
  value === undefined || value.low === value.high ? '' : `${digits(value.low)}–${digits(value.high)}`;

/** With more than one peer in question it says which one it was. */
const whatOf = ({ goal, of }) =>
  of !== undefined && of !== null && (goal.of.length > 1 || goal.of[0] === 'any peer')
    ? `${goal.what}: ${of.replace(/^(read|count), /, '')}`
    : goal.what;

export function goalsAsText(verdicts) {
  const rows = verdicts.map((verdict) => [
    wordOf(verdict),
    measuredAs(verdict),
    spreadAs(verdict),
    limit(verdict.goal.hold),
    limit(verdict.goal.reach),
    whatOf(verdict),
  ]);
  const head = ['', 'measured', 'spread', 'hold', 'reach', 'goal'];
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function goalsAsMarkdown(verdicts) {
  const rows = verdicts.map((verdict) => {
    const { goal } = verdict;
    const unit = goal.unit === 'ratio' || goal.unit === 'count' ? '' : ` ${goal.unit}`;
    const cells = [whatOf(verdict), measuredAs(verdict) + (verdict.value === undefined ? '' : unit), spreadAs(verdict)];
    return [
      ...cells,
      limit(goal.hold),
      limit(goal.reach),
      goal.skipped ?? (verdict.verdict === 'known' ? `missed: ${goal.known.why}` : wordOf(verdict)),
    ];
  });
  return table(['goal, at most', 'measured', 'spread', 'hold', 'reach', ''], rows);
}
