// Makes a key file so that no moment shows a part of it: not to another process, and not after a power cut.

import { basename, dirname, join } from 'node:path';

import { ValueError } from '../errors.js';
import type { Environment, Files } from './environment.js';
import { attempt, createFile, isTemporary, systemCode, temporaryPath } from './files.js';
import { acquireLock, type Lock, lockPath, ownsLock, releaseLock, watchLock } from './lock.js';
import { badPath, isBadPath } from './read.js';

/**
 * Makes a key where there is none. Also returns, having made none, when another process made one or broke in; the
 * caller reads what is there and asks again where nothing is.
 * @throws ValueError `ERR_SECRET_UNWRITABLE`, `ERR_SECRET_LOCKED`, `ERR_SECRET_BAD_PATH`.
 */
export function createSecret(environment: Environment, path: string): void {
  try {
    const lock = acquireLock(environment, path, () => exists(environment.files, path));
    if (lock === null) return;
    try {
      if (!exists(environment.files, path)) writeKey(environment, path, lock);
    } finally {
      releaseLock(environment, lock);
    }
    flushFolder(environment, dirname(path));
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Under the lock. The order of these steps is what a power cut leaves whole; docs/evidence/fat.txt shows it tried. */
function writeKey(environment: Environment, path: string, lock: Lock): void {
  const { files } = environment;
  // Of processes that were killed here. With a key in place they are left alone, see removeDebris.
  for (const leftover of temporaries(files, path)) attempt(() => files.unlinkSync(leftover));

  const temporary = temporaryPath(environment, path);
  try {
    const text = `${Buffer.from(environment.randomBytes(32)).toString('base64url')}\n`;
    const file = createFile(files, temporary, text);
    flushAndClose(files, file);
    // A lock that expired while this process slept is another's now, and so is the key that comes.
    if (!ownsLock(environment, lock) || !publish(files, temporary, path)) return;
  } finally {
    attempt(() => files.unlinkSync(temporary));
  }
  // FAT writes the new name first without length and cluster: only a flush after the rename completes it. 'r+', because
  // Windows flushes only what it may write.
  flushAndClose(files, files.openSync(path, 'r+'));
}

/** Gives the finished file its name; false when another file has it. */
function publish(files: Files, temporary: string, path: string): boolean {
  try {
    // Unlike rename, link never replaces a file, whatever became of the lock.
    files.linkSync(temporary, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    if (systemCode(error) === '') throw error;
  }
  // FAT and exFAT have no links. There the lock is what keeps others away; this look narrows what is left.
  if (exists(files, path)) return false;
  try {
    files.renameSync(temporary, path);
    return true;
  } catch (error) {
    // Cleaned away by the process that took an expired lock over.
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Removes what a process that was killed after it published the key left: its lock, and the second name of the key.
 * Never another temporary file: on FAT, after a power cut, that can be an entry for the clusters of the key itself, and
 * removing it would free them.
 */
export function removeDebris(environment: Environment, path: string): void {
  const { files } = environment;
  attempt(() => {
    if (!exists(files, lockPath(path)) || !watchLock(environment, path)()) return;
    const key = files.statSync(path);
    if (key.nlink < 2) return;
    for (const name of temporaries(files, path)) {
      const { dev, ino } = files.lstatSync(name);
      if (dev === key.dev && ino === key.ino) files.unlinkSync(name);
    }
  });
}

function temporaries(files: Files, path: string): readonly string[] {
  const folder = dirname(path);
  let names: readonly string[] = [];
  attempt(() => {
    names = files.readdirSync(folder);
  });
  return names.filter((name) => isTemporary(name, basename(path))).map((name) => join(folder, name));
}

/** Whether the name is taken, if only by a link to nothing. */
function exists(files: Files, path: string): boolean {
  try {
    files.lstatSync(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function flushAndClose(files: Files, file: number): void {
  try {
    files.fsyncSync(file);
  } finally {
    files.closeSync(file);
  }
}

/** Makes the name survive a power cut, where folders can be flushed: Windows and some shares refuse to. */
function flushFolder({ files }: Environment, folder: string): void {
  try {
    flushAndClose(files, files.openSync(folder, 'r'));
  } catch (error) {
    if (!['EACCES', 'EBADF', 'EINVAL', 'EISDIR', 'ENOTSUP', 'EPERM'].includes(systemCode(error))) throw error;
  }
}

function unwritable(path: string, cause: unknown): unknown {
  const code = systemCode(cause);
  if (cause instanceof ValueError || code === '') return cause;
  if (isBadPath(code)) return badPath(path, code, cause);
  const advice =
    code === 'ENOENT'
      ? 'its folder does not exist: make it, or correct the path'
      : `it cannot be made (${code}): let this program write to its folder, or put a key there`;
  return new ValueError('ERR_SECRET_UNWRITABLE', `there is no key file ${path}, and ${advice}`, { cause });
}
