// Numbers that look random and are the same in every run: a linear congruential generator (Numerical Recipes).

/** @returns {() => number} from 0 to 1, without 1 */
export function seededRandom(seed) {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 2 ** 24;
  };
}
