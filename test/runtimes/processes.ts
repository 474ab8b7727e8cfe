// Node, Bun and Deno as processes of their own: those that print the report and end, and those that serve.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Need, needs, ROOT } from '../support/needs.js';
import type { Workspace } from './bundle.js';
import type { Ran } from './runtimes.js';

const LIMIT_MS = 60_000;

/** A binary of a package of `runtimes/package.json`. */
export interface Program {
  readonly path: string;
  readonly need: Need;
}

export function program(file: string): Program {
  const path = join(ROOT, 'runtimes/node_modules', file);
  const [name] = file.split('/bin/');
  return { path, need: needs.that(existsSync(path), `${name} is not installed (npm ci --prefix runtimes)`) };
}

/** Runs a program to its end, with no more of the environment than it is given. Throws where it fails. */
export function outputs(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr, error } = spawnSync(path, args, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, NO_COLOR: '1', ...env },
    maxBuffer: 1 << 26,
    timeout: LIMIT_MS,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${path} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return { stdout, stderr };
}

/** `v24.21.0`, `deno 2.9.5 (stable, …)`, `workerd 2026-11-17`: the number in it. */
export const versionOf = (path: string): string =>
  /\d[\d.-]*\d/.exec(outputs(path, ['--version']).stdout)?.[0] ?? 'unknown';

const PRINT = "import { report } from './suite.mjs';\nconsole.log(JSON.stringify(await report()));\n";

/** The report of a program that runs a module. Its last line: a server that listens says so. */
export function runProcess(
  { path }: Program,
  args: readonly string[],
  workspace: Workspace,
  env: Readonly<Record<string, string>> = {},
): Ran {
  const main = workspace.write('print.mjs', PRINT);
  const own = { HOME: workspace.folder, DENO_DIR: join(workspace.folder, 'deno'), ...env };
  const { stdout } = outputs(path, [...args, main], own);
  return { version: versionOf(path), report: JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') };
}

/** A program that serves, and has printed where. */
export class Serving {
  readonly #process: ChildProcess;
  #url = '';

  private constructor(child: ChildProcess) {
    this.#process = child;
  }

  static async start({ path }: Program, args: readonly string[], { folder }: Workspace): Promise<Serving> {
    const env = { PATH: process.env.PATH, NO_COLOR: '1', HOME: folder, DENO_DIR: join(folder, 'deno') };
    const child = spawn(path, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const serving = new Serving(child);
    for await (const line of createInterface({ input: child.stdout })) {
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      if (url === undefined) continue;
      serving.#url = url;
      return serving;
    }
    throw new Error(`${path} ${args.join(' ')} does not listen`);
  }

  /** `http://127.0.0.1:PORT` */
  get url(): string {
    return this.#url;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
  }
}
