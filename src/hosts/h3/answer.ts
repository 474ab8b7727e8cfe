// Where h3 takes the head of an answer from, and which of its errors the application has an answer to.

import type { ResponseHead } from '../../session/host.js';
import { FetchJar, headOf } from '../shared/fetch-jar.js';
import { isAnswer } from '../shared/http-error.js';
import { jarIfAny } from '../shared/jars.js';

interface Event {
  readonly app?: { readonly config: object } | undefined;
  readonly res: { readonly headers: Headers; readonly errHeaders: Headers };
}

type ErrorHook = (error: unknown, event: Event) => unknown;

interface Config {
  onError?: ErrorHook | undefined;
}

/** What stands for a route that was not found; h3 has it in the registry of symbols. */
const NOT_FOUND = Symbol.for('h3.notFound');

/**
 * Lets the sessions write into the head of what a handler has returned. A `Response` of the application stays untouched:
 * h3 makes a copy where an event has headers of its own.
 */
export function answered(jar: FetchJar, event: Event, value: unknown): unknown {
  if (value instanceof Error || value === NOT_FOUND) failed(jar, event, value);
  else writeHead(jar, event, value);
  return isDict(value) ? { ...value } : value;
}

/** A session that a handler returns (contract S16): h3 takes objects without a prototype, or with one it knows, for JSON. */
function isDict(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype !== Object.prototype && prototype !== null && Object.getPrototypeOf(prototype) === null;
}

/** Settles what becomes of the cookie when something was thrown; the app's own error handler, where it has one, decides. */
export function failed(jar: FetchJar, event: Event, error: unknown): void {
  const { onError } = (event.app?.config ?? {}) as Config;
  if (onError === undefined || !watched.has(onError)) settle(jar, event, error);
}

/** What goes out with the error page that h3 makes. */
function settle(jar: FetchJar, { res }: Event, error: unknown): void {
  if (hasAnswer(error) && jar.isAwaited) jar.finish(staged(() => res.errHeaders, headersOf(error)));
  jar.end();
}

/** `throw 404` is an HTTP error in h3. An object that is no Error, such as a `Response`, is always a 500 to it. */
function hasAnswer(error: unknown): boolean {
  if (error instanceof Error) return isAnswer(error);
  return error === NOT_FOUND || isAnswer({ status: error });
}

function writeHead(jar: FetchJar, { res }: Event, value: unknown): void {
  const isErrorResponse = value instanceof Response && value.status >= 400;
  if (jar.isAwaited) jar.finish(staged(() => (isErrorResponse ? res.errHeaders : res.headers), headersOf(value)));
  jar.end();
}

/** A head of two parts: what h3 is going to merge into what is there. Where both have a header, the first one counts. */
function staged(toMerge: () => Headers, there: Headers | undefined): ResponseHead {
  const head = headOf(toMerge, toMerge);
  return { ...head, get: (name) => head.get(name) ?? there?.get(name) ?? null };
}

/** Those of a `Response`, an `HTTPResponse` or an `HTTPError`. */
function headersOf(value: unknown): Headers | undefined {
  const headers = typeof value === 'object' && value !== null && 'headers' in value ? value.headers : undefined;
  return headers instanceof Headers ? headers : undefined;
}

const watched = new WeakSet<ErrorHook>();

/**
 * Has the app's own error handler followed by a look at what it gave. Only where there is one: h3 would else report every
 * crash twice.
 */
export function watchErrors({ config }: { readonly config: object }): void {
  const own = config as Config;
  const { onError } = own;
  if (onError === undefined || watched.has(onError) || Object.isFrozen(config)) return;
  own.onError = watching(onError);
}

function watching(onError: ErrorHook): ErrorHook {
  const watch: ErrorHook = async (error, event) => {
    const jar = jarIfAny(event);
    if (!(jar instanceof FetchJar)) return onError(error, event);
    try {
      const value = (await onError(error, event)) ?? undefined;
      // Without an answer it is h3's own page.
      if (value === undefined || value instanceof Error || value === NOT_FOUND) settle(jar, event, value ?? error);
      // Into a Response that an error handler gives h3 merges nothing.
      else if (value instanceof Response) return jar.respond(value);
      else writeHead(jar, event, value);
      return value;
    } catch (thrown) {
      settle(jar, event, thrown);
      throw thrown;
    }
  };
  watched.add(watch);
  return watch;
}
