// Another process on the same file: node sqlite-child.js DRIVER PATH TASK, where TASK is `increment ID COUNT` or `load`.
import { writeSync } from 'node:fs';
import { sqliteStore } from '../../../dist/stored/sqlite.js';
import type { SessionPatch } from '../../../dist/stored/store.js';
import { openWith } from './sqlite-drivers.js';

const [driver = '', path = '', task = '', id = '', count = ''] = process.argv.slice(2);
const database = await openWith(driver, path);
// SQLite lets whoever asks first go first: on a machine that is busy with other things, 5 seconds are not enough for each.
database.exec('PRAGMA busy_timeout = 60000');
const store = sqliteStore(database);
const KEY = 'k'.repeat(43);

const increment = (name: string): SessionPatch => ({
  set: [[name, 'true']],
  remove: [],
  add: [['n', 1]],
  seenAt: 1,
  expiresAt: null,
  ifVersion: null,
});

if (task === 'increment') {
  // One of them makes it; with the others the key is taken.
  const record = { data: '{"n":0}', createdAt: 1, seenAt: 1, expiresAt: null, subject: null };
  await store.create(KEY, record).catch(() => undefined);
  for (let i = 0; i < Number(count); i++) {
    const { isDone } = await store.patch(KEY, increment(`${id} ${i}`), 1);
    if (!isDone) throw new Error('the session is not there');
  }
} else {
  // Until it is killed. Written through at once: a line in a buffer would be no acknowledgement.
  for (let n = 1; ; n++) {
    await store.create(`${n}`.padStart(43, '0'), {
      data: '{}',
      createdAt: 1,
      seenAt: 1,
      expiresAt: null,
      subject: null,
    });
    await store.patch(KEY, increment(`${n % 10}`), 1);
    writeSync(1, `${n}\n`);
  }
}
