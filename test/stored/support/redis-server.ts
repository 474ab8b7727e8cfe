// Servers of Redis and Valkey for one test: on 127.0.0.1, with ports and folders of their own, gone when it ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Engine, programOf } from './redis-programs.js';

export interface Server {
  readonly port: number;
  /** Ends it as a power cut does: nothing is flushed, nobody is told. */
  kill(): Promise<void>;
  /** On the same port, with the files that the one before left. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly engine: Engine;
  /** Every write is on the disk before it is answered. */
  readonly isDurable?: boolean;
  readonly isCluster?: boolean;
}

/** Ended with this process, also where a test hangs and the runner ends it. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
process.once('SIGTERM', () => process.exit(143));

const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always'];

export async function startServer({ engine, isDurable = false, isCluster = false }: ServerOptions): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), `microdot-${engine}-`));
  const [port, busPort] = [await freePort(), await freePort()];
  const { command, args } = programOf(engine);
  const always = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const options = [
    ...always,
    ...(isDurable ? DURABLE : ['--appendonly', 'no']),
    ...(isCluster ? ['--cluster-enabled', 'yes', '--cluster-port', String(busPort)] : []),
    // One node that is down must not close the others, which is how such a cluster of sessions is run.
    ...(isCluster ? ['--cluster-node-timeout', '2000', '--cluster-require-full-coverage', 'no'] : []),
  ];
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const started = spawn(command, [...args, ...options], { stdio: 'ignore' });
    children.add(started);
    started.once('exit', () => children.delete(started));
    child = started;
    while (!(await ask(port, 'PING')).includes('PONG')) {
      if (started.exitCode !== null) throw new Error(`${engine} ended with ${started.exitCode}`);
      await sleep(10);
    }
  };
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
  await start();
  return {
    port,
    kill,
    restart: start,
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Three masters that share the slots, without replicas. */
export async function startCluster(engine: Engine, isDurable = false): Promise<readonly Server[]> {
  const servers = await Promise.all([0, 1, 2].map(() => startServer({ engine, isCluster: true, isDurable })));
  const [first] = servers;
  const bounds = [0, 5461, 10_923, 16_384];
  for (const [i, { port }] of servers.entries()) {
    await ask(port, 'CLUSTER', 'ADDSLOTSRANGE', String(bounds[i]), String((bounds[i + 1] ?? 0) - 1));
    await ask(port, 'CLUSTER', 'SET-CONFIG-EPOCH', String(i + 1));
  }
  for (const { port } of servers.slice(1)) {
    const self = await ask(port, 'CLUSTER', 'NODES');
    const busPort = /@(\d+)/.exec(self)?.[1] ?? '';
    await ask(first?.port ?? 0, 'CLUSTER', 'MEET', '127.0.0.1', String(port), busPort);
  }
  for (const { port } of servers) await untilClusterIsWhole(port);
  return servers;
}

/** Until this node knows a living owner of every slot. */
export async function untilClusterIsWhole(port: number): Promise<void> {
  const isWhole = (info: string): boolean => /state:ok[\s\S]*slots_ok:16384/.test(info);
  while (!isWhole(await ask(port, 'CLUSTER', 'INFO'))) await sleep(20);
}

/** One command over a connection of its own; the reply as it comes over the wire, empty where there is no server. */
export function ask(port: number, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    let reply = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(encode(args) + encode(['QUIT'])));
    socket.on('data', (chunk) => {
      reply += chunk.toString();
    });
    socket.on('error', () => resolve(''));
    socket.on('close', () => resolve(reply.replace(/\+OK\r\n$/, '')));
  });
}

/** A command in RESP. */
const encode = (args: readonly string[]): string =>
  `*${args.length}\r\n${args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`).join('')}`;

/** Every command that clients send to a server while `work` runs, by name; what scripts do is not among them. */
export async function commandsDuring(port: number, work: () => Promise<unknown>): Promise<readonly string[]> {
  let log = '';
  const socket = connect(port, '127.0.0.1');
  socket.on('data', (chunk) => {
    log += chunk.toString();
  });
  const seen = async (text: string): Promise<void> => {
    while (!log.includes(text)) await sleep(2);
  };
  socket.write(encode(['MONITOR']));
  await seen('+OK');
  await work();
  await ask(port, 'ECHO', 'that-is-all');
  await seen('that-is-all');
  socket.destroy();
  const [before = ''] = log.split('that-is-all');
  const lines = before.split('\r\n').filter((line) => / \[\d+ (?!lua)/.test(line) && !line.includes('"ECHO"'));
  return lines.map((line) => /\] "([^"]*)"/.exec(line)?.[1]?.toUpperCase() ?? '');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
