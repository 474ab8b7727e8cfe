// The application: routes, hooks, mounts, and the three ways to run it (fetch, run, dispatch).

import { typeName, ValueError } from '../errors.js';
import type { SessionHost, SessionJar, SessionLike } from '../session/host.js';
import { dispatch } from './dispatch.js';
import { FetchIncoming, toWebResponse } from './fetch.js';
import { type ErrorReporter, printError, printLine } from './report.js';
import { type Request, stateOf } from './request.js';
import { loadServer, type RunningServer } from './server.js';
import type { Incoming, Outgoing } from './transport.js';
import { type PathArgs, URLPattern } from './url-pattern.js';
import {
  type AfterHook,
  type AnyHandler,
  type BeforeHook,
  type ErrorClass,
  type ErrorHandler,
  type Handler,
  Wiring,
} from './wiring.js';

export interface MicrodotOptions {
  /**
   * Told of every error that nothing handled, instead of standard error. A request is full of the visitor's secrets:
   * log its method and path, not its headers.
   */
  readonly onError?: ErrorReporter;
  /** Print stacks of unhandled errors, not only their messages. Also an option of `run`. */
  readonly debug?: boolean;
}

export interface RouteOptions {
  /** Methods that the handler answers, `['GET']` by default. HEAD follows from GET, OPTIONS is automatic. */
  readonly methods?: readonly string[];
}

export interface MountOptions {
  /** Put before the patterns of the mounted application: `/api`. */
  readonly urlPrefix?: string;
  /** Keep its hooks and error handlers to its own routes; else they apply to the whole application. */
  readonly local?: boolean;
}

export interface RunOptions {
  /** Address to listen on. The default `0.0.0.0` is every interface, as upstream's: `127.0.0.1` is this machine only. */
  readonly host?: string;
  /** Port, 5000 by default; 0 for any free one. */
  readonly port?: number;
  /** Print requests, and the stacks of unhandled errors. */
  readonly debug?: boolean;
}

/** A token of RFC 9110 5.6.2, which a method is. */
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

// Filled by the class below: other applications' wiring, for mount() and jars.
let wiringOf: (app: Microdot) => Wiring;

/** An HTTP application. */
export class Microdot implements SessionHost<Request> {
  static {
    wiringOf = (app) => app.#wiring;
  }

  readonly #wiring = new Wiring(this);
  readonly #onError: ErrorReporter | undefined;
  #debug: boolean;
  #logRequests = false;
  #running = false;
  #stop = false;
  #server: RunningServer | null = null;

  constructor({ onError, debug = false }: MicrodotOptions = {}) {
    this.#onError = onError;
    this.#debug = debug;
  }

  /**
   * Registers a handler; of several that match, the first registered answers.
   * @throws ValueError `ERR_APP_BAD_ROUTE` for a bad pattern, method or handler.
   */
  route<const P extends string>(pattern: P, options: RouteOptions, handler: Handler<PathArgs<P>>): void {
    this.#add(pattern, options.methods ?? ['GET'], handler);
  }

  /** {@link route} for GET. HEAD is answered from it too. */
  get<const P extends string>(pattern: P, handler: Handler<PathArgs<P>>): void {
    this.#add(pattern, ['GET'], handler);
  }

  /** {@link route} for POST. */
  post<const P extends string>(pattern: P, handler: Handler<PathArgs<P>>): void {
    this.#add(pattern, ['POST'], handler);
  }

  /** {@link route} for PUT. */
  put<const P extends string>(pattern: P, handler: Handler<PathArgs<P>>): void {
    this.#add(pattern, ['PUT'], handler);
  }

  /** {@link route} for PATCH. */
  patch<const P extends string>(pattern: P, handler: Handler<PathArgs<P>>): void {
    this.#add(pattern, ['PATCH'], handler);
  }

  /** {@link route} for DELETE. */
  delete<const P extends string>(pattern: P, handler: Handler<PathArgs<P>>): void {
    this.#add(pattern, ['DELETE'], handler);
  }

  /** Runs `hook` before every handler; an answer (anything but `undefined` and `null`) takes the handler's place. */
  beforeRequest(hook: BeforeHook): void {
    this.#wiring.addHook('before', assertFunction(hook));
  }

  /** Runs `hook` after every handler that answered; it may change the response, or answer with another. */
  afterRequest(hook: AfterHook): void {
    this.#wiring.addHook('after', assertFunction(hook));
  }

  /** Runs `hook` for every other response: 404, 405, 413, OPTIONS, and those of aborts, errors and their handlers. */
  afterErrorRequest(hook: AfterHook): void {
    this.#wiring.addHook('afterError', assertFunction(hook));
  }

  /**
   * Answers for a status (of `abort`, 404, 405, 413, and 500 for anything unhandled), or for a thrown class and its
   * subclasses. A class handler may answer nothing: then the 500 handler is asked.
   */
  errorHandler(status: number, handler: ErrorHandler): void;
  errorHandler<E>(type: ErrorClass<E>, handler: ErrorHandler<E>): void;
  errorHandler(key: number | ErrorClass, handler: (request: Request, error: never) => unknown): void {
    if (typeof key !== 'function' && !Number.isInteger(key)) {
      throw new ValueError(
        'ERR_APP_BAD_OPTION',
        `an error handler is for a status code or a class, not ${typeName(key)}`,
      );
    }
    this.#wiring.addErrorHandler(key, assertFunction(handler));
  }

  /**
   * Adds the routes of another application under a prefix; what it gets later is added too.
   * @throws ValueError `ERR_APP_BAD_OPTION` for what is no application, or for one that this is mounted under.
   */
  mount(subapp: Microdot, { urlPrefix = '', local = false }: MountOptions = {}): void {
    if (!(subapp instanceof Microdot)) {
      throw new ValueError('ERR_APP_BAD_OPTION', `mount() takes an application, not ${typeName(subapp)}`);
    }
    if (typeof urlPrefix !== 'string' || (urlPrefix !== '' && !urlPrefix.startsWith('/')) || urlPrefix.endsWith('/')) {
      throw new ValueError('ERR_APP_BAD_OPTION', "urlPrefix must begin with '/' and not end with one, as '/api'");
    }
    wiringOf(subapp).mountOn(this.#wiring, urlPrefix, local);
  }

  /** Makes `session` the one of `withSession`; the last one wins. Sessions call this. */
  installSession(session: SessionLike): void {
    this.#wiring.session = session;
  }

  /**
   * What a session needs of a request; the same object at every call. Sessions call this.
   * @throws ValueError `ERR_SESSION_NOT_INSTALLED` for anything but a request that this application, or the one it is
   * mounted under, handles.
   */
  sessionJar(request: Request): SessionJar {
    const state = typeof request === 'object' && request !== null ? stateOf(request) : null;
    if (state !== null && this.#wiring.isUnder(state.main)) return state.jar;
    throw new ValueError(
      'ERR_SESSION_NOT_INSTALLED',
      `a session of this application works with its requests only; ${typeName(request)} is none of them`,
    );
  }

  /** Answers a web-standard request: the whole application on any runtime. Needs no `this`. */
  readonly fetch = async (request: globalThis.Request): Promise<globalThis.Response> =>
    toWebResponse(await this.dispatch(new FetchIncoming(request, null)), request.method === 'HEAD');

  /** Answers a request of any transport; `fetch`, `run` and the test client stand on it. Never rejects. */
  dispatch(incoming: Incoming): Promise<Outgoing> {
    const outgoing = dispatch(this.#wiring, incoming, this.#report);
    if (this.#logRequests) {
      const line = `${incoming.method} ${incoming.url.split('?', 1)[0]}`;
      void outgoing.then(({ status }) => printLine(`${line} ${status}`));
    }
    return outgoing;
  }

  /**
   * Listens until `shutdown()`, on the runtime's own server, and prints where. Resolves when the requests in flight are
   * finished.
   * @throws ValueError `ERR_APP_LISTEN` where it cannot listen (a busy port; awaited at top level, the process ends with
   * status 1), `ERR_APP_NO_SERVER` where the runtime has no servers, `ERR_APP_BAD_OPTION` for a bad port or host.
   */
  async run({ host = '0.0.0.0', port = 5000, debug }: RunOptions = {}): Promise<void> {
    if (!Number.isInteger(port) || port < 0 || port > 65535) {
      throw new ValueError(
        'ERR_APP_BAD_OPTION',
        `port must be an integer from 0 to 65535; this ${typeName(port)} is not`,
      );
    }
    if (typeof host !== 'string' || host === '') {
      throw new ValueError('ERR_APP_BAD_OPTION', `host must be an address or a name, not ${typeName(host)}`);
    }
    if (this.#running)
      throw new ValueError('ERR_APP_LISTEN', 'this application is running already: shutdown() it first');
    this.#running = true;
    this.#stop = false;
    if (debug !== undefined) this.#debug = this.#logRequests = debug;
    try {
      const serve = await loadServer();
      const server = await serve(this, host, port);
      printLine(listening(server.url, host));
      this.#server = server;
      if (this.#stop) server.close();
      await server.closed;
    } finally {
      this.#running = false;
      this.#server = null;
    }
  }

  /** Accepts no more connections; `run` resolves when the requests in flight are finished. A handler may call it. */
  shutdown(): void {
    this.#stop = true;
    this.#server?.close();
  }

  #add(pattern: string, methods: readonly string[], handler: AnyHandler): void {
    if (!Array.isArray(methods) || methods.length === 0 || !methods.every(isMethod)) {
      throw new ValueError('ERR_APP_BAD_ROUTE', "methods must be a list of method names, as ['GET', 'POST']");
    }
    if (typeof handler !== 'function') {
      throw new ValueError('ERR_APP_BAD_ROUTE', `a handler must be a function, not ${typeName(handler)}`);
    }
    const upper = methods.map((method: string) => method.toUpperCase());
    const compiled = new URLPattern(pattern);
    this.#wiring.addRoute({ pattern: compiled, methods: upper, handler, urlPrefix: '', apps: [], locals: [] });
  }

  readonly #report = (error: unknown, request: Request): void => {
    try {
      if (this.#onError === undefined) printError(error, request.method, request.path, this.#debug);
      else this.#onError(error, request);
    } catch (again) {
      printError(again, request.method, request.path, this.#debug);
    }
  };
}

/** A wildcard is no address to open: names this machine, and says that others reach it too. */
function listening(url: string, host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return `Listening on ${url}`;
  return `Listening on ${url.replace(/0\.0\.0\.0|\[::\]/, 'localhost')}, on every interface`;
}

const isMethod = (method: unknown): boolean => typeof method === 'string' && METHOD.test(method);

function assertFunction<F>(value: F): F {
  if (typeof value === 'function') return value;
  throw new ValueError('ERR_APP_BAD_OPTION', `a hook must be a function, not ${typeName(value)}`);
}
