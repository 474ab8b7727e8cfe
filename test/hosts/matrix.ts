// The tables of docs/hosts/conformance.md, made from what ran: host by clause, and whose cookie is read by whom.
import type { ConformanceCase } from '../../dist/testing/index.js';
import { table } from '../support/generated.js';

/** Regenerates both tables. */
export const PAGE = 'docs/hosts/conformance.md';
const UPDATE = 'UPDATE=1 node scripts/test.mjs /hosts/';
export const CLAUSES_MAKER = `${UPDATE} from what every host passed`;
export const CROSS_MAKER = `${UPDATE} from what everybody read`;

/** A host, the cases it was asked, and the names of those it passed. */
export interface Result {
  readonly host: string;
  readonly cases: readonly ConformanceCase[];
  readonly passed: ReadonlySet<string>;
}

const number = (clause: string): number => Number(clause.slice(1));

const clausesOf = (results: readonly Result[]): readonly string[] =>
  [...new Set(results.flatMap(({ cases }) => cases.flatMap(({ clauses }) => clauses)))].sort(
    (a, b) => number(a) - number(b),
  );

/** Names the reasons of skips by letters, in the order in which they are met. */
class Notes {
  readonly #reasons: string[] = [];

  of(reasons: readonly string[]): string {
    const letters = [...new Set(reasons)].map((reason) => {
      if (!this.#reasons.includes(reason)) this.#reasons.push(reason);
      return letter(this.#reasons.indexOf(reason));
    });
    return letters.length === 0 ? '' : ` <sup>${letters.sort((a, b) => a.localeCompare(b)).join(' ')}</sup>`;
  }

  list(): string {
    return this.#reasons.map((reason, i) => `- <sup>${letter(i)}</sup> ${reason}`).join('\n');
  }
}

const letter = (index: number): string => String.fromCharCode('a'.charCodeAt(0) + index);

/** One row a host, one column a clause: how many of its cases were passed, and why not all of them were asked. */
export function clauseTables(results: readonly Result[]): string {
  const clauses = clausesOf(results);
  const notes = new Notes();
  const rows = results.map((result) => [result.host, ...clauses.map((clause) => cell(result, clause, notes))]);
  return [table(['host', ...clauses], rows), notes.list(), caseLists(results, clauses)].join('\n\n');
}

function cell({ cases, passed }: Result, clause: string, notes: Notes): string {
  const asked = cases.filter(({ clauses }) => clauses.includes(clause));
  const count = asked.filter(({ name }) => passed.has(name)).length;
  if (count === asked.length) return String(count);
  const reasons = asked.flatMap(({ skip }) => skip ?? []);
  return `${count === 0 ? '–' : `${count} of ${asked.length}`}${notes.of(reasons)}`;
}

/** The names of all cases, each once, under the first of its clauses. */
function caseLists(results: readonly Result[], clauses: readonly string[]): string {
  const cases = (results[0]?.cases ?? []).filter((one) => one.clauses.length > 0);
  return clauses
    .map((clause) => {
      const names = cases.filter((one) => one.clauses[0] === clause).map(({ name }) => `- ${name}`);
      return names.length === 0 ? '' : `**${clause}**\n\n${names.join('\n')}`;
    })
    .filter((list) => list !== '')
    .join('\n\n');
}

/** What was read of a cookie: its writer, its reader, and whether the data were the same. */
export interface Reading {
  readonly writer: string;
  readonly reader: string;
  readonly isSame: boolean;
}

/** One row a writer, one column a reader. */
export function crossTable(readings: readonly Reading[]): string {
  const names = [...new Set(readings.map(({ writer }) => writer))];
  const mark = (writer: string, reader: string): string =>
    readings.some((one) => one.writer === writer && one.reader === reader && one.isSame) ? '✓' : '–';
  return table(
    ['written by ↓, read by →', ...names],
    names.map((writer) => [writer, ...names.map((reader) => mark(writer, reader))]),
  );
}
