// Processes with one log between them: each has a session, a list and a clock of its own, and they share the secret.
import { setImmediate } from 'node:timers/promises';
import {
  memoryLog,
  type RevocationEvent,
  type RevocationLog,
  type RevocationOptions,
  Revocations,
} from '../../dist/revocation/index.js';
import { Session, type SessionDict, type SessionOptions } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { FakeHost, type FakeRequest, tokenOf } from '../support/fake-host.js';

export type Data = Record<string, unknown>;

/** The time at which tests begin, in seconds. */
export const T = 1_800_000_000;

/** A log whose failures are in the hands of the test. */
export class TestLog implements RevocationLog {
  readonly #log = memoryLog();
  /** `'fails'` rejects, `'hangs'` never answers. */
  state: 'works' | 'fails' | 'hangs' = 'works';
  reads = 0;

  async addRevocation(revocation: Parameters<RevocationLog['addRevocation']>[0]): Promise<void> {
    await this.#obey();
    return this.#log.addRevocation(revocation);
  }

  async revocationsSince(cursor: string | null, now: number): ReturnType<RevocationLog['revocationsSince']> {
    this.reads += 1;
    await this.#obey();
    return this.#log.revocationsSince(cursor, now);
  }

  async #obey(): Promise<void> {
    if (this.state === 'fails') throw new Error('the log is away');
    if (this.state === 'hangs') await new Promise(() => {});
  }
}

/** The clock of all, in seconds since {@link T}. */
export interface Time {
  at: number;
}

interface Given {
  readonly session?: SessionOptions<Data>;
  readonly list?: Partial<RevocationOptions<Data>>;
  /** Seconds by which its clock is ahead. */
  readonly skew?: number;
}

export interface Answer {
  readonly data: Data;
  /** The token that the response set: null for none, `''` for the cookie's removal. */
  readonly token: string | null;
}

export class Process {
  readonly host = new FakeHost();
  readonly sessions: Session<Data, FakeRequest>;
  readonly list: Revocations<Data, FakeRequest>;
  readonly events: RevocationEvent['type'][] = [];

  constructor(log: RevocationLog, time: Time, { session, list, skew = 0 }: Given = {}) {
    const now = (): number => T + time.at + skew;
    this.sessions = new Session<Data, FakeRequest>(this.host, {
      secretKey: SECRET,
      cacheHeaders: false,
      debug: false,
      now,
      ...session,
    });
    this.list = new Revocations(this.sessions, {
      log,
      subject: ({ user }) => (typeof user === 'string' ? user : null),
      onUnavailable: 'closed',
      onEvent: ({ type }) => void this.events.push(type),
      ...list,
    });
  }

  /** A request with a token; what its handler did, and what the response sets. */
  async request(
    token: string | null,
    handler: (dict: SessionDict, request: FakeRequest) => unknown = () => {},
  ): Promise<Answer> {
    const request = this.host.request(token === null ? null : `session=${token}`);
    const dict = this.sessions.get(request);
    const data = { ...dict };
    await handler(dict, request);
    const [line] = this.host.answer(request);
    return { data, token: line === undefined ? null : tokenOf(line) };
  }

  /** The token of a login, by `renew`. */
  async login(user: string, token: string | null = null): Promise<string> {
    const answer = await this.request(token, async (dict, request) => {
      dict.user = user;
      await this.list.renew(request);
    });
    return answer.token ?? '';
  }

  /** Whether the token opens a session here. */
  accepts(token: string): boolean {
    return this.sessions.verify(token).ok;
  }
}

/** Lets promises that have their answer go on. */
export const settle = (): Promise<void> => setImmediate(undefined);
