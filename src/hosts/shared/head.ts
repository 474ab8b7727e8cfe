// What waits for the response head: called once, just before the head is final, or dropped.

import { ValueError } from '../../errors.js';
import type { ResponseHead, SessionJar } from '../../session/host.js';

/** The part of a jar that every host has alike. */
export abstract class HeadJar implements SessionJar {
  #callbacks: ((head: ResponseHead) => void)[] = [];
  #isFinal = false;
  /** The callbacks of the head that was made. */
  #written: ((head: ResponseHead) => void)[] = [];
  /** How often {@link drop} was called. */
  drops = 0;

  abstract readonly cookieHeader: string | null;
  abstract readonly secure: boolean | null;
  abstract requestHeader(name: string): string | null;

  get headSent(): boolean {
    return this.#isFinal;
  }

  onHead(f: (head: ResponseHead) => void, _mayFail?: boolean): void {
    if (this.headSent) {
      throw new ValueError('ERR_SESSION_HEADERS_SENT', 'the response has begun: its headers can no longer be changed');
    }
    // After a reopen() it may be there still; twice it would write two cookies (contract S11).
    if (!this.#callbacks.includes(f)) this.#callbacks.push(f);
  }

  /** Has `f` called before the others: what it saves is in the cookie. After a word about the cookie, such as a delete. */
  beforeHead(f: () => void): void {
    this.#callbacks.unshift(f);
  }

  /** Whether a session has something to write. */
  get isAwaited(): boolean {
    return this.#callbacks.length > 0;
  }

  /** Lets the sessions write into the head, which is final from then on, also where one of them throws. */
  finish(head: ResponseHead): void {
    const callbacks = this.#callbacks;
    try {
      // By index: a callback may register another one.
      for (let i = 0; i < callbacks.length; i++) callbacks[i](head);
    } finally {
      this.#isFinal = true;
      this.#callbacks = [];
      this.#written = callbacks;
    }
  }

  /** Takes a {@link finish} back: the head was not sent, and another one will be. */
  reopen(): void {
    this.#isFinal = false;
    this.#callbacks = this.#written;
  }

  /**
   * Forgets what was to be written: the response is the answer to an error that nobody handled (contract S13). What is
   * saved afterwards is written all the same: who saves has an answer, or else it has to be an error (contract S18).
   */
  drop(): void {
    this.drops++;
    // In place: a callback may find that the head is that of such an answer.
    this.#callbacks.length = 0;
  }
}
