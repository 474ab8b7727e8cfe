// The floor: what no library can go below that makes JSON and HMAC-SHA-256 on this processor.
//
// JSON.stringify or JSON.parse, plus the blocks of SHA-256 that the token takes at the pace of the processor's own
// instructions. No call, no base64, no text, no comparison: it cannot be reached, only approached.

import * as crypto from 'node:crypto';

const BLOCK = 64;
const SHORT = Buffer.alloc(1024 * BLOCK, 7);
const LONG = Buffer.alloc(9 * 1024 * BLOCK, 7);

// Not `crypto.hash`, which older releases of Node 20 lack: at these lengths the call does not show.
const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');

/** Two lengths, because of their difference the call itself is no part. */
export const BLOCK_VARIANTS = Object.freeze([
  { id: 'SHA-256 of 1024 blocks', run: sha256, inputs: [SHORT] },
  { id: 'SHA-256 of 9216 blocks', run: sha256, inputs: [LONG] },
]);

/** Nanoseconds per block of SHA-256, by rounds; takes the two rows out of the samples. */
export function takeBlockTimes(samples) {
  const [short, long] = BLOCK_VARIANTS.map(({ id }) => samples[id]);
  for (const { id } of BLOCK_VARIANTS) delete samples[id];
  return short.map((ns, round) => (long[round] - ns) / ((LONG.length - SHORT.length) / BLOCK));
}

/**
 * Blocks of an HMAC-SHA-256 with its key taken in beforehand: those of the text with the padding of 9 bytes or more
 * (FIPS 180-4, section 5.1.1), and one for the outer hash.
 */
export const hmacBlocks = (length) => Math.ceil((length + 9) / BLOCK) + 1;

/** The floor of each round. */
export const floorOf = (json, blockTimes, blocks) => json.map((ns, round) => ns + blocks * blockTimes[round]);
