// A login example as its page has it started: node .examples/NAME/login.js, in a folder of its own, on a free port.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../support/needs.js';

const COMPILED = join(ROOT, '.examples');

/** Every framework that has a login example, by the name of its folder. */
export const LOGINS: readonly string[] = readdirSync(COMPILED)
  .filter((name) => existsSync(join(COMPILED, name, 'login.js')))
  .sort();

export class LoginProcess {
  /** Where it was started, and keeps its key. */
  readonly folder: string;
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, folder: string, port: number) {
    this.#process = child;
    this.folder = folder;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(name: string): Promise<LoginProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'microdot-login-'));
    const preload = join(ROOT, '.build/docs/any-port.js');
    const child = spawn(process.execPath, ['--import', preload, join(COMPILED, name, 'login.js')], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [port] = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [])]);
    if (typeof port === 'number') return new LoginProcess(child, folder, port);
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`the example ${name} does not listen`);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exit = once(this.#process, 'exit');
      this.#process.kill();
      await exit;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
