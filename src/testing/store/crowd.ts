// Many at the same time, over two stores: no change is lost, none is made twice, and what has ended stays ended.

import type { PatchOutcome, SessionPatch } from '../../stored/store.js';
import { equal } from '../suite/expect.js';
import type { StoreCaseDefinition } from './case.js';
import { data, dataOf, made, newKey, newPatch, range, T } from './rig.js';
import type { OpenStore, StoreUnderTest } from './subject.js';

/** Sends patches at the same time, in turn through one store and another. */
async function together(
  open: OpenStore,
  key: string,
  patches: readonly Partial<SessionPatch>[],
): Promise<readonly PatchOutcome[]> {
  const stores: readonly StoreUnderTest[] = [open.store, await open.another()];
  return Promise.all(patches.map((given, i) => stores[i % 2].patch(key, newPatch(given), T)));
}

const ascending = (numbers: readonly number[]): readonly number[] => [...numbers].sort((a, b) => a - b);

export const crowdCases: readonly StoreCaseDefinition[] = [
  {
    title: '100 patches of different keys at the same time are all there',
    async run(open) {
      const key = await made(open.store);
      const outcomes = await together(
        open,
        key,
        range(100).map((i) => ({ set: [[`key ${i}`, String(i)]] })),
      );
      equal('all are done', outcomes.filter(({ isDone }) => !isDone).length, 0);
      const all = Object.fromEntries(range(100).map((i) => [`key ${i}`, i]));
      equal('the data', await dataOf(open.store, key), data({ n: 1, ...all }));
    },
  },
  {
    title: '200 increments at the same time are exact, and each is told a number of its own',
    async run(open) {
      const key = await made(open.store, { data: '{"n":0}' });
      const outcomes = await together(
        open,
        key,
        range(200).map(() => ({ add: [['n', 1]] })),
      );
      equal('the data', await dataOf(open.store, key), data({ n: 200 }));
      const told = outcomes.map(({ record }): number => JSON.parse(record?.data ?? '{"n":-1}').n);
      equal(
        'numbers',
        ascending(told),
        range(200).map((i) => i + 1),
      );
      equal(
        'versions',
        ascending(outcomes.map(({ record }) => record?.version ?? -1)),
        range(200).map((i) => i + 2),
      );
    },
  },
  {
    title: 'of 20 patches that ask for the same version one is done',
    async run(open) {
      const key = await made(open.store);
      const outcomes = await together(
        open,
        key,
        range(20).map((i) => ({ set: [['winner', String(i)]], ifVersion: 1 })),
      );
      const winners = range(20).filter((i) => outcomes[i].isDone);
      equal('how many', winners.length, 1);
      equal('the data', await dataOf(open.store, key), data({ n: 1, winner: winners[0] }));
      equal('the version', (await open.store.read(key, T))?.version, 2);
    },
  },
  {
    title: 'what was ended while patches came stays ended',
    async run(open) {
      const { store } = open;
      for (const end of [
        (key: string, _subject: string) => store.delete(key),
        (_key: string, subject: string) => store.deleteSubject(subject, null),
      ]) {
        const subject = newKey();
        const key = await made(store, { subject });
        const patches = together(
          open,
          key,
          range(20).map((i) => ({ set: [[`key ${i}`, '1']], subject })),
        );
        await end(key, subject);
        await patches;
        equal('read()', await store.read(key, T), null);
        equal('list()', await store.list(subject, T), []);
      }
    },
  },
  {
    title: 'a session that gets another key while its subject is ended does not escape',
    async run(open) {
      const { store } = open;
      const other = await open.another();
      for (const i of range(20)) {
        const subject = newKey();
        const from = await made(store, { subject });
        const to = newKey();
        const rename = () => store.rename(from, to, T);
        const end = () => other.deleteSubject(subject, null);
        await Promise.all(i % 2 === 0 ? [rename(), end()] : [end(), rename()]);
        equal('the old key', await store.read(from, T), null);
        equal('the new key', await store.read(to, T), null);
        equal('list()', await store.list(subject, T), []);
      }
    },
  },
  {
    title: 'a patch at the same time as a rename is kept whole, or told that there is nothing',
    part: 'recommended',
    async run(open) {
      const { store } = open;
      for (const _ of range(10)) {
        const from = await made(store);
        const to = newKey();
        const [renamed, outcomes] = await Promise.all([
          store.rename(from, to, T),
          together(
            open,
            from,
            range(4).map((i) => ({ set: [[`key ${i}`, '1']] })),
          ),
        ]);
        equal('rename()', renamed, true);
        equal('the old key', await store.read(from, T), null);
        const kept = range(4).filter((i) => outcomes[i].isDone);
        const expected = Object.fromEntries(kept.map((i) => [`key ${i}`, 1]));
        equal('the data', await dataOf(store, to), data({ n: 1, ...expected }));
      }
    },
  },
];
