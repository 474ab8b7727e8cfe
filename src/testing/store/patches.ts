// Patches: what they change, what they leave, and when they change nothing at all.

import type { SessionPatch } from '../../stored/store.js';
import { equal } from '../suite/expect.js';
import type { StoreCaseDefinition } from './case.js';
import { data, dataOf, equalRecord, made, newKey, newPatch, newRecord, T } from './rig.js';

/** What a patch makes of data; its outcome and a read afterwards say the same. */
const changes = (title: string, before: string, given: Partial<SessionPatch>, after: object): StoreCaseDefinition => ({
  title,
  async run({ store }) {
    const key = await made(store, { data: before, createdAt: T - 5, subject: 'ada' });
    const outcome = await store.patch(key, newPatch(given), T);
    equal('isDone', outcome.isDone, true);
    const expected = {
      data: JSON.stringify(after),
      version: 2,
      createdAt: T - 5,
      seenAt: T + 1,
      expiresAt: T + 101,
      subject: 'ada',
    };
    equalRecord('the outcome', outcome.record, expected);
    equalRecord('the record', await store.read(key, T), expected);
  },
});

/** A patch that must change nothing, and make nothing. */
async function changesNothing(store: Parameters<StoreCaseDefinition['run']>[0]['store'], key: string, now: number) {
  for (const ifVersion of [null, 1]) {
    const patch = newPatch({ set: [['m', '2']], add: [['n', 1]], expiresAt: T + 500, ifVersion });
    const outcome = await store.patch(key, patch, now);
    equal('the outcome', outcome, { isDone: false, record: null });
    equal('read()', await store.read(key, now), null);
  }
}

export const patchCases: readonly StoreCaseDefinition[] = [
  changes('a patch sets keys and leaves the others', '{"a":1,"b":2}', { set: [['c', '3']] }, { a: 1, b: 2, c: 3 }),
  changes(
    'a value takes the place of the old one as a whole',
    '{"a":{"x":1,"y":[1,2]},"b":[1,2,3]}',
    {
      set: [
        ['a', '{"z":2}'],
        ['b', '[9]'],
      ],
    },
    { a: { z: 2 }, b: [9] },
  ),
  changes('null is a value, and no removal', '{"a":1}', { set: [['a', 'null']] }, { a: null }),
  changes('a patch removes keys', '{"a":1,"b":2,"c":3}', { remove: ['a', 'c'] }, { b: 2 }),
  changes('removing what is not there does no harm', '{"a":1}', { remove: ['b'] }, { a: 1 }),
  changes('a patch may empty the data', '{"a":1}', { remove: ['a'] }, {}),
  changes('a patch without changes renews', '{"a":1}', {}, { a: 1 }),
  changes('a patch adds to a number', '{"n":40}', { add: [['n', 2]] }, { n: 42 }),
  changes('and takes from it', '{"n":1}', { add: [['n', -3]] }, { n: -2 }),
  changes('a fraction too', '{"n":0.5}', { add: [['n', 0.25]] }, { n: 0.75 }),
  changes('large numbers stay exact', '{"n":9007199254740990}', { add: [['n', 1]] }, { n: 9007199254740991 }),
  changes('what is absent counts as 0', '{}', { add: [['n', 5]] }, { n: 5 }),
  changes(
    'what is no number counts as 0',
    '{"a":"7","b":null,"c":true,"d":{"n":1},"e":[1]}',
    { add: ['a', 'b', 'c', 'd', 'e'].map((key) => [key, 1]) },
    { a: 1, b: 1, c: 1, d: 1, e: 1 },
  ),
  changes(
    'one patch sets, removes and adds',
    '{"a":1,"b":2,"n":3}',
    { set: [['a', '"x"']], remove: ['b'], add: [['n', 1]] },
    { a: 'x', n: 4 },
  ),
  {
    title: 'every patch makes the version one more',
    async run({ store }) {
      const key = await made(store);
      for (const version of [2, 3, 4]) {
        equal('outcome', (await store.patch(key, newPatch(), T)).record?.version, version);
        equal('read()', (await store.read(key, T))?.version, version);
      }
    },
  },
  {
    title: 'a subject is left, changed, and taken away',
    async run({ store }) {
      const key = await made(store, { subject: 'ada' });
      for (const [subject, expected] of [
        [undefined, 'ada'],
        ['eve', 'eve'],
        [undefined, 'eve'],
        [null, null],
        ['ada', 'ada'],
      ] as const) {
        const { record } = await store.patch(key, newPatch({ subject }), T);
        equal('outcome', record?.subject, expected);
        equal('read()', (await store.read(key, T))?.subject, expected);
        equal("list('ada')", (await store.list('ada', T)).length, expected === 'ada' ? 1 : 0);
        equal("list('eve')", (await store.list('eve', T)).length, expected === 'eve' ? 1 : 0);
      }
    },
  },
  {
    title: 'ifVersion applies to that version',
    async run({ store }) {
      const key = await made(store);
      const outcome = await store.patch(key, newPatch({ set: [['n', '2']], ifVersion: 1 }), T);
      equal('isDone', outcome.isDone, true);
      equal('the data', await dataOf(store, key), data({ n: 2 }));
    },
  },
  {
    title: 'ifVersion of another version changes nothing, and shows what is there',
    async run({ store }) {
      const key = await made(store, { subject: 'ada' });
      await store.patch(key, newPatch({ set: [['n', '2']] }), T);
      const stale = { seenAt: T + 9, expiresAt: T + 900, subject: 'eve', ifVersion: 1 };
      const outcome = await store.patch(key, newPatch({ set: [['m', '3']], remove: ['n'], ...stale }), T);
      const expected = {
        ...newRecord({ data: '{"n":2}', seenAt: T + 1, expiresAt: T + 101, subject: 'ada' }),
        version: 2,
      };
      equal('isDone', outcome.isDone, false);
      equalRecord('the outcome', outcome.record, expected);
      equalRecord('the record', await store.read(key, T), expected);
      equal("list('eve')", await store.list('eve', T), []);
    },
  },
  {
    title: 'a patch never makes a record',
    async run({ store }) {
      await changesNothing(store, newKey(), T);
    },
  },
  {
    title: 'nor one that was deleted',
    async run({ store }) {
      const key = await made(store, { subject: 'ada' });
      await store.delete(key);
      await changesNothing(store, key, T);
      equal('list()', await store.list('ada', T), []);
    },
  },
  {
    title: 'nor one that has ended by now, at the second that it names',
    async run({ store }) {
      const key = await made(store);
      await changesNothing(store, key, T + 100);
    },
  },
];
