// One server of the suite under load, turn by turn: its process, its visitors, and what both have seen.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { accepts } from '../request/subject.mjs';
import { Crowd } from './crowd.mjs';
import { summarize } from './verdict.mjs';

const SERVER = fileURLToPath(new URL('server.mjs', import.meta.url));

export class Arm {
  #child;
  #crowd;
  #seen = { turns: [], lates: [], minorMs: [], majorMs: [], otherMs: [], heap: [], cpuMs: 0, wallMs: 0, loopP99Ms: 0 };

  /** @param {'bare' | 'session'} kind */
  static async start(host, kind, visitors) {
    const arm = new Arm();
    arm.#child = fork(SERVER, [host, kind], {
      execArgv: ['--expose-gc'],
      env: { ...process.env, NODE_ENV: 'production' },
      // Microdot's app tells on stdout where it listens.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const { port } = await arm.#message();
    await accepts(port);
    arm.#crowd = new Crowd({ port, isBare: kind === 'bare', visitors });
    return arm;
  }

  /** Until code is compiled, pools and caches are full; the heap counts from here. @returns requests a second */
  async warmUp(ms) {
    await this.#crowd.hurry(ms / 2);
    const rate = await this.#crowd.hurry(ms / 2);
    this.#seen.heap[0] = await this.#heap();
    return rate;
  }

  async turn({ rate, seconds }) {
    await this.#tell('begin');
    const startedMs = performance.now();
    const { latencies, late } = await this.#crowd.visit({ rate, seconds });
    this.#seen.wallMs += performance.now() - startedMs;
    const { cpuMs, loopP99Ms, ...collections } = await this.#tell('end');
    this.#seen.turns.push(latencies);
    this.#seen.lates.push(late);
    this.#seen.cpuMs += cpuMs;
    this.#seen.loopP99Ms = loopP99Ms;
    for (const [kind, durations] of Object.entries(collections)) this.#seen[kind].push(...durations);
  }

  async finish() {
    this.#seen.heap[1] = await this.#heap();
    const { answers, errors, wrong, firstFault } = this.#crowd;
    return summarize({ ...this.#seen, answers, errors, wrong, firstFault });
  }

  stop() {
    this.#child.kill();
  }

  async #heap() {
    return (await this.#tell('heap')).bytes;
  }

  #tell(question) {
    const answer = this.#message();
    this.#child.send(question);
    return answer;
  }

  async #message() {
    const over = new AbortController();
    const { signal } = over;
    const ended = once(this.#child, 'exit', { signal }).then(([code]) => {
      throw new Error(`a server ended with ${code}`);
    });
    try {
      const [message] = await Promise.race([once(this.#child, 'message', { signal }), ended]);
      return message;
    } finally {
      ended.catch(() => undefined);
      over.abort();
    }
  }
}
