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

/** Requests for a run of so many milliseconds by the clock, found while the server warms up. */
async function requestsFor(subject, path, { runMs, warmMs }) {
  const beganMs = performance.now();
  for (let requests = VISITORS; ; ) {
    const fromMs = performance.now();
    await subject.run(path, requests);
    const tookMs = performance.now() - fromMs;
    const perRun = Math.max(VISITORS, (requests * runMs) / tookMs);
    if (performance.now() - beganMs >= warmMs) return perRun;
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
      const requests = await requestsFor(subject, path, pace);
      if (isWanted(idOf(path))) rows.push({ id: idOf(path), subject, path, requests });
    }
  }
  const stop = () => {
    for (const subject of subjects) subject.stop();
  };
  return { rows, stop };
}

serve(async ({ mode, scale, say }) => {
  const isLong = scale === 'full';
  const pace = PACES[isLong ? 'long' : mode];
  const groups = {};
  const skipped = {};
  for (const [framework, all] of Object.entries(STACKS)) {
    const stacks = Object.keys(all).filter((stack) => {
      const reason = reasonToSkip(framework, stack);
      if (reason !== null) skipped[`${framework}, ${stack}`] = reason;
      return reason === null;
    });
    const wanted = goalRows(framework);
    const { rows, stop } = await prepare(framework, stacks, (id) => !isLong || wanted.has(id), pace);
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
