// Who else may read or write the key: modes, filesystems without modes, permissions of this process.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';

import type { Files } from '../../dist/secret/environment.js';
import { systemEnvironment } from '../../dist/secret/environment.js';
import { loadSecretIn } from '../../dist/secret/secret.js';
import { assertCode, newFolder, scriptCommand, systemError, testEnvironment, watchedFiles } from './support.js';

const SECRET = 'a secret of our own, longer than 32 bytes';
const posix = process.platform === 'win32' ? { skip: 'Windows has no modes' } : {};
const NOBODY = 65_534;
// As root, a child gives its rights away; as anybody else, this process has none to begin with.
const isRoot = process.getuid?.() === 0;
const unprivileged =
  isRoot && typeof process.setgroups !== 'function'
    ? { skip: 'root may do everything, and this runtime cannot give rights away (no process.setgroups)' }
    : posix;

/** `loadSecret` by a process without rights of its own. The library is loaded first: it may stand in a closed folder. */
function loadAsNobody(t: TestContext, path: string): { readonly code?: string; readonly secret?: string } {
  const library = new URL('../../dist/secret/index.js', import.meta.url).href;
  const script = `
    import { loadSecret } from ${JSON.stringify(library)};
    import process from 'node:process';
    if (process.getuid() === 0) { process.setgroups([]); process.setgid(${NOBODY}); process.setuid(${NOBODY}); }
    let result;
    try { result = { secret: loadSecret(process.argv[2]) }; } catch ({ code }) { result = { code }; }
    process.stdout.write(JSON.stringify(result));`;
  const { stdout, stderr } = spawnSync(process.execPath, [...scriptCommand(t, script), path], {
    encoding: 'utf8',
  });
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout);
}

function openFolder(folder: string, mode: number): void {
  chmodSync(folder, mode);
  if (isRoot) chownSync(folder, 0, 0);
}

/** A filesystem that shows one mode for everything, as FAT does. */
function withoutModes(mode: number): Files {
  const { files } = systemEnvironment;
  const fstatSync = (file: number) => {
    const stats = files.fstatSync(file);
    stats.mode = 0o100000 | mode;
    return stats;
  };
  // Only the form with one argument is used, of the many that the declaration has.
  return { ...files, fstatSync: fstatSync as Files['fstatSync'] };
}

test('a world-writable file is ERR_SECRET_INSECURE', posix, (t) => {
  const folder = newFolder(t);
  const path = join(folder, 'k');
  writeFileSync(path, SECRET);
  for (const mode of [0o666, 0o602, 0o622, 0o777]) {
    chmodSync(path, mode);
    chmodSync(folder, mode | 0o100);
    assertCode(() => loadSecretIn(testEnvironment(), path), 'ERR_SECRET_INSECURE', SECRET);
    assert.deepEqual(readdirSync(folder).sort(), ['k'], 'the probe is removed');
  }
});

test('a world-readable file is a warning, with the path and without the secret', posix, (t) => {
  const path = join(newFolder(t), 'k');
  writeFileSync(path, SECRET);
  for (const mode of [0o644, 0o444, 0o604]) {
    chmodSync(path, mode);
    const environment = testEnvironment();
    assert.equal(loadSecretIn(environment, path), SECRET);
    assert.equal(environment.warnings.length, 1);
    const [code, message] = environment.warnings[0];
    assert.equal(code, 'WARN_SECRET_READABLE');
    assert.ok(message.includes(path) && !message.includes(SECRET));
  }
});

test('a private file, also of a group, is no warning', posix, (t) => {
  const path = join(newFolder(t), 'k');
  writeFileSync(path, SECRET);
  for (const mode of [0o600, 0o400, 0o440, 0o660]) {
    chmodSync(path, mode);
    const environment = testEnvironment();
    assert.equal(loadSecretIn(environment, path), SECRET);
    assert.deepEqual(environment.warnings, []);
  }
});

test('where the filesystem keeps no modes, world-writable is only a warning', posix, (t) => {
  const path = join(newFolder(t), 'k');
  const environment = testEnvironment({ files: withoutModes(0o777) });
  const secret = loadSecretIn(environment, path);
  assert.equal(loadSecretIn(environment, path), secret);
  assert.deepEqual(
    environment.warnings.map(([code]) => code),
    ['WARN_SECRET_READABLE', 'WARN_SECRET_READABLE'],
  );
});

test('on a read-only filesystem nobody can write: a warning; where the probe is only refused: an error', posix, (t) => {
  const path = join(newFolder(t), 'k');
  writeFileSync(path, SECRET);
  chmodSync(path, 0o666);
  const refusing = (code: string) =>
    testEnvironment({
      files: watchedFiles((name, args) => {
        if (name === 'openSync' && args[1] === 'wx') throw systemError(code);
      }),
    });
  const readOnly = refusing('EROFS');
  assert.equal(loadSecretIn(readOnly, path), SECRET);
  assert.equal(readOnly.warnings.length, 1);
  assertCode(() => loadSecretIn(refusing('EACCES'), path), 'ERR_SECRET_INSECURE', SECRET);
});

test('on Windows, where modes are made up, nothing is said about them', (t) => {
  const path = join(newFolder(t), 'k');
  writeFileSync(path, SECRET);
  const environment = testEnvironment({ files: withoutModes(0o666), windows: true });
  assert.equal(loadSecretIn(environment, path), SECRET);
  assert.deepEqual(environment.warnings, []);
});

test('a file that this process may not read is ERR_SECRET_UNREADABLE', unprivileged, (t) => {
  const folder = newFolder(t);
  const path = join(folder, 'k');
  writeFileSync(path, SECRET, { mode: isRoot ? 0o600 : 0o000 });
  openFolder(folder, 0o755);
  assert.deepEqual(loadAsNobody(t, path), { code: 'ERR_SECRET_UNREADABLE' });
  mkdirSync(join(folder, 'closed'), { mode: isRoot ? 0o700 : 0o000 });
  assert.deepEqual(loadAsNobody(t, join(folder, 'closed', 'k')), { code: 'ERR_SECRET_UNREADABLE' });
});

test('in a read-only folder a key is read, and none is made: ERR_SECRET_UNWRITABLE', unprivileged, (t) => {
  const folder = newFolder(t);
  writeFileSync(join(folder, 'k'), SECRET, { mode: 0o444 });
  openFolder(folder, 0o555);
  assert.deepEqual(loadAsNobody(t, join(folder, 'k')), { secret: SECRET });
  assert.deepEqual(loadAsNobody(t, join(folder, 'none')), { code: 'ERR_SECRET_UNWRITABLE' });
  chmodSync(folder, 0o755);
});

test('a full or failing disk is ERR_SECRET_UNWRITABLE, and no part of a key stays', (t) => {
  const folder = newFolder(t);
  for (const [call, code] of [
    ['writeSync', 'ENOSPC'],
    ['fsyncSync', 'EIO'],
    ['openSync', 'EROFS'],
  ]) {
    const files = watchedFiles((name, args) => {
      if (name === call && args[1] !== 'r') throw systemError(code);
    });
    assertCode(() => loadSecretIn(testEnvironment({ files }), join(folder, 'k')), 'ERR_SECRET_UNWRITABLE');
    assert.deepEqual(readdirSync(folder).sort(), []);
  }
});

test('a folder that cannot be flushed is tolerated, a folder that fails is not', (t) => {
  const folder = newFolder(t);
  const failing = (code: string) =>
    testEnvironment({
      files: watchedFiles((name, args) => {
        if (name === 'openSync' && args[0] === folder) throw systemError(code);
      }),
    });
  assert.equal(loadSecretIn(failing('EISDIR'), join(folder, 'a')).length, 43);
  assert.equal(loadSecretIn(failing('EPERM'), join(folder, 'b')).length, 43);
  assertCode(() => loadSecretIn(failing('EIO'), join(folder, 'c')), 'ERR_SECRET_UNWRITABLE');
});
