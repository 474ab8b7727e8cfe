// The part "request": CPU time of a server per request, by framework and session. Forked by run.mjs, on the Node under test.

import { readGoals } from '../lib/goals.mjs';
import { TOKEN_CACHE } from '../lib/microdot.mjs';
import { serve } from '../lib/part.mjs';
import { DEAR, dearRows, goalRows } from './rows.mjs';
import { STACKS } from './stacks.mjs';
import { reasonToSkip, Subject, VISITORS } from './subject.mjs';

/** Of the rows of goals alone: of all of them it would take hours. How long a run is, the order says. */
const LONG = { rounds: 15, warmMs: 2000 };
const PACES = {
  full: { rounds: 15, runMs: 200, warmMs: 800 },
  quick: { rounds: 5, runMs: 60, warmMs: 250 },
};

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

serve(async ({ mode, scale, seconds, say }) => {
  const isLong = scale === 'full' && mode === 'full';
  const pace = isLong ? { ...LONG, runMs: seconds * 1000 } : PACES[mode];
  const goals = readGoals();
  const groups = {};
  const skipped = {};
  for (const [framework, servers] of Object.entries(STACKS)) {
    const stacks = Object.keys(servers).filter((stack) => {
      const reason = reasonToSkip(framework, stack);
      if (reason !== null) skipped[`${framework}, ${stack}`] = reason;
      return reason === null;
    });
    const wanted = goalRows(goals, framework);
    const { rows: all, stop } = await prepare(framework, stacks, (id) => !isLong || wanted.has(id), pace);
    const looks = new Map(all.map(({ id, us }) => [id, us]));
    const dear = isLong ? dearRows(goals, framework, looks) : [];
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
  return {
    tokenCache: TOKEN_CACHE,
    pace: { rounds: pace.rounds, seconds: pace.runMs / 1000, isOfGoals: isLong },
    skipped,
    groups,
  };
});
