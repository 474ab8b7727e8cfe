// A folder of its own for each test, and errors by their code.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import { ValueError } from '../../dist/errors.js';
import { type Environment, type Files, systemEnvironment } from '../../dist/secret/environment.js';

/** What `loadSecret` makes: 32 bytes as unpadded base64url and a line end. */
export const KEY_FILE = /^[A-Za-z0-9_-]{43}\n$/;

export function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'microdot-secret-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Asserts the code of a `ValueError`, and that neither it nor its cause tells the secret. */
export function assertCode(call: () => unknown, code: string, secret?: string): void {
  assert.throws(call, (error) => {
    assert.ok(error instanceof ValueError, String(error));
    assert.equal(error.code, code);
    if (secret) assert.ok(!`${error.message}${error.stack}${String(error.cause)}`.includes(secret));
    return true;
  });
}

/** An environment whose warnings are kept and whose clock runs only while it sleeps. */
export function testEnvironment(changes: Partial<Environment> = {}): Environment & { readonly warnings: string[][] } {
  const warnings: string[][] = [];
  let sleptMs = 0;
  return {
    ...systemEnvironment,
    elapsedMs: () => sleptMs,
    sleep: (ms) => {
      sleptMs += ms;
    },
    warn: (...warning) => void warnings.push(warning),
    warnings,
    ...changes,
  };
}

/** The files of the system, with a word before each call; `before` may throw. */
export function watchedFiles(before: (name: string, args: readonly unknown[]) => void): Files {
  return new Proxy(systemEnvironment.files, {
    get(target, name, receiver) {
      const call: unknown = Reflect.get(target, name, receiver);
      if (typeof call !== 'function') return call;
      return (...args: readonly unknown[]): unknown => {
        before(String(name), args);
        return Reflect.apply(call, target, args);
      };
    },
  });
}

/** A system error as `node:fs` throws it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** The command line that runs `script` as an ES module on the runtime of this test: Node, Bun or Deno. */
export function scriptCommand(t: TestContext, script: string): readonly string[] {
  const folder = newFolder(t);
  const file = join(folder, 'script.mjs');
  writeFileSync(file, script);
  // A script without rights of its own has to be able to read it.
  chmodSync(folder, 0o755);
  return 'Deno' in globalThis ? ['run', '-A', file] : [file];
}
