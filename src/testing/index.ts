// Entry `microdot/session/testing`: proves that a host does what the contract asks of it.

export { type ConformanceCase, hostConformance } from './conformance.js';
export type {
  Answer,
  HostSubject,
  RunningSubject,
  SubjectApp,
  SubjectFeature,
  SubjectOffer,
  Visit,
  VisitHandler,
} from './subject.js';
export { ConformanceError } from './suite/expect.js';
