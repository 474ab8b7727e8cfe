// The part "request": CPU time of a server per request, by framework and session. Forked by run.mjs, on the Node under test.

import { readGoals } from '../lib/goals.mjs';
import { TOKEN_CACHE } from '../lib/microdot.mjs';
import { serve } from '../lib/part.mjs';
import { STACKS } from './stacks.mjs';
import { reasonToSkip, Subject, VISITORS } from './subject.mjs';

const PACES = {
  long: { rounds: 15, runMs: 5000, warmMs: 2000 },
  full: { rounds: 15, runMs: 200, warmMs: 800 },
  quick: { rounds: 5, runMs: 60, warmMs: 250 },
};

/** The rows of a group that a goal is about: runs of five seconds of all of them would take hours. */
function goalRows(framework) {
  const goals = readGoals().filter(({ part, groups }) => part === 'request' && groups.includes(framework));
  return new Set(goals.flatMap(({ row, of = [], base }) => [row, ...of, ...(base === undefined ? [] : [base])]));
}

/** A peer that a first look has at so much more than the cheapest one of its framework is not the one that goals ask about. */
const DEAR = 1.5;

/** The rows whose peers are not in question: goals compare with the cheapest of several. */
function dearRows(framework, rows) {
  const us = new Map(rows.map((row) => [row.id, row.us]));
  const goals = readGoals().filter(({ groups, base }) => groups.includes(framework) && base !== undefined);
  return goals.flatMap(({ of, base }) => {
    const added = (id) => us.get(id) - us.get(base);
    const least = Math.min(...of.map(added));
    return of.filter((id) => added(id) > DEAR * least);
  });
}

/** Requests for a run of so many milliseconds by the clock, found while the server warms up, and what each takes then. */
async function requestsFor(subject, path, { runMs, warmMs }) {
  const beganMs = performance.now();
  for (let requests = VISITORS; ; ) {
    const fromMs = performance.now();
    const us = await subject.run(path, requests);
    const tookMs = performance.now() - fromMs;
    const perRun = Math.max(VISITORS, (requests * runMs) / tookMs);
    if (performance.now() - beganMs >= warmMs) return { requests: perRun, us };
    requests = Math.min(requests * 4, perRun);
  }
}

/** The rows of a group: a server, what it is asked, and how many requests make a run. */
async function prepare(framework, stacks, isWanted, pace) {
  const rows = [];
  const subjects = [];
  for (const stack of stacks) {
    // Counting first: it makes the sessions that are to be read.
    const paths = stack === 'none' ? ['/none'] : ['/count', '/read'];
    const idOf = (path) => (stack === 'none' ? 'none' : `${path.slice(1)}, ${stack}`);
    if (!paths.some((path) => isWanted(idOf(path)))) continue;
    const subject = await Subject.start(framework, stack);
    subjects.push(subject);
    for (const path of paths) {
      const warm = await requestsFor(subject, path, pace);
      if (isWanted(idOf(path))) rows.push({ id: idOf(path), subject, path, ...warm });
    }
  }
  const stop = () => {
    for (const subject of subjects) subject.stop();
  };
  return { rows, stop };
}

serve(async ({ mode, scale, say }) => {
  const isLong = scale === 'full' && mode === 'full';
  const pace = PACES[isLong ? 'long' : mode];
  const groups = {};
  const skipped = {};
  for (const [framework, servers] of Object.entries(STACKS)) {
    const stacks = Object.keys(servers).filter((stack) => {
      const reason = reasonToSkip(framework, stack);
      if (reason !== null) skipped[`${framework}, ${stack}`] = reason;
      return reason === null;
    });
    const wanted = goalRows(framework);
    const { rows: all, stop } = await prepare(framework, stacks, (id) => !isLong || wanted.has(id), pace);
    const dear = isLong ? dearRows(framework, all) : [];
    for (const id of dear) skipped[`${framework}, ${id}`] = `at a first look over ${DEAR} times the cheapest`;
    const rows = all.filter(({ id }) => !dear.includes(id));
    say(`${framework}: ${rows.map(({ id }) => id).join(' | ')}`);
    const samples = Object.fromEntries(rows.map(({ id }) => [id, []]));
    for (let round = 0; round < pace.rounds; round++) {
      for (let i = 0; i < rows.length; i++) {
        const { id, subject, path, requests } = rows[(i + round) % rows.length];
        samples[id].push(await subject.run(path, requests));
      }
    }
    stop();
    groups[framework] = { unit: 'µs', samples };
  }
  return { tokenCache: TOKEN_CACHE, pace: { rounds: pace.rounds, seconds: pace.runMs / 1000 }, skipped, groups };
});
