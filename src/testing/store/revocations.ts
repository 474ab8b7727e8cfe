// The log of revocations: every entry is told to every reader, whenever it came and whichever store took it.

import type { Revocation, RevocationLog } from '../../stored/store.js';
import { ConformanceError, equal } from '../suite/expect.js';
import type { StoreCaseDefinition } from './case.js';
import { range, T } from './rig.js';
import type { OpenStore, StoreUnderTest } from './subject.js';

type Run = (log: RevocationLog, another: RevocationLog) => Promise<void>;

const revocationCase = (title: string, run: Run): StoreCaseDefinition => ({
  title,
  part: 'optional',
  needs: 'revocations',
  run: async (open: OpenStore) => run(logOf(open.store), logOf(await open.another())),
});

function logOf(store: StoreUnderTest): RevocationLog {
  if (isLog(store)) return store;
  throw new ConformanceError('the store keeps revocations', 'no', "yes, or lacks: { revocations: '…' }");
}

const isLog = (store: StoreUnderTest): store is StoreUnderTest & RevocationLog =>
  store.addRevocation !== undefined && store.revocationsSince !== undefined;

const entry = (key: string, given: Partial<Revocation> = {}): Revocation => ({
  kind: 'token',
  key,
  at: T * 1000 + 123,
  until: T + 100,
  ...given,
});

/** As text in order: entries may come in any, and more than once. */
const texts = (entries: readonly Revocation[]): readonly string[] =>
  [...new Set(entries.map(({ kind, key, at, until }) => JSON.stringify([kind, key, at, until])))].sort();

const keysOf = (entries: readonly Revocation[]): readonly string[] =>
  [...new Set(entries.map(({ key }) => key))].sort();

export const revocationCases: readonly StoreCaseDefinition[] = [
  revocationCase('an empty log has a cursor', async (log) => {
    const { revocations, cursor } = await log.revocationsSince(null, T);
    equal('entries', revocations, []);
    equal('since its cursor', (await log.revocationsSince(cursor, T)).revocations, []);
  }),
  revocationCase('an entry comes back as it was, from another store too', async (log, another) => {
    const entries = [
      entry('id'),
      entry('ada', { kind: 'subject', at: T * 1000, until: null }),
      entry('id', { kind: 'subject', at: 1 }),
      ...['', "it's", 'a"b\\', 'a:b', '😀', '__proto__', 'x'.repeat(255)].map((key) => entry(key)),
    ];
    for (const revocation of entries) await log.addRevocation(revocation);
    for (const reader of [log, another]) {
      equal('entries', texts((await reader.revocationsSince(null, T)).revocations), texts(entries));
    }
  }),
  revocationCase('a cursor goes on from where it was, in another store too', async (log, another) => {
    await log.addRevocation(entry('first'));
    const { cursor } = await log.revocationsSince(null, T);
    await another.addRevocation(entry('second'));
    await log.addRevocation(entry('third'));
    for (const reader of [log, another]) {
      const later = keysOf((await reader.revocationsSince(cursor, T)).revocations);
      equal(
        'later ones',
        ['second', 'third'].every((key) => later.includes(key)),
        true,
      );
    }
  }),
  revocationCase('a second entry for a subject is told, with its later moment', async (log) => {
    await log.addRevocation(entry('ada', { kind: 'subject', at: 1000 }));
    const { cursor } = await log.revocationsSince(null, T);
    await log.addRevocation(entry('ada', { kind: 'subject', at: 2000 }));
    for (const since of [null, cursor]) {
      const { revocations } = await log.revocationsSince(since, T);
      equal('the latest', Math.max(...revocations.map(({ at }) => at)), 2000);
    }
  }),
  revocationCase('what can concern no token any more is not in force', async (log) => {
    await log.addRevocation(entry('over', { until: T + 10 }));
    await log.addRevocation(entry('open', { until: T + 11 }));
    await log.addRevocation(entry('ever', { until: null }));
    equal('at its end', keysOf((await log.revocationsSince(null, T + 10)).revocations), ['ever', 'open']);
    equal('much later', keysOf((await log.revocationsSince(null, T + 1e9)).revocations), ['ever']);
  }),
  revocationCase(
    'a reader who comes again and again misses none of those that come meanwhile',
    async (log, another) => {
      const keys = range(60).map((i) => `token ${i}`);
      const found = new Set<string>();
      let cursor: string | null = null;
      const read = async (): Promise<void> => {
        const page: Awaited<ReturnType<RevocationLog['revocationsSince']>> = await log.revocationsSince(cursor, T);
        cursor = page.cursor;
        for (const { key } of page.revocations) found.add(key);
      };
      const writing = Promise.all(keys.map((key, i) => (i % 2 === 0 ? log : another).addRevocation(entry(key))));
      for (const _ of range(10)) await read();
      await writing;
      await read();
      equal(
        'missed',
        keys.filter((key) => !found.has(key)),
        [],
      );
    },
  ),
];
