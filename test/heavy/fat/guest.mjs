// Runs inside User-mode Linux on the mounted vfat: node guest.mjs facts|facts-without-lock|loop|control FOLDER
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

import { loadSecret } from '../../../dist/secret/index.js';

const [, , mode, folder] = process.argv;
const path = join(folder, 'session.key');
// Written at once: a power cut must not take lines that are already true.
const say = (line) => writeSync(1, `${line}\n`);

function facts() {
  const secret = loadSecret(path);
  say(`fact made ${/^[A-Za-z0-9_-]{43}$/.test(secret)}`);
  say(`fact same ${loadSecret(path) === secret}`);
  say(`fact file ${readFileSync(path, 'latin1') === `${secret}\n`}`);
  say(`fact alone ${readdirSync(folder).join() === 'session.key'}`);
  say(`mode ${(statSync(path).mode & 0o777).toString(8)}`);
  chmodSync(path, 0o600);
  say(`mode after chmod 600: ${(statSync(path).mode & 0o777).toString(8)}`);
  let link = 'ok';
  try {
    linkSync(path, join(folder, 'second'));
  } catch ({ code }) {
    link = code;
  }
  say(`link ${link}`);

  rmSync(join(folder, 'second'), { force: true });
  if (mode === 'facts') staleLock();
}

function staleLock() {
  const old = join(folder, 'old.key');
  writeFileSync(`${old}.lock`, 'f00d 1 elsewhere\n');
  const startMs = performance.now();
  say(`fact stale-lock ${loadSecret(old).length === 43}`);
  say(`stale lock waited for ${Math.round((performance.now() - startMs) / 1000)} s`);
}

/** Makes one key after the other; the cut comes somewhere in there. What was said must be found afterwards. */
function loop(make) {
  for (let number = 0; number < 1500; number++) {
    const key = join(folder, `k${number}.key`);
    say(`begin ${number}`);
    say(`done ${number} ${make(key)}`);
  }
}

/** The usual way, which stops at the rename. */
function naive(key) {
  const secret = randomBytes(32).toString('base64url');
  const file = openSync(`${key}.tmp`, 'wx', 0o600);
  writeSync(file, `${secret}\n`);
  fsyncSync(file);
  closeSync(file);
  renameSync(`${key}.tmp`, key);
  return secret;
}

if (mode === 'loop') loop(loadSecret);
else if (mode === 'control') loop(naive);
else facts();
say('guest end');
