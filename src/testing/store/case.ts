// A case of the stores' suite, before it is asked of a subject.

import type { OpenStore, StoreFeature, StoreSubject } from './subject.js';

/**
 * `required`: sessions go wrong without it. `recommended`: it may be left out for a reason that the store's documents give.
 * `optional`: for what else the store offers.
 */
export type StorePart = 'required' | 'recommended' | 'optional';

export interface StoreCaseDefinition {
  readonly title: string;
  /** Default: `required`. */
  readonly part?: StorePart;
  /** What the store must have for it. */
  readonly needs?: StoreFeature;
  /** @throws ConformanceError */
  readonly run: (open: OpenStore) => Promise<void>;
}

/** Opens a store, asks it, and closes it whatever came. */
export async function runStoreCase({ run }: StoreCaseDefinition, subject: StoreSubject): Promise<void> {
  const open = await subject.open();
  try {
    await run(open);
  } finally {
    await open.close();
  }
}
