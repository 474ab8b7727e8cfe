// A disk that is soon full: a small file system in memory, most of it taken by a file that can be removed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MIB = 1024 * 1024;
const SIZE_MIB = 16;

function run(...command) {
  const { status, stderr, error } = spawnSync(command[0], command.slice(1), { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command[0]}: ${error?.message ?? stderr.split('\n', 1)}`);
}

/** @param freeMib what is left beside the file: less than the log of SQLite grows to before it begins anew, which is 4 */
export function openSmallDisk(freeMib) {
  const folder = mkdtempSync(join(tmpdir(), 'microdot-disk-'));
  try {
    run('mount', '-t', 'tmpfs', '-o', `size=${SIZE_MIB}m`, 'tmpfs', folder);
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
  const close = () => {
    process.off('exit', close);
    run('umount', '--lazy', folder);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', close);
  const ballast = join(folder, 'ballast');
  writeFileSync(ballast, Buffer.alloc((SIZE_MIB - freeMib) * MIB));
  return { path: join(folder, 'sessions.db'), free: () => rmSync(ballast), close };
}

/** Why there can be none here; null where there can. */
export function whyNoSmallDisk() {
  try {
    openSmallDisk(1).close();
    return null;
  } catch (error) {
    return error.message;
  }
}
