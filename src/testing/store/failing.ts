// An engine that is not there: every call rejects. Absent is what a store says only where it has looked.

import { ConformanceError } from '../suite/expect.js';
import type { StoreCaseDefinition } from './case.js';
import { made, newKey, newPatch, newRecord, T } from './rig.js';
import type { StoreUnderTest } from './subject.js';

const calls: Readonly<Record<string, (store: StoreUnderTest, key: string) => Promise<unknown>>> = {
  read: (store, key) => store.read(key, T),
  create: (store) => store.create(newKey(), newRecord()),
  patch: (store, key) => store.patch(key, newPatch(), T),
  delete: (store, key) => store.delete(key),
  rename: (store, key) => store.rename(key, newKey(), T),
  list: (store) => store.list('ada', T),
  deleteSubject: (store) => store.deleteSubject('ada', null),
};

export const failingCases: readonly StoreCaseDefinition[] = Object.entries(calls).map(([name, call]) => ({
  title: `${name}() rejects where the engine is gone`,
  needs: 'failure',
  async run(open) {
    const { store } = open;
    const key = await made(store, { subject: 'ada' });
    if (open.fail === undefined)
      throw new ConformanceError('the subject can fail', 'no', "yes, or lacks: { failure: '…' }");
    await open.fail();
    let outcome: unknown;
    try {
      outcome = await call(store, key);
    } catch {
      return;
    }
    throw new ConformanceError(`${name}()`, outcome, 'a rejection');
  },
}));
