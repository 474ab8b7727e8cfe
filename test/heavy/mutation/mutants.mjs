// The mutants of one compiled file: Stryker's, each as the whole text of the file with one mistake in it.
import { readFileSync } from 'node:fs';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { messagesIgnorer } from './ignore-messages.mjs';

const SILENT = { debug() {}, info() {}, warn() {}, isDebugEnabled: () => false };
const OPTIONS = { plugins: null, excludedMutations: [], ignorers: [messagesIgnorer] };

/**
 * Stryker's own runner writes its report when all is done, and puts every mutant of a file into one text, behind a call
 * each: that makes a hash function a hundred times slower. So only its choice of mutants is taken.
 */
export async function mutantsOf(path) {
  const source = readFileSync(path, 'utf8');
  const file = { name: path, content: source, mutate: true };
  const { mutants } = await new Instrumenter(SILENT).instrument([file], OPTIONS);
  const lineStarts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  const offset = ({ line, column }) => lineStarts[line] + column;
  const found = mutants.map(({ location, mutatorName, replacement, status }) => {
    const from = offset(location.start);
    const to = offset(location.end);
    const was = source.slice(from, to);
    const place = `${location.start.line + 1}:${location.start.column + 1}`;
    return {
      id: `${place} ${mutatorName}: ${oneLine(was)}  ->  ${oneLine(replacement)}`,
      isIgnored: status === 'Ignored',
      text: `${source.slice(0, from)}${fitted(replacement, was)}${source.slice(to)}`,
    };
  });
  return { source, mutants: found };
}

/** An operator that has become another one may bind less tightly than what stands around it. */
function fitted(replacement, was) {
  const isStatement = replacement === ';' || was.endsWith(';') || /^(\{|(for|while|do|case|default)\b)/.test(was);
  // On a line of its own, since the replacement may end in a comment.
  return isStatement ? replacement : `(${replacement}\n)`;
}

const oneLine = (text) => {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
};
