// The conformance suite of stores: every sentence of their contract, for any test runner.

import { ConformanceError } from '../suite/expect.js';
import { runStoreCase, type StoreCaseDefinition, type StorePart } from './case.js';
import { crowdCases } from './crowd.js';
import { expectedCases } from './expected.js';
import { failingCases } from './failing.js';
import { patchCases } from './patches.js';
import { purgeCases } from './purging.js';
import { recordCases } from './records.js';
import { revocationCases } from './revocations.js';
import type { OpenStore, StoreFeature, StoreSubject } from './subject.js';
import { subjectCases } from './subjects.js';
import { valueCases } from './values.js';

/** One thing that a store has to do. */
export interface StoreConformanceCase {
  /** What it asks for; no two cases have the same name. */
  readonly name: string;
  readonly part: StorePart;
  /** Why it is not for this subject. Absent where it is to be run. */
  readonly skip?: string;
  /**
   * Opens a store of the subject, asks it, and closes it.
   * @throws ConformanceError where the store does something else; and whatever the subject throws
   */
  readonly run: () => Promise<void>;
}

const CASES: readonly StoreCaseDefinition[] = [
  ...recordCases,
  ...patchCases,
  ...expectedCases,
  ...valueCases,
  ...subjectCases,
  ...crowdCases,
  ...purgeCases,
  ...failingCases,
  ...revocationCases,
];

/** Whether the subject has after all what it says it lacks. */
const HAS: Readonly<Record<StoreFeature, (open: OpenStore) => boolean>> = {
  purge: ({ store }) => store.purge !== undefined,
  revocations: ({ store }) => store.addRevocation !== undefined,
  failure: (open) => open.fail !== undefined,
};

/** A lack that is none would hide cases that have to run. */
const lackCases = ({ lacks = {} }: StoreSubject): readonly StoreCaseDefinition[] =>
  (Object.keys(HAS) as StoreFeature[])
    .filter((feature) => lacks[feature] !== undefined)
    .map((feature) => ({
      title: `the subject lacks ${feature}, as it says`,
      async run(open) {
        if (HAS[feature](open)) throw new ConformanceError(`lacks.${feature}`, 'it is there', 'it is not');
      },
    }));

/**
 * What a store has to do, asked of one that is described by `subject`. Names no test runner and no platform.
 *
 * @example
 * for (const { name, part, skip, run } of storeConformance(subject)) it(`${part}: ${name}`, { skip }, run);
 */
export const storeConformance = (subject: StoreSubject): readonly StoreConformanceCase[] =>
  [...CASES, ...lackCases(subject)].map((definition) => {
    const { title, part = 'required', needs } = definition;
    const skip = needs === undefined ? undefined : subject.lacks?.[needs];
    return {
      name: title,
      part,
      ...(skip === undefined ? {} : { skip }),
      run: () => runStoreCase(definition, subject),
    };
  });
