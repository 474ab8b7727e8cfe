// Entry `microdot/session/testing`: what an application developer, and the maker of a host or of a store, test sessions with.

export { CookieJar, type CookieJarOptions } from '../cookie/jar.js';
export { type ConformanceCase, hostConformance } from './conformance.js';
export type { SessionSource } from './kit/access.js';
export { type Clock, createClock } from './kit/clock.js';
export type { BrowserCookie, CookieAttributes, TestCookie } from './kit/cookie.js';
export { expireCookie, type MintOptions, mintCookie } from './kit/mint.js';
export { readSession, type SessionReading } from './kit/read.js';
export type { ResponseLike } from './kit/set-cookie-lines.js';
export { TAMPERINGS, type Tampering, tamperCookie } from './kit/tamper.js';
export { type FetchLike, type VisitInit, Visitor, type VisitorOptions } from './kit/visitor.js';
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
