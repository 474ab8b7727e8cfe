// What the suites about many sessions do with them: names that are spread evenly, many calls at a time, times of single calls.
import { createHash } from 'node:crypto';

/** What a store keeps a session under: a hash, so two that follow each other lie far apart. */
export const keyOf = (i) => createHash('sha256').update(`${i}`).digest('base64url');

/** The id of a session, as its cookie has it. */
export const idOf = (i) => keyOf(i).slice(0, 22);

/** What a login keeps, as JSON: about 200 bytes. */
export const LOGIN = JSON.stringify({
  user: 'u'.repeat(20),
  roles: ['member', 'author'],
  csrf: 'c'.repeat(43),
  n: 1,
  t: 'x'.repeat(73),
});

/** Calls `work` with each number from `from` on, so many of them at a time. */
export async function each(from, to, inFlight, work) {
  let next = from;
  const worker = async () => {
    while (next < to) await work(next++);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

/** What each of so many calls took, one after the other. */
export async function microseconds(count, call) {
  const taken = [];
  for (let i = 0; i < count; i++) {
    const from = performance.now();
    await call(i);
    taken.push((performance.now() - from) * 1000);
  }
  return taken;
}

/** The middle and the 99th of a hundred. */
export function quantiles(taken) {
  const sorted = [...taken].sort((a, b) => a - b);
  return { p50: sorted[Math.floor(sorted.length * 0.5)], p99: sorted[Math.floor(sorted.length * 0.99)] };
}

/** Of calls one after the other, in microseconds. */
export const times = async (count, call) => quantiles(await microseconds(count, call));
