// A case of the suite before it is asked of a subject.

import type { HostSubject, SubjectFeature, SubjectOffer } from '../subject.js';

export interface CaseDefinition {
  /** The clauses of the contract that it proves. */
  readonly clauses: readonly string[];
  readonly title: string;
  /** What the subject must have for it. */
  readonly needs?: readonly (SubjectFeature | SubjectOffer)[];
  /** @throws ConformanceError */
  readonly run: (subject: HostSubject) => Promise<void>;
}

/** Why a subject that does not offer something is not asked for it. */
const NOT_OFFERED: Readonly<Record<SubjectOffer, string>> = {
  sharedResponse: 'handlers give no response objects, which could be given twice',
  https: 'visited over plain http only',
};

/** Why a case is not for a subject; undefined where it is. */
export function skipReason(
  { needs = [] }: Pick<CaseDefinition, 'needs'>,
  { lacks = {}, offers = [] }: HostSubject,
): string | undefined {
  return needs.map((need) => (isOffer(need) ? missing(need, offers) : lacks[need])).find((why) => why !== undefined);
}

const isOffer = (need: SubjectFeature | SubjectOffer): need is SubjectOffer => Object.hasOwn(NOT_OFFERED, need);

const missing = (need: SubjectOffer, offers: readonly SubjectOffer[]): string | undefined =>
  offers.includes(need) ? undefined : NOT_OFFERED[need];
