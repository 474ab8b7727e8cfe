// Small steps on files that reading, locking and making a key share.

import type { Environment, Files } from './environment.js';

/** The `code` of a system error, such as `ENOENT`; an empty text for anything else. */
export function systemCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  // Deno's answer to a program without permission, which `node:fs` there hands on as it is.
  if (error.name === 'NotCapable') return 'EACCES';
  if (!('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** Whether `call` went through; for clean-up, where a failure changes nothing that matters. */
export function attempt(call: () => void): boolean {
  try {
    call();
    return true;
  } catch (error) {
    if (systemCode(error) === '') throw error;
    return false;
  }
}

/** At most `limit` bytes of an open file. The size that `stat` names is not asked: it is 0 for files made on reading. */
export function readBytes(files: Files, file: number, limit: number): Uint8Array {
  const buffer = new Uint8Array(limit);
  let length = 0;
  while (length < limit) {
    const count = files.readSync(file, buffer, length, limit - length, null);
    if (count === 0) break;
    length += count;
  }
  return buffer.subarray(0, length);
}

/** Writes a new file and leaves it open. Private from its first moment on, and never through a link (`wx`). */
export function createFile(files: Files, path: string, text: string): number {
  const file = files.openSync(path, 'wx', 0o600);
  try {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length; ) at += files.writeSync(file, bytes, at, bytes.length - at);
    return file;
  } catch (error) {
    files.closeSync(file);
    attempt(() => files.unlinkSync(path));
    throw error;
  }
}

const TEMPORARY = /^\.[0-9a-f]{16}\.tmp$/;

/** A new name beside the key file. */
export function temporaryPath(environment: Environment, path: string): string {
  return `${path}.${hex(environment.randomBytes(8))}.tmp`;
}

/** Whether `name`, in the folder of a key file called `base`, is one that {@link temporaryPath} made. */
export function isTemporary(name: string, base: string): boolean {
  return name.startsWith(base) && TEMPORARY.test(name.slice(base.length));
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
