// Entry `microdot/session/secret`: the session's key in a file (Node, Bun, Deno).

import { systemEnvironment } from './environment.js';
import { loadSecretIn } from './secret.js';

/**
 * Reads the secret in a file; where there is no file, first makes one with 32 random bytes as base64url text and a line
 * end, mode 0600. Processes that start together get the same secret, a power cut leaves a whole key or none, and a file
 * that exists is never written to.
 *
 * ```ts
 * new Session(app, { secretKey: loadSecret('session.key') });
 * ```
 *
 * The secret is the file's text less exactly one LF or CR LF at its end; `examples/python/load_secret.py` reads the same.
 * Blocks while it reads and writes; at most 15 seconds when another process holds the lock, `<path>.lock`. A relative
 * path counts from the working directory. Warns (`WARN_SECRET_READABLE`) when every user may read the file.
 *
 * @throws ValueError
 * - `ERR_SECRET_BAD_PATH` the path is no path
 * - `ERR_SECRET_NOT_A_FILE` a folder, a device, a pipe
 * - `ERR_SECRET_UNREADABLE` no permission, or a symbolic link to nothing
 * - `ERR_SECRET_EMPTY` no byte, or only blanks
 * - `ERR_SECRET_TRUNCATED` ends in zero bytes, inside a character or inside a CR LF; or has no line end and, with fewer
 *   than 32 characters of base64url in both letter cases, could be the beginning of a generated key
 * - `ERR_SECRET_NOT_TEXT` not UTF-8, a byte order mark, control characters, more than 64 KiB
 * - `ERR_SECRET_INSECURE` every user may write to it, on a filesystem that keeps modes
 * - `ERR_SECRET_UNWRITABLE` there is no file and none can be made
 * - `ERR_SECRET_LOCKED` another process is making it and does not finish
 */
export function loadSecret(path: string | URL): string {
  return loadSecretIn(systemEnvironment, path);
}
