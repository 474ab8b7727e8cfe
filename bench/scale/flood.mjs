// What a flood of tokens leaves behind in memory: a million good ones, each of another visitor, and a million bad ones.

import { createCodec } from '../lib/microdot.mjs';
import { typicalOf } from '../lib/payloads.mjs';

/** Megabytes of live objects. */
function heapMb() {
  // Twice, for what is only freed once something else was.
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** A token whose signature is that of another: well formed to its last character, and wrong. */
const forged = (token, signature) => token.slice(0, token.lastIndexOf('.') + 1) + signature;

/** Megabytes more than before: `heap` is the most that either flood has left. */
export function flood(count) {
  const { encode, decode } = createCodec({ cache: true });
  const other = encode({ n: 0 });
  const signature = other.slice(other.lastIndexOf('.') + 1);
  const read = (from, to, isGood) => {
    for (let i = from; i < to; i++) {
      const token = encode({ ...typicalOf(i), visitor: i });
      const { visitor } = decode(isGood ? token : forged(token, signature));
      if (visitor !== (isGood ? i : undefined)) throw new Error('read what is bad, or did not read what is good');
    }
  };
  // So that code is compiled, and the cache made, before the first look.
  read(0, 2000, true);
  const before = heapMb();
  read(2000, 2000 + count, true);
  const good = heapMb() - before;
  read(2000 + count, 2000 + 2 * count, false);
  const bad = heapMb() - before;
  return {
    unit: 'MB',
    samples: { 'good tokens': [good], 'good and bad tokens': [bad], heap: [Math.max(good, bad, 0)] },
  };
}
