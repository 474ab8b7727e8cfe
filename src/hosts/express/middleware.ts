// expressSession: `req.session` in the place of cookie-session or express-session, saved by itself when it was changed.

import { changedKeys, type Snapshot, snapshotOf } from '../../session/changes.js';
import { clear } from '../../session/helpers.js';
import type { SessionJar } from '../../session/host.js';
import type { SessionOptions } from '../../session/options.js';
import { Session } from '../../session/session.js';
import type { SessionDict } from '../../session/session-dict.js';
import { type ExpressApp, type ExpressRequest, expressHost } from './host.js';
import { type CookieView, createRequestSession, type ExpressSession, type RequestActions } from './request-session.js';

/** A middleware of Express. */
export type ExpressHandler = (request: ExpressRequest, response: object, next: (error?: unknown) => void) => void;

/**
 * A middleware that gives every request behind it a lazy `req.session`: data as properties, saved by itself where they
 * differ when the response is made, with the methods of express-session. `req.session = null` has the browser forget it.
 *
 * Options are those of `Session`; `autoSave` has no meaning here.
 * @throws ValueError `ERR_SESSION_BAD_OPTION`, `ERR_SESSION_BAD_SECRET`
 */
export function expressSession<T extends object = object>(options: SessionOptions<T>): ExpressHandler {
  const session = new Session(options as SessionOptions<object>);
  const installed = new WeakSet<ExpressApp>();
  return (request, _response, next) => {
    const app = appOf(request);
    if (!installed.has(app)) {
      installed.add(app);
      session.initialize(expressHost(app));
    }
    const state = new RequestState(session, request);
    Object.defineProperty(request, 'session', {
      configurable: true,
      enumerable: true,
      get: () => state.view(),
      set(value: unknown) {
        state.replace(value);
      },
    });
    next();
  };
}

/** The types of Express say less of `req.app` than of an application. */
const appOf = ({ app }: ExpressRequest): ExpressApp => app as ExpressApp;

/** The session of one request behind the middleware. */
class RequestState {
  readonly #session: Session<object>;
  readonly #request: ExpressRequest;
  #dict: SessionDict<object> | null = null;
  #view: ExpressSession | null = null;
  /** What the response is going to say; null where the cookie is to be sent whatever the data are. */
  #saved: Snapshot | null = null;
  #isDestroyed = false;

  constructor(session: Session<object>, request: ExpressRequest) {
    this.#session = session;
    this.#request = request;
  }

  /** `req.session` when read. */
  view(): ExpressSession | undefined {
    if (this.#isDestroyed) return undefined;
    this.#view ??= createRequestSession(this.#open(), this.#actions());
    return this.#view;
  }

  /** `req.session` when assigned: nothing for the end of the session, or an object in the place of its data. */
  replace(value: unknown): void {
    if (value === null || value === undefined || value === false) {
      this.#destroy();
      return;
    }
    const dict = this.#open();
    this.#isDestroyed = false;
    // A copy first: it may be the session itself.
    const data = { ...(value as object) };
    clear(dict);
    Object.assign(dict, data);
  }

  #open(): SessionDict<object> {
    if (this.#dict !== null) return this.#dict;
    const jar = this.#jar();
    // Before the session's own: what is saved at the last moment has to be in the cookie.
    if (!jar.headSent) jar.onHead(() => this.#saveChanges(), true);
    this.#dict = this.#session.get(this.#request);
    this.#saved = snapshotOf(this.#dict);
    return this.#dict;
  }

  #jar(): SessionJar {
    return expressHost(appOf(this.#request)).sessionJar(this.#request);
  }

  #saveChanges(): void {
    if (this.#dict === null || this.#isDestroyed) return;
    if (this.#saved === null || changedKeys(this.#saved, this.#dict).length > 0) this.#dict.save();
  }

  #save(): void {
    const dict = this.#open();
    dict.save();
    this.#saved = snapshotOf(dict);
  }

  #destroy(): void {
    this.#open().delete();
    this.#isDestroyed = true;
  }

  #regenerate(): void {
    const dict = this.#open();
    dict.delete();
    this.#isDestroyed = false;
    this.#saved = snapshotOf(dict);
  }

  #reload(): void {
    const dict = this.#open();
    const verdict = this.#session.verdict(this.#request);
    clear(dict);
    if (verdict.ok) Object.assign(dict, verdict.payload);
  }

  #actions(): RequestActions {
    return {
      cookie: () => cookieView(this.#session, this.#open()),
      save: () => this.#save(),
      regenerate: () => this.#regenerate(),
      destroy: () => this.#destroy(),
      reload: () => this.#reload(),
      touch: () => {
        this.#saved = null;
      },
    };
  }
}

function cookieView({ cookieOptions }: Session<object>, dict: object): CookieView {
  const { path, domain, httpOnly = false, secure = false, sameSite, maxAge } = cookieOptions;
  const seconds = typeof maxAge === 'function' ? maxAge(dict) : maxAge;
  return Object.freeze({
    path: path ?? undefined,
    domain: domain ?? undefined,
    httpOnly,
    secure,
    sameSite: sameSite ?? undefined,
    maxAge: seconds == null ? null : seconds * 1000,
  });
}
