// Text that Redis keeps whole.

import { whole as wholeOf } from '../whole.js';

/** Halves of surrogate pairs, for which clients send U+FFFD. NUL is a character like any other. */
const UNFIT = /\p{Surrogate}/u;

/** @throws ValueError `ERR_SESSION_STORE` for text that would arrive as another one */
export const whole = (text: string): string => wholeOf(text, 'Redis', UNFIT);
