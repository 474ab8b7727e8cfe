// The key file read, or made where there is none.

import { fileURLToPath } from 'node:url';

import { typeName, ValueError } from '../errors.js';
import { createSecret, removeDebris } from './create.js';
import type { Environment } from './environment.js';
import { readSecret } from './read.js';

/** `loadSecret` with its clock, its files and its patience given. */
export function loadSecretIn(environment: Environment, path: unknown): string {
  const name = filePath(path);
  const startMs = environment.elapsedMs();
  for (;;) {
    const secret = readSecret(environment, name);
    if (secret !== null) {
      removeDebris(environment, name);
      return secret;
    }
    if (environment.elapsedMs() - startMs > 2 * environment.waitMs) {
      throw new ValueError(
        'ERR_SECRET_LOCKED',
        `the key file ${name} disappears whenever it is made: find what removes it or its lock, ${name}.lock`,
      );
    }
    createSecret(environment, name);
  }
}

function filePath(path: unknown): string {
  const name = path instanceof URL && path.protocol === 'file:' ? fromUrl(path) : path;
  if (typeof name !== 'string' || name === '' || name.includes('\0')) {
    throw new ValueError(
      'ERR_SECRET_BAD_PATH',
      `the path of the key file must be text without NUL, or a file: URL; this ${typeName(path)} is not`,
    );
  }
  if (name.endsWith('/')) {
    throw new ValueError('ERR_SECRET_NOT_A_FILE', `${name} names a folder: name a file, such as ${name}session.key`);
  }
  return name;
}

function fromUrl(url: URL): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    // A host name, an encoded slash.
    return undefined;
  }
}
