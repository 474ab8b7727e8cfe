// Measures variants in rounds, each of a short batch of every variant, so that other work on the machine meets them alike.

const REPEATS_AT_MOST = 1 << 22;

/**
 * The CPU time of this process in milliseconds, all its threads: what a library keeps a server busy with. Not the clock,
 * which runs on while other work of the machine has the processor; and a library that hands its hash to another thread,
 * or leaves garbage to be collected on one, pays for that too.
 */
function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * @typedef {object} Variant
 * @property {string} id
 * @property {(input: unknown) => unknown} run one operation
 * @property {readonly unknown[]} inputs a power of two of them, taken in turns
 * @property {number} [inFlight] how many promises at a time; absent for what is synchronous
 */

/**
 * A loop of its own for every variant. One loop for all would be compiled for the mixture of what it has called, and the
 * later ones would pay for the earlier.
 * @param {Variant} variant
 * @returns {(count: number) => unknown}
 */
function loopOf({ run, inputs, inFlight }) {
  if ((inputs.length & (inputs.length - 1)) !== 0) throw new RangeError('a power of two of inputs');
  const mask = inputs.length - 1;
  if (inFlight === undefined) {
    return new Function(
      'run',
      'inputs',
      `return (count) => {
        let results = 0;
        for (let i = 0; i < count; i++) if (run(inputs[i & ${mask}]) !== undefined) results++;
        if (results !== count) throw new Error('no result');
      }`,
    )(run, inputs);
  }
  return async (count) => {
    for (let i = 0; i < count; i += inFlight) {
      const promises = [];
      for (let j = 0; j < inFlight; j++) promises.push(run(inputs[(i + j) & mask]));
      await Promise.all(promises);
    }
  };
}

/** Warms a variant up, and finds out how many operations make a batch. */
async function prepare(variant, { batchMs, warmMs }) {
  const loop = loopOf(variant);
  const step = variant.inFlight ?? 1;
  const startedMs = performance.now();
  let count = step;
  for (;;) {
    const beganMs = cpuMs();
    await loop(count);
    const tookMs = cpuMs() - beganMs;
    const perBatch = Math.min(REPEATS_AT_MOST, Math.ceil((count * batchMs) / Math.max(tookMs, 0.001) / step) * step);
    if (performance.now() - startedMs >= warmMs) return { id: variant.id, loop, count: Math.max(step, perBatch) };
    count = Math.max(step, Math.min(perBatch, count * 4));
  }
}

/**
 * Nanoseconds of CPU time per operation of every variant, one number a round.
 * @param {readonly Variant[]} variants
 * @param {{ readonly rounds: number, readonly batchMs: number, readonly warmMs: number }} pace
 * @returns {Promise<Record<string, number[]>>} by the variant's id
 */
export async function interleave(variants, pace) {
  const prepared = [];
  for (const variant of variants) prepared.push(await prepare(variant, pace));
  const samples = Object.fromEntries(variants.map(({ id }) => [id, []]));
  for (let round = 0; round < pace.rounds; round++) {
    for (let i = 0; i < prepared.length; i++) {
      // Another first one in every round: whoever follows a heavy one may find its garbage.
      const { id, loop, count } = prepared[(i + round) % prepared.length];
      const beganMs = cpuMs();
      const done = loop(count);
      // No turn of the event loop for what is synchronous.
      if (done !== undefined) await done;
      samples[id].push(((cpuMs() - beganMs) * 1e6) / count);
    }
  }
  return samples;
}
