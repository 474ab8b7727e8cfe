// What the conformance suite asks of a web framework: an app with the suite's handlers, and a way to call it.

import type { SessionHost } from '../session/host.js';
import type { SessionDict } from '../session/session-dict.js';

/** What a handler of the suite decides on; the subject turns it into its framework's answer. */
export interface Answer {
  /** 200 by default. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** `Set-Cookie` lines of the application's own, to be sent in this order. */
  readonly cookies?: readonly string[];
  /** Text, or pieces of text to be streamed, each as soon as it is there; empty by default. */
  readonly body?: string | AsyncIterable<string>;
  /**
   * The framework's response for this object is to be made once and given to every visitor. Asked for only where
   * {@link HostSubject.offers} has `sharedResponse`; such an answer has no body.
   */
  readonly isShared?: boolean;
}

/** What a handler of the suite is given. */
export interface Visit {
  /** The object that the framework gives its handlers, and `session.get` takes. */
  readonly request: object;
  /** What `withSession` gave. */
  readonly session: SessionDict;
  /** Throws the framework's own HTTP error: `abort`, `createError`, `HTTPException`. */
  abort(status: number): never;
}

/** A handler of the suite. */
export type VisitHandler = (visit: Visit) => Answer | Promise<Answer>;

/** An app to be built on the framework under test. */
export interface SubjectApp {
  /** Installs the sessions of the case. Called once, with the host of the app. */
  readonly install: (host: SessionHost) => void;
  /** GET handlers by path, wrapped in `withSession` each. Paths are plain text such as `/save`. */
  readonly routes: Readonly<Record<string, VisitHandler>>;
  /** The app's own error handler, where the case has one; else the framework's default answers. */
  readonly onError?: (error: unknown, visit: Omit<Visit, 'session'>) => Answer | Promise<Answer>;
}

/** An app that answers. */
export interface RunningSubject {
  /**
   * Sends a GET request, or another `method`, without following redirects. Resolves when the head of the response is
   * there, as the `fetch` of the web does.
   * @param path begins with `/`; a whole `https:` URL where {@link HostSubject.offers} has `https`
   */
  fetch(
    path: string,
    init?: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<Response>;
  /**
   * Sends a GET request with each of these as a `Cookie` line of its own. Left out where a request cannot have several:
   * then they are sent as one, joined by `; `.
   */
  fetchCookieLines?(path: string, lines: readonly string[]): Promise<Response>;
  /** Ends it. Called once, also after a case that failed. */
  close(): Promise<void> | void;
}

/** A framework under test, with its host. */
export interface HostSubject {
  /** Name and major version, such as `express 5`. */
  readonly name: string;
  /** Builds the app and makes it answer. Called for each case: what it starts has to be cheap. */
  start(app: SubjectApp): Promise<RunningSubject>;
  /** Parts of the suite that the framework has no means for, each with the reason. */
  readonly lacks?: Readonly<Partial<Record<SubjectFeature, string>>>;
  /** Parts of the suite that only some frameworks have means for. Default: none. */
  readonly offers?: readonly SubjectOffer[];
  /** The scheme that the host sees the suite's requests come by; `null` where it cannot know. Default `'http'`. */
  readonly scheme?: 'http' | 'https' | null;
}

/**
 * `onError`: an error handler of the app. `httpError`: an HTTP error of the framework's own. `stream`: streamed bodies.
 * `head`: a response head that is made after the handler; cookie stores have none. `errorPage`: an answer of the
 * framework's own to what nobody caught; a subject without one must not let it end the process.
 */
export type SubjectFeature = 'onError' | 'httpError' | 'stream' | 'head' | 'errorPage';

/**
 * `sharedResponse`: handlers give response objects, and may give one of them to several visitors. `https`: the app is
 * called without a socket, and takes `https:` URLs.
 */
export type SubjectOffer = 'sharedResponse' | 'https';
