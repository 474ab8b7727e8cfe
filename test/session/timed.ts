// A session with a clock that tests turn, and requests from token to token.
import { Session, type SessionDict, type SessionOptions } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { attributesOf, FakeHost, type RequestHeaders, visit } from '../support/fake-host.js';

/** The time at which tests begin, in seconds. */
export const T = 1_800_000_000;

/** One request: what the session held when it came, and what the answer set. */
export interface Exchange {
  readonly data: Readonly<Record<string, unknown>>;
  /** The token that was set, null for none. */
  readonly token: string | null;
  /** Its attributes, `''` for none. */
  readonly attributes: string;
}

export type Handler = (dict: SessionDict) => void;

export const save: Handler = (dict) => dict.save();

export type Options = SessionOptions<Record<string, unknown>>;

export class Timed {
  readonly session: Session;
  /** Seconds since {@link T}. */
  at = 0;

  constructor(options: Options) {
    const now = (): number => T + this.at;
    this.session = new Session(new FakeHost(), {
      secretKey: SECRET,
      cacheHeaders: false,
      debug: false,
      now,
      ...options,
    });
  }

  /** A request with a token, at a time. */
  request(at: number, token: string | null, handler: Handler = () => {}, headers: RequestHeaders = {}): Exchange {
    this.at = at;
    let data = {};
    const handle: Handler = (dict) => {
      data = { ...dict };
      handler(dict);
    };
    const lines = visit(this.session, token === null ? null : `session=${token}`, handle, headers);
    if (lines.length > 1) throw new Error(`${lines.length} cookies for one session`);
    const [line] = lines;
    const set = /^session=([^;]*)/.exec(line ?? '')?.[1] ?? null;
    return { data, token: set, attributes: attributesOf(line) };
  }

  /** The token of a save at a time. */
  save(at: number, data: object = { n: 1 }, token: string | null = null): string {
    const saved = this.request(at, token, (dict) => {
      Object.assign(dict, data);
      dict.save();
    });
    return saved.token ?? '';
  }

  /** Whether the token opens a session at a time. */
  accepts(at: number, token: string): boolean {
    this.at = at;
    return this.session.verify(token).ok;
  }

  /** Why the token opens none. */
  refuses(at: number, token: string): string | null {
    this.at = at;
    const verdict = this.session.verify(token);
    return verdict.ok ? null : verdict.reason;
  }
}

/** What a token says, unverified. */
export const claimsOf = (token: string | null): Record<string, unknown> =>
  JSON.parse(Buffer.from((token ?? '').split('.')[1] ?? '', 'base64url').toString());
