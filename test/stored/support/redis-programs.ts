// Redis and Valkey as programs: where they are, or what is missing.
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Need, needs, ROOT } from '../../support/needs.js';

export type Engine = 'redis' | 'valkey';

/** A program and what stands before its own arguments. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** What `scripts/newer-debs.sh .cache/valkey trixie ...` unpacked; `.ci/run` has the list. */
const UNPACKED = join(ROOT, '.cache/valkey/root');

function onPath(name: string): Program | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const command = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  return command === undefined ? undefined : { command, args: [] };
}

/** Newer than the system's C library, so it brings its own and is started through that one's loader. */
function unpackedValkey(): Program | undefined {
  const libraries = join(UNPACKED, 'usr/lib');
  if (!existsSync(join(UNPACKED, '../complete'))) return undefined;
  for (const folder of readdirSync(libraries)) {
    const path = join(libraries, folder);
    const loader = folder.endsWith('-linux-gnu') && readdirSync(path).find((name) => /^ld-linux.*\.so/.test(name));
    if (!loader) continue;
    // One program under several names, which it looks for in its argv[0].
    const args = ['--argv0', 'valkey-server', '--library-path', path, join(UNPACKED, 'usr/bin/valkey-check-rdb')];
    return { command: join(path, loader), args };
  }
  return undefined;
}

const find: Readonly<Record<Engine, () => Program | undefined>> = {
  redis: () => onPath('redis-server'),
  valkey: () => onPath('valkey-server') ?? unpackedValkey(),
};

const MISSING: Readonly<Record<Engine, string>> = {
  redis: 'no redis-server on the PATH (Debian: redis-server)',
  valkey: 'no valkey-server, neither on the PATH nor unpacked by scripts/newer-debs.sh',
};

export function programOf(engine: Engine): Program {
  const program = find[engine]();
  if (program === undefined) throw new Error(MISSING[engine]);
  return program;
}

/** A server of this engine and the two clients of `tools/`. The suites start processes, and one runtime is enough for that. */
export function needsRedis(engine: Engine): Need {
  const all = [needs.node('the servers are started and killed from Node'), needs.tool('redis'), needs.tool('ioredis')];
  return all.find(({ skip }) => skip !== undefined) ?? needs.that(find[engine]() !== undefined, MISSING[engine]);
}
