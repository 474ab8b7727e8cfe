// What a subject says it lacks, asked for once: a lack that is none would hide cases that have to run.

import type { HostSubject, SubjectFeature } from '../subject.js';
import { autoSaveCases } from './auto-save.js';
import type { CaseDefinition } from './case.js';
import { errorCases } from './errors.js';
import { ConformanceError } from './expect.js';

/**
 * For each feature a case that is passed by who has it, and failed, or not answered at all, by who has not. Of streams there
 * is none: a subject that collects bodies would wait for the end of one that waits for it.
 */
const PROBES: Readonly<Record<Exclude<SubjectFeature, 'stream'>, CaseDefinition | undefined>> = {
  onError: errorCases.find(({ title }) => title.startsWith('an error handler of the application answers 404')),
  httpError: errorCases.find(({ title }) => title.endsWith('HTTP error 401 keeps the cookie')),
  errorPage: errorCases.find(({ title }) => title === 'what nobody took drops it'),
  head: autoSaveCases[0],
};

const FEATURES = Object.keys(PROBES) as readonly (keyof typeof PROBES)[];

/** One case for each of these features that a subject says it lacks. */
export const lackCases = ({ lacks = {} }: HostSubject): readonly CaseDefinition[] =>
  FEATURES.filter((feature) => lacks[feature] !== undefined).map((feature) => ({
    clauses: [],
    title: `the subject lacks ${feature}, as it says`,
    async run(subject) {
      const probe = PROBES[feature];
      if (probe !== undefined && (await passes(probe, subject))) {
        throw new ConformanceError(`lacks.${feature}`, 'the case for it passes', 'a case that fails');
      }
    },
  }));

/** Whatever goes wrong is a lack: what a subject does where it has no means is its own. */
async function passes(probe: CaseDefinition, subject: HostSubject): Promise<boolean> {
  try {
    await probe.run(subject);
    return true;
  } catch {
    return false;
  }
}
