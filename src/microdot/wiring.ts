// What an application is made of: routes, hooks, error handlers, mounted applications; and how a request finds them.

import { ValueError } from '../errors.js';
import type { SessionLike } from '../session/host.js';
import type { Microdot } from './app.js';
import type { HTTPException } from './http-exception.js';
import type { Request } from './request.js';
import type { Response } from './response.js';
import { URLPattern } from './url-pattern.js';

/** What a handler answers with (contract H2): text, an object or array (JSON), bytes, a stream, a response, `null`. */
export type Result = string | object | null;

/** Handles a request; `args` holds the path arguments of its pattern. */
export type Handler<A> = (request: Request, args: A) => Result | Promise<Result>;

/** Runs before the handler; anything but `undefined` and `null` is the answer, and the handler is skipped. */
export type BeforeHook = (request: Request) => unknown;

/** Runs after the handler; may change the response (a copy where the handler kept its own), or answer with another. */
export type AfterHook = (request: Request, response: Response) => unknown;

/** Answers instead of a handler that threw `error`; a status handler gets the HTTPException. */
export type ErrorHandler<E = HTTPException> = (
  request: Request,
  error: E,
) => Result | undefined | Promise<Result | undefined>;

/** A class whose instances are thrown. */
export type ErrorClass<E = unknown> = abstract new (...args: never[]) => E;

export type AnyHandler = (request: Request, args: never) => unknown;
type AnyErrorHandler = (request: Request, error: never) => unknown;

interface Hooks {
  readonly before: BeforeHook[];
  readonly after: AfterHook[];
  readonly afterError: AfterHook[];
}

/** One registered handler. */
export interface Route {
  /** The pattern, with the prefix of the mounts above it. */
  readonly pattern: URLPattern;
  /** Upper-case method names. */
  readonly methods: readonly string[];
  readonly handler: AnyHandler;
  readonly urlPrefix: string;
  /** The mounted applications that lead to it, outermost first. */
  readonly apps: readonly Wiring[];
  /** Those of them that keep their hooks and error handlers to themselves. */
  readonly locals: readonly Wiring[];
}

interface Mount {
  readonly parent: Wiring;
  readonly urlPrefix: string;
  readonly local: boolean;
  /** Whether hooks go to the parent: not when local, and only once when mounted there twice. */
  readonly merged: boolean;
}

/** The inner state of a {@link Microdot}. What a mounted application gets later, its parents get too. */
export class Wiring implements Hooks {
  readonly app: Microdot;
  readonly routes: Route[] = [];
  readonly before: BeforeHook[] = [];
  readonly after: AfterHook[] = [];
  readonly afterError: AfterHook[] = [];
  readonly errors = new Map<number | ErrorClass, AnyErrorHandler>();
  readonly #mounts: Mount[] = [];
  session: SessionLike | undefined;

  constructor(app: Microdot) {
    this.app = app;
  }

  addRoute(route: Route): void {
    this.routes.push(route);
    for (const mount of this.#mounts) mount.parent.addRoute(this.#mounted(route, mount));
  }

  addHook<K extends keyof Hooks>(kind: K, hook: Hooks[K][number]): void {
    (this[kind] as unknown[]).push(hook);
    for (const { parent, merged } of this.#mounts) if (merged) parent.addHook(kind, hook);
  }

  addErrorHandler(key: number | ErrorClass, handler: AnyErrorHandler): void {
    this.errors.set(key, handler);
    for (const { parent, merged } of this.#mounts) if (merged) parent.addErrorHandler(key, handler);
  }

  mountOn(parent: Wiring, urlPrefix: string, local: boolean): void {
    if (parent.isUnder(this)) {
      throw new ValueError('ERR_APP_BAD_OPTION', 'an application cannot be mounted under itself');
    }
    const merged = !local && !this.#mounts.some((mount) => mount.parent === parent && mount.merged);
    const mount: Mount = { parent, urlPrefix, local, merged };
    // All compiled before the first is added: a bad prefix changes nothing.
    const routes = this.routes.map((route) => this.#mounted(route, mount));
    this.#mounts.push(mount);
    for (const route of routes) parent.addRoute(route);
    if (!merged) return;
    for (const hook of this.before) parent.addHook('before', hook);
    for (const hook of this.after) parent.addHook('after', hook);
    for (const hook of this.afterError) parent.addHook('afterError', hook);
    for (const [key, handler] of this.errors) parent.addErrorHandler(key, handler);
  }

  /** Whether this is `other`, or mounted somewhere below it. */
  isUnder(other: Wiring): boolean {
    return this === other || this.#mounts.some(({ parent }) => parent.isUnder(other));
  }

  #mounted(route: Route, { urlPrefix, local }: Mount): Route {
    return {
      pattern: new URLPattern(urlPrefix + route.pattern.text),
      methods: route.methods,
      handler: route.handler,
      urlPrefix: urlPrefix + route.urlPrefix,
      apps: [this, ...route.apps],
      locals: local ? [this, ...route.locals] : route.locals,
    };
  }
}

/** Hooks for a request: those before run from the main application inwards, those after from the innermost outwards. */
export function hooksFor<K extends keyof Hooks>(main: Wiring, locals: readonly Wiring[], kind: K): Hooks[K] {
  if (locals.length === 0) return main[kind];
  const apps = [main, ...locals];
  if (kind !== 'before') apps.reverse();
  return apps.flatMap((app) => app[kind] as unknown[]) as Hooks[K];
}

/** The handler for a status, the innermost application's first. */
export function statusHandler(main: Wiring, locals: readonly Wiring[], status: number): AnyErrorHandler | undefined {
  return findHandler(main, locals, (errors) => errors.get(status));
}

/** The handler for something thrown: that of its class, then of each base class; for each the innermost first. */
export function classHandler(main: Wiring, locals: readonly Wiring[], error: unknown): AnyErrorHandler | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  for (let proto: object | null = Object.getPrototypeOf(error); proto !== null; proto = Object.getPrototypeOf(proto)) {
    const own = Object.getOwnPropertyDescriptor(proto, 'constructor')?.value;
    const handler = findHandler(main, locals, (errors) => errors.get(own));
    if (handler !== undefined) return handler;
  }
  return undefined;
}

function findHandler(
  main: Wiring,
  locals: readonly Wiring[],
  find: (errors: Wiring['errors']) => AnyErrorHandler | undefined,
): AnyErrorHandler | undefined {
  for (let i = locals.length - 1; i >= 0; i--) {
    const handler = find(locals[i].errors);
    if (handler !== undefined) return handler;
  }
  return find(main.errors);
}
