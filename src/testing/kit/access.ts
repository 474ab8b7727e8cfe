// What the kit does with a session, by its public methods alone: its cookie's name, and a visit without a framework.

import { ValueError } from '../../errors.js';
import type { ResponseHead, SessionHost, SessionJar } from '../../session/host.js';
import type { SessionOptions } from '../../session/options.js';
import { Session } from '../../session/session.js';
import type { AnyData, DataOf } from '../../session/session-dict.js';
import { type Clock, createClock } from './clock.js';
import { TestCookie } from './cookie.js';

/** A session, or the options of one. */
export type SessionSource<T extends object & DataOf<T> = AnyData, Req extends object = object> =
  | Session<T, Req>
  | SessionOptions<T>;

/** A session, and the clock it goes by; `null` for one that goes by a clock of its own. */
export interface Bench<T extends object & DataOf<T>, Req extends object> {
  readonly session: Session<T, Req>;
  readonly clock: Clock | null;
}

/** Nobody is told: what a test mints is no visit, and the app's own session has given its warnings. */
const QUIET = {
  onEvent: null,
  onReject: null,
  debug: false,
  warnBytes: Number.POSITIVE_INFINITY,
  allowWeakSecret: true,
};

/** Options become a quiet session, on a clock that begins at theirs. */
export function benchOf<T extends object & DataOf<T>, Req extends object>(
  source: SessionSource<T, Req>,
  given?: Clock,
): Bench<T, Req> {
  if (isSession(source)) return { session: source, clock: given ?? null };
  const clock = given ?? createClock(source.now?.());
  return { session: new Session<T, Req>(NOWHERE, { ...source, ...QUIET, now: clock.now }), clock };
}

export const sessionOf = <T extends object & DataOf<T>, Req extends object>(
  source: SessionSource<T, Req>,
): Session<T, Req> => benchOf(source).session;

function isSession<T extends object & DataOf<T>, Req extends object>(
  source: SessionSource<T, Req>,
): source is Session<T, Req> {
  return typeof (source as { open?: unknown }).open === 'function';
}

/** An app that nobody visits: what an installed session adds to its cookie options, it adds here too. */
const NOWHERE: SessionHost = {
  installSession: () => {},
  sessionJar: () => {
    throw new ValueError('ERR_SESSION_NOT_INSTALLED', 'a session of options alone has no requests');
  },
};

/** The name that a session looks for: it asks a jar of separate cookies for it, and finds none, which is no event. */
export function cookieNameOf<T extends object & DataOf<T>, Req extends object>(session: Session<T, Req>): string {
  let name = '';
  session.open({
    cookieHeader: null,
    secure: null,
    headSent: true,
    onHead: () => {},
    cookieValues: (asked) => {
      name = asked;
      return [];
    },
  });
  return name;
}

/** One visit: the session of `cookie`, or a new one, with `data`, saved; what the response would set. */
export function saveVisit<T extends object & DataOf<T>, Req extends object>(
  session: Session<T, Req>,
  cookie: TestCookie | null,
  data: Partial<T>,
): TestCookie {
  // 'auto' goes by the connection, and nobody knows yet where the cookie is taken to: without Secure it goes everywhere.
  const isAuto = session.cookieOptions.secure === 'auto';
  const jar = new VisitJar(cookie?.header ?? null, isAuto ? false : null);
  const dict = session.open(jar);
  Object.assign(dict, data);
  dict.save();
  const line = jar.finish();
  const [equals, end] = [line.indexOf('='), line.indexOf(';')];
  const stop = end < 0 ? line.length : end;
  return new TestCookie(line.slice(0, equals), line.slice(equals + 1, stop), line.slice(stop));
}

class VisitJar implements SessionJar {
  readonly cookieHeader: string | null;
  readonly secure: boolean | null;
  readonly headSent = false;
  #onHead: ((head: ResponseHead) => void)[] = [];

  constructor(cookieHeader: string | null, secure: boolean | null) {
    this.cookieHeader = cookieHeader;
    this.secure = secure;
  }

  onHead(f: (head: ResponseHead) => void): void {
    this.#onHead.push(f);
  }

  /** The `Set-Cookie` line of the response. */
  finish(): string {
    let line = '';
    const head: ResponseHead = {
      get: () => null,
      set: () => {},
      appendSetCookie: (header) => {
        line = header;
      },
    };
    for (const f of this.#onHead) f(head);
    return line;
  }
}
