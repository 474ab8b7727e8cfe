// Writes docs/benchmarks.md and its pictures from what the parts have found.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { forGoals, judge, readGoals } from '../lib/goals.mjs';
import { codecChart, requestChart } from './charts.mjs';
import { codecSection } from './codec.mjs';
import { goalsAsMarkdown } from './goals.mjs';
import { method } from './method.mjs';
import { requestSection } from './request.mjs';
import { packageSection, scaleSection } from './scale.mjs';

const SECTIONS = {
  codec: ['From data to a token and back', codecSection],
  request: ['What a session costs a server', requestSection],
  scale: ['Growth', scaleSection],
  package: ['Loading it', packageSection],
};

const INTRODUCTIONS = {
  codec: `CPU time in relation to microdot's: 2 is twice as much. Three sessions: a counter (10 bytes of JSON), somebody who is
logged in and has a cart (140 bytes), and as much as fits in a cookie (1.85 KB).`,
  request: `CPU time of the server process, all its threads, for one request: what the session adds to that of the same server
without one, and the whole in relation to it. \`read\` looks into a session of the middle size, \`count\` changes and sends it.`,
  scale: 'What becomes of time and memory when something grows.',
  package: 'A process of its own for every measurement.',
};

const HEAD = `# Benchmarks

How fast this package is, in relation to what else there is for the same work, and to what it set out to be.

<!-- Made by \`npm run bench\`; a change here is lost with the next run. -->

\`\`\`sh
npm ci && npm ci --prefix bench && npm ci --prefix runtimes
npm run bench
\`\`\`

Compare figures within a table only: its rows were measured in turns, in the same minutes. "≈" has the spread behind it, where
that is wider than 15 % to either side. What is fair and what is not is told under [Method](#method).`;

const section = (part, results) => {
  const [title, write] = SECTIONS[part];
  const byNode = results.map((result) => `### ${title}, Node ${result.node.slice(1)}\n\n${write(result)}`);
  return `## ${title}\n\n${INTRODUCTIONS[part]}\n\n${byNode.join('\n\n')}`;
};

const picture = (file, alt) => `![${alt}](${file})`;

/**
 * @param {readonly object[]} results by part, and within a part the newest Node first
 * @param {{ readonly document: string, readonly images: string }} to
 * @returns {readonly string[]} the files written
 */
export function writeReport(results, { document, images }) {
  const of = (part) => results.filter((result) => result.part === part);
  const verdicts = readGoals().map((goal) => judge(goal, forGoals(of(goal.part))[0]));
  const link = images.includes('/images/') ? 'images/' : '';
  const charts = [
    [
      'bench-codec.svg',
      codecChart,
      of('codec')[0],
      'CPU time to sign and to verify a session of 140 bytes, by library, in relation to microdot',
    ],
    [
      'bench-request.svg',
      requestChart,
      of('request')[0],
      'CPU time that a session adds to a request, by framework: microdot and the sessions of its own',
    ],
  ].filter(([, , result]) => result !== undefined);
  const written = charts.map(([name, chart, result]) => [`${images}${name}`, chart(result)]);
  const sections = Object.keys(SECTIONS).filter((part) => of(part).length > 0);
  const text = [
    HEAD,
    ...charts.map(([name, , , alt]) => picture(link + name, alt)),
    `## Goals\n\n"Hold" is what a change may not lose: \`npm run bench -- --check\` fails where it is missed by more than 15 %. "Reach" is\nbeyond it. Both are for Node 24.\n\n${goalsAsMarkdown(verdicts)}`,
    ...sections.map((part) => section(part, of(part))),
    method(results),
  ].join('\n\n');
  const files = [...written, [document, `${text}\n`]];
  for (const [file, content] of files) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return files.map(([file]) => file);
}
