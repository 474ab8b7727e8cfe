// An end to waiting: what a store says after its time is not heard.

import { startTimer } from '../platform.js';

/** A store that did not answer in time. What it was asked to do it may do all the same. */
export class StoreTimeout extends Error {
  constructor(seconds: number) {
    super(`no answer in ${seconds} seconds`);
  }

  override get name(): string {
    return 'StoreTimeout';
  }
}

/**
 * The answer to a call, or a rejection after `seconds`. Null, or an engine without timers, waits for ever.
 * @throws StoreTimeout, and whatever the call throws
 */
export function withTimeout<R>(call: () => Promise<R>, seconds: number | null): Promise<R> {
  return new Promise<R>((resolve, reject) => {
    const late = (): void => reject(new StoreTimeout(seconds ?? 0));
    const cancel = seconds === null ? undefined : startTimer(late, seconds * 1000);
    const settle =
      <V>(settled: (value: V) => void) =>
      (value: V): void => {
        cancel?.();
        settled(value);
      };
    // In a promise of its own, so that a client which throws at once is a rejection too.
    Promise.resolve().then(call).then(settle(resolve), settle(reject));
  });
}
