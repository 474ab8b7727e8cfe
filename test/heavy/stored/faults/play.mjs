// One scenario: a load, a fault in the middle of it, its end, and what is in the store afterwards.
import { setTimeout as sleep } from 'node:timers/promises';
import { startApplication } from './application.mjs';
import { Visitors } from './visitors.mjs';

/** Far more than any of it takes: what is not back by then does not come back by itself. */
const PATIENCE_MS = 90_000;

async function until(condition, what) {
  const from = performance.now();
  while (!condition()) {
    if (performance.now() - from > PATIENCE_MS) throw new Error(`${what}: not within ${PATIENCE_MS / 1000} s`);
    await sleep(10);
  }
  return performance.now() - from;
}

/**
 * @param scenario `open` gives a rig of rigs.mjs; `felt`: whom the fault has to reach before it ends, by the errors of each
 * visitor; `holdMs`: how long it lasts from then on; `saves`: how many each visitor gets through before it and after it;
 * `settleMs`: until nothing that was held back is under way
 */
export async function play({ open, options, visitors, rounds, saves, felt = 'some', holdMs, settleMs }) {
  const rig = await open();
  const application = await startApplication({ place: rig.place, via: rig.via, options });
  const crowd = new Visitors(application, { visitors, mayBeEmpty: options.onStoreError === 'empty-readonly' });
  const isFelt = () => crowd.failed[felt === 'each' ? 'every' : 'some']((errors) => errors > 0);
  const haveSaved = () => crowd.answered.every((n) => n >= saves);
  let backMs = 0;
  let spared = 0;
  try {
    await crowd.login();
    const load = crowd.run();
    for (let round = 0; round < rounds; round++) {
      crowd.mark();
      if (felt !== 'each') await until(haveSaved, 'saves before the fault');
      crowd.mark();
      await rig.inject(application);
      await until(isFelt, 'errors of the fault');
      await sleep(holdMs);
      spared = crowd.failed.filter((errors) => errors === 0).length;
      await rig.recover(application);
      crowd.mark();
      backMs = Math.max(backMs, await until(haveSaved, 'saves of everybody after the fault'));
    }
    crowd.stop();
    await load;
    await sleep(settleMs);
    const fresh = await startApplication({ place: rig.place, via: rig.via, options });
    try {
      await crowd.verify(fresh);
    } finally {
      await fresh.stop();
    }
    return { crowd, backMs, spared, starts: application.starts() };
  } finally {
    crowd.stop();
    await application.stop();
    await rig.stop();
  }
}
