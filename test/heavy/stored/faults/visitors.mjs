// Visitors of an application whose store fails: each with a session of its own, and each remembers what it was promised.
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, keep } from '../../support/ask.mjs';

/** Pauses between two requests of a visitor, so that the load is bounded also where every answer is an error. */
const PAUSE_MS = 4;
const PAUSE_AFTER_ERROR_MS = 25;

const sidOf = (cookie) => JSON.parse(Buffer.from(cookie.split('.')[1] ?? '', 'base64url').toString() || '{}').sid;

export class Visitors {
  counts = { requests: 0, acknowledged: 0, reads: 0, readsFailed: 0, lost: 0, halfWritten: 0, loggedOut: 0, late: 0 };
  /** Empty sessions that a store which fails may show: with `onStoreError: 'empty-readonly'` alone. */
  emptied = 0;
  errors = new Map();
  /** The longest that the application waited for one call of a store, whatever came of it. */
  slowestMs = 0;
  /** What else was wrong, in words. */
  wrong = [];
  #application;
  #visitors;
  #mayBeEmpty;
  #isOver = false;
  #agent = new Agent({ keepAlive: true });

  constructor(application, { visitors, mayBeEmpty }) {
    this.#application = application;
    this.#mayBeEmpty = mayBeEmpty;
    this.#visitors = Array.from({ length: visitors }, (_, i) => ({
      id: `v${i}`,
      cookie: '',
      sid: '',
      /** The last value that an answer of 200 has promised. */
      acknowledged: 0,
      tried: 0,
      /** Values whose save failed: they may have been stored all the same. */
      unknown: new Set(),
      answered: 0,
      failed: 0,
    }));
  }

  async login() {
    for (const visitor of this.#visitors) {
      const { status, body } = await this.#send(visitor, `/login/${visitor.id}`);
      if (status !== 200) throw new Error(`a login before any fault gave ${status} ${body}`);
      visitor.sid = sidOf(visitor.cookie);
    }
  }

  /** Until {@link stop}. */
  run() {
    return Promise.all(
      this.#visitors.map(async (visitor) => {
        while (!this.#isOver) {
          if (await this.#save(visitor)) await sleep(PAUSE_MS);
          else {
            await sleep(PAUSE_AFTER_ERROR_MS);
            await this.#read(visitor);
          }
        }
      }),
    );
  }

  stop() {
    this.#isOver = true;
  }

  /** What a new process finds in the store, when nothing is under way any more. */
  async verify(application) {
    this.#application = application;
    this.#mayBeEmpty = false;
    for (const visitor of this.#visitors) {
      if (!(await this.#read(visitor))) this.wrong.push(`${visitor.id} cannot be read at the end`);
    }
    this.#agent.destroy();
  }

  /** Counted from here: answers and errors of each visitor. */
  mark() {
    for (const visitor of this.#visitors) Object.assign(visitor, { answered: 0, failed: 0 });
  }

  /** Since {@link mark}: saves that were answered, and errors, one number for each visitor. */
  get answered() {
    return this.#visitors.map(({ answered }) => answered);
  }

  get failed() {
    return this.#visitors.map(({ failed }) => failed);
  }

  async #save(visitor) {
    const n = ++visitor.tried;
    const answer = await this.#send(visitor, `/save/${n}`);
    if (answer.status === 200) {
      this.#see(visitor, answer.body);
      visitor.acknowledged = n;
      visitor.answered++;
      this.counts.acknowledged++;
      return true;
    }
    // A session that could not be read was not written either.
    if (answer.step !== 'read') visitor.unknown.add(n);
    this.#failed(visitor, answer);
    return false;
  }

  async #read(visitor) {
    const answer = await this.#send(visitor, '/read');
    this.counts.reads++;
    if (answer.status === 200) this.#see(visitor, answer.body);
    else {
      this.counts.readsFailed++;
      this.#failed(visitor, answer);
    }
    return answer.status === 200;
  }

  #failed(visitor, { code }) {
    visitor.failed++;
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
  }

  /** Judges a session that was read, of an answer of 200. */
  #see(visitor, { user, n, pair }) {
    if (user !== visitor.id) {
      if (this.#mayBeEmpty) this.emptied++;
      else this.counts.loggedOut++;
      return;
    }
    if (n !== pair) this.counts.halfWritten++;
    if (n === visitor.acknowledged) return;
    const wasTried = visitor.unknown.has(n);
    if (n < visitor.acknowledged) {
      if (wasTried) this.counts.late++;
      else this.counts.lost++;
    } else if (!wasTried) this.wrong.push(`${visitor.id} found ${n}, which nobody saved`);
    // Counted once.
    visitor.acknowledged = n;
  }

  /** The answer, its cookie judged and kept; of an error its code, where it came from, and how long it took. */
  async #send(visitor, path) {
    this.counts.requests++;
    try {
      const { socketPath } = this.#application;
      const { status, headers, body } = await ask({ agent: this.#agent, socketPath, path, cookie: visitor.cookie });
      this.slowestMs = Math.max(this.slowestMs, headers['x-slowest-ms']);
      const cookie = keep(visitor.cookie, headers);
      if (visitor.sid !== '' && sidOf(cookie) !== visitor.sid) {
        this.counts.loggedOut++;
        this.wrong.push(
          `${visitor.id} got ${cookie === '' ? 'its cookie removed' : 'another session'}, with ${status}`,
        );
      }
      visitor.cookie = cookie;
      const data = JSON.parse(body);
      return status === 200 ? { status, body: data } : { status, ...data, body };
    } catch (error) {
      return { status: 0, code: error.code ?? error.message };
    }
  }
}
