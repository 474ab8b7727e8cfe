// What `microdot/session/revocation` and `microdot/session/stored` do to a session beyond its public methods.

import type { Identity } from './identity.js';
import type { Settings } from './options.js';
import type { Revoked } from './revoked.js';

/** The property of a session under which its seat is found. */
export const SEAT: unique symbol = Symbol.for('microdot.session.seat');

export interface Seat<Req> {
  /** Those in force. */
  readonly settings: Settings;
  /** Has `hasEnded` asked beside the option `revoked`, of a session that is revocable from now on. */
  endBy(hasEnded: Revoked): void;
  /** Gives its cookies, also where it is on no app, the attributes that they have on one. */
  adopt(): void;
  /** Has `f` say which `auth_time` a new identity of these data gets, in milliseconds. */
  dateBy(f: (data: object) => number): void;
  /** The token that the request's session was loaded from; null for a new session, and after a delete. */
  tokenOf(request: Req): string | null;
  /** @throws ValueError `ERR_SESSION_HEADERS_SENT` */
  assertHeadOpen(request: Req, method: string): void;
  /** Gives the request's session another identity and saves it. */
  renew(request: Req, identity: Identity): void;
}
