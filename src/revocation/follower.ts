// Reads on in the log, by a timer or when asked, and knows how old its knowledge is.

import { ValueError } from '../errors.js';
import { startBackgroundTimer, startTimer, warn } from '../platform.js';
import { quietly } from '../session/events.js';
import type { Revocation } from '../stored/store.js';
import type { Ledger } from './ledger.js';
import type { ResolvedOptions, RevocationEvent } from './options.js';

export class Follower {
  readonly #options: ResolvedOptions;
  readonly #ledger: Ledger;
  #cursor: string | null = null;
  /** When the last read that succeeded was begun: what was in the log by then is known. */
  #asOf = Number.NaN;
  /** Counts reads: the one begun last is the one that counts, also where the clock was set back. */
  #begun = 0;
  #counting = 0;
  #stopTimer: (() => void) | undefined;
  /** Null: nothing has been told yet, and nobody is to be told that nothing is known before a read has failed. */
  #toldCurrent: boolean | null = null;

  constructor(options: ResolvedOptions, ledger: Ledger) {
    this.#options = options;
    this.#ledger = ledger;
  }

  /** Whether what is known is not older than `maxStaleness`. A clock that was set back is as bad as one that ran on. */
  isCurrent(): boolean {
    const isCurrent = Math.abs(this.#options.now() - this.#asOf) <= this.#options.maxStaleness;
    if (isCurrent !== (this.#toldCurrent ?? false)) {
      this.#toldCurrent = isCurrent;
      this.#tell({ type: isCurrent ? 'current' : 'stale' });
    }
    return isCurrent;
  }

  /** Begins to read on by itself. Resolves when it has tried for the first time; never rejects. */
  start(): Promise<void> {
    this.stop();
    // Twice in the time: one read may be late, or lost, before anything is too old.
    const period = (this.#options.maxStaleness * 1000) / 2;
    const turn = (): Promise<void> => {
      this.#stopTimer = startBackgroundTimer(() => void turn(), period);
      return this.read().catch((error: unknown) => this.#tell({ type: 'error', error }));
    };
    return turn().then(() => void this.isCurrent());
  }

  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  /**
   * Reads what is new in the log. Several at once do not disturb each other: an entry may come twice, and any cursor that the
   * log gave is a good one.
   * @throws ValueError `ERR_SESSION_STORE`
   */
  async read(): Promise<void> {
    const now = this.#options.now();
    const turn = ++this.#begun;
    const { revocations, cursor } = await this.#ask('revocationsSince', (log) =>
      log.revocationsSince(this.#cursor, now),
    );
    for (const revocation of revocations) this.#ledger.add(revocation);
    this.#cursor = cursor;
    if (turn > this.#counting) {
      this.#counting = turn;
      this.#asOf = now;
    }
    this.#ledger.forget(now);
    // Without timers, or after a leap of the clock: what was known when it was asked is too old by now.
    if (!this.isCurrent()) throw this.#failed('revocationsSince', new Error('the answer came too late'));
  }

  /**
   * Writes an entry, and knows it from then on.
   * @throws ValueError `ERR_SESSION_STORE`: then it may be in the log all the same
   */
  async write(revocation: Revocation): Promise<void> {
    await this.#ask('addRevocation', (log) => log.addRevocation(revocation));
    this.#ledger.add(revocation);
  }

  async #ask<R>(operation: string, call: (log: ResolvedOptions['log']) => Promise<R>): Promise<R> {
    try {
      return await inTime(() => call(this.#options.log), this.#options.maxStaleness);
    } catch (cause) {
      throw this.#failed(operation, cause);
    }
  }

  #failed(operation: string, cause: unknown): ValueError {
    // Away from the start: by now it should have been read.
    this.#toldCurrent ??= true;
    this.isCurrent();
    return new ValueError('ERR_SESSION_STORE', `the log of revocations failed in ${operation}`, { cause });
  }

  #tell(event: RevocationEvent): void {
    const { onEvent, onUnavailable } = this.#options;
    if (onEvent !== null) quietly(() => onEvent(event));
    else if (event.type === 'stale') warnOfStale(onUnavailable);
  }
}

/** The answer of a call, or a rejection after `seconds`: a log that hangs is one that fails. */
function inTime<R>(call: () => Promise<R>, seconds: number): Promise<R> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error(`no answer in ${seconds} seconds`));
    const stopTimer = startTimer(late, seconds * 1000);
    // In a promise of its own, so that a client which throws at once is a rejection too.
    const answer = Promise.resolve().then(call);
    answer.then(resolve, reject).finally(() => stopTimer?.());
  });
}

function warnOfStale(onUnavailable: 'open' | 'closed'): void {
  const effect = onUnavailable === 'closed' ? 'no session is accepted' : 'sessions that were ended elsewhere go on';
  warn(
    'WARN_SESSION_REVOCATIONS_STALE',
    `the log of revocations could not be read, from the start or for longer than maxStaleness, and ${effect}: see the option ` +
      'onEvent for why',
  );
}
