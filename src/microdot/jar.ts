// The session's view of one request and its response head (contract S13, S18).

import { ValueError } from '../errors.js';
import type { ResponseHead, SessionJar } from '../session/host.js';
import { appendSetCookie, getHeader, setHeader } from './headers.js';
import type { HeaderRecord, Incoming } from './transport.js';

/** What a session reads from a request, and what it leaves for the moment the response head is made. */
export class Jar implements SessionJar {
  readonly #incoming: Incoming;
  readonly #callbacks: ((head: ResponseHead) => void)[] = [];
  #headSent: boolean;

  constructor(incoming: Incoming, headSent: boolean) {
    this.#incoming = incoming;
    this.#headSent = headSent;
  }

  get cookieHeader(): string | null {
    return this.#incoming.header('cookie');
  }

  get secure(): boolean {
    return this.#incoming.secure;
  }

  get headSent(): boolean {
    return this.#headSent;
  }

  requestHeader(name: string): string | null {
    return this.#incoming.header(name);
  }

  onHead(f: (head: ResponseHead) => void): void {
    if (this.#headSent) {
      throw new ValueError('ERR_SESSION_HEADERS_SENT', 'the response has begun: its headers can no longer be changed');
    }
    this.#callbacks.push(f);
  }

  /** Lets the callbacks write into the final head; `null` drops them, because nobody decided on this response. */
  seal(record: HeaderRecord | null): void {
    try {
      if (record === null || this.#callbacks.length === 0) return;
      const head: ResponseHead = {
        get: (name) => getHeader(record, name),
        set: (name, value) => setHeader(record, name, value),
        appendSetCookie: (header) => appendSetCookie(record, header),
      };
      // By index: a callback may register another one.
      for (let i = 0; i < this.#callbacks.length; i++) this.#callbacks[i](head);
    } finally {
      this.#headSent = true;
      this.#callbacks.length = 0;
    }
  }
}
