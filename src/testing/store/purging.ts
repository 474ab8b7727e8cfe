// Purges: what has ended goes away in bounded batches, and nothing else does.

import { equal } from '../suite/expect.js';
import type { StoreCaseDefinition } from './case.js';
import { made, newPatch, range, T } from './rig.js';
import type { StoreUnderTest } from './subject.js';

const purge = async (store: StoreUnderTest, now: number, limit: number): Promise<number | undefined> =>
  store.purge?.(now, limit);

/** How many of the keys are still in the engine: at a moment when none had ended. */
const remaining = async (store: StoreUnderTest, keys: readonly string[]): Promise<number> =>
  (await Promise.all(keys.map((key) => store.read(key, T)))).filter((record) => record !== null).length;

export const purgeCases: readonly StoreCaseDefinition[] = [
  {
    title: 'a purge removes what has ended by now, and nothing else',
    needs: 'purge',
    async run({ store }) {
      const ended = await Promise.all(range(3).map((i) => made(store, { expiresAt: T + 10 - i, subject: 'ada' })));
      const alive = [
        await made(store, { expiresAt: T + 11, subject: 'ada' }),
        await made(store, { expiresAt: null, subject: 'ada' }),
      ];
      equal('before they end', await purge(store, T, 100), 0);
      equal('purge()', await purge(store, T + 10, 100), 3);
      equal('of the ended', await remaining(store, ended), 0);
      equal('of the others', await remaining(store, alive), 2);
      equal('list()', (await store.list('ada', T)).length, 2);
      equal('purge() again', await purge(store, T + 10, 100), 0);
    },
  },
  {
    title: 'a purge removes no more than its limit',
    needs: 'purge',
    async run({ store }) {
      const keys = await Promise.all(range(25).map(() => made(store, { expiresAt: T + 1 })));
      for (const [removed, left] of [
        [10, 15],
        [10, 5],
        [5, 0],
        [0, 0],
      ]) {
        equal('purge()', await purge(store, T + 1, 10), removed);
        equal('of the ended', await remaining(store, keys), left);
      }
    },
  },
  {
    title: 'a purge leaves a session that was renewed',
    needs: 'purge',
    async run({ store }) {
      const key = await made(store, { expiresAt: T + 10 });
      await store.patch(key, newPatch({ seenAt: T + 9, expiresAt: T + 20 }), T + 9);
      equal('purge()', await purge(store, T + 10, 100), 0);
      equal('it is there', await remaining(store, [key]), 1);
    },
  },
];
