// Text that SQLite keeps whole.

import { ValueError } from '../../errors.js';

/** NUL, and halves of surrogate pairs. */
const CHANGED = /[\0\p{Surrogate}]/u;

/**
 * `text`, where it comes back as it went in. Drivers cut it at NUL and put U+FFFD for half a pair: a user who may choose a
 * name would get `ada` out of `ada\0`, and with it her sessions.
 * @throws ValueError `ERR_SESSION_STORE` for any other
 */
export function whole<Text extends string | null>(text: Text): Text {
  if (text === null || !CHANGED.test(text)) return text;
  throw new ValueError(
    'ERR_SESSION_STORE',
    'SQLite cannot keep this subject or token id as it is: it has a NUL character or half of a surrogate pair; use an id without them',
  );
}
