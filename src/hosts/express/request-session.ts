// `req.session` as Express users know it: the data as properties, and the methods of express-session beside them.

import { ValueError } from '../../errors.js';
import type { AnyData } from '../../session/session-dict.js';

type Callback = (error?: unknown) => void;

/** The cookie's attributes, to be read: they are set by the session's options, some as functions of the data. */
export interface CookieView {
  readonly path: string | undefined;
  readonly domain: string | undefined;
  readonly httpOnly: boolean;
  readonly secure: boolean | 'auto';
  readonly sameSite: string | undefined;
  /** Milliseconds, as in express-session; null where the browser keeps the cookie until it closes. */
  readonly maxAge: number | null;
}

/** What `req.session` has besides its data: these names are no keys of it. */
export interface ExpressSessionMethods {
  /** Made when first asked for, and kept in the session from then on: a random UUID. `regenerate` ends it. */
  readonly id: string;
  readonly cookie: CookieView;
  /** Signs the data as they are now. What goes wrong is the callback's argument; without one it is thrown. */
  save(callback?: Callback): this;
  /** Begins a new, empty session in the place of this one, as one does after a login. */
  regenerate(callback: Callback): this;
  /** Has the browser forget the cookie; `req.session` is undefined from then on. */
  destroy(callback?: Callback): this;
  /** Takes back what was changed since the request came in. */
  reload(callback: Callback): this;
  /** Has the cookie sent anew with this response, although nothing was changed. */
  touch(): this;
}

type Open<T> = { -readonly [K in keyof T]?: T[K] | undefined };

/** `req.session` with data of the shape T. */
export type ExpressSession<T extends object = AnyData> = Open<T> & ExpressSessionMethods;

/** What is done for one request when a method is called. */
export interface RequestActions {
  readonly cookie: () => CookieView;
  readonly save: () => void;
  readonly regenerate: () => void;
  readonly destroy: () => void;
  readonly reload: () => void;
  readonly touch: () => void;
}

/**
 * The data of a dict with the methods of express-session. A view and no copy: `session.get(req)` and `req.session` are
 * one session. Keys of a foreign token that have a reserved name stay in the dict and in the cookie, and cannot be seen
 * here; but `id` may have come from a token.
 */
export function createRequestSession(dict: object, actions: RequestActions): ExpressSession {
  const members = membersOf(dict as { id?: unknown }, actions, () => view);
  const isReserved = (key: string | symbol): key is string => typeof key === 'string' && Object.hasOwn(members, key);
  const view: object = new Proxy(dict, {
    get: (target, key) => (isReserved(key) ? members[key] : Reflect.get(target, key)),
    has: (target, key) => isReserved(key) || Reflect.has(target, key),
    // Assignments and Object.defineProperty alike.
    defineProperty(target, key, descriptor) {
      if (isReserved(key)) throw reserved(key);
      return Reflect.defineProperty(target, key, descriptor);
    },
    set(target, key, value) {
      if (isReserved(key)) throw reserved(key);
      return Reflect.set(target, key, value);
    },
    ownKeys: (target) => Reflect.ownKeys(target).filter((key) => !isReserved(key)),
  });
  return view as ExpressSession;
}

/** The one table of names that are no keys. `delete` is a method of every session. */
function membersOf(dict: { id?: unknown }, actions: RequestActions, self: () => object): Record<string, unknown> {
  const method = (action: () => void) => (callback?: Callback) => {
    run(action, callback);
    return self();
  };
  return {
    get id() {
      if (typeof dict.id !== 'string') dict.id = globalThis.crypto.randomUUID();
      return dict.id;
    },
    get cookie() {
      return actions.cookie();
    },
    save: method(actions.save),
    regenerate: method(actions.regenerate),
    destroy: method(actions.destroy),
    delete: method(actions.destroy),
    reload: method(actions.reload),
    touch: method(actions.touch),
  };
}

/** Calls back later, as a store on a network would: code that was written for one may rely on the order. */
function run(action: () => void, callback: Callback | undefined): void {
  if (callback === undefined) {
    action();
    return;
  }
  let failure: unknown;
  try {
    action();
  } catch (error) {
    failure = error;
  }
  queueMicrotask(() => callback(failure));
}

function reserved(name: string): ValueError {
  return new ValueError(
    'ERR_SESSION_RESERVED_KEY',
    `'${name}' belongs to req.session itself and is no key of its data; use another name. The cookie's attributes are ` +
      'options of the session: cookieOptions, and for how long it lives idleTimeout, which may be a function of the data',
  );
}
