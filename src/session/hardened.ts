// hardened(): the options for everything new, where no cookie of Python's Microdot has to be read.

import { MIN_SECRET_BYTES, readSecrets, type SecretKeys } from '../crypto/keys.js';
import { ValueError } from '../errors.js';
import type { SessionCookieOptions } from './cookie.js';
import { isPublished } from './known-secrets.js';
import { assertOptions, badOption, type SessionOptions } from './options.js';
import type { AnyData } from './session-dict.js';

const HOUR = 3600;

/**
 * Options that leave nothing to be remembered: `__Host-session`, `Secure`, `SameSite=Lax`, `HttpOnly`, a key of its own
 * for this cookie, an end after an hour without a request and after a day in any case. What is given replaces a default;
 * `undefined` counts as not given.
 *
 * ```ts
 * import { Microdot } from 'microdot';
 * import { hardened, Session } from 'microdot/session';
 * import { loadSecret } from 'microdot/session/secret';
 *
 * const app = new Microdot();
 * new Session(app, hardened({ secretKey: loadSecret('session.key') }));
 * ```
 *
 * @throws ValueError `ERR_SESSION_BAD_SECRET` for no secret, one under 32 bytes, one that documentation has published, or a single byte over and over;
 * `ERR_SESSION_BAD_OPTION` for `partitioned` without `secure`, for `allowWeakSecret`, and for an unknown name
 */
export function hardened<T extends object = AnyData>(
  options: SessionOptions<T> & { readonly secretKey: SecretKeys },
): SessionOptions<T> {
  // From JavaScript a call without options is as likely as one with a misspelt name.
  const checked: unknown = options;
  assertOptions(checked);
  const { cookieName = '__Host-session', secretKey } = options;
  const cookieOptions: SessionCookieOptions<T> = {
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'Lax',
    ...given(options.cookieOptions ?? {}),
  };
  assertStrong(secretKey);
  if (options.allowWeakSecret) throw badOption('hardened() takes no weak secret: leave allowWeakSecret out');
  if (cookieOptions.partitioned && cookieOptions.secure !== true) {
    throw badOption("cookie option 'partitioned' needs secure: true; browsers drop the cookie otherwise");
  }
  return {
    purpose: cookieName,
    idleTimeout: HOUR,
    absoluteTimeout: 24 * HOUR,
    // One thing less to think about in a proof; the sessions are the same without it.
    tokenCache: false,
    ...given(options),
    cookieName,
    cookieOptions,
  };
}

/** Without what is undefined, which in a spread would take a default away: here, a protection. */
function given<O extends object>(options: O): O {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as O;
}

/** Looked at here and not left to the key of the purpose, since `purpose: null` makes none. */
function assertStrong(secretKey: SecretKeys): void {
  const secrets = readSecrets(secretKey);
  if (secrets === null) throw badSecret('hardened() needs secretKey: 32 random bytes or more; see loadSecret()');
  for (const { bytes } of secrets) {
    if (isPublished(bytes)) {
      throw badSecret(
        'this secretKey is one that everybody knows, from published documentation or as a single byte over and over: ' +
          'make one of your own',
      );
    }
    if (bytes.length < MIN_SECRET_BYTES) {
      throw badSecret(
        `hardened() needs a secretKey of ${MIN_SECRET_BYTES} random bytes or more; one of these has fewer`,
      );
    }
  }
}

const badSecret = (message: string): ValueError => new ValueError('ERR_SESSION_BAD_SECRET', message);
