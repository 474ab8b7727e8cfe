// examples/python/load_secret.py reads what loadSecret reads.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { loadSecret } from '../../dist/secret/index.js';
import { needs, pythonWith, ROOT } from '../support/needs.js';
import { newFolder } from './support.js';

test('Python reads the same secret from the same file', needs.python('pathlib'), (t) => {
  const folder = newFolder(t);
  const made = join(folder, 'made');
  loadSecret(made);
  const secret = 'a secret of our own, für später 😀';
  const paths = ['', '\n', '\r\n', '\n\n', '\r\n\r\n', ' \n', '\t\r\n', '\r\r\n'].map((end, index) => {
    const path = join(folder, String(index));
    writeFileSync(path, secret + end, { mode: 0o600 });
    return path;
  });
  for (const path of [made, ...paths]) {
    const script = join(ROOT, 'examples', 'python', 'load_secret.py');
    const { stdout, stderr } = spawnSync(pythonWith('pathlib'), [script, path], { encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.equal(stdout, loadSecret(path));
  }
});
