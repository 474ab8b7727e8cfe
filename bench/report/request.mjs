// The section about requests: what a session costs a server, by framework.

import { summary } from '../lib/stats.mjs';
import { cell, ratioOf, rowOf, table } from './figures.mjs';

/** Rows are called "read, cookie-session"; the columns are what is asked, the lines who answers. */
const stacksOf = ({ samples }) => [
  ...new Set(Object.keys(samples).flatMap((id) => (id === 'none' ? [] : [id.slice(id.indexOf(', ') + 2)]))),
];

/** What the session adds, in microseconds. */
function added({ samples }, id) {
  if (samples[id] === undefined) return undefined;
  return summary(samples[id].map((us, round) => us - samples.none[round]));
}

/** Microdot's own rows first, then as they were measured. */
const ownFirst = (a, b) => Number(isOwn(b)) - Number(isOwn(a));
export const isOwn = (stack) => /^microdot/i.test(stack);

function framework(name, group) {
  const rows = stacksOf(group)
    .sort(ownFirst)
    .map((stack) => [
      isOwn(stack) ? `**${stack}**` : stack,
      ...['read', 'count'].flatMap((path) => {
        const id = `${path}, ${stack}`;
        // Another framework adds nothing to this one: only the whole compares.
        const isOther = stack === 'Microdot app' && name !== 'node:http';
        return [isOther ? '' : cell(added(group, id)), cell(ratioOf(group, id, 'none'))];
      }),
    ]);
  const bare = cell(rowOf(group, 'none'));
  return table([`${name}: ${bare} µs without a session`, 'read adds µs', 'of bare', 'count adds µs', 'of bare'], rows);
}

const told = ({ rounds, seconds, isOfGoals = false }) =>
  `${rounds} runs of ${seconds} s of each, in turns${isOfGoals ? '; only of what goals are about, the others by `npm run bench -- request`' : ''}.
`;

export const requestSection = ({ groups, pace }) =>
  `${pace === undefined ? '' : told(pace)}"Microdot app" is an application of this package with its session, measured in every group, to be compared as a whole.

${tables(groups)}`;

const tables = (groups) =>
  Object.entries(groups)
    .map(([name, group]) => framework(name, group))
    .join('\n\n');
