// The options of the stores: objects of known names, since a misspelt one would be the default without a word.

import { typeName, ValueError } from '../errors.js';

/**
 * @param of the function that takes them, for the message
 * @throws ValueError `ERR_SESSION_BAD_OPTION`
 */
export function assertOptions(of: string, options: unknown, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw badOption(`${of}() takes an object of options, not ${typeName(options)}`);
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw badOption(`unknown option '${unknown}' of ${of}(): the options are ${names.join(', ')}`);
}

export const badOption = (message: string): ValueError => new ValueError('ERR_SESSION_BAD_OPTION', message);
