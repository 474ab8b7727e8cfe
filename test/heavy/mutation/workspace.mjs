// A copy of the compiled library and its tests, in which one file at a time is a mutant.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = join(HERE, '../../..');

/** What a mutant may compute, where all of the tests need two: an endless loop counts as noticed, a busy machine does not. */
const CPU_SECONDS = 20;
/** For what waits instead. */
const WALL_MS = 300_000;
const HEAP_MB = 400;
/** So many tests, those that come first, have a process of their own: loading all takes longer than most mutants live. */
const LIKELY = 3;

/** @param path of the folder; what it holds is lost */
export function createWorkspace(path) {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(join(path, 'test'), { recursive: true });
  for (const part of ['dist', '.build', 'package.json'])
    cpSync(join(ROOT, part), join(path, part), { recursive: true });
  symlinkSync(join(ROOT, 'test/vectors'), join(path, 'test/vectors'));
  for (const file of ['bail.mjs', 'tests.mjs']) cpSync(join(HERE, file), join(path, file));
  return {
    /** What the tests, in this order, say of a file of `dist` whose text is another one. */
    async judge(name, text, tests) {
      const file = join(path, `dist/${name}.js`);
      const original = readFileSync(file, 'utf8');
      writeFileSync(file, text);
      try {
        const verdict = await run(path, tests.slice(0, LIKELY));
        return verdict.outcome === 'survived' ? await run(path, tests.slice(LIKELY)) : verdict;
      } finally {
        writeFileSync(file, original);
      }
    },
  };
}

function run(cwd, tests) {
  const node = [process.execPath, `--max-old-space-size=${HEAP_MB}`, '--test-reporter=./bail.mjs', 'tests.mjs'];
  const limited = ['-c', `ulimit -t ${CPU_SECONDS}; exec "$@"`, 'sh', ...node, ...tests];
  const child = spawn('sh', limited, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: WALL_MS,
    killSignal: 'SIGKILL',
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (part) => {
    output += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part) => {
    output += part;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      if (status === 0) resolve({ outcome: 'survived', by: '', test: '' });
      else if (signal === 'SIGXCPU' || signal === 'SIGKILL') resolve({ outcome: 'timeout', by: '', test: '' });
      else resolve({ outcome: 'noticed', ...failure(output, signal) });
    });
  });
}

/** Which test file noticed, and by what: a test, or an error before any. */
function failure(output, signal) {
  const line = output.split('\n').find((text) => text.startsWith('{"file":'));
  if (line === undefined) return { by: '', test: signal ?? /^\w*Error\b.*$/m.exec(output)?.[0] ?? 'no test ran' };
  const { file, test } = JSON.parse(line);
  return { by: /([\w-]+\/[\w-]+)\.test\.js$/.exec(file)?.[1] ?? '', test };
}
