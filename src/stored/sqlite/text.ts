// Text that SQLite keeps whole.

import { whole as wholeOf } from '../whole.js';

/** NUL, at which drivers cut, and halves of surrogate pairs, for which they put U+FFFD. */
const UNFIT = /[\0\p{Surrogate}]/u;

/** @throws ValueError `ERR_SESSION_STORE` for text that would come back as another one */
export const whole = <Text extends string | null>(text: Text): Text => wholeOf(text, 'SQLite', UNFIT);
