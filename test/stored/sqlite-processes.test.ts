// Several processes on one file of SQLite: no change is lost, none is made by halves, whoever is killed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { sqliteStore } from '../../dist/stored/sqlite.js';
import { childArguments, drivers, openWith, rowsOf } from './support/sqlite-drivers.js';

const KEY = 'k'.repeat(43);
const record = { createdAt: 1, seenAt: 1, expiresAt: null, subject: null };

for (const { name, need, hasWal } of drivers) {
  describe(`sqliteStore over ${name}, from several processes`, need, () => {
    const folder = mkdtempSync(join(tmpdir(), 'microdot-sqlite-'));
    after(() => rmSync(folder, { recursive: true, force: true }));

    const child = (path: string, ...task: readonly string[]) =>
      spawn(process.execPath, [...childArguments('sqlite-child.js'), name, path, ...task], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });

    it('keeps every increment and every key of 4 processes that begin with no file', async () => {
      const path = join(folder, 'crowd.db');
      // Where each change is flushed to the disk twice, fewer will do.
      const each = hasWal ? 500 : 25;
      const children = ['a', 'b', 'c', 'd'].map((id) => child(path, 'increment', id, `${each}`));
      const exits = await Promise.all(children.map((process) => once(process, 'exit')));
      assert.deepEqual(exits, Array(4).fill([0, null]));
      const database = await openWith(name, path);
      const found = await sqliteStore(database).read(KEY, 1);
      const { n, ...keys } = JSON.parse(found?.data ?? '{}');
      assert.equal(n, 4 * each);
      assert.equal(Object.keys(keys).length, 4 * each);
      assert.equal(found?.version, 4 * each + 1);
      database.close();
    });

    it('has what was acknowledged before a kill -9, and an intact file', async () => {
      const path = join(folder, 'killed.db');
      const database = await openWith(name, path);
      await sqliteStore(database).create(KEY, { ...record, data: '{"n":0}' });
      database.close();
      const victim = child(path, 'load');
      let told = '';
      for await (const chunk of victim.stdout.setEncoding('latin1')) {
        told += chunk;
        if (told.split('\n').length > (hasWal ? 300 : 10)) victim.kill('SIGKILL');
      }
      const acknowledged = told.split('\n').length - 1;
      // node-sqlite3-wasm locks by a folder, which nobody removes for a process that was killed.
      if (name === 'node-sqlite3-wasm') rmSync(`${path}.lock`, { recursive: true, force: true });

      const again = await openWith(name, path);
      assert.deepEqual(
        rowsOf(again, 'PRAGMA integrity_check').map((row) => row.integrity_check),
        ['ok'],
      );
      const store = sqliteStore(again);
      const found = await store.read(KEY, 1);
      const { n } = JSON.parse(found?.data ?? '{}');
      // One may have been kept and not told any more.
      assert.ok(n === acknowledged || n === acknowledged + 1, `${n} of ${acknowledged}`);
      assert.equal(found?.version, n + 1);
      const [{ count }] = rowsOf(again, 'SELECT count(*) AS count FROM microdot_sessions') as readonly {
        count: number;
      }[];
      assert.ok(count === n + 1 || count === n + 2);
      again.close();
    });
  });
}
