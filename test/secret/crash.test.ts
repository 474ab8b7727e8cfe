// Processes that start together, and processes that die at every step.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';

import { systemEnvironment } from '../../dist/secret/environment.js';
import { loadSecretIn } from '../../dist/secret/secret.js';
import { KEY_FILE, newFolder, scriptCommand, systemError, testEnvironment, watchedFiles } from './support.js';

const LIBRARY = new URL('../../dist/secret/index.js', import.meta.url).href;

/** The power goes: this call does not happen, and no call after it does. */
class PowerCut extends Error {}

interface Filesystem {
  readonly name: string;
  readonly linkError?: string;
}
const FILESYSTEMS: readonly Filesystem[] = [
  { name: 'with links' },
  { name: 'without links, as FAT', linkError: 'EPERM' },
];

/** An environment that stops before call number `last` and counts the calls. */
function dyingEnvironment(last: number, { linkError }: Filesystem) {
  const counter = { calls: 0 };
  const files = watchedFiles((name) => {
    if (counter.calls++ >= last) throw new PowerCut();
    if (name === 'linkSync' && linkError) throw systemError(linkError);
  });
  return { ...testEnvironment({ files }), counter };
}

for (const filesystem of FILESYSTEMS) {
  test(`dying before each step leaves no key or a whole one, and the next start mends it (${filesystem.name})`, (t) => {
    const whole = dyingEnvironment(Number.POSITIVE_INFINITY, filesystem);
    loadSecretIn(whole, join(newFolder(t), 'k'));
    assert.ok(whole.counter.calls > 20);

    const found = { none: 0, whole: 0 };
    for (let last = 0; last < whole.counter.calls; last++) {
      const folder = newFolder(t);
      const path = join(folder, 'k');
      assert.throws(() => loadSecretIn(dyingEnvironment(last, filesystem), path), PowerCut);
      const left = existsSync(path) ? readFileSync(path, 'latin1') : null;
      if (left !== null) assert.match(left, KEY_FILE, `after ${last} steps`);
      found[left === null ? 'none' : 'whole']++;

      // Another system reads: the lock's process lives (it is this one), so the lock has to grow old.
      const later = testEnvironment({ ...dyingEnvironment(Number.POSITIVE_INFINITY, filesystem) });
      // And a second more: the time of a file has fractions of a millisecond that Date.now() has not.
      const aged = { ...later, nowMs: () => Date.now() + systemEnvironment.staleMs + 1000 };
      const secret = loadSecretIn(aged, path);
      if (left !== null) assert.equal(`${secret}\n`, left);
      assert.match(`${secret}\n`, KEY_FILE);
      assert.deepEqual(readdirSync(folder).sort(), ['k'], `after ${last} steps`);
    }
    assert.ok(found.none > 0 && found.whole > 0, JSON.stringify(found));
  });
}

test('kill -9 at each step: the next start has a whole key, at once where the dead process can be seen', (t) => {
  const environment = new URL('../../dist/secret/environment.js', import.meta.url).href;
  const secret = new URL('../../dist/secret/secret.js', import.meta.url).href;
  const script = `
    import process from 'node:process';
    import { systemEnvironment } from ${JSON.stringify(environment)};
    import { loadSecretIn } from ${JSON.stringify(secret)};
    let left = Number(process.argv[3]);
    const files = new Proxy(systemEnvironment.files, {
      get: (target, name) => (...args) => {
        if (left-- === 0) process.kill(process.pid, 'SIGKILL');
        return target[name](...args);
      },
    });
    loadSecretIn({ ...systemEnvironment, files }, process.argv[2]);`;
  const command = scriptCommand(t, script);
  for (let last = 1; ; last += 2) {
    const folder = newFolder(t);
    const path = join(folder, 'k');
    const child = spawnSync(process.execPath, [...command, path, String(last)]);
    if (child.signal === null) {
      assert.ok(child.status === 0 && last > 20, String(child.stderr));
      break;
    }
    if (existsSync(path)) assert.match(readFileSync(path, 'latin1'), KEY_FILE);
    // Elsewhere than on Linux the lock has to grow old; the clock of this environment runs as it sleeps.
    assert.equal(loadSecretIn(testEnvironment(), path).length, 43);
    assert.match(readFileSync(path, 'latin1'), KEY_FILE);
    if (process.platform === 'linux') assert.deepEqual(readdirSync(folder).sort(), ['k'], `after ${last} steps`);
  }
});

async function startTogether(t: TestContext, count: number, path: string): Promise<readonly string[]> {
  const script = `
    import process from 'node:process';
    import { loadSecret } from ${JSON.stringify(LIBRARY)};
    // Loaded first, then released together.
    process.stdout.write('ready\\n');
    process.stdin.once('data', () => { process.stdout.write(loadSecret(process.argv[2])); process.exit(0); });`;
  const command = scriptCommand(t, script);
  const children = Array.from({ length: count }, () =>
    spawn(process.execPath, [...command, path], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  const outputs = children.map(() => '');
  await new Promise<void>((resolve) => {
    let ready = 0;
    for (const [index, { stdout }] of children.entries()) {
      stdout.once('data', () => {
        if (++ready === count) resolve();
      });
      stdout.on('data', (chunk) => {
        outputs[index] += String(chunk);
      });
    }
  });
  const ends = children.map((child) => new Promise((resolve) => child.once('close', resolve)));
  for (const { stdin } of children) stdin.end('go');
  await Promise.all(ends);
  return outputs.map((output) => output.replace('ready\n', ''));
}

test('20 processes that start together have the same key, and nothing else stays', async (t) => {
  const folder = newFolder(t);
  const path = join(folder, 'session.key');
  const keys = await startTogether(t, 20, path);
  assert.equal(new Set(keys).size, 1);
  assert.equal(`${keys[0]}\n`, readFileSync(path, 'latin1'));
  assert.match(`${keys[0]}\n`, KEY_FILE);
  assert.deepEqual(readdirSync(folder).sort(), ['session.key']);
});
