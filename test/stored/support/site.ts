// A site with stored sessions: a clock that tests turn, a browser with one cookie, a store that counts what it is asked.
import type { Session } from '../../../dist/session/index.js';
import {
  type MemoryStore,
  memoryStore,
  type SessionStore,
  type StoredDict,
  type StoredOptions,
  StoredSession,
} from '../../../dist/stored/index.js';
import { SECRET } from '../../jwt/forge.js';
import { throwsCode } from '../../support/errors.js';
import { FakeHost, type FakeRequest, type RequestHeaders } from '../../support/fake-host.js';

/** The time at which tests begin, in seconds. */
export const T = 1_800_000_000;

export type Dict = StoredDict;
export type Handler = (dict: Dict, request: FakeRequest) => unknown;

/** A store that keeps account of its calls, and can be made to do something else. */
export class CountingStore {
  readonly memory: MemoryStore = memoryStore();
  readonly calls: string[] = [];
  /** The keys of all calls. */
  readonly keys = new Set<string>();
  /** What a method does instead, where it is set. */
  readonly instead: Partial<Record<keyof SessionStore, (...args: never[]) => Promise<unknown>>> = {};
  readonly store: SessionStore;

  constructor() {
    const methods = Object.entries(this.memory).flatMap(([name, method]): [string, unknown][] => {
      if (typeof method !== 'function') return [];
      return [[name, async (...args: unknown[]) => this.#call(name as keyof SessionStore, method, args)]];
    });
    this.store = Object.fromEntries(methods) as unknown as SessionStore;
  }

  #call(name: keyof SessionStore, method: unknown, args: unknown[]): unknown {
    this.calls.push(name);
    if (typeof args[0] === 'string') this.keys.add(args[0]);
    const f = this.instead[name] ?? method;
    return Reflect.apply(f as (...args: unknown[]) => unknown, this.memory, args);
  }

  /** What was asked since the last time. */
  take(): readonly string[] {
    return this.calls.splice(0);
  }
}

export type Data = Record<string, unknown>;
export type Options = StoredOptions<Data>;

export class Site {
  readonly host = new FakeHost();
  readonly counting = new CountingStore();
  readonly sessions: StoredSession;
  /** Seconds since {@link T}. */
  at = 0;

  constructor(options: Options = {}) {
    this.sessions = new StoredSession(this.host, {
      secretKey: SECRET,
      cacheHeaders: false,
      debug: false,
      now: () => T + this.at,
      store: this.counting.store,
      ...options,
    });
  }

  browser(): Browser {
    return new Browser(this);
  }
}

/** Keeps one cookie from answer to request. */
export class Browser {
  readonly site: Site;
  /** `name=value`, null for none. */
  cookie: string | null = null;
  /** The Set-Cookie lines of the last answer. */
  lines: readonly string[] = [];

  constructor(site: Site) {
    this.site = site;
  }

  /** A request whose answer is not made yet. */
  request(headers: RequestHeaders = {}): FakeRequest {
    return this.site.host.request(this.cookie, headers);
  }

  /** Makes the answer, and keeps the cookie that it sets. */
  answer(request: FakeRequest): readonly string[] {
    this.lines = this.site.host.answer(request);
    for (const line of this.lines) {
      const pair = line.split(';')[0] ?? '';
      this.cookie = pair.endsWith('=') ? null : pair;
    }
    return this.lines;
  }

  /** A request and its answer: what the session held when the handler began. */
  async visit(handler: Handler = () => {}, headers: RequestHeaders = {}): Promise<Record<string, unknown>> {
    const request = this.request(headers);
    const dict = await this.site.sessions.get(request);
    const data = { ...dict } as Record<string, unknown>;
    try {
      await handler(dict, request);
    } finally {
      this.answer(request);
    }
    return data;
  }

  /** A visit that sets these and saves. */
  save(data: object): Promise<Record<string, unknown>> {
    return this.visit((dict) => {
      Object.assign(dict, data);
      return dict.save();
    });
  }

  /** What the cookie's token holds. */
  get claims(): Record<string, unknown> {
    return JSON.parse(Buffer.from(this.cookie?.split('.')[1] ?? '', 'base64url').toString() || '{}');
  }
}

/** Asserts that a promise is rejected with the code; gives the error. */
export async function rejectsCode(promise: Promise<unknown>, code: Parameters<typeof throwsCode>[1]): Promise<Error> {
  const outcome = await promise.then(
    () => () => {},
    (error: unknown) => () => {
      throw error;
    },
  );
  return throwsCode(outcome, code);
}

/** A cookie session's cookie. */
export const cookieFrom = (session: Session, data: object, name = 'session'): string =>
  `${name}=${session.encode(data)}`;
