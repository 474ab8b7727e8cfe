// Tables of a page that are made from what ran: written between two comments, or compared with what is there.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './needs.js';

export const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), `|${head.map(() => '---|').join('')}`, ...rows.map(row)].join('\n');

/** The page with `made` between the comment that says what makes it, and the one after it. Throws where it has no place. */
export function withMade(page: string, maker: string, made: string): string {
  const [begin, end] = [`<!-- made by ${maker} -->`, '<!-- to here -->'];
  const start = page.indexOf(begin);
  const stop = page.indexOf(end, start);
  if (start < 0 || stop < 0) throw new Error(`the page has no lines ${begin} and ${end}`);
  return `${page.slice(0, start)}${begin}\n\n${made}\n\n${page.slice(stop)}`;
}

/** Asserts that a page of the documents is what ran; with UPDATE=1 makes it so. */
export function assertMade(file: string, maker: string, made: string): void {
  const path = join(ROOT, file);
  const page = readFileSync(path, 'utf8');
  const current = withMade(page, maker, made);
  if (process.env.UPDATE === '1') writeFileSync(path, current);
  else assert.equal(page, current);
}
