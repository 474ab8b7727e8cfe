// The part "request": CPU time of a server per request, by framework and session. Forked by run.mjs, on the Node under test.

import { TOKEN_CACHE } from '../lib/microdot.mjs';
import { serve } from '../lib/part.mjs';
import { STACKS } from './stacks.mjs';
import { reasonToSkip, Subject, VISITORS } from './subject.mjs';

const PACES = {
  full: { rounds: 15, runMs: 200, warmMs: 800 },
  quick: { rounds: 5, runMs: 60, warmMs: 250 },
};

/** The rows of a group: a server, what it is asked, and how many requests make a run. */
async function prepare(framework, stacks, { runMs, warmMs }) {
  const rows = [];
  const subjects = [];
  for (const stack of stacks) {
    const subject = await Subject.start(framework, stack);
    subjects.push(subject);
    // Counting first: it makes the sessions that are to be read.
    for (const path of stack === 'none' ? ['/none'] : ['/count', '/read']) {
      const id = stack === 'none' ? 'none' : `${path.slice(1)}, ${stack}`;
      let requests = VISITORS;
      let us = 0;
      for (let spentMs = 0; spentMs < warmMs; spentMs += (us * requests) / 1000) {
        requests = us === 0 ? VISITORS : Math.max(VISITORS, Math.min(requests * 4, (runMs * 1000) / us));
        us = await subject.run(path, requests);
      }
      rows.push({ id, subject, path, requests: Math.max(VISITORS, (runMs * 1000) / us) });
    }
  }
  const stop = () => {
    for (const subject of subjects) subject.stop();
  };
  return { rows, stop };
}

serve(async ({ mode, say }) => {
  const pace = PACES[mode];
  const groups = {};
  const skipped = {};
  for (const [framework, all] of Object.entries(STACKS)) {
    const stacks = Object.keys(all).filter((stack) => {
      const reason = reasonToSkip(framework, stack);
      if (reason !== null) skipped[`${framework}, ${stack}`] = reason;
      return reason === null;
    });
    const { rows, stop } = await prepare(framework, stacks, pace);
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
  return { tokenCache: TOKEN_CACHE, skipped, groups };
});
