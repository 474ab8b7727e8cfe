// What an import costs at start: no cryptography of the platform is loaded for a session, which needs none.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { ROOT } from '../support/needs.js';

/** The modules of Node that `source` has loaded, in a process of its own, when it ends. */
function loadedBy(source: string): readonly string[] {
  const print = 'process.stdout.write(JSON.stringify(process.moduleLoadList));';
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', `${source}\n${print}`],
    { cwd: ROOT, encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  const list: readonly string[] = JSON.parse(stdout);
  return list;
}

/** `NativeModule crypto`, and what is under `internal/crypto/`: more than `idle` has. */
function cryptoIn(list: readonly string[], idle: readonly string[]): readonly string[] {
  return list.filter((name) => /\bcrypto\b/.test(name) && !idle.includes(name));
}

describe('importing microdot/session', () => {
  const idle = loadedBy('');

  it('loads no node:crypto, and neither do the first token and its verdict', () => {
    const list = loadedBy(`
      import { Session, withSession } from 'microdot/session';
      const session = new Session({ secretKey: 'a secret of thirty-two bytes or so' });
      const { ok, payload } = session.verify(session.encode({ n: 1 }));
      if (!ok || payload.n !== 1 || typeof withSession !== 'function') throw new Error();`);
    assert.deepEqual(cryptoIn(list, idle), []);
  });

  it('would be found out', () => {
    for (const source of ["import 'node:crypto';", "process.getBuiltinModule('node:crypto');"]) {
      assert.ok(cryptoIn(loadedBy(source), idle).includes('NativeModule crypto'), source);
    }
  });
});
