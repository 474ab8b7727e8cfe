// Text that Redis keeps whole.

import { hasLoneSurrogate } from '../../bytes/utf8.js';
import { ValueError } from '../../errors.js';

/**
 * `text`, where it comes back as it went in. Clients send U+FFFD for half of a surrogate pair, so that two users whose names were
 * cut there would be one, each with the other's sessions.
 * @throws ValueError `ERR_SESSION_STORE` for any other
 */
export function whole(text: string): string {
  if (!hasLoneSurrogate(text)) return text;
  throw new ValueError(
    'ERR_SESSION_STORE',
    'Redis cannot keep this subject or token id as it is: it has half of a surrogate pair; use an id without them',
  );
}
