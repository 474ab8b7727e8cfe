// What a developer is warned of, in words that name the remedy.

import { MIN_SECRET_BYTES } from '../crypto/keys.js';
import { isDevelopment, warn } from '../platform.js';

/** Tells that a cookie of `bytes` (name and value) is large. */
export function warnOfSize(bytes: number, limit: number, maxCookieBytes: number): void {
  warn(
    'WARN_SESSION_LARGE',
    `a session cookie of ${bytes} bytes (the warning comes over ${Math.floor(limit)}, the error over ${maxCookieBytes}) goes ` +
      'with every request, and small devices answer 400 to header lines over 2048 bytes: keep large state on the server',
  );
}

export function warnOfWeakSecret(): void {
  const remedy = isDevelopment() ? 'or allowWeakSecret: true to keep it' : 'and hardened(), which refuses such secrets';
  warn(
    'WARN_SESSION_WEAK_SECRET',
    `the session's secretKey has under ${MIN_SECRET_BYTES} bytes and can be guessed (RFC 7518, section 3.2): use ` +
      `loadSecret() of microdot/session/secret, ${remedy}`,
  );
}

export function warnOfUnsaved(keys: readonly string[]): void {
  warn(
    'WARN_SESSION_UNSAVED',
    `a handler changed the session (${keys.join(', ')}) and did not save it: call session.save() before it returns, or set ` +
      'autoSave: true',
  );
}

export function warnOfInsecureConnection(): void {
  warn(
    'WARN_SESSION_INSECURE',
    "a Secure session cookie went out over plain http, where browsers drop it: use https, or secure: 'auto' (and " +
      'trustProxy: true behind a proxy that sets X-Forwarded-Proto)',
  );
}

export function warnOfPartitioned(): void {
  warn('WARN_SESSION_PARTITIONED', 'a session cookie with partitioned: true needs secure: true, or browsers drop it');
}
