// Four server processes behind nginx, and the operator's hold on them: keys, resign, counts.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { accepts, freePorts, startNginx } from '../support/nginx.mjs';

const SERVER = fileURLToPath(new URL('server.mjs', import.meta.url));

/** Seconds by which the clock of the last server is behind. */
export const BEHIND = 30;
export const IDLE_TIMEOUT = 600;
export const ABSOLUTE_TIMEOUT = 3600;

/** A server process; `tell` resolves when it has done what it was told. */
function startServer() {
  const child = fork(SERVER, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const waiting = [];
  child.on('message', ({ done }) => waiting.shift()?.resolve(done));
  child.on('exit', (status, signal) => {
    for (const { reject } of waiting) reject(new Error(`a server ended with ${status ?? signal}`));
  });
  return {
    tell(command, rest = {}) {
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.send({ command, ...rest });
      });
    },
    stop() {
      process.removeListener('exit', kill);
      child.kill('SIGKILL');
    },
  };
}

/** @param {{ keys: readonly object[], clockTolerance?: number }} options */
export async function startFleet({ keys, clockTolerance }) {
  const [front, ...ports] = await freePorts(5);
  const servers = ports.map(startServer);
  for (const [index, server] of servers.entries()) {
    await server.tell('keys', { keys });
    await server.tell('start', {
      port: ports[index],
      behind: index === 3 ? BEHIND : 0,
      clockTolerance,
      idleTimeout: IDLE_TIMEOUT,
      absoluteTimeout: ABSOLUTE_TIMEOUT,
    });
    await accepts(ports[index]);
  }
  const nginx = await startNginx(
    `upstream fleet {
    ${ports.map((port) => `server 127.0.0.1:${port} max_fails=0;`).join('\n    ')}
    keepalive 64;
    # Sooner than the servers do it, or a request may meet a connection that is being closed.
    keepalive_timeout 2s;
  }
  server {
    listen 127.0.0.1:${front};
    keepalive_requests 1000000;
    location / {
      proxy_pass http://fleet;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      # A request that fails is a failure, not a second try.
      proxy_next_upstream off;
    }
  }`,
    front,
  );
  return {
    port: front,
    servers,
    async counts() {
      const all = await Promise.all(servers.map((server) => server.tell('counts')));
      return all.reduce(sum);
    },
    async stop() {
      await nginx.stop();
      for (const server of servers) server.stop();
    },
  };
}

/** Adds up records of numbers, and of such records. */
function sum(a, b) {
  const total = { ...a };
  for (const [name, value] of Object.entries(b)) {
    total[name] = typeof value === 'number' ? (total[name] ?? 0) + value : sum(total[name] ?? {}, value);
  }
  return total;
}
