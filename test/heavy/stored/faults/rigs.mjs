// Engines with a fault that can be made: where the application finds each, what goes wrong, and how that ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connectPg } from '../../../../.build/stored/support/postgres-clients.js';
import { startPostgres } from '../../../../.build/stored/support/postgres-server.js';
import { programOf } from '../../../../.build/stored/support/redis-programs.js';
import { startCluster, startServer, untilClusterIsWhole } from '../../../../.build/stored/support/redis-server.js';
import { openNamespaces } from './namespaces.mjs';
import { startSlowProxy } from './slow-proxy.mjs';
import { openSmallDisk } from './small-disk.mjs';

const HOST = '127.0.0.1';
const nothing = async () => {};

// Engines. `kill` and `restart` are those of the server.

/** @param isDurable whether a save is on the disk before it is answered */
export async function redis(engine = 'redis', isDurable = true) {
  const server = await startServer({ engine, isDurable });
  return {
    place: { kind: 'redis', host: HOST, ports: [server.port] },
    kill: () => server.kill(),
    restart: () => server.restart(),
    stop: () => server.stop(),
  };
}

export async function cluster() {
  const servers = await startCluster('redis', true);
  const victim = servers[1];
  return {
    place: { kind: 'cluster', host: HOST, ports: servers.map(({ port }) => port) },
    kill: () => victim.kill(),
    async restart() {
      await victim.restart();
      for (const { port } of servers) await untilClusterIsWhole(port);
    },
    stop: () => Promise.all(servers.map((server) => server.stop())),
  };
}

export async function postgres(server) {
  const running = await startPostgres(server, { fsync: 'on' });
  return {
    place: { kind: 'postgres', host: HOST, ports: [running.port] },
    url: running.url,
    kill: () => running.kill(),
    restart: () => running.start(),
    stop: () => running.stop(),
  };
}

export async function sqlite(driver) {
  const folder = mkdtempSync(join(tmpdir(), 'microdot-sqlite-'));
  const stop = async () => rmSync(folder, { recursive: true, force: true });
  return { place: { kind: 'sqlite', driver, path: join(folder, 'sessions.db') }, stop };
}

// Faults. `inject` and `recover` get the application.

/** The engine stays; the process that uses it dies with whatever it had under way. */
export const applicationKilled = (engine) => async () => ({
  ...(await engine()),
  inject: (application) => application.kill(),
  recover: (application) => application.restart(),
});

export const serverKilled = (engine) => async () => {
  const running = await engine();
  return { ...running, inject: () => running.kill(), recover: () => running.restart() };
};

/** One process of PostgreSQL that serves a client: the server ends all of them then, and recovers by itself. */
export const backendKilled = (engine) => async () => {
  const running = await engine();
  return {
    ...running,
    async inject() {
      const { query, end } = await connectPg(running.url, 1);
      const sql = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
      const [[pid]] = await query(sql);
      process.kill(Number(pid), 'SIGKILL');
      await end().catch(() => {});
    },
    recover: nothing,
  };
};

/** @param connections how many of them are slow, the oldest ones first; all by default */
export const slowed = (engine, delayMs, connections) => async () => {
  const running = await engine();
  const proxy = await startSlowProxy(running.place.ports[0]);
  return {
    place: { ...running.place, ports: [proxy.port] },
    inject: async () => proxy.delay(delayMs, connections),
    recover: async () => proxy.delay(0),
    async stop() {
      await proxy.stop();
      await running.stop();
    },
  };
};

/** Nothing that is sent arrives, and nobody is told, until the connections are gone: a router that fails, and its successor. */
export const swallowed = (engine) => async () => {
  const running = await engine();
  const proxy = await startSlowProxy(running.place.ports[0]);
  return {
    place: { ...running.place, ports: [proxy.port] },
    inject: async () => proxy.delay(3_600_000),
    async recover() {
      proxy.delay(0);
      proxy.reset();
    },
    async stop() {
      await proxy.stop();
      await running.stop();
    },
  };
};

/** @param driver its file is on a disk that the load fills by itself: nothing is to be injected */
export const diskFull = (driver) => async () => {
  const disk = openSmallDisk(2);
  return {
    place: { kind: 'sqlite', driver, path: disk.path },
    inject: nothing,
    recover: async () => disk.free(),
    stop: async () => disk.close(),
  };
};

// Engines in a namespace: not to be reached from here, so that they tell by what they print that they listen.

export async function redisWithin({ via, host }) {
  const folder = mkdtempSync(join(tmpdir(), 'microdot-redis-'));
  const { command, args } = programOf('redis');
  const settings = ['--port', '6379', '--bind', host, '--protected-mode', 'no', '--dir', folder, '--save', ''];
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always'];
  const [program, ...before] = [...via, 'setpriv', '--pdeathsig=KILL', command];
  const child = spawn(program, [...before, ...args, ...settings, ...durable], { stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const line of createInterface({ input: child.stdout })) if (/Ready to accept/.test(line)) break;
  child.stdout.resume();
  return {
    place: { kind: 'redis', host, ports: [6379] },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const postgresWithin = (server) => async (network) => {
  const running = await startPostgres(server, { fsync: 'on', network });
  return {
    place: { kind: 'postgres', host: network.host, ports: [running.port] },
    stop: () => running.stop(),
  };
};

export const networkCut = (engineWithin) => async () => {
  const { viaApp, engine, cut, mend, close } = openNamespaces();
  try {
    const { place, stop } = await engineWithin(engine);
    return {
      place,
      via: viaApp,
      inject: async () => cut(),
      recover: async () => mend(),
      async stop() {
        await stop();
        close();
      },
    };
  } catch (error) {
    close();
    throw error;
  }
};
