// The part "package": what it costs to load the package, and how large it is. Forked by run.mjs, on the Node under test.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { entryUrl, ROOT, SCRATCH } from '../lib/files.mjs';
import { serve } from '../lib/part.mjs';
import { sizes } from './sizes.mjs';

const FOLDER = `${SCRATCH}import-${process.pid}/`;
const SESSION = entryUrl('microdot/session');

/** Programs of one line each. */
const PROGRAMS = {
  'an empty module': '',
  'microdot/session': `import '${SESSION}';`,
  'microdot/session, a token made and read': `import { Session } from '${SESSION}';
const session = new Session({ secretKey: '0123456789abcdef0123456789abcdef' });
if (session.decode(session.encode({ n: 1 })).n !== 1) throw new Error();`,
  'node:crypto': `import 'node:crypto';`,
  jose: `import 'jose';`,
  'fast-jwt': `import 'fast-jwt';`,
  jsonwebtoken: `import 'jsonwebtoken';`,
  'iron-session': `import 'iron-session';`,
};

/** Built-in modules that a program has loaded when it ends. */
const LOADED = `process.stdout.write(process.moduleLoadList.some((name) => name === 'NativeModule crypto') ? 'yes' : 'no');`;

/** CPU time, not the clock: other work on the machine makes a process wait, and not longer. Imports come first. */
const TELL_TIME = `
const { user, system } = process.cpuUsage();
process.stdout.write(String((user + system) / 1000));`;

/** What a program says. */
function run(file) {
  const env = { NODE_ENV: 'production' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8', env });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** Milliseconds of CPU time of whole processes, one of each program in every round. */
function importTimes(files, rounds) {
  const samples = Object.fromEntries(files.map(([id]) => [id, []]));
  for (let round = -1; round < rounds; round++) {
    for (let i = 0; i < files.length; i++) {
      const [id, file] = files[(i + Math.max(0, round)) % files.length];
      const ms = Number(run(file));
      // The first round only reads the files into the system's cache.
      if (round >= 0) samples[id].push(ms);
    }
  }
  return samples;
}

serve(async ({ mode, say }) => {
  mkdirSync(FOLDER, { recursive: true });
  // So that the peers are found, which are in a folder of their own.
  const resolved = (source) =>
    source.replace(/'(jose|fast-jwt|jsonwebtoken|iron-session)'/, (_, name) => `'${import.meta.resolve(name)}'`);
  const programs = mode === 'quick' ? Object.entries(PROGRAMS).slice(0, 4) : Object.entries(PROGRAMS);
  const files = programs.map(([id, source], i) => {
    const file = `${FOLDER}${i}.mjs`;
    writeFileSync(file, resolved(source) + TELL_TIME);
    return [id, file];
  });
  try {
    say('import');
    const samples = importTimes(files, mode === 'quick' ? 11 : 25);
    const loads = `${FOLDER}loads.mjs`;
    writeFileSync(loads, `import '${SESSION}';\n${LOADED}`);
    const isLoaded = run(loads) === 'yes' ? 1 : 0;
    say('size');
    const { dependencies = {} } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
    return {
      groups: {
        import: { unit: 'ms', samples },
        'import loads': { unit: 'count', samples: { 'node:crypto': [isLoaded] } },
        size: { unit: 'KB', samples: await sizes() },
        dependencies: { unit: 'count', samples: { microdot: [Object.keys(dependencies).length] } },
      },
    };
  } finally {
    rmSync(FOLDER, { recursive: true, force: true });
  }
});
