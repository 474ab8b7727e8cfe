// One Python process that answers JSON lines with JSON lines: starting it costs more than answering thousands.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pythonWith, ROOT } from '../support/needs.js';

/**
 * The answers of a script to questions, in their order.
 * @param script its path from the root
 * @param module what the Python must have
 */
export function askPython<Answer>(script: string, module: string, questions: readonly object[]): readonly Answer[] {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join('');
  // Python's utf-8 mode: stdin is UTF-8 whatever the locale says.
  const options = { input, encoding: 'utf8', maxBuffer: 1 << 26 } as const;
  const { status, stdout, stderr } = spawnSync(pythonWith(module), ['-X', 'utf8', join(ROOT, script)], options);
  assert.equal(status, 0, stderr);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line): Answer => JSON.parse(line));
}
