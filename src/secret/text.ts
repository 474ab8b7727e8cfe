// From the bytes of a key file to the secret, or to what is wrong with them. Pure: no file is touched here.

import { type ErrorCode, ValueError } from '../errors.js';

/** No key is longer; a longer file is some other file. */
export const MAX_SECRET_BYTES = 65_536;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** C0 and C1 but for tab and line ends: what text files do not hold. */
const CONTROL = /[^\P{Cc}\t\n\r]/u;

/**
 * The beginning of a key that `loadSecret` made, whose 43 characters and line end are all written before the file gets
 * its name. A prefix of 32 characters or more is let through: it still has the 32 bytes that a secret should have, and
 * mounted secrets of that length without a line end are common.
 */
const CUT_KEY = /^(?=.*[A-Z])(?=.*[a-z])[\w-]{1,31}$/;

/**
 * The secret in the bytes of a key file, less exactly one LF or CR LF at its end.
 * @throws ValueError `ERR_SECRET_EMPTY`, `ERR_SECRET_TRUNCATED`, `ERR_SECRET_NOT_TEXT`.
 */
export function secretText(bytes: Uint8Array, path: string): string {
  const fail = (code: ErrorCode, what: string): never => {
    throw new ValueError(code, `the key file ${path} ${what}`);
  };
  if (bytes.length === 0) return fail('ERR_SECRET_EMPTY', `is empty: ${REMEDY}`);
  if (bytes.length > MAX_SECRET_BYTES) {
    return fail('ERR_SECRET_NOT_TEXT', `has more than ${MAX_SECRET_BYTES} bytes: it must hold one secret, as text`);
  }
  // FAT allots clusters before they are written: a power cut leaves zeros for the bytes that never came.
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  if (end < bytes.length && !bytes.subarray(0, end).includes(0)) {
    return fail('ERR_SECRET_TRUNCATED', `ends in zero bytes, as after a power cut: ${REMEDY}`);
  }
  const text = decode(bytes, fail);
  if (CONTROL.test(text)) return fail('ERR_SECRET_NOT_TEXT', `holds control characters: ${EXPECTED}`);
  if (text.startsWith('\ufeff')) {
    // Kept it would be part of the secret, dropped the Python side would disagree: both unseen.
    return fail('ERR_SECRET_NOT_TEXT', `begins with a byte order mark: save it as UTF-8 without one`);
  }
  if (/^[ \t\r\n]*$/.test(text)) return fail('ERR_SECRET_EMPTY', `holds only blanks: ${REMEDY}`);
  if (bytes.at(-1) === CARRIAGE_RETURN) {
    return fail('ERR_SECRET_TRUNCATED', 'ends in CR without LF, half a line end: end it with LF or CR LF');
  }
  if (CUT_KEY.test(text) && bytes.at(-1) !== LINE_FEED) {
    return fail(
      'ERR_SECRET_TRUNCATED',
      'has no final line end and cannot be told from the beginning of a generated key: if it is whole, end it with a ' +
        'line end, or use at least 32 characters; if it is not, restore it or remove it, and a new key is made',
    );
  }
  return text.replace(/\r?\n$/, '');
}

const REMEDY = 'restore it, or remove it, and a new key is made';
const EXPECTED = 'it must hold one secret, as UTF-8 text';

function decode(bytes: Uint8Array, fail: (code: ErrorCode, what: string) => never): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text: string;
  try {
    text = decoder.decode(bytes, { stream: true });
  } catch {
    // The decoder's error is not kept as a cause: some runtimes show the input in it.
    return fail('ERR_SECRET_NOT_TEXT', `is not UTF-8: ${EXPECTED}`);
  }
  try {
    return text + decoder.decode();
  } catch {
    return fail('ERR_SECRET_TRUNCATED', `ends inside a character, or is not UTF-8: ${EXPECTED}`);
  }
}
