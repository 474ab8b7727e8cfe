// The types that one import adds to the whole program are compiled apart from the tests, where they would hide mistakes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../support/needs.js';

describe('microdot/session/express/augment and fastify/augment', () => {
  it('type the session of a request in the program that imports them', () => {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', 'test/types/augmented', '--pretty', 'false'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    assert.equal(stdout, '');
    assert.equal(status, 0);
  });
});
