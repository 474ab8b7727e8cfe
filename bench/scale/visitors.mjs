// Whether a server that has seen many visitors is slower for the next ones than one that has seen none.

import { createCodec } from '../lib/microdot.mjs';
import { typicalOf } from '../lib/payloads.mjs';

/** Visitors of one measurement. None of them comes again, so that none is known. */
const WINDOW = 2000;

const cpuUs = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** So many new visitors: each gets a session, comes back with it, and has it counted. */
function visit({ encode, decode }, from, count) {
  for (let i = from; i < from + count; i++) {
    const data = decode(encode({ ...typicalOf(i), visitor: i }));
    data.n = 1;
    if (decode(encode(data)).visitor !== i) throw new Error('somebody else');
  }
}

function timed(codec, from) {
  const before = cpuUs();
  visit(codec, from, WINDOW);
  return ((cpuUs() - before) * 1000) / WINDOW;
}

/**
 * Nanoseconds of a visit, a row for each number of visitors seen before; `new server` is the same on one that has seen
 * none, in turns with the last of them. `after` is the row of the most visitors.
 */
export async function visitors({ most, rounds }) {
  const seen = createCodec({ cache: true });
  const samples = {};
  let next = 0;
  visit(createCodec({ cache: true }), 0, 20_000);
  for (let target = 1e3; target <= most; target *= 10) {
    if (next < target) visit(seen, next, target - next);
    next = Math.max(next, target);
    const [old, fresh] = [[], []];
    for (let round = 0; round < rounds; round++) {
      const turns = [
        () => old.push(timed(seen, next)),
        () => fresh.push(timed(createCodec({ cache: true }), 2e7 + round * WINDOW)),
      ];
      for (const turn of round % 2 === 0 ? turns : turns.reverse()) turn();
      next += WINDOW;
    }
    samples[`${target} visitors`] = old;
    samples['new server'] = fresh;
    samples.after = old;
  }
  return { unit: 'ns', samples };
}
