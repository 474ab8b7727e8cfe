// Entry `microdot/session/express/augment`: types `req.session` for a program that uses expressSession, and nothing else.

import type { ExpressSession } from './request-session.js';

declare global {
  // The one way to reach Express's own types; it counts for the whole program, hence an entry to be asked for.
  // biome-ignore lint/style/noNamespace: the namespace is Express's
  namespace Express {
    interface Request {
      /** What `expressSession` gives; undefined only after it was ended. Its data are unknown until they are checked. */
      get session(): ExpressSession<Record<string, unknown>>;
      /** `null` ends the session. */
      set session(value: ExpressSession<Record<string, unknown>> | null | undefined);
    }
  }
}
