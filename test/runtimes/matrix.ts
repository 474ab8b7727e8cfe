// The tables of docs/runtimes.md, made from what ran.
import { row, table, withMade } from '../support/generated.js';
import { GROUPS } from './cases/index.js';
import type { Ran, Runtime } from './runtimes.js';
import { caseName, type Group } from './suite.js';

export type Results = readonly (readonly [runtime: Runtime, ran: Ran])[];

const MAKER = 'UPDATE=1 node scripts/test.mjs /runtimes/';

/** The page with its tables made anew. Throws where it has no place for them. */
export function withTables(page: string, results: Results): string {
  return withMade(page, MAKER, [passedTable(results), skippedTable(results), caseLists()].join('\n\n'));
}

/** Without the versions that no package.json pins: a browser is updated without anybody's doing. */
export function comparable(page: string, results: Results): string {
  const floating = results.filter(([{ pinned }]) => !pinned).map(([{ name }]) => `| ${name} |`);
  const hide = (line: string): string => line.replace(/^(\| [^|]* \|) [^|]* \|/, '$1 … |');
  return page
    .split('\n')
    .map((line) => (floating.some((start) => line.startsWith(start)) ? hide(line) : line))
    .join('\n');
}

function passedTable(results: Results): string {
  const head = ['runtime', 'version', ...GROUPS.map(({ title }) => title)];
  return table(
    head,
    results.map(([{ name }, { version, report }]) => [
      name,
      version,
      ...GROUPS.map((group) => passedCell(group, report.passed)),
    ]),
  );
}

function passedCell(group: Group, passed: readonly string[]): string {
  const count = group.cases.filter((one) => passed.includes(caseName(group, one))).length;
  if (count === group.cases.length) return String(count);
  return count === 0 ? '–' : `${count} of ${group.cases.length}`;
}

/** One row a case and reason; a group that is skipped as a whole is one row too. */
function skippedTable(results: Results): string {
  const where = new Map<string, string[]>();
  for (const [{ name, skips }, { report }] of results) {
    for (const { name: skipped, reason } of report.skipped) {
      const group = GROUPS.find(({ title }) => skips[title] !== undefined && skipped.startsWith(`${title}: `));
      const key = row([group === undefined ? skipped : `${group.title}: all`, reason]);
      const names = where.get(key) ?? [];
      if (!names.includes(name)) where.set(key, [...names, name]);
    }
  }
  const rows = [...where].map(([key, names]) => `${key} ${names.join(', ')} |`);
  return [row(['not passed', 'why', 'where']), '|---|---|---|', ...rows].join('\n');
}

/** Groups of the same cases, which are sent in two ways, are told once. */
function caseLists(): string {
  const titles = new Map<string, string[]>();
  for (const { title, cases } of GROUPS) {
    const list = cases.map(({ name }) => `- ${name.replaceAll('__', '\\_\\_')}`).join('\n');
    titles.set(list, [...(titles.get(list) ?? []), title]);
  }
  return [...titles].map(([list, names]) => `**${names.join(', ')}**\n\n${list}`).join('\n\n');
}
