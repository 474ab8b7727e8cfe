// The example of a move: who counted in the cookie goes on in the store, by whatever driver of SQLite there is.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Microdot } from '../../dist/microdot/index.js';
import { sqliteStore } from '../../dist/stored/sqlite.js';
import type { SessionStore } from '../../dist/stored/store.js';
import { Visitor } from '../../dist/testing/index.js';
import { drivers, openWith } from '../stored/support/sqlite-drivers.js';
import { ROOT } from '../support/needs.js';

interface Example {
  createApp(secretKey: string, store?: SessionStore): Microdot;
}

const SECRET = 'a secret of thirty-two bytes or so';

const load = (): Promise<Example> =>
  import(pathToFileURL(join(ROOT, '.examples/stored/moving.js')).href) as Promise<Example>;

/** The payload of a token, which anybody can read. */
const payloadOf = (token: string): object => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe('the example of a move', () => {
  for (const { name, need } of drivers) {
    it(`goes on where the cookie ended, over ${name}`, need, async () => {
      const example = await load();
      const folder = mkdtempSync(join(tmpdir(), 'microdot-moving-'));
      const database = await openWith(name, join(folder, 'sessions.db'));
      try {
        let app = example.createApp(SECRET);
        const visitor = new Visitor((request) => app.fetch(request));
        const count = async (): Promise<unknown> => (await visitor.fetch('/counter')).json();
        const token = (): string => visitor.cookies.header('https://localhost/')?.slice('session='.length) ?? '';
        assert.deepEqual([await count(), await count()], [{ n: 1 }, { n: 2 }]);
        assert.deepEqual(payloadOf(token()), { n: 2 });

        app = example.createApp(SECRET, sqliteStore(database));
        assert.deepEqual(await count(), { n: 3 });
        assert.match(JSON.stringify(payloadOf(token())), /^\{"sid":"[\w-]{22}"/);
        assert.deepEqual(await count(), { n: 4 });
      } finally {
        database.close();
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});
