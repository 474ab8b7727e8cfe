// The examples of testing, run as their reader runs them: node --test.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { needs, ROOT } from '../support/needs.js';

const FOLDER = join(ROOT, '.examples/testing');
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.test.js'));

describe('the examples of testing', needs.node('they are run by node --test'), () => {
  it('are as many as their sources', () => {
    const sources = readdirSync(join(ROOT, 'examples/testing')).filter((file) => file.endsWith('.test.ts'));
    assert.deepEqual([...files].sort(), sources.map((file) => file.replace(/\.ts$/, '.js')).sort());
    assert.ok(files.length > 0);
  });

  for (const file of files) {
    it(`pass: ${file}`, () => {
      // Set in a process that a test runner has started: there node --test runs nothing.
      const { NODE_TEST_CONTEXT: _, ...env } = process.env;
      const args = ['--test', '--test-reporter=tap', join(FOLDER, file)];
      const { status, stdout } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
      assert.equal(status, 0, stdout);
      assert.match(stdout, /^# pass [1-9]\d*$/m);
      assert.match(stdout, /^# skipped 0$/m);
    });
  }
});
