// What the conformance suite of stores asks of one: a way to open it, a second one over the same engine, and its end.

import type { RevocationLog, SessionStore } from '../../stored/store.js';

/** A store, and the log of revocations where it keeps one too. */
export type StoreUnderTest = SessionStore & Partial<RevocationLog>;

/** A store over an engine that holds nothing yet. */
export interface OpenStore {
  readonly store: StoreUnderTest;
  /** Another store over the same engine, as another process would have it; over memory it may be the same. */
  another(): StoreUnderTest | Promise<StoreUnderTest>;
  /** Takes the engine away, so that every call fails from then on. Left out with {@link StoreSubject.lacks} `failure`. */
  fail?(): Promise<void> | void;
  /** Ends it. Called once, also after a case that failed, and after {@link fail}. */
  close(): Promise<void> | void;
}

/** A store under test. */
export interface StoreSubject {
  /** The engine and its version or client, such as `sqlite 3.50, node:sqlite`. */
  readonly name: string;
  /** Called for each case: what it starts has to be cheap, and empty. */
  open(): Promise<OpenStore>;
  /** Parts of the contract that the store does without, each with the reason. */
  readonly lacks?: Readonly<Partial<Record<StoreFeature, string>>>;
}

/**
 * `purge`: the method, which engines that expire by themselves leave out. `revocations`: a log of revocations.
 * `failure`: an engine that can be taken away.
 */
export type StoreFeature = 'purge' | 'revocations' | 'failure';
