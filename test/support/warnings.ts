// What a developer is warned of while a test runs, and the environment that decides whether.
import { afterEach, beforeEach, mock } from 'node:test';

/** A call of `process.emitWarning`. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}

export interface Warnings {
  /** Those of the running test, in order. */
  readonly all: readonly Warning[];
  codes(): readonly string[];
}

/** Collects the warnings of each test of the suite, which begins with `NODE_ENV` as given, and puts it back. */
export function collectWarnings(environment?: string): Warnings {
  const all: Warning[] = [];
  let before: string | undefined;
  beforeEach(() => {
    all.length = 0;
    before = process.env.NODE_ENV;
    setEnvironment(environment);
    mock.method(process, 'emitWarning', (message: string, { code }: { code: string }) => {
      all.push({ code, message });
    });
  });
  afterEach(() => {
    mock.restoreAll();
    setEnvironment(before);
  });
  return { all, codes: () => all.map(({ code }) => code) };
}

/** Sets `NODE_ENV`; undefined removes it. */
export function setEnvironment(value: string | undefined): void {
  if (value === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = value;
}
