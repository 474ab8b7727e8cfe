// The visitors of one server: many sessions, fewer connections, and whether every answer was right.

import { createCodec } from '../lib/microdot.mjs';
import { typicalOf } from '../lib/payloads.mjs';
import { Visitor } from '../request/client.mjs';
import { openLoop } from './open-loop.mjs';

const CONNECTIONS = 64;
const PATIENCE_MS = 10_000;
/** From one visitor's first count to the next one's: nobody comes so far, so that a count says whose it is. */
const APART = 1_000_000;

const encode = (() => {
  const codec = createCodec({ cache: false });
  return (payload) => codec.encode(payload);
})();

/** Somebody who is logged in already, with data of their own. The bare server is asked without cookies, and always says 1. */
const jarOf = (isBare, i) =>
  isBare
    ? { cookies: new Map(), n: 0, isAway: false }
    : {
        cookies: new Map([['session', encode({ ...typicalOf(i), n: i * APART })]]),
        n: i * APART,
        isAway: false,
      };

export class Crowd {
  answers = 0;
  errors = 0;
  wrong = 0;
  /** Of the first error or wrong answer, for whoever has to find out. */
  firstFault = null;
  #port;
  #isBare;
  #jars;
  #next = 0;
  #connections = [];

  constructor({ port, isBare, visitors }) {
    this.#port = port;
    this.#isBare = isBare;
    // No more than half of them are asking at once, so that there is always one who is not.
    this.#jars = Array.from({ length: Math.max(visitors, 2 * CONNECTIONS) }, (_, i) => jarOf(isBare, i));
  }

  /** All connections ask as fast as they are answered. @returns requests a second */
  async hurry(ms) {
    return this.#connected(async () => {
      const startedMs = performance.now();
      const before = this.answers;
      const each = async (lane) => {
        while (performance.now() < startedMs + ms) await this.#ask(lane);
      };
      await Promise.all(this.#connections.map((_, lane) => each(lane)));
      return (this.answers - before) / ((performance.now() - startedMs) / 1000);
    });
  }

  /** At an even rate for so long, one visitor after the other. */
  async visit({ rate, seconds }) {
    return this.#connected(async () => {
      const { latencies, late, unanswered } = await openLoop({
        requests: Math.max(1, Math.round(rate * seconds)),
        everyMs: 1000 / rate,
        lanes: CONNECTIONS,
        ask: (lane) => this.#ask(lane),
        patienceMs: PATIENCE_MS,
      });
      if (unanswered > 0) this.#fault('errors', `${unanswered} without an answer`, unanswered);
      return { latencies, late };
    });
  }

  /** With connections of its own: those of the turn before have been idle, and the server may be about to close them. */
  async #connected(work) {
    this.#connections = Array.from({ length: CONNECTIONS }, () => new Visitor(this.#port));
    await Promise.all(this.#connections.map((connection) => connection.connected()));
    // Those who were given up on in the turn before come again.
    for (const jar of this.#jars) jar.isAway = false;
    try {
      return await work();
    } finally {
      for (const connection of this.#connections) connection.close();
    }
  }

  async #ask(lane) {
    const jar = this.#whoIsNext();
    const connection = this.#connections[lane];
    connection.cookies = jar.cookies;
    jar.isAway = true;
    try {
      const { n } = await connection.ask(this.#isBare ? '/none' : '/count');
      this.answers++;
      const expected = this.#isBare ? 1 : jar.n + 1;
      if (n !== expected) this.#fault('wrong', `${n} in place of ${expected}`);
      jar.n = n;
    } catch (error) {
      this.#fault('errors', String(error));
      connection.close();
      this.#connections[lane] = new Visitor(this.#port);
    }
    jar.isAway = false;
  }

  #whoIsNext() {
    for (;;) {
      const jar = this.#jars[this.#next];
      this.#next = (this.#next + 1) % this.#jars.length;
      if (!jar.isAway) return jar;
    }
  }

  #fault(kind, what, times = 1) {
    this[kind] += times;
    this.firstFault ??= what;
  }
}
