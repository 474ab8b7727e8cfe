// A key of its own for each purpose that a secret serves (HKDF, RFC 5869).

import { encodeUtf8Into } from '../bytes/utf8.js';
import { deriveKey } from '../crypto/hkdf.js';
import { type Derive, MIN_SECRET_BYTES } from '../crypto/keys.js';
import { ValueError } from '../errors.js';

/**
 * How keys are derived for a purpose: HKDF-SHA-256 with an empty salt, 32 bytes, and as info the UTF-8 of
 * `microdot/session/v1/USE`, a zero byte and the purpose. The zero byte keeps (`a`, `bc`) and (`ab`, `c`) apart.
 *
 * HKDF spreads what entropy there is and adds none: a short secret is refused, since a derived key would look strong.
 */
export function purposeKey(use: 'sign' | 'encrypt', purpose: string): Derive {
  const info = utf8(`microdot/session/v1/${use}\0${purpose}`);
  return (secret) => {
    if (secret.length < MIN_SECRET_BYTES) {
      throw new ValueError(
        'ERR_SESSION_BAD_SECRET',
        `a session with a purpose, or one that encrypts, needs a secretKey of ${MIN_SECRET_BYTES} bytes or more; this one has fewer`,
      );
    }
    return deriveKey(secret, info);
  };
}

function utf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  return bytes.slice(0, encodeUtf8Into(text, bytes));
}
