// Records: made, read, ended; and their end at the second that they name.

import { equal } from '../suite/expect.js';
import type { StoreCaseDefinition } from './case.js';
import { data, dataOf, equalRecord, made, newKey, newPatch, newRecord, T } from './rig.js';

/** Asks for the same record at moments around its end, of its own or of a later patch. */
const ends = (
  title: string,
  created: number | null,
  patched: number | null | undefined,
  alive: readonly number[],
  over: readonly number[],
): StoreCaseDefinition => ({
  title,
  async run({ store }) {
    const key = await made(store, { expiresAt: created, subject: 'ada' });
    if (patched !== undefined) await store.patch(key, newPatch({ seenAt: T, expiresAt: patched }), T);
    for (const [moments, isThere] of [
      [alive, true],
      [over, false],
    ] as const) {
      for (const now of moments) {
        equal(`read() at ${now - T} finds it`, (await store.read(key, now)) !== null, isThere);
        equal(`list() at ${now - T}`, (await store.list('ada', now)).length, isThere ? 1 : 0);
      }
    }
  },
});

export const recordCases: readonly StoreCaseDefinition[] = [
  {
    title: 'what was never made is not there',
    async run({ store }) {
      equal('read()', await store.read(newKey(), T), null);
      equal('delete()', await store.delete(newKey()), false);
    },
  },
  {
    title: 'a record comes back as it was made, with version 1',
    async run({ store }) {
      const given = newRecord({ createdAt: T - 7, seenAt: T - 3, expiresAt: T + 9, subject: 'ada' });
      const key = await made(store, given);
      equalRecord('the record', await store.read(key, T), { ...given, version: 1 });
    },
  },
  {
    title: 'a record that was patched is not made again',
    async run({ store }) {
      const key = await made(store, newRecord());
      await store.patch(key, newPatch({ set: [['n', '2']] }), T);
      const patched = await store.read(key, T);
      const again = await store.create(key, newRecord()).then(
        () => 'made',
        () => 'rejected',
      );
      equal('create()', again, 'rejected');
      equal('the record', await store.read(key, T), patched);
    },
  },
  {
    title: 'without an end, a subject or data it comes back so',
    async run({ store }) {
      const given = newRecord({ data: '{}', expiresAt: null, subject: null });
      const key = await made(store, given);
      equalRecord('the record', await store.read(key, T), { ...given, version: 1 });
    },
  },
  {
    title: 'reading changes nothing',
    async run({ store }) {
      const given = newRecord();
      const key = await made(store, given);
      for (const now of [T, T + 50, T + 99]) await store.read(key, now);
      equalRecord('the record', await store.read(key, T), { ...given, version: 1 });
    },
  },
  {
    title: 'keys are told apart to the letter, and by case',
    async run({ store }) {
      const stem = newKey().slice(0, 40);
      for (const end of ['a_B', 'A_B', 'a-B', 'axB'])
        await store.create(stem + end, newRecord({ data: `{"${end}":1}` }));
      for (const end of ['a_B', 'A_B', 'a-B', 'axB']) equal(end, await dataOf(store, stem + end), data({ [end]: 1 }));
      equal('another case', await store.read(`${stem}A-B`, T), null);
    },
  },
  {
    title: 'many records are made at the same time',
    async run({ store }) {
      const keys = await Promise.all(Array.from({ length: 100 }, (_, i) => made(store, { data: `{"i":${i}}` })));
      const found = await Promise.all(keys.map((key) => dataOf(store, key)));
      equal(
        'the data',
        found,
        keys.map((_, i) => data({ i })),
      );
    },
  },
  ends('a record ends at the second that it names', T + 100, undefined, [T, T + 99, T + 99.999], [T + 100, T + 5e7]),
  ends('a record without an end does not end', null, undefined, [T, T + 3e9], []),
  ends('a patch prolongs it', T + 100, T + 200, [T + 100, T + 199.999], [T + 200]),
  ends('a patch shortens it', T + 100, T + 50, [T + 49], [T + 50, T + 99]),
  ends('a patch takes its end away', T + 100, null, [T + 100, T + 3e9], []),
  ends('a patch gives it an end', null, T + 100, [T + 99], [T + 100]),
  {
    title: 'delete ends it, once',
    async run({ store }) {
      const key = await made(store, { subject: 'ada' });
      const other = await made(store, { subject: 'ada' });
      equal('delete()', await store.delete(key), true);
      equal('delete() again', await store.delete(key), false);
      equal('read()', await store.read(key, T), null);
      equal(
        'list()',
        (await store.list('ada', T)).map((listed) => listed.key),
        [other],
      );
    },
  },
  {
    title: 'another store over the same engine sees all of it at once',
    async run(open) {
      const { store } = open;
      const second = await open.another();
      const key = await made(store, { subject: 'ada' });
      equal('made', await dataOf(second, key), data({ n: 1 }));
      await second.patch(key, newPatch({ set: [['m', '2']] }), T);
      equal('patched', await dataOf(store, key), data({ n: 1, m: 2 }));
      const renamed = newKey();
      equal('renamed', await store.rename(key, renamed, T), true);
      equal('listed', (await second.list('ada', T))[0]?.key, renamed);
      equal('ended', await second.delete(renamed), true);
      equal('gone', await store.read(renamed, T), null);
    },
  },
];
