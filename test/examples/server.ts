// The compiled example as a process of its own, in a folder like a newcomer's project.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../support/needs.js';

const EXAMPLE = join('examples', 'microdot');
const COMPILED = join('.examples', 'microdot');

/** How a run of the example that could not serve has ended. */
export interface Ended {
  readonly status: number | null;
  readonly stderr: string;
}

/** A project that holds the example: its page, the compiled code, and the package as a dependency. */
export class Project {
  readonly folder: string;
  /** Where the example keeps its key. */
  readonly keyFile: string;
  readonly #example: string;
  #process: ChildProcess | null = null;
  #port = 0;

  /** @param example the name of its file */
  constructor(example = 'counter') {
    this.#example = example;
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), 'microdot-example-')));
    this.keyFile = join(this.folder, EXAMPLE, 'session.key');
    mkdirSync(join(this.folder, EXAMPLE), { recursive: true });
    mkdirSync(join(this.folder, 'node_modules'));
    cpSync(join(ROOT, EXAMPLE, 'page.html'), join(this.folder, EXAMPLE, 'page.html'));
    cpSync(join(ROOT, COMPILED), join(this.folder, COMPILED), { recursive: true });
    writeFileSync(join(this.folder, 'package.json'), '{ "type": "module" }');
    symlinkSync(ROOT, join(this.folder, 'node_modules', 'microdot'), 'junction');
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  /** Starts the example; the first time on a free port, then on the same one again, as a restarted server is. */
  async start(): Promise<void> {
    const child = this.#spawn(String(this.#port));
    this.#process = child;
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    while (!/:(\d+)\n/.test(printed)) {
      if (child.exitCode !== null) throw new Error(`the example ended with status ${child.exitCode}`);
      await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')]);
    }
    this.#port = Number(/:(\d+)\n/.exec(printed)?.[1]);
  }

  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill();
    await exit;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Runs the example where it cannot serve, until it ends. */
  async runToEnd(port: string): Promise<Ended> {
    const child = this.#spawn(port);
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    await once(child, 'close');
    return { status: child.exitCode, stderr };
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** From another working directory: the example must find its files by itself. */
  #spawn(port: string): ChildProcess {
    return spawn(process.execPath, [join(this.folder, COMPILED, `${this.#example}.js`)], {
      cwd: tmpdir(),
      env: { ...process.env, HOST: '127.0.0.1', PORT: port },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}
