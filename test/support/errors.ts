// What a test may say of an error: its class, its code, and what its text must not hold.
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { type ErrorCode, ValueError } from '../../dist/errors.js';

/** Asserts that `f` throws a ValueError with `code`, and that no form of it shows any of `hidden`. Returns it. */
export function throwsCode(f: () => unknown, code: ErrorCode, hidden: readonly string[] = []): ValueError {
  try {
    f();
  } catch (error) {
    assert.ok(error instanceof ValueError, `expected ${code}, came ${inspect(error)}`);
    assert.equal(error.code, code);
    assert.equal(error.name, 'ValueError');
    hides(error, hidden);
    return error;
  }
  throw new assert.AssertionError({ message: `expected ${code}, nothing was thrown` });
}

/** Asserts that `promise` rejects as {@link throwsCode} asserts that a function throws. */
export async function rejectsCode(
  promise: Promise<unknown>,
  code: ErrorCode,
  hidden: readonly string[] = [],
): Promise<ValueError> {
  const outcome = await promise.then(
    () => () => undefined,
    (error: unknown) => () => {
      throw error;
    },
  );
  return throwsCode(outcome, code, hidden);
}

/** Asserts that no way of printing `value` shows any of `hidden`. */
export function hides(value: unknown, hidden: readonly string[]): void {
  const forms = [
    String(value),
    value instanceof Error ? `${value.message}\n${value.stack}` : '',
    JSON.stringify(value) ?? '',
    inspect(value),
    inspect(value, { depth: 10, showHidden: true, getters: true, compact: false }),
  ];
  for (const text of hidden) for (const form of forms) assert.ok(!form.includes(text), `shows ${text}: ${form}`);
}
