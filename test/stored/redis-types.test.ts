// The clients' own types fit redisStore(); they are in tools/, which may not be installed when the tests are compiled.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { it } from 'node:test';
import { needs, ROOT } from '../support/needs.js';

const need = [needs.tool('redis'), needs.tool('ioredis')].find(({ skip }) => skip !== undefined);

it('redisStore() compiles with every client of redis and ioredis', need ?? {}, () => {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', 'test/types/redis-clients', '--pretty', 'false'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  assert.equal(stdout, '');
  assert.equal(status, 0);
});
