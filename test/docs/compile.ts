// Compiles and runs the blocks of the documents, as a user's project would.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ROOT } from '../support/needs.js';
import type { Block } from './blocks.js';

/** Inside the package, so that `microdot` is the package itself. */
const WORK = join(ROOT, '.build/docs-blocks');

const COMPILER_OPTIONS = {
  target: 'ES2022',
  module: 'NodeNext',
  lib: ['ES2022', 'DOM', 'DOM.Iterable'],
  types: ['node'],
  typeRoots: [join(ROOT, 'node_modules/@types')],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  rootDir: '.',
  outDir: 'out',
};

export interface Compiled {
  readonly block: Block;
  /** The emitted JavaScript. */
  readonly path: string;
}
export interface Result {
  /** `README.md:12: TS2322: ...`, empty when all is well. */
  readonly errors: readonly string[];
  readonly compiled: readonly Compiled[];
}

/** Compiles the blocks, each as a module, in a folder `name` of its own. */
export function compileBlocks(name: string, blocks: readonly Block[]): Result {
  const folder = join(WORK, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (blocks.length === 0) return { errors: [], compiled: [] };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['*.ts', '*.mts'] }),
  );
  const sources = new Map(blocks.map((block, index) => [sourceName(block, index), block]));
  assert.equal(sources.size, blocks.length, 'two blocks have one file name');
  for (const [source, { code }] of sources) {
    // A script without import or export would share its names with the others.
    writeFileSync(join(folder, source), `${code}export {};\n`);
  }
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const errors = stdout
    .split('\n')
    .filter((line) => line.includes('error TS'))
    .map((line) =>
      line.replace(/^([^(]+)\((\d+),\d+\): error /, (_, source, at) => `${sources.get(source)?.file}:${at}: `),
    );
  const compiled = [...sources].map(([source, block]) => ({
    block,
    path: join(folder, 'out', source.replace(/ts$/, 'js')),
  }));
  return { errors, compiled };
}

/** A block with a name is the module that others import by it: `login.mts` becomes `login.mjs`. */
const sourceName = ({ name }: Block, index: number): string =>
  name === null ? `block-${index}.ts` : name.replace(/\.mjs$/, '.mts');

// Both are there, the block is started with pipes; the type does not know it once there is 'ipc' as well.
const readAll = async (stream: Readable | null): Promise<string> => (stream === null ? '' : text(stream));

const DEADLINE_MS = 20_000;

/** Runs a block in an empty folder: to its end, or until what it serves has answered. Resolves with what it printed. */
export async function runBlock({ block, path }: Compiled): Promise<string> {
  const cwd = mkdtempSync(join(tmpdir(), 'microdot-docs-'));
  const preload = join(ROOT, '.build/docs/any-port.js');
  const child = spawn(process.execPath, ['--import', preload, path], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
  });
  const [out, errors] = [readAll(child.stdout), readAll(child.stderr)];
  try {
    const ended = once(child, 'exit');
    // A block without a path asks itself what it serves, and ends by itself.
    await (block.runs?.path ? Promise.race([ended, askAndStop(child, block)]) : ended);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    if (child.exitCode !== 0 && child.signalCode !== 'SIGTERM') {
      throw new Error(`${block.file}:${block.line} ended with ${child.exitCode ?? child.signalCode}\n${await errors}`);
    }
    return await out;
  } finally {
    child.kill('SIGKILL');
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** Waits until the block listens, asks for its path twice, as a returning visitor would, and stops it. */
async function askAndStop(child: ChildProcess, { file, line, runs }: Block): Promise<void> {
  const [port] = await once(child, 'message');
  let cookie = '';
  for (let visit = 0; visit < 2 && runs !== null; visit++) {
    const response = await fetch(`http://127.0.0.1:${port}${runs.path}`, { headers: { cookie } });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${file}:${line} answered ${response.status} to ${runs.path}`);
    cookie = response.headers
      .getSetCookie()
      .map((header) => header.split(';')[0])
      .join('; ');
  }
  child.kill('SIGTERM');
}
