// Visitors who count: each sends one request after the other and knows what its counter must be.
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, keep } from '../support/ask.mjs';
import { BEHIND, IDLE_TIMEOUT } from './fleet.mjs';

/** A visitor makes no more requests than this, whatever the operator does. */
const MOST = 5000;
const WAIT_MS = 120_000;

/** Sends `count` visitors to a port until `stop`. */
export function startVisitors(port, count) {
  const agent = new Agent({ keepAlive: true, maxSockets: count });
  const jars = Array.from({ length: count }, () => ({
    cookie: '',
    n: 0,
    requests: 0,
    restarts: 0,
    servers: new Set(),
  }));
  const state = { stopped: false, readOnly: false, error: null };

  async function visit(jar) {
    while (!state.stopped && jar.requests < MOST) {
      // Every fourth request only reads.
      const reads = state.readOnly || jar.requests % 4 === 3;
      const { status, headers, body } = await ask({
        agent,
        port,
        path: reads ? '/look' : '/count',
        cookie: jar.cookie,
      });
      if (status !== 200) throw new Error(`status ${status}`);
      for (const line of headers['set-cookie'] ?? []) checkMaxAge(line, reads);
      const { n, pid } = JSON.parse(body);
      if (!reads) jar.n++;
      // Counted once for each time a visitor is lost: from there on the count is the server's.
      if (n !== jar.n) jar.restarts++;
      jar.n = n;
      jar.cookie = keep(jar.cookie, headers);
      jar.servers.add(pid);
      jar.requests++;
    }
  }

  const done = Promise.all(jars.map(visit)).catch((error) => {
    state.error = error;
    state.stopped = true;
  });

  async function until(reached) {
    const deadlineMs = performance.now() + WAIT_MS;
    while (!reached()) {
      if (state.error !== null) throw state.error;
      if (state.stopped || performance.now() > deadlineMs) throw new Error('the visitors make no progress');
      await sleep(5);
    }
  }

  return {
    jars,
    /** Every visitor only reads from its next request on, or no longer. */
    readOnly(value) {
      state.readOnly = value;
    },
    /** Resolves when every visitor has made `more` requests that began after this call. */
    each(more) {
      // The one under way may have begun before.
      const goals = jars.map((jar) => jar.requests + more + 1);
      return until(() => jars.every((jar, index) => jar.requests >= goals[index]));
    },
    /** Resolves when the visitors have made `more` requests together. */
    together(more) {
      const goal = total(jars, 'requests') + more;
      return until(() => total(jars, 'requests') >= goal);
    },
    async stop() {
      state.stopped = true;
      await done;
      agent.destroy();
      if (state.error !== null) throw state.error;
    },
  };
}

/** A save begins the idle time anew; a re-signed cookie ends when it was to end, by another server's clock perhaps. */
function checkMaxAge(line, reads) {
  const maxAge = Number(/; Max-Age=(\d+); /.exec(line)?.[1]);
  const isRight = reads ? maxAge > 0 && maxAge <= IDLE_TIMEOUT + BEHIND : maxAge === IDLE_TIMEOUT;
  if (!isRight) throw new Error(`Max-Age ${maxAge} after a ${reads ? 'read' : 'save'}`);
}

export const total = (jars, name) => jars.reduce((sum, jar) => sum + jar[name], 0);
