// A server under test in a process of its own, and the visitors who keep it busy.

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { entryUrl } from '../lib/files.mjs';
import { TOKEN_CACHE } from '../lib/microdot.mjs';
import { Visitor } from './client.mjs';

const SERVER = fileURLToPath(new URL('server.mjs', import.meta.url));

/** Connections that are open at once, each a visitor with cookies of its own. */
export const VISITORS = 32;

/** Why a stack is not measured; null for one that is. */
export function reasonToSkip(framework, stack) {
  if (stack === 'microdot, token cache' && !TOKEN_CACHE) return 'this build has no token cache';
  const host = framework.toLowerCase();
  if (stack === 'microdot' && entryUrl(`microdot/session/${host}`) === null)
    return `this build has no host for ${framework}`;
  return null;
}

/** A server in a process of its own, and its visitors. */
export class Subject {
  #child;
  #visitors = [];

  static async start(framework, stack) {
    const subject = new Subject();
    // Microdot's app tells on stdout where it listens.
    const stdio = ['ignore', 'ignore', 'inherit', 'ipc'];
    subject.#child = fork(SERVER, [framework, stack], { execArgv: [], stdio });
    const { port } = await subject.#message();
    await accepts(port);
    subject.#visitors = Array.from({ length: VISITORS }, () => new Visitor(port));
    return subject;
  }

  /** The one who comes first. */
  get visitor() {
    return this.#visitors[0];
  }

  /** Each visitor asks one thing after the other, all of them at once. @returns CPU microseconds of one request */
  async run(path, requests) {
    const each = Math.max(1, Math.round(requests / VISITORS));
    await Promise.all(this.#visitors.map((visitor) => visitor.connected()));
    const before = await this.#cpu();
    await Promise.all(this.#visitors.map((visitor) => ask(visitor, path, each)));
    return ((await this.#cpu()) - before) / (each * VISITORS);
  }

  stop() {
    for (const visitor of this.#visitors) visitor.close();
    this.#child.kill();
  }

  async #cpu() {
    const answer = this.#message();
    this.#child.send('cpu');
    return (await answer).cpu;
  }

  #message() {
    return new Promise((resolve, reject) => {
      const ended = (code) => reject(new Error(`a server ended with ${code}`));
      this.#child.once('exit', ended);
      this.#child.once('message', (message) => {
        this.#child.off('exit', ended);
        resolve(message);
      });
    });
  }
}

/** So many requests, and whether they were answered right: a counter that has lost a visit measures something else. */
async function ask(visitor, path, requests) {
  const first = (await visitor.ask(path)).n;
  let n = first;
  for (let i = 1; i < requests; i++) n = (await visitor.ask(path)).n;
  const expected = path === '/count' ? first + requests - 1 : first;
  if (!Number.isInteger(first) || n !== expected) throw new Error(`${path} answered ${n} in place of ${expected}`);
}

/** Resolves when a server accepts connections: Microdot's `run` does not say when it listens. */
export async function accepts(port) {
  for (let tries = 0; ; tries++) {
    const visitor = new Visitor(port);
    try {
      return await visitor.connected();
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      visitor.close();
    }
  }
}
