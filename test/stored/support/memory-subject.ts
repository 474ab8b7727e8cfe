// The memory store as a subject of the suite of stores.
import { memoryStore } from '../../../dist/stored/memory.js';
import type { StoreSubject } from '../../../dist/testing/index.js';

export const memorySubject: StoreSubject = {
  name: 'memory',
  async open() {
    const store = memoryStore();
    return { store, another: () => store, close() {} };
  },
  lacks: { failure: 'the memory of the process does not fail by itself' },
};
