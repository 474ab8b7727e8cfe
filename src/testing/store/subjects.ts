// Subjects and renames: whose sessions there are, all of them ended at once, and a new key for one that goes on.

import { equal } from '../suite/expect.js';
import type { StoreCaseDefinition } from './case.js';
import { data, dataOf, equalRecord, made, newKey, newPatch, newRecord, range, T } from './rig.js';

/** Names that a query, a pattern or a separator might take for something else; each is itself alone. */
const NAMES = ['ada', 'Ada', 'ada ', 'a%', 'a_a', 'ad*', "it's", 'a:b', 'a"b\\', '42', '042', '😀', 'é', '{ada}'];

const LONG = 'subject '.repeat(32);

export const subjectCases: readonly StoreCaseDefinition[] = [
  {
    title: 'a list has the sessions of a subject, those seen last first, and nothing of their data',
    async run({ store }) {
      const first = await made(store, { subject: 'ada', createdAt: T - 30, seenAt: T - 20, expiresAt: null });
      const last = await made(store, { subject: 'ada', createdAt: T - 40, seenAt: T - 1 });
      const middle = await made(store, { subject: 'ada', createdAt: T - 10, seenAt: T - 10 });
      await made(store, { subject: 'eve' });
      await made(store);
      const sorted = (await store.list('ada', T)).map(({ key, createdAt, seenAt, expiresAt, ...others }) => [
        key,
        createdAt,
        seenAt,
        expiresAt,
        others,
      ]);
      equal('list()', sorted, [
        [last, T - 40, T - 1, T + 100, {}],
        [middle, T - 10, T - 10, T + 100, {}],
        [first, T - 30, T - 20, null, {}],
      ]);
      equal('of nobody', await store.list('nobody', T), []);
    },
  },
  {
    title: 'a patch brings a session to the front of the list',
    async run({ store }) {
      const first = await made(store, { subject: 'ada', seenAt: T - 20 });
      const last = await made(store, { subject: 'ada', seenAt: T - 1 });
      await store.patch(first, newPatch({ seenAt: T + 5, expiresAt: T + 105 }), T + 5);
      equal(
        'list()',
        (await store.list('ada', T + 5)).map(({ key, seenAt, expiresAt }) => [key, seenAt, expiresAt]),
        [
          [first, T + 5, T + 105],
          [last, T - 1, T + 100],
        ],
      );
    },
  },
  {
    title: 'a subject that the engine cannot keep to the letter is refused, and never taken for another one',
    async run({ store }) {
      const kept = new Map([['ada', await made(store, { subject: 'ada' })]]);
      // Clients cut text at NUL, and send U+FFFD for half of a surrogate pair.
      for (const odd of ['ada\0', 'ada\0x', '\ud83d', '\udc00', 'ada\ud83d', 'ada\ufffd', '\ufffd']) {
        const key = newKey();
        const isKept = await store.create(key, newRecord({ subject: odd })).then(
          () => true,
          () => false,
        );
        if (isKept) kept.set(odd, key);
      }
      for (const [subject, key] of kept) {
        const listed = await store.list(subject, T);
        equal(
          `list() of ${JSON.stringify(subject)}`,
          listed.map((one) => one.key),
          [key],
        );
        equal('how many were ended', await store.deleteSubject(subject, null), 1);
        equal('read()', await store.read(key, T), null);
      }
    },
  },
  {
    title: 'subjects are told apart to the letter',
    async run({ store }) {
      const keys = new Map<string, string>();
      for (const subject of [...NAMES, LONG]) keys.set(subject, await made(store, { subject }));
      for (const [subject, key] of keys) {
        equal(
          `list() of ${subject}`,
          (await store.list(subject, T)).map((listed) => listed.key),
          [key],
        );
        equal(`read() of ${subject}`, (await store.read(key, T))?.subject, subject);
      }
      equal('deleteSubject()', await store.deleteSubject('a%', null), 1);
      for (const [subject, key] of keys) {
        equal(`${subject} is there`, (await store.read(key, T)) !== null, subject !== 'a%');
      }
    },
  },
  {
    title: 'deleteSubject ends all sessions of a subject, and counts them',
    async run({ store }) {
      const keys = await Promise.all(range(5).map(() => made(store, { subject: 'ada' })));
      const other = await made(store, { subject: 'eve' });
      const nobodys = await made(store);
      equal('deleteSubject()', await store.deleteSubject('ada', null), 5);
      for (const key of keys) equal('read()', await store.read(key, T), null);
      equal('list()', await store.list('ada', T), []);
      equal('of another', await dataOf(store, other), data({ n: 1 }));
      equal('of nobody', await dataOf(store, nobodys), data({ n: 1 }));
      equal('deleteSubject() again', await store.deleteSubject('ada', null), 0);
    },
  },
  {
    title: 'but for one',
    async run({ store }) {
      const [kept, ...others] = await Promise.all(range(4).map(() => made(store, { subject: 'ada' })));
      equal('deleteSubject()', await store.deleteSubject('ada', kept), 3);
      for (const key of others) equal('read()', await store.read(key, T), null);
      equal(
        'list()',
        (await store.list('ada', T)).map(({ key }) => key),
        [kept],
      );
      equal('deleteSubject() again', await store.deleteSubject('ada', kept), 0);
    },
  },
  {
    title: 'one that is not theirs, or not there, saves none',
    async run({ store }) {
      const other = await made(store, { subject: 'eve' });
      for (const except of [other, newKey()]) {
        await made(store, { subject: 'ada' });
        equal('deleteSubject()', await store.deleteSubject('ada', except), 1);
      }
      equal('the other', await dataOf(store, other), data({ n: 1 }));
    },
  },
  {
    title: 'a subject whose sessions were ended may have new ones',
    async run({ store }) {
      const old = await made(store, { subject: 'ada' });
      await store.deleteSubject('ada', null);
      const key = await made(store, { subject: 'ada' });
      equal('read()', await store.read(old, T), null);
      equal(
        'list()',
        (await store.list('ada', T)).map((listed) => listed.key),
        [key],
      );
    },
  },
  {
    title: 'rename gives a record another key, and changes nothing else',
    async run({ store }) {
      const given = newRecord({ data: '{"n":{"a":[1]}}', createdAt: T - 9, seenAt: T - 8, subject: 'ada' });
      const from = await made(store, given);
      await store.patch(from, newPatch({ seenAt: T - 8, expiresAt: T + 100 }), T);
      const to = newKey();
      equal('rename()', await store.rename(from, to, T), true);
      equal('the old key', await store.read(from, T), null);
      equalRecord('the record', await store.read(to, T), { ...given, version: 2 });
      equal(
        'list()',
        (await store.list('ada', T)).map(({ key }) => key),
        [to],
      );
      equal('a patch of the old key', (await store.patch(from, newPatch(), T)).isDone, false);
      equal('a patch of the new key', (await store.patch(to, newPatch(), T)).isDone, true);
      equal('deleteSubject()', await store.deleteSubject('ada', null), 1);
      equal('the new key', await store.read(to, T), null);
    },
  },
  {
    title: 'a renamed record ends when it would have',
    async run({ store }) {
      const to = newKey();
      await store.rename(await made(store), to, T);
      equal('before', (await store.read(to, T + 99)) !== null, true);
      equal('after', await store.read(to, T + 100), null);
    },
  },
  {
    title: 'rename of what is not there, or has ended by now, makes nothing',
    async run({ store }) {
      const ended = await made(store, { subject: 'ada' });
      const deleted = await made(store);
      await store.delete(deleted);
      const to = newKey();
      for (const from of [newKey(), deleted]) equal('rename()', await store.rename(from, to, T), false);
      equal('rename() at the end', await store.rename(ended, to, T + 100), false);
      equal('read()', await store.read(to, T), null);
    },
  },
  {
    title: 'of 10 renames of one record at the same time one is done',
    async run(open) {
      const { store } = open;
      const stores = [store, await open.another()];
      const from = await made(store);
      const keys = range(10).map(() => newKey());
      const renamed = await Promise.all(keys.map((to, i) => stores[i % 2].rename(from, to, T)));
      const there = await Promise.all(keys.map(async (key) => (await store.read(key, T)) !== null));
      equal('told', renamed.filter(Boolean).length, 1);
      equal('there', there, renamed);
    },
    part: 'recommended',
  },
];
