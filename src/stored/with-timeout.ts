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
  // Every store call of every request comes through here: one promise, and two functions for its end.
  return new Promise<R>((resolve, reject) => {
    const late = (): void => reject(new StoreTimeout(seconds ?? 0));
    const cancel = seconds === null ? undefined : startTimer(late, seconds * 1000);
    const fail = (error: unknown): void => {
      cancel?.();
      reject(error);
    };
    // A client which throws at once is a rejection too.
    try {
      Promise.resolve(call()).then((value) => {
        cancel?.();
        resolve(value);
      }, fail);
    } catch (error) {
      fail(error);
    }
  });
}
