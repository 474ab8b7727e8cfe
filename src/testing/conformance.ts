// The conformance suite: every case that a host has to pass, for any test runner.

import type { HostSubject } from './subject.js';
import { answerCases } from './suite/answers.js';
import { autoSaveCases } from './suite/auto-save.js';
import { cacheCases } from './suite/caches.js';
import { type CaseDefinition, skipReason } from './suite/case.js';
import { crowdCases } from './suite/crowd.js';
import { errorCases } from './suite/errors.js';
import { lackCases } from './suite/lacks.js';
import { lateCases } from './suite/late.js';
import { oneDictCases } from './suite/one-dict.js';
import { optionCases } from './suite/options.js';
import { otherCases } from './suite/others.js';
import { readingCases } from './suite/reading.js';
import { renewalCases } from './suite/renewal.js';
import { secureCases } from './suite/secure.js';
import { writingCases } from './suite/writing.js';

/** One thing that a host has to do. */
export interface ConformanceCase {
  /** Its clauses and what it asks for; no two cases have the same name. */
  readonly name: string;
  /** The clauses of the contract that it proves, such as `S13`. */
  readonly clauses: readonly string[];
  /** Why it is not for this subject. Absent where it is to be run. */
  readonly skip?: string;
  /**
   * Starts an app of the subject, visits it, and closes it.
   * @throws ConformanceError where the host does something else; and whatever the subject throws
   */
  readonly run: () => Promise<void>;
}

const CASES: readonly CaseDefinition[] = [
  ...optionCases,
  ...oneDictCases,
  ...readingCases,
  ...writingCases,
  ...otherCases,
  ...renewalCases,
  ...cacheCases,
  ...autoSaveCases,
  ...secureCases,
  ...answerCases,
  ...errorCases,
  ...lateCases,
  ...crowdCases,
];

/**
 * What a host has to do, asked of a framework that is described by `subject`. Names no test runner and no platform.
 *
 * @example
 * for (const { name, skip, run } of hostConformance(subject)) it(name, { skip }, run);
 */
export const hostConformance = (subject: HostSubject): readonly ConformanceCase[] =>
  [...CASES, ...lackCases(subject)].map((definition) => {
    const { clauses, title, run } = definition;
    const skip = skipReason(definition, subject);
    return {
      name: clauses.length === 0 ? title : `${clauses.join(', ')}: ${title}`,
      clauses,
      ...(skip === undefined ? {} : { skip }),
      run: () => run(subject),
    };
  });
