// The latency suite: from when a latency counts, what it makes of the figures, and what it takes for a cliff.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HOSTS } from '../latency/hosts.mjs';
import { linesOf } from '../latency/lines.mjs';
import { openLoop } from '../latency/open-loop.mjs';
import { faultsOf, summarize } from '../latency/verdict.mjs';

/** A clock that goes on by a millisecond a turn, and a server that answers after so many. */
async function run({ answerMs, turn = 1, ...order }) {
  let nowMs = 1000;
  const waiting = [];
  const sentMs = [];
  const result = await openLoop({
    everyMs: 1,
    patienceMs: 1000,
    now: () => nowMs,
    ask(lane) {
      sentMs.push([lane, nowMs - 1000]);
      return new Promise((resolve) => waiting.push({ atMs: nowMs + answerMs(sentMs.length - 1), resolve }));
    },
    async turn(f) {
      nowMs += turn;
      for (const { atMs, resolve } of waiting) if (atMs <= nowMs) resolve();
      // The promises' callbacks come first, as they do in an event loop.
      setImmediate(f);
    },
    ...order,
  });
  return { ...result, latencies: [...result.latencies], late: [...result.late], sentMs };
}

describe('the open loop', () => {
  it('sends when a request is due, answered or not', async () => {
    const { latencies, sentMs, unanswered } = await run({ requests: 4, lanes: 4, answerMs: () => 7 });
    assert.deepEqual(sentMs, [
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    assert.deepEqual(latencies, [7, 7, 7, 7]);
    assert.equal(unanswered, 0);
  });

  it('counts from when a request was due: all who come while the server stands still have waited', async () => {
    const { latencies, late } = await run({ requests: 5, lanes: 1, answerMs: (i) => (i === 0 ? 10 : 0) });
    // The one lane is free again at 10; then each turn of a millisecond has an answer to the one before.
    assert.deepEqual(latencies, [10, 10, 10, 10, 10]);
    assert.deepEqual(late, [0, 0, 0, 0, 0]);
  });

  it('tells its own lateness from the server’s', async () => {
    const { latencies, late } = await run({ requests: 4, lanes: 4, answerMs: () => 3, turn: 3 });
    assert.deepEqual(late, [0, 2, 1, 0]);
    assert.deepEqual(latencies, [3, 5, 4, 3]);
  });

  it('takes the lane that was free for longest', async () => {
    const { sentMs } = await run({ requests: 4, lanes: 3, answerMs: () => 1 });
    assert.deepEqual(
      sentMs.map(([lane]) => lane),
      [0, 1, 2, 0],
    );
  });

  it('gives up in the end, and tells how many it never heard of', async () => {
    const answerMs = (i) => (i === 1 ? Number.POSITIVE_INFINITY : 1);
    const { latencies, unanswered } = await run({ requests: 3, lanes: 3, answerMs, patienceMs: 50 });
    assert.deepEqual(latencies, [1, 1]);
    assert.equal(unanswered, 1);
  });
});

const MB = 1024 * 1024;
/** 100 latencies, the last two of them longer: its 99th percentile is `p99`. */
const turnOf = (p99) => Float64Array.from({ length: 100 }, (_, i) => (i < 98 ? 1 : p99));
const armOf = ({ p99s = [2, 2, 2, 2, 2, 2], ...rest } = {}) => ({
  turns: p99s.map(turnOf),
  lates: [Float64Array.of(0)],
  minorMs: [1, 2],
  majorMs: [5],
  otherMs: [],
  heap: [10 * MB, 10 * MB],
  cpuMs: 10,
  wallMs: 100,
  loopP99Ms: 2,
  answers: 600,
  errors: 0,
  wrong: 0,
  firstFault: null,
  ...rest,
});
const faults = (session, bare = {}) => faultsOf(summarize(armOf(session)), summarize(armOf(bare))).map(({ id }) => id);

describe('what an arm comes to', () => {
  it('has the percentiles of all turns, and the p99 of the first and the last third', () => {
    const arm = summarize(armOf({ p99s: [2, 3, 4, 5, 6, 7] }));
    assert.deepEqual([arm.p50, arm.p99, arm.p999, arm.max], [1, 4, 7, 7]);
    assert.deepEqual([arm.firstP99, arm.lastP99], [2, 6]);
  });

  it('has every collection, and the longest of any kind', () => {
    const { minor, major, other, gcMs, pause } = summarize(armOf({ otherMs: [6] }));
    assert.deepEqual([minor, major, other, gcMs, pause], [2, 1, 1, 14, 6]);
  });

  it('has no pause where nothing was collected', () => {
    assert.equal(summarize(armOf({ minorMs: [], majorMs: [] })).pause, 0);
  });

  it('does with two turns: one is the first third, one the last', () => {
    const { firstP99, lastP99 } = summarize(armOf({ p99s: [2, 9] }));
    assert.deepEqual([firstP99, lastP99], [2, 9]);
  });
});

describe('a cliff', () => {
  const six = (p99) => Array(6).fill(p99);

  it('is not what equals the bare server', () => assert.deepEqual(faults({}), []));

  it('is any error or wrong answer, of either', () => {
    assert.deepEqual(faults({ errors: 1 }), ['errors']);
    assert.deepEqual(faults({}, { errors: 1 }), ['errors']);
    assert.deepEqual(faults({ wrong: 1 }), ['wrong']);
    assert.deepEqual(faults({}, { wrong: 1 }), ['wrong']);
  });

  it('is a heap that grew by more than 2 MB beyond the bare one', () => {
    assert.deepEqual(faults({ heap: [10 * MB, 12 * MB] }), []);
    assert.deepEqual(faults({ heap: [10 * MB, 12 * MB + 1] }), ['heap']);
    assert.deepEqual(faults({ heap: [10 * MB, 13 * MB] }, { heap: [10 * MB, 11 * MB] }), []);
    // A bare heap that shrank gives nothing away.
    assert.deepEqual(faults({ heap: [10 * MB, 12 * MB] }, { heap: [10 * MB, 5 * MB] }), []);
  });

  it('is a p99 beyond twice the bare one, and beyond 2 ms more', () => {
    assert.deepEqual(faults({ p99s: six(4) }), []);
    assert.deepEqual(faults({ p99s: six(4.1) }), ['p99']);
    assert.deepEqual(faults({ p99s: six(8) }, { p99s: six(4) }), []);
    assert.deepEqual(faults({ p99s: six(8.1) }, { p99s: six(4) }), ['p99']);
  });

  it('is a p99.9 beyond three times the bare one, and beyond 10 ms more', () => {
    // One of 600 is above the 99th percentile, and is the 99.9th.
    const rare = (ms) => ({ turns: armOf().turns.map((turn, i) => (i === 0 ? Float64Array.of(...turn, ms) : turn)) });
    assert.deepEqual(faults(rare(12)), []);
    assert.deepEqual(faults(rare(12.1)), ['p99.9']);
    assert.deepEqual(faults(rare(60), rare(20)), []);
    assert.deepEqual(faults(rare(61), rare(20)), ['p99.9']);
  });

  it('is a pause beyond 20 ms and beyond three times the bare one, whatever kind of collection made it', () => {
    assert.deepEqual(faults({ majorMs: [20] }), []);
    assert.deepEqual(faults({ majorMs: [20.1] }), ['pause']);
    assert.deepEqual(faults({ minorMs: [20.1] }), ['pause']);
    assert.deepEqual(faults({ otherMs: [20.1] }), ['pause']);
    assert.deepEqual(faults({ majorMs: [30] }, { majorMs: [10] }), []);
    assert.deepEqual(faults({ majorMs: [31] }, { majorMs: [10] }), ['pause']);
  });

  it('is a p99 that grows with time, but not where the machine slows both down', () => {
    assert.deepEqual(faults({ p99s: [2, 2, 2, 2, 3, 3] }), []);
    assert.deepEqual(faults({ p99s: [2, 2, 2, 2, 3.1, 3.1] }), ['drift']);
    assert.deepEqual(faults({ p99s: [2, 2, 2, 2, 6, 6] }, { p99s: [2, 2, 2, 2, 4, 4] }), []);
    assert.deepEqual(faults({ p99s: [2, 2, 2, 2, 6.1, 6.1] }, { p99s: [2, 2, 2, 2, 4, 4] }), ['drift']);
  });
});

describe('the lines', () => {
  it('tell both servers and their ratio', () => {
    const bare = summarize(armOf());
    const session = summarize(armOf({ p99s: [3, 3, 3, 3, 3, 3], heap: [10 * MB, 10.5 * MB] }));
    const order = { host: 'Koa', rate: 100, seconds: 6, turns: 6, visitors: 200 };
    assert.deepEqual(linesOf({ ...order, bare, session }), [
      'Koa: 100 requests a second, 6 s each in 6 turns, 200 visitors',
      '  bare     p50 1.00 ms, p99 2.00, p99.9 2.00, max 2.00; GC 2 minor + 1 major, 8 ms in all, longest 5.00; ' +
        'event loop p99 2.00 ms; heap 10.0 -> 10.0 MB; busy 10 %; 600 answers, 0 errors, 0 wrong',
      '  session  p50 1.00 ms, p99 3.00, p99.9 3.00, max 3.00; GC 2 minor + 1 major, 8 ms in all, longest 5.00; ' +
        'event loop p99 2.00 ms; heap 10.0 -> 10.5 MB; busy 10 %; 600 answers, 0 errors, 0 wrong',
      '  session / bare: p50 1.00, p99 1.50, p99.9 1.50, max 1.50; p99 of the last third / the first: 1.00, bare 1.00; ' +
        'sent late, p99: 0.00 ms, bare 0.00',
    ]);
  });
});

describe('the hosts', () => {
  it('are eight, each bare and with a session', () => {
    assert.deepEqual(Object.keys(HOSTS), [
      'node:http',
      'Express',
      'Fastify',
      'Koa',
      'Hono',
      'h3',
      'fetch',
      'Microdot app',
    ]);
    for (const arms of Object.values(HOSTS)) {
      assert.deepEqual(
        Object.values(arms).map((start) => typeof start),
        ['function', 'function'],
      );
    }
  });
});
