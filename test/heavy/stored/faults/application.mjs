// The process of app.mjs: started, killed as by a power cut, and started again on the same socket.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const APP = fileURLToPath(new URL('app.mjs', import.meta.url));

/** @param via a command that runs another, such as `ip netns exec NAME` */
export async function startApplication({ place, options = {}, via = [] }) {
  const folder = mkdtempSync(join(tmpdir(), 'microdot-app-'));
  // A socket in a folder is reached from every network namespace, and from no other machine.
  const socketPath = join(folder, 'http');
  let child;
  let starts = 0;

  async function start() {
    rmSync(socketPath, { force: true });
    const command = [...via, process.execPath, ...process.execArgv, APP];
    const given = JSON.stringify({ place, socketPath, options });
    child = spawn(command[0], [...command.slice(1), given], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    starts++;
    await Promise.race([
      once(child, 'message', { signal: AbortSignal.timeout(60_000) }),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`the application ended with ${code}`))),
    ]);
  }

  async function kill() {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  await start();
  return {
    socketPath,
    kill,
    restart: start,
    /** How often it was started by the suite; a process that ended by itself is found missing. */
    starts: () => starts,
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
