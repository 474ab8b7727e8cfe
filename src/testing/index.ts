// Entry `microdot/session/testing`: proves that a host, or a store, does what the contract asks of it.

export { type ConformanceCase, hostConformance } from './conformance.js';
export type { StorePart } from './store/case.js';
export { type StoreConformanceCase, storeConformance } from './store/conformance.js';
export type { OpenStore, StoreFeature, StoreSubject, StoreUnderTest } from './store/subject.js';
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
