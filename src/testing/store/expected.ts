// Patches that say what their request has in hand: a store may answer them with less, and never write over what others wrote.

import type { SessionPatch, StoredRecord } from '../../stored/store.js';
import { equal } from '../suite/expect.js';
import type { StoreCaseDefinition } from './case.js';
import { data, dataOf, equalRecord, made, newKey, newPatch, newRecord, T } from './rig.js';
import type { StoreUnderTest } from './subject.js';

/** A patch of that version, by which its request has set `n` to 2. */
const ofVersion = (version: number, others: Partial<SessionPatch> = {}): SessionPatch =>
  newPatch({ set: [['n', '2']], expected: { version, data: '{"n":2}' }, ...others });

/** Sends the patch of a version that is there; the record stands as it should, and the answer has it or none. */
async function applies(store: StoreUnderTest, key: string, patch: SessionPatch, after: Partial<StoredRecord>) {
  const outcome = await store.patch(key, patch, T);
  const { seenAt, expiresAt } = patch;
  const expected = { ...newRecord({ data: '{"n":2}', subject: 'ada', seenAt, expiresAt }), version: 2, ...after };
  equal('isDone', outcome.isDone, true);
  if (outcome.record !== null) equalRecord('the outcome', outcome.record, expected);
  equalRecord('the record', await store.read(key, T), expected);
}

export const expectedCases: readonly StoreCaseDefinition[] = [
  {
    title: 'a patch of the version that is there is applied',
    async run({ store }) {
      await applies(store, await made(store, { subject: 'ada' }), ofVersion(1), {});
    },
  },
  {
    title: 'with another subject, and an end that comes nearer',
    async run({ store }) {
      const key = await made(store, { subject: 'ada' });
      await applies(store, key, ofVersion(1, { subject: 'eve', expiresAt: T + 9 }), { subject: 'eve' });
      equal("list('ada')", await store.list('ada', T), []);
      equal("list('eve')", (await store.list('eve', T)).length, 1);
      equal('at its end', await store.read(key, T + 9), null);
      if (store.purge !== undefined) equal('purge()', await store.purge(T + 9, 10), 1);
    },
  },
  {
    title: 'with its version asked for',
    async run({ store }) {
      const key = await made(store, { subject: 'ada' });
      await applies(store, key, ofVersion(1, { ifVersion: 1 }), {});
      const outcome = await store.patch(key, ofVersion(1, { ifVersion: 1, seenAt: T + 7 }), T);
      equal('isDone, a second time', outcome.isDone, false);
      equal('the version that is there', outcome.record?.version, 2);
    },
  },
  {
    title: 'a patch of an older version leaves what others wrote',
    async run({ store }) {
      const key = await made(store, { subject: 'ada' });
      await store.patch(key, newPatch({ set: [['m', '3']], subject: 'eve' }), T);
      const outcome = await store.patch(key, ofVersion(1), T);
      const expected = {
        ...newRecord({ data: '{"n":2,"m":3}', seenAt: T + 1, expiresAt: T + 101, subject: 'eve' }),
        version: 3,
      };
      equal('isDone', outcome.isDone, true);
      if (outcome.record !== null) equalRecord('the outcome', outcome.record, expected);
      equalRecord('the record', await store.read(key, T), expected);
    },
  },
  {
    title: 'of 20 patches of one version at the same time all are there',
    async run(open) {
      const { store } = open;
      const key = await made(store, { data: '{}' });
      const stores = [store, await open.another()];
      await Promise.all(
        Array.from({ length: 20 }, (_, i) => {
          const set = [[`k${i}`, String(i)]] as const;
          return stores[i % 2].patch(key, newPatch({ set, expected: { version: 1, data: `{"k${i}":${i}}` } }), T);
        }),
      );
      const all = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, i]));
      equal('the data', await dataOf(store, key), data(all));
    },
  },
  {
    title: 'it never makes a record, nor one that has ended',
    async run({ store }) {
      const nothing = { isDone: false, record: null };
      equal('of an unknown key', await store.patch(newKey(), ofVersion(1), T), nothing);
      const key = await made(store);
      equal('at its end', await store.patch(key, ofVersion(1), T + 100), nothing);
      equal('read()', await store.read(key, T + 100), null);
    },
  },
];
