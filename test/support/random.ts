// Repeatable chance: the same bytes in every run, so that a failure can be run again.

/** A generator of 32-bit numbers (Marsaglia's xorshift), as good as its seed is remembered. */
export function createRandom(seed: number): Random {
  let state = seed | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return {
    below: (limit) => next() % limit,
    bytes: (length) => Uint8Array.from({ length }, () => next() >>> 24),
  };
}

export interface Random {
  /** A whole number from 0 on, under `limit`. */
  below(limit: number): number;
  bytes(length: number): Uint8Array;
}
