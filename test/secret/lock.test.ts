// Locks of others: alive, stale, dead, lost, and files that appear at the worst moment.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { acquireLock, lockPath, ownsLock, releaseLock } from '../../dist/secret/lock.js';
import { loadSecretIn } from '../../dist/secret/secret.js';
import { assertCode, newFolder, systemError, testEnvironment, watchedFiles } from './support.js';

const SECRET = 'a secret of our own, longer than 32 bytes';
const FOREIGN = 'f00d 1 elsewhere\n';
const never = (): boolean => false;

test('a lock that stays alive is ERR_SECRET_LOCKED after the wait, and stays', (t) => {
  const path = join(newFolder(t), 'k');
  writeFileSync(lockPath(path), FOREIGN);
  assertCode(() => loadSecretIn(testEnvironment({ waitMs: 100 }), path), 'ERR_SECRET_LOCKED');
  assert.equal(readFileSync(lockPath(path), 'utf8'), FOREIGN);
  assert.deepEqual(readdirSync(join(path, '..')).sort(), ['k.lock']);
});

test('a lock that changes hands all the time is ERR_SECRET_LOCKED after the wait', (t) => {
  const path = join(newFolder(t), 'k');
  let slept = 0;
  const environment = testEnvironment();
  const sleep = (ms: number): void => {
    writeFileSync(lockPath(path), `${(slept++).toString(16)} 1 elsewhere\n`);
    environment.sleep(ms);
  };
  writeFileSync(lockPath(path), FOREIGN);
  assertCode(() => loadSecretIn({ ...environment, sleep, nowMs: () => 0 }, path), 'ERR_SECRET_LOCKED');
});

test('a stale lock expires: by its time, or by being watched where clocks tell nothing', (t) => {
  const folder = newFolder(t);
  for (const [name, time] of [
    ['old', Date.now() / 1000 - 11],
    ['future', Date.now() / 1000 + 86_400],
    ['empty', Date.now() / 1000],
  ] as const) {
    const path = join(folder, name);
    writeFileSync(lockPath(path), name === 'empty' ? '' : FOREIGN);
    utimesSync(lockPath(path), time, time);
    const environment = testEnvironment();
    assert.equal(loadSecretIn(environment, path).length, 43);
    assert.equal(environment.elapsedMs() === 0, name === 'old', name);
  }
  assert.deepEqual(readdirSync(folder).sort(), ['empty', 'future', 'old']);
});

test('a folder or a link in place of the lock is nobody’s to remove', (t) => {
  const folder = newFolder(t);
  mkdirSync(join(folder, 'a.lock'));
  if (process.platform !== 'win32') symlinkSync('nowhere', join(folder, 'b.lock'));
  else mkdirSync(join(folder, 'b.lock'));
  utimesSync(join(folder, 'a.lock'), 1, 1);
  for (const name of ['a', 'b'])
    assertCode(() => loadSecretIn(testEnvironment(), join(folder, name)), 'ERR_SECRET_LOCKED');
  assert.deepEqual(readdirSync(folder).sort(), ['a.lock', 'b.lock']);
});

test('where Windows refuses a lock that is being deleted, it is tried again, and in the end is ERR_SECRET_UNWRITABLE', (t) => {
  const path = join(newFolder(t), 'k');
  let refusals = 3;
  const files = watchedFiles((name, args) => {
    if (name === 'openSync' && args[0] === lockPath(path) && args[1] === 'wx' && refusals-- > 0)
      throw systemError('EPERM');
  });
  assert.equal(loadSecretIn(testEnvironment({ files, windows: true }), path).length, 43);
  unlinkSync(path);
  refusals = Number.POSITIVE_INFINITY;
  assertCode(() => loadSecretIn(testEnvironment({ files, windows: true }), path), 'ERR_SECRET_UNWRITABLE');
});

test('waiting ends as soon as the other process has made the key', (t) => {
  const path = join(newFolder(t), 'k');
  writeFileSync(lockPath(path), FOREIGN);
  const environment = testEnvironment();
  const sleep = (): void => writeFileSync(path, `${SECRET}\n`, { mode: 0o600 });
  assert.equal(loadSecretIn({ ...environment, sleep }, path), SECRET);
});

test('of two takers of one stale lock the slower one gives the new lock back', (t) => {
  const path = join(newFolder(t), 'k');
  writeFileSync(lockPath(path), FOREIGN);
  utimesSync(lockPath(path), 1, 1);
  const quick = testEnvironment();
  for (const linkError of ['', 'EPERM']) {
    let owner: ReturnType<typeof acquireLock> = null;
    const files = watchedFiles((name) => {
      if (name === 'linkSync' && linkError !== '') throw systemError(linkError);
      // Between the slow taker's look and its rename the quick one has taken the lock over.
      if (name === 'renameSync' && owner === null) owner = acquireLock(quick, path, never);
    });
    const slow = testEnvironment({ files, waitMs: 100 });
    assertCode(() => acquireLock(slow, path, never), 'ERR_SECRET_LOCKED');
    assert.ok(owner !== null && ownsLock(quick, owner));
    releaseLock(quick, owner);
    assert.deepEqual(readdirSync(join(path, '..')).sort(), []);
    writeFileSync(lockPath(path), FOREIGN);
    utimesSync(lockPath(path), 1, 1);
  }
});

test('a process that slept until its lock expired makes no second key', (t) => {
  // Asleep while the temporary file is flushed; just before the key gets its name; and, without links, before the rename.
  for (const moment of ['fsyncSync', 'linkSync', 'linkSync without links']) {
    const folder = newFolder(t);
    const path = join(folder, 'k');
    let other: string | undefined;
    const files = watchedFiles((name) => {
      if (!moment.startsWith(name)) return;
      if (other === undefined) {
        other = '';
        other = loadSecretIn({ ...testEnvironment(), nowMs: () => Date.now() + 60_000 }, path);
      }
      if (moment.endsWith('without links')) throw systemError('EPERM');
    });
    assert.equal(loadSecretIn(testEnvironment({ files }), path), other, moment);
    assert.equal(`${other}\n`, readFileSync(path, 'latin1'));
    assert.deepEqual(readdirSync(folder).sort(), ['k'], moment);
  }
});

test('a file that appears while the key is made is not overwritten', (t) => {
  for (const linkError of ['', 'EPERM']) {
    const folder = newFolder(t);
    const path = join(folder, 'k');
    const files = watchedFiles((name) => {
      if (name !== 'linkSync') return;
      writeFileSync(path, SECRET, { mode: 0o600 });
      if (linkError !== '') throw systemError(linkError);
    });
    assert.equal(loadSecretIn(testEnvironment({ files }), path), SECRET);
    assert.equal(readFileSync(path, 'utf8'), SECRET);
    assert.deepEqual(readdirSync(folder).sort(), ['k']);
  }
});

test('files of others beside the key are left alone', (t) => {
  const folder = newFolder(t);
  const names = ['k.tmp', 'k.0123456789abcdeg.tmp', 'k2.0123456789abcdef.tmp', 'x.lock'];
  for (const name of [...names, 'k.0123456789abcdef.tmp']) writeFileSync(join(folder, name), '');
  loadSecretIn(testEnvironment(), join(folder, 'k'));
  assert.deepEqual(readdirSync(folder).sort(), [...names, 'k'].sort());
});
