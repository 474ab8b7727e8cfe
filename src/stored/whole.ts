// Text that an engine gives back as it was given.

import { ValueError } from '../errors.js';

/**
 * `text`, where nothing in it is `unfit`. A driver would cut or replace that without a word: a user who may choose a name would
 * get `ada` out of `ada\0`, and with it her sessions; two whose names were cut in half of a pair would be one.
 * @throws ValueError `ERR_SESSION_STORE` for any other
 */
export function whole<Text extends string | null>(text: Text, engine: string, unfit: RegExp): Text {
  if (text === null || !unfit.test(text)) return text;
  throw new ValueError(
    'ERR_SESSION_STORE',
    `${engine} cannot keep this subject or token id as it is: use an id without NUL characters and halves of surrogate pairs`,
  );
}
