// Assertions for cases that run where there is no node:assert.
import type { ErrorCode, ValueError } from '../../dist/errors.js';
import type { Library } from './suite.js';

/** Ends a case where the runtime lacks what it is about. The skips that a runtime may have are in runtimes.ts. */
export class Skip extends Error {}

export function skip(reason: string): never {
  throw new Skip(reason);
}

/** As JSON: the order of keys counts, and an object of another realm is like one of this. */
const show = (value: unknown): string => JSON.stringify(value) ?? String(value);

/** Asserts that both have the same JSON. */
export function equal(actual: unknown, expected: unknown, what = 'the value'): void {
  if (show(actual) !== show(expected)) throw new Error(`${what} is ${show(actual)}, not ${show(expected)}`);
}

export function ok(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

/** Asserts that an error is a ValueError of the library's with `code`, and returns it. */
export function hasCode({ session }: Library, error: unknown, code: ErrorCode): ValueError {
  ok(error instanceof session.ValueError, `${String(error)} is no ValueError, expected ${code}`);
  equal(error.code, code, 'the code');
  return error;
}

/** Asserts that `f` throws a ValueError with `code`, and returns it. */
export function throwsCode(library: Library, f: () => unknown, code: ErrorCode): ValueError {
  let result: unknown;
  try {
    result = f();
  } catch (error) {
    return hasCode(library, error, code);
  }
  throw new Error(`expected ${code}, came ${show(result)}`);
}
