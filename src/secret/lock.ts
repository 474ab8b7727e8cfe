// The lock beside a key file: made exclusively, waited for, taken over when its owner is gone.

import { readFileSync, readlinkSync } from 'node:fs';
import process from 'node:process';

import { ValueError } from '../errors.js';
import type { Environment } from './environment.js';
import { attempt, createFile, hex, readBytes, systemCode, temporaryPath } from './files.js';

/** A lock that this call made. Its text has a random part, so that no two locks are the same. */
export interface Lock {
  readonly path: string;
  readonly text: string;
}

/** A lock file as it was looked at: its text, or its time while the text is not written yet. */
interface Sighting {
  /** False for a folder or a link, which no `loadSecret` made and none removes. */
  readonly isFile: boolean;
  readonly identity: string;
  readonly text: string;
  readonly mtimeMs: number;
}

const POLL_MS = 20;
const MAX_LOCK_BYTES = 512;

export const lockPath = (path: string): string => `${path}.lock`;

/**
 * Makes the lock, waiting for another's; `null` as soon as `isDone` says that there is nothing left to do under it.
 * @throws ValueError `ERR_SECRET_LOCKED` after `waitMs`; the system's own error where no lock can be made.
 */
export function acquireLock(environment: Environment, path: string, isDone: () => boolean): Lock | null {
  const { elapsedMs, files, sleep, waitMs } = environment;
  const lock = { path: lockPath(path), text: `${hex(environment.randomBytes(16))} ${process.pid} ${pidSpace()}\n` };
  const startMs = elapsedMs();
  const watch = watchLock(environment, path);
  for (;;) {
    if (isDone()) return null;
    let code: string;
    try {
      files.closeSync(createFile(files, lock.path, lock.text));
      return lock;
    } catch (error) {
      if (!isHeld(environment, error)) throw error;
      code = systemCode(error);
      // Windows says "not permitted" of a lock that is just being deleted, and of a folder that stays closed.
      if (elapsedMs() - startMs >= waitMs) throw code === 'EEXIST' ? locked(lock.path) : error;
    }
    if (code !== 'EEXIST' || !watch()) sleep(POLL_MS);
  }
}

const isHeld = ({ windows }: Environment, error: unknown): boolean => {
  const code = systemCode(error);
  return code === 'EEXIST' || (windows && (code === 'EPERM' || code === 'EACCES' || code === 'EBUSY'));
};

function locked(path: string): ValueError {
  return new ValueError(
    'ERR_SECRET_LOCKED',
    `another process holds ${path} and does not end making the key: if none runs, remove that file`,
  );
}

/** Whether the lock is still there and this call's own: a process that slept too long may have lost it. */
export function ownsLock(environment: Environment, lock: Lock): boolean {
  return look(environment, lock.path)?.text === lock.text;
}

export function releaseLock(environment: Environment, lock: Lock): void {
  if (ownsLock(environment, lock)) attempt(() => environment.files.unlinkSync(lock.path));
}

/**
 * A function that looks at the lock and removes one that belongs to nobody; true where there is no lock afterwards.
 *
 * A lock is stale when its process is dead, when it is `staleMs` old, or when it has been watched for that long without
 * a change: devices that start without a clock make locks of the future, and FAT keeps local time.
 */
export function watchLock(environment: Environment, path: string): () => boolean {
  const { elapsedMs, nowMs, staleMs } = environment;
  let seen: { readonly identity: string; readonly sinceMs: number } | undefined;
  return () => {
    const sighting = look(environment, lockPath(path));
    if (sighting === null) return true;
    if (!sighting.isFile) return false;
    if (seen?.identity !== sighting.identity) seen = { identity: sighting.identity, sinceMs: elapsedMs() };
    const isStale =
      isOwnerDead(sighting.text) || nowMs() - sighting.mtimeMs >= staleMs || elapsedMs() - seen.sinceMs >= staleMs;
    return isStale && takeAway(environment, path, sighting);
  };
}

/**
 * Removes a stale lock. Renaming gives it to one of several takers, and what was renamed is looked at again: between
 * looking and renaming another may have done the same and made its own lock. That one is put back; should a third
 * process have locked meanwhile, the owner sees with {@link ownsLock} that it lost.
 */
function takeAway(environment: Environment, path: string, stale: Sighting): boolean {
  const { files } = environment;
  const lock = lockPath(path);
  const aside = temporaryPath(environment, path);
  if (!attempt(() => files.renameSync(lock, aside))) return false;
  const taken = look(environment, aside);
  if (taken !== null && taken.identity !== stale.identity) {
    // link() never replaces; where there is none (FAT) the look before the rename has to do.
    const isBack = attempt(() => files.linkSync(aside, lock));
    if (!isBack && look(environment, lock) === null && attempt(() => files.renameSync(aside, lock))) return false;
    attempt(() => files.unlinkSync(aside));
    return false;
  }
  return attempt(() => files.unlinkSync(aside));
}

/** The lock as it is now, `null` where there is none. */
function look({ files }: Environment, path: string): Sighting | null {
  let mtimeMs: number;
  try {
    const stats = files.lstatSync(path);
    mtimeMs = stats.mtimeMs;
    if (!stats.isFile()) return { isFile: false, identity: String(mtimeMs), text: '', mtimeMs };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
  let text = '';
  attempt(() => {
    const file = files.openSync(path, 'r');
    try {
      text = new TextDecoder().decode(readBytes(files, file, MAX_LOCK_BYTES));
    } finally {
      files.closeSync(file);
    }
  });
  return { isFile: true, identity: text === '' ? String(mtimeMs) : text, text, mtimeMs };
}

/**
 * The running system and the process table that process ids belong to: machines and containers that share a folder use
 * the same ids for different processes. Empty where it cannot be known (not Linux); then only age counts.
 */
function pidSpace(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}

function isOwnerDead(text: string): boolean {
  const [, pid, space] = /^[0-9a-f]+ ([0-9]+) (\S+)\n$/.exec(text) ?? [];
  if (pid === undefined || space !== pidSpace()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return systemCode(error) === 'ESRCH';
  }
}
