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
 * @param errorOf what is thrown for what went wrong; that itself by default
 * @throws StoreTimeout, and whatever the call throws, or what `errorOf` makes of them
 */
export function withTimeout<R>(
  call: () => Promise<R>,
  seconds: number | null,
  errorOf: (cause: unknown) => unknown = (cause) => cause,
): Promise<R> {
  // Every store call of every request comes through here: one promise, and two functions for its end.
  return new Promise<R>((resolve, reject) => {
    let isOver = false;
    const fail = (cause: unknown): void => {
      cancel?.();
      if (!isOver) reject(errorOf(cause));
      isOver = true;
    };
    const cancel = seconds === null ? undefined : startTimer(() => fail(new StoreTimeout(seconds)), seconds * 1000);
    // A client which throws at once is a rejection too.
    try {
      Promise.resolve(call()).then((value) => {
        cancel?.();
        isOver = true;
        resolve(value);
      }, fail);
    } catch (error) {
      fail(error);
    }
  });
}
