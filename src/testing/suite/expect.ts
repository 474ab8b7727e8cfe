// How a case says what is wrong: without a test runner, so that any of them can show it.

import { ValueError } from '../../errors.js';

/** A case of the suite that failed. Test runners show `actual` and `expected` side by side. */
export class ConformanceError extends Error {
  /** What the host under test did. */
  readonly actual: unknown;
  /** What the contract asks for. */
  readonly expected: unknown;

  constructor(what: string, actual: unknown, expected: unknown) {
    super(`${what}: expected ${show(expected)}, came ${show(actual)}`);
    this.actual = actual;
    this.expected = expected;
  }

  override get name(): string {
    return 'ConformanceError';
  }
}

/** JSON that tells undefined from null. What the suite compares is text, numbers, and lists and records of them. */
const show = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => (inner === undefined ? '(undefined)' : inner));

/** @throws ConformanceError where the two are not the same, key by key */
export function equal(what: string, actual: unknown, expected: unknown): void {
  if (show(actual) !== show(expected)) throw new ConformanceError(what, actual, expected);
}

/**
 * The code of the ValueError that `f` throws. To be called inside handlers, and judged outside: what a handler throws is
 * the framework's to answer.
 */
export function codeOf(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    return error instanceof ValueError ? error.code : `not a ValueError: ${String(error)}`;
  }
  return 'nothing thrown';
}
