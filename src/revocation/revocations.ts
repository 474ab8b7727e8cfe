// Revocations: which sessions have ended before their time, known in memory, told and heard by a log.

import { typeName, ValueError } from '../errors.js';
import { createIdentity } from '../session/identity.js';
import type { Session } from '../session/index.js';
import { SEAT, type Seat } from '../session/seat.js';
import type { AnyData, DataOf } from '../session/session-dict.js';
import { Follower } from './follower.js';
import { Judge, milliseconds } from './judge.js';
import { Ledger } from './ledger.js';
import { badOption, type ResolvedOptions, type RevocationOptions, resolveOptions } from './options.js';
import { forgettableFrom } from './until.js';

/**
 * Ends cookie sessions before their time: one at a logout, all of a user's after a theft.
 *
 * Each process keeps in memory what was ended and is asked at every load, without waiting; what other processes ended it
 * reads from a log, and knows at most `maxStaleness` seconds later. Makes the session `revocable` for good, and is asked beside
 * its option `revoked`.
 *
 * ```ts
 * import { Microdot } from 'microdot';
 * import { hardened, Session } from 'microdot/session';
 * import { memoryLog, Revocations } from 'microdot/session/revocation';
 * import { loadSecret } from 'microdot/session/secret';
 *
 * const app = new Microdot();
 * const sessions = new Session(app, hardened<{ user: string }>({ secretKey: loadSecret('session.key') }));
 * const revocations = new Revocations(sessions, {
 *   log: memoryLog(),
 *   subject: (data) => data.user ?? null,
 *   onUnavailable: 'closed',
 * });
 * await revocations.start();
 *
 * app.post('/logout', async (request) => {
 *   await revocations.revoke(request);
 * });
 * ```
 */
export class Revocations<T extends object & DataOf<T> = AnyData, Req extends object = object> {
  readonly #sessions: Session<T, Req>;
  readonly #seat: Seat<Req>;
  readonly #options: ResolvedOptions;
  readonly #ledger = new Ledger();
  readonly #judge: Judge;
  readonly #follower: Follower;

  /** @throws ValueError `ERR_SESSION_BAD_OPTION` */
  constructor(sessions: Session<T, Req>, options: RevocationOptions<T>) {
    const seat = (sessions as Partial<Session<T, Req>> | null | undefined)?.[SEAT];
    if (seat === undefined) throw badOption(`they are of a Session, not of ${typeName(sessions)}`);
    this.#sessions = sessions;
    this.#seat = seat;
    this.#options = resolveOptions(options, () => seat.settings.now());
    this.#judge = new Judge(this.#options, this.#ledger);
    this.#follower = new Follower(this.#options, this.#ledger);
    const { hasEnded } = seat.settings;
    // Of several lists any one ends a session.
    seat.endBy((claims) => this.#isRevoked(claims) || hasEnded?.(claims) === true);
    seat.dateBy((data) => this.#judge.beginOf(data));
  }

  /** Whether this process knows everything that was in the log `maxStaleness` seconds ago. */
  get isCurrent(): boolean {
    return this.#follower.isCurrent();
  }

  /** How many entries are in memory: sessions and subjects. */
  get size(): number {
    return this.#ledger.size;
  }

  /**
   * Begins to read the log, twice in `maxStaleness`, by a timer that does not keep the process alive. Resolves when the log
   * has been read for the first time, or could not be; never rejects.
   */
  start(): Promise<void> {
    return this.#follower.start();
  }

  /** Ends what {@link start} began. */
  stop(): void {
    this.#follower.stop();
  }

  /**
   * Reads what is new in the log: for runtimes without timers between requests, before a request where {@link isCurrent} is
   * false.
   * @throws ValueError `ERR_SESSION_STORE` where it cannot
   */
  refresh(): Promise<void> {
    return this.#follower.read();
  }

  /**
   * Ends the session of a request, every copy of its cookie with it: a logout. Resolves when the log has taken it; this process
   * knows it at once. Then deletes the session, and with this response the cookie.
   *
   * @returns whether there was a session to end. False also for one from before the session was revocable, which has no id:
   * that cookie is deleted, and a copy goes on until its timeouts, or `revokeAll`
   * @throws ValueError `ERR_SESSION_STORE` where the log did not take it: here nothing has changed. Where it did not answer in
   * time it may have the entry all the same, and end the session. `ERR_SESSION_HEADERS_SENT`
   */
  async revoke(request: Req): Promise<boolean> {
    this.#seat.assertHeadOpen(request, 'revoke');
    // While nothing is accepted nothing could be found either.
    if (this.#isBlind) await this.refresh();
    const verdict = this.#sessions.verdict(request);
    const identity = verdict.ok ? verdict.identity : undefined;
    if (verdict.ok && identity !== undefined) {
      const { now } = this.#options;
      const until = forgettableFrom(this.#seat.settings, this.#options, verdict.issuedAt ?? now(), now());
      await this.#follower.write({ kind: 'token', key: identity.id, at: milliseconds(now()), until });
    }
    this.#sessions.delete(request);
    return identity !== undefined;
  }

  /**
   * Ends all sessions of a subject that have begun: "log out everywhere". A login that follows is a new session and goes on.
   * Reads the log first; resolves when the log has taken it; this process knows it at once.
   *
   * @param options `except`: a request whose session goes on. It is saved as it is, with a new id, by this response
   * @throws ValueError `ERR_SESSION_STORE` where the log did not take it, `ERR_SESSION_HEADERS_SENT`;
   * `ERR_SESSION_BAD_OPTION` for no text, or without the option `subject`
   */
  async revokeAll(subject: string, options: { readonly except?: Req } = {}): Promise<void> {
    const { except } = options;
    if (this.#options.subject === null) throw badOption("revokeAll() needs the option 'subject'");
    if (typeof subject !== 'string' || subject === '') throw badOption('a subject is text, not empty');
    if (except !== undefined) this.#seat.assertHeadOpen(except, 'revokeAll');
    await this.refresh();
    const goesOn = except !== undefined && this.#holds(except);
    const at = this.#judge.epochOf(subject);
    const until = forgettableFrom(this.#seat.settings, this.#options, at / 1000, this.#options.now());
    await this.#follower.write({ kind: 'subject', key: subject, at, until });
    if (goesOn) this.#renewNow(except);
  }

  /**
   * Saves the session of a request as one that begins now, with a new `jti` and `auth_time`: at every login, after the user
   * is in the session. Otherwise a visitor who came before a {@link revokeAll} and logs in after it is taken for one that it
   * has ended. Reads the log first where it can, so that it knows of one that another process has just acknowledged.
   *
   * @returns false where the session that the request came with has been ended meanwhile: it is deleted, and the visitor has
   * to log in again
   * @throws ValueError as `save()`; `ERR_SESSION_STORE` where the log cannot be read and, with `onUnavailable: 'closed'`, what is
   * known is too old to say whether that session has been ended: nothing has changed
   */
  async renew(request: Req): Promise<boolean> {
    this.#seat.assertHeadOpen(request, 'renew');
    const token = this.#seat.tokenOf(request);
    // Without the log what is known has to do: isRevoked judges by it, too. Where it refuses all, that says nothing of this one.
    await this.refresh().catch((error: unknown) => {
      if (!(error instanceof ValueError) || (token !== null && this.#isBlind)) throw error;
    });
    // Otherwise a thief whose session has just been ended renews it where that is not known yet.
    if (token !== null && !this.#holds(request)) {
      this.#sessions.delete(request);
      return false;
    }
    this.#renewNow(request);
    return true;
  }

  /** Whether the request came with a session, did not delete it, and it has not been ended since. */
  #holds(request: Req): boolean {
    const token = this.#seat.tokenOf(request);
    return token !== null && this.#sessions.verify(token).ok;
  }

  #renewNow(request: Req): void {
    const data: object = this.#sessions.get(request);
    this.#seat.renew(request, createIdentity(this.#judge.beginOf(data)));
  }

  /** Whether too little is known to accept anything. */
  get #isBlind(): boolean {
    return !this.isCurrent && this.#options.onUnavailable === 'closed';
  }

  #isRevoked(claims: object): boolean {
    return this.#isBlind || this.#judge.hasEnded(claims);
  }
}
