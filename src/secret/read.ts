// Reads an existing key file: what it is, who may write to it, what is in it.

import { basename, dirname } from 'node:path';

import { ValueError } from '../errors.js';
import type { Environment, Files } from './environment.js';
import { attempt, createFile, readBytes, systemCode, temporaryPath } from './files.js';
import { MAX_SECRET_BYTES, secretText } from './text.js';

const OTHERS_READ = 0o004;
const OTHERS_WRITE = 0o002;

/**
 * The secret in the file, or `null` where there is no file. Follows symbolic links: mounted secrets are links.
 * @throws ValueError for a file that is there and cannot be the key.
 */
export function readSecret(environment: Environment, path: string): string | null {
  const { files } = environment;
  let file: number;
  try {
    // Asked before opening: to open a FIFO would wait for a writer, and devices may act on being opened.
    if (!files.statSync(path).isFile()) throw notAFile(path);
    file = files.openSync(path, 'r');
  } catch (error) {
    if (error instanceof ValueError) throw error;
    if (systemCode(error) === 'ENOENT' && !isDanglingLink(files, path)) return null;
    throw unreadable(path, error);
  }
  try {
    const stats = files.fstatSync(file);
    if (!stats.isFile()) throw notAFile(path);
    const secret = secretText(readBytes(files, file, MAX_SECRET_BYTES + 1), path);
    if (!environment.windows) checkMode(environment, path, stats.mode);
    return secret;
  } catch (error) {
    if (error instanceof ValueError) throw error;
    throw unreadable(path, error);
  } finally {
    files.closeSync(file);
  }
}

/** Windows is left out: its modes are made up from the read-only flag, and access is by lists that Node cannot see. */
function checkMode(environment: Environment, path: string, mode: number): void {
  if ((mode & OTHERS_WRITE) !== 0 && modesAreKept(environment, path)) {
    throw new ValueError(
      'ERR_SECRET_INSECURE',
      `every user of this machine may write to the key file ${path}, and so knows how to forge sessions: remove it and ` +
        'let a new key be made, or make a new one yourself, with mode 0600',
    );
  }
  if ((mode & (OTHERS_READ | OTHERS_WRITE)) !== 0) {
    environment.warn(
      'WARN_SECRET_READABLE',
      `every user of this machine may read the key file ${path}: chmod 600 it; on a filesystem without modes, such as ` +
        'FAT, mount with umask=077',
    );
  }
}

/**
 * Whether a mode says who may write. FAT, exFAT and some shares show one mode for all files, often 0777, and `chmod` of
 * the key could not help. A new file of mode 0600 that others may write to as well tells such a filesystem from a mode
 * that somebody chose; a list of filesystem types would have to be kept, and FUSE hides them. Nobody writes to a
 * read-only filesystem. In doubt (a folder that this process may not write to) the mode is believed.
 */
function modesAreKept(environment: Environment, path: string): boolean {
  const { files } = environment;
  const probe = temporaryPath(environment, path);
  let file: number;
  try {
    file = createFile(files, probe, '');
  } catch (error) {
    return systemCode(error) !== 'EROFS';
  }
  try {
    return (files.fstatSync(file).mode & OTHERS_WRITE) === 0;
  } finally {
    files.closeSync(file);
    attempt(() => files.unlinkSync(probe));
  }
}

/** A link to nothing is not "no key": a key made through it would land where the link's owner says. */
function isDanglingLink(files: Files, path: string): boolean {
  try {
    return files.lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

function notAFile(path: string): ValueError {
  return new ValueError(
    'ERR_SECRET_NOT_A_FILE',
    `the key must be a regular file; ${path} is a folder, a device or a pipe: name a file, such as session.key`,
  );
}

function unreadable(path: string, cause: unknown): Error {
  const code = systemCode(cause);
  if (code === '') return cause instanceof Error ? cause : new Error('unknown failure', { cause });
  if (code === 'ENOENT') {
    const text = `the key file ${path} is a symbolic link to nothing: mount or make its target, or remove the link`;
    return new ValueError('ERR_SECRET_UNREADABLE', text, { cause });
  }
  if (isBadPath(code)) return badPath(path, code, cause);
  const text = `the key file ${path} cannot be read (${code}): let the user that runs this program read it`;
  return new ValueError('ERR_SECRET_UNREADABLE', text, { cause });
}

/** Errors that no permission mends: a file where a folder should be, a name that the filesystem does not know. */
export function isBadPath(code: string): boolean {
  return code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'EINVAL';
}

export function badPath(path: string, code: string, cause: unknown): ValueError {
  const text = `the path of the key file cannot be (${code}): ${basename(path)} in ${dirname(path)}`;
  return new ValueError('ERR_SECRET_BAD_PATH', text, { cause });
}
