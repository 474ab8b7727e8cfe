// `ctx.session`: read when it is asked for, ended by null, replaced by an object, as users of koa-session have it.

import { typeName, ValueError } from '../../errors.js';
import { clear, isEmpty } from '../../session/helpers.js';
import type { AnyData, SessionDict } from '../../session/session-dict.js';

/** What `koaSession` adds to a context: `new Koa<DefaultState, KoaSessionContext<Data>>()`. */
export interface KoaSessionContext<T extends object = AnyData> {
  /** Null only after it was ended, which the type leaves out. */
  get session(): SessionDict<T>;
  /** `null` ends the session, an object takes the place of its data. */
  set session(value: { readonly [K in keyof T]?: T[K] | undefined } | null | undefined);
}

/** The session of one request. */
export interface ContextActions {
  readonly get: () => SessionDict<object>;
  readonly delete: () => void;
  /** Has `f` called before a session looks for changes to save, where it saves by itself. */
  readonly beforeHead: (f: () => void) => void;
}

export function offerSession(ctx: object, actions: ContextActions): void {
  let isEnded = false;
  const replace = (value: object): void => {
    // A copy first: it may be the session itself.
    const data = { ...value };
    const dict = actions.get();
    clear(dict);
    Object.assign(dict, data);
    if (!isEnded) return;
    isEnded = false;
    // autoSave leaves alone what was deleted; who assigns null and then data has begun a new session.
    actions.beforeHead(() => {
      if (!isEmpty(actions.get())) actions.get().save();
    });
  };
  Object.defineProperty(ctx, 'session', {
    configurable: true,
    get: () => (isEnded ? null : actions.get()),
    set(value: unknown) {
      if (value === null || value === undefined) {
        actions.delete();
        isEnded = true;
      } else if (typeof value === 'object' && !Array.isArray(value)) replace(value);
      else throw noSession(value);
    },
  });
}

const noSession = (value: unknown): ValueError =>
  new ValueError(
    'ERR_SESSION_BAD_PAYLOAD',
    `ctx.session takes an object, or null to end the session, and not ${typeName(value)}`,
  );
