// Requests at the times when they are due, whether or not those before have been answered: an open loop.
//
// A latency counts from when its request was due, not from when it could be sent. Visitors do not wait for each other: a
// server that stands still for a second has kept all waiting who came within it, not only the one it was serving.

const asTurn = (f) => void setImmediate(f);

/**
 * @param {object} order
 * @param {number} order.requests how many
 * @param {number} order.everyMs from one to the next
 * @param {number} order.lanes how many may be on their way at once; others that are due wait for one of them
 * @param {(lane: number) => Promise<void>} order.ask settles with the answer, and never fails
 * @param {number} order.patienceMs after the last one was due: what has no answer then gets none
 * @param {() => number} [order.now] milliseconds
 * @param {(f: () => void) => void} [order.turn] calls back in the next turn of the event loop. Timers are too coarse: they
 *   round to milliseconds, which is more than an answer takes
 * @returns {Promise<{ latencies: Float64Array, late: Float64Array, unanswered: number }>} milliseconds in the order of the
 *   requests; `late` is how much of it passed although the request could be sent: what this process adds
 */
export function openLoop({ requests, everyMs, lanes, ask, patienceMs, now = () => performance.now(), turn = asTurn }) {
  const latencies = new Float64Array(requests).fill(Number.NaN);
  const late = new Float64Array(requests);
  // The one that waited longest comes first, so that no connection is idle until the server closes it.
  const free = Array.from({ length: lanes }, (_, lane) => lane);
  const freeSinceMs = new Float64Array(lanes);
  const startedMs = now();
  const dueMs = (i) => startedMs + i * everyMs;
  const overMs = dueMs(requests) + patienceMs;
  let sent = 0;
  let answered = 0;

  function send(i, lane) {
    late[i] = now() - Math.max(dueMs(i), freeSinceMs[lane]);
    void ask(lane).then(() => {
      latencies[i] = now() - dueMs(i);
      answered++;
      freeSinceMs[lane] = now();
      free.push(lane);
    });
  }

  return new Promise((resolve) => {
    const look = () => {
      while (sent < requests && free.length > 0 && now() >= dueMs(sent)) send(sent++, free.shift());
      if (answered < requests && now() < overMs) return turn(look);
      const isAnswered = (_, i) => !Number.isNaN(latencies[i]);
      resolve({
        latencies: latencies.filter(isAnswered),
        late: late.filter(isAnswered),
        unanswered: requests - answered,
      });
    };
    look();
  });
}
