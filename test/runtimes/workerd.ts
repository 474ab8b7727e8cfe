// workerd, with the application as its worker, on a free port of 127.0.0.1.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Workspace } from './bundle.js';
import { SECRET } from './cases/tokens.js';
import { program, versionOf } from './processes.js';
import type { Ran } from './runtimes.js';
import { PREFIX } from './site.js';

export const workerd = program('@cloudflare/workerd-linux-64/bin/workerd');

/** The last date without `nodejs_compat` by default is 2026-08-03: this one is the web platform alone. */
const DATE = '2026-08-01';

/** The two ways to a binding that docs/runtimes.md tells: when the module is loaded, and with each request. */
const WORKER = `
import { env as early } from 'cloudflare:workers';
import { site } from './suite.mjs';
const { SESSION_SECRET } = early;
export default {
  fetch(request, env) {
    if (SESSION_SECRET !== env.SESSION_SECRET) throw new Error('cloudflare:workers has another secret');
    site.tellSecret(env.SESSION_SECRET);
    return site.fetch(request);
  },
};
`;

const configOf = (flags: readonly string[]): string => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [
    (name = "worker.mjs", esModule = embed "worker.mjs"),
    (name = "suite.mjs", esModule = embed "suite.mjs"),
  ],
  compatibilityDate = "${DATE}",
  compatibilityFlags = [${flags.map((flag) => `"${flag}"`).join(', ')}],
  bindings = [
    (name = "SESSION_SECRET", text = "${SECRET}"),
    (name = "NODE_ENV", text = "development"),
  ],
);
`;

/** How long a text may take to come; a hang is a failure. */
const LIMIT_MS = 10_000;

/** A worker that answers requests. */
export class Workerd {
  readonly #process: ChildProcess;
  #said = '';
  #url = '';

  private constructor(config: string) {
    // The port it got comes as JSON on a descriptor of our choice.
    const args = ['serve', config, '--control-fd=3'];
    this.#process = spawn(workerd.path, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
    this.#process.stderr?.on('data', (chunk) => {
      this.#said += String(chunk);
    });
  }

  static async start(workspace: Workspace, flags: readonly string[]): Promise<Workerd> {
    workspace.write('worker.mjs', WORKER);
    const started = new Workerd(workspace.write('config.capnp', configOf(flags)));
    const lines = createInterface({ input: started.#process.stdio[3] as Readable });
    for await (const line of lines) {
      const { event, port }: { readonly event: string; readonly port: number } = JSON.parse(line);
      if (event !== 'listen') continue;
      started.#url = `http://127.0.0.1:${port}`;
      return started;
    }
    throw new Error(`workerd does not listen: ${started.#said}`);
  }

  /** `http://127.0.0.1:PORT` */
  get url(): string {
    return this.#url;
  }

  /** What came on standard error, once a text is in it. */
  async printed(text: string): Promise<string> {
    const { stderr } = this.#process;
    const signal = AbortSignal.timeout(LIMIT_MS);
    while (stderr !== null && !this.#said.includes(text)) await once(stderr, 'data', { signal });
    return this.#said;
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
  }
}

/** The report of a worker with these compatibility flags. */
export async function runWorkerd(flags: readonly string[], workspace: Workspace): Promise<Ran> {
  const worker = await Workerd.start(workspace, flags);
  try {
    const response = await fetch(`${worker.url}${PREFIX}/report`);
    if (!response.ok) throw new Error(`the worker answered ${response.status}: ${await response.text()}`);
    return { version: versionOf(workerd.path), report: (await response.json()) as Ran['report'] };
  } finally {
    await worker.stop();
  }
}
