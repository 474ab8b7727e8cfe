// A host written from nothing, to be broken in one way at a time.
import { ValueError } from '../../dist/errors.js';
import {
  type ResponseHead,
  SESSION,
  type SessionHost,
  type SessionJar,
  type SessionLike,
} from '../../dist/session/index.js';

/** What can be wrong with a host. Each is a line below. */
export const FAULTS = [
  'drops the cookie on an HTTP error',
  'keeps the cookie on a crash',
  "drops the cookie of an error handler's answer",
  'stacks Set-Cookie',
  "overwrites other people's Set-Cookie",
  'joins Set-Cookie lines by commas',
  'never sets a header',
  'does not know what headers the response has',
  'writes into a shared response',
  'makes the head at the save',
  'keeps one jar for all requests',
  'makes a jar at every call',
  'says that the head is sent while it is made',
  'makes a jar of anything',
  'opens the session of every request',
  'keeps the session that was installed first',
  'never knows that the head is sent',
  'sees no Cookie header',
  'reads the first Cookie pair only',
  'calls every connection http',
  'sees no request headers',
  'sends cookies with 200 alone',
] as const;

export type Fault = (typeof FAULTS)[number];

/** What handlers get. */
export interface Context {
  readonly web: Request;
  [SESSION]?: SessionLike | undefined;
}

export class Jar implements SessionJar {
  readonly #web: Request;
  readonly #has: (fault: Fault) => boolean;
  callbacks: ((head: ResponseHead) => void)[] = [];
  isSent = false;
  /** What is written before there is a response. */
  readonly early = new Headers();

  constructor(web: Request, has: (fault: Fault) => boolean) {
    this.#web = web;
    this.#has = has;
  }

  get cookieHeader(): string | null {
    if (this.#has('sees no Cookie header')) return null;
    const header = this.#web.headers.get('cookie');
    return this.#has('reads the first Cookie pair only') ? (header?.split(';')[0] ?? null) : header;
  }

  get secure(): boolean {
    return this.#web.url.startsWith('https:') && !this.#has('calls every connection http');
  }

  get headSent(): boolean {
    return this.isSent && !this.#has('never knows that the head is sent');
  }

  requestHeader(name: string): string | null {
    return this.#has('sees no request headers') ? null : this.#web.headers.get(name);
  }

  onHead(f: (head: ResponseHead) => void): void {
    if (this.#has('makes the head at the save')) f(this.head(this.early));
    else this.callbacks.push(f);
  }

  finish(headers: Headers): void {
    if (this.#has('says that the head is sent while it is made')) this.isSent = true;
    for (const [name, value] of this.early) headers.append(name, value);
    for (const f of this.callbacks.splice(0)) f(this.head(headers));
    this.isSent = true;
  }

  head(headers: Headers): ResponseHead {
    return {
      get: (name) => (this.#has('does not know what headers the response has') ? null : headers.get(name)),
      set: (name, value) => {
        if (!this.#has('never sets a header')) headers.set(name, value);
      },
      appendSetCookie: (line) => {
        const others = headers.getSetCookie();
        if (this.#has("overwrites other people's Set-Cookie")) headers.set('Set-Cookie', line);
        else if (this.#has('joins Set-Cookie lines by commas')) headers.set('Set-Cookie', [...others, line].join(', '));
        else headers.append('Set-Cookie', line);
        if (this.#has('stacks Set-Cookie')) headers.append('Set-Cookie', line);
      },
    };
  }
}

export class ToyHost implements SessionHost<Context> {
  readonly #has: (fault: Fault) => boolean;
  readonly #contexts = new WeakSet<Context>();
  readonly #jars = new WeakMap<Context, Jar>();
  #only: Jar | undefined;
  session: SessionLike | undefined;

  constructor(has: (fault: Fault) => boolean) {
    this.#has = has;
  }

  installSession(session: SessionLike): void {
    if (this.session === undefined || !this.#has('keeps the session that was installed first')) this.session = session;
  }

  begin(context: Context): void {
    this.#contexts.add(context);
    context[SESSION] = this.session;
    if (this.#has('opens the session of every request')) this.session?.open(this.begun(context));
  }

  begun(context: Context): Jar {
    const known = this.#has('keeps one jar for all requests') ? this.#only : this.#jars.get(context);
    const jar = known ?? new Jar(context.web, this.#has);
    this.#only = jar;
    this.#jars.set(context, jar);
    return jar;
  }

  sessionJar(context: Context): Jar {
    const isOurs = this.#contexts.has(context);
    if (!isOurs && this.#has('makes a jar of anything')) return new Jar(new Request('http://localhost'), this.#has);
    if (!isOurs) throw new ValueError('ERR_SESSION_NOT_INSTALLED', 'no request of this app');
    if (!this.#has('makes a jar at every call')) return this.begun(context);
    const jar = new Jar(context.web, this.#has);
    jar.callbacks = this.begun(context).callbacks;
    return jar;
  }
}
