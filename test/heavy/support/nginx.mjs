// A real nginx on free ports of 127.0.0.1, with all its files in a folder of its own.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const START_MS = 10_000;

/** Ports that were free a moment ago: nginx cannot be told to take any. */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((server) => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Starts nginx; `http` is the inside of its http block. Resolves when it accepts connections on `port`. */
export async function startNginx(http, port) {
  const folder = mkdtempSync(join(tmpdir(), 'microdot-nginx-'));
  mkdirSync(join(folder, 'logs'));
  writeFileSync(join(folder, 'nginx.conf'), configuration(http));
  const nginx = spawn('nginx', ['-p', `${folder}/`, '-c', 'nginx.conf', '-e', 'logs/error.log'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise((resolve) => {
    nginx.on('error', (error) => resolve(`nginx cannot be started: ${error.message}`));
    nginx.on('exit', (status, signal) => resolve(`nginx ended with ${status ?? signal}`));
  });
  const kill = () => {
    nginx.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', kill);
  const broken = await Promise.race([ended, accepts(port)]);
  if (broken !== undefined) throw new Error(broken);
  return {
    async stop() {
      nginx.kill('SIGTERM');
      await ended;
      process.removeListener('exit', kill);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A signal ends the process by way of `exit`, so that children are ended too. */
export function exitOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
}

/** Resolves when something accepts connections on a port. */
export async function accepts(port) {
  const deadlineMs = performance.now() + START_MS;
  while (performance.now() < deadlineMs) {
    const connected = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (connected) return;
    await sleep(20);
  }
  throw new Error('nothing accepts connections');
}

function configuration(http) {
  const { uid, username } = userInfo();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off;
pid logs/nginx.pid;
worker_processes 1;
${uid === 0 ? `user ${username};` : ''}
events { worker_connections 2048; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${name}_temp;`).join('\n  ')}
  ${http}
}
`;
}
