// base64url without padding (RFC 4648, section 5; RFC 7515, appendix C), between buffers, without strings in between.

import { textBuffer } from '../platform.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Two characters for every 12 bits: half the look-ups, and four characters go out in one 32-bit store. */
const PAIRS = new Uint16Array(4096);
/** The six bits of a character; {@link FOREIGN} for one outside the alphabet. */
const BITS = new Uint8Array(256).fill(0x80);
/** Set in the OR of looked-up bits when one of the characters was not of the alphabet. */
const FOREIGN = 0x80;

/** The characters' codes: the table is filled on import, by an engine that has not yet compiled anything. */
const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
for (let i = 0; i < 64; i++) {
  BITS[CODES[i]] = i;
  const high = CODES[i] << 8;
  for (let j = 0; j < 64; j++) PAIRS[(i << 6) | j] = high | CODES[j];
}

/** Four characters for the lower 24 bits of `bits`, first character in the highest byte. */
const quad = (bits: number): number => (PAIRS[bits >>> 12] << 16) | PAIRS[bits & 0xfff];

/**
 * Writes the first `length` bytes of `source` as base64url at `offset` and returns where the text ends. Up to three
 * bytes behind the end are overwritten.
 */
export function encodeBase64url(source: Uint8Array, length: number, target: DataView, offset: number): number {
  let i = 0;
  for (const whole = length - 2; i < whole; i += 3) {
    target.setInt32(offset, quad((source[i] << 16) | (source[i + 1] << 8) | source[i + 2]));
    offset += 4;
  }
  const rest = length - i;
  if (rest === 0) return offset;
  target.setInt32(offset, quad((source[i] << 16) | (rest === 2 ? source[i + 1] << 8 : 0)));
  return offset + rest + 1;
}

/**
 * Writes a digest of eight 32-bit words at `offset`: 43 characters, and one byte behind them is overwritten. Straight from
 * the words of the hash, because the way over their bytes costs 4 to 8 % of a small signature.
 */
export function encodeDigest(words: Int32Array, target: DataView, offset: number): void {
  for (let i = 0; i < 6; i += 3) {
    const a = words[i];
    const b = words[i + 1];
    const c = words[i + 2];
    target.setInt32(offset, quad(a >>> 8));
    target.setInt32(offset + 4, quad(((a & 0xff) << 16) | (b >>> 16)));
    target.setInt32(offset + 8, quad(((b & 0xffff) << 8) | (c >>> 24)));
    target.setInt32(offset + 12, quad(c & 0xffffff));
    offset += 16;
  }
  const a = words[6];
  const b = words[7];
  target.setInt32(offset, quad(a >>> 8));
  target.setInt32(offset + 4, quad(((a & 0xff) << 16) | (b >>> 16)));
  target.setInt32(offset + 8, quad((b & 0xffff) << 8));
}

/**
 * Reads the 43 characters at `offset` into the eight words of a digest; false where they are not canonical. To words at
 * once, as they are compared: over a buffer of bytes a small verify takes 3 to 5 % longer.
 */
export function decodeDigest(source: Uint8Array, offset: number, words: Int32Array): boolean {
  let seen = 0;
  // 32 characters are three times eight bytes: 24 bits at a time, the rest of a word kept until the next ones come.
  let at = 0;
  let kept = 0;
  let bits = 0;
  for (const end = offset + 40; offset < end; offset += 4) {
    const a = BITS[source[offset]];
    const b = BITS[source[offset + 1]];
    const c = BITS[source[offset + 2]];
    const d = BITS[source[offset + 3]];
    seen |= a | b | c | d;
    const next = (a << 18) | (b << 12) | (c << 6) | d;
    bits += 24;
    if (bits < 32) kept = next;
    else {
      bits -= 32;
      words[at++] = (kept << (24 - bits)) | (next >>> bits);
      kept = next;
    }
  }
  const a = BITS[source[offset]];
  const b = BITS[source[offset + 1]];
  const c = BITS[source[offset + 2]];
  words[7] = (kept << 16) | (a << 10) | (b << 4) | (c >> 2);
  return ((seen | a | b | c) & FOREIGN) === 0 && (c & 3) === 0;
}

/**
 * Writes the bytes of the base64url text `source[start..end)` to the beginning of `target` and returns their number.
 * -1 where the text is not canonical: a foreign character, padding, an impossible length, or spare bits that are not
 * zero, so that no two texts mean the same bytes.
 */
export function decodeBase64url(source: Uint8Array, start: number, end: number, target: Uint8Array): number {
  let seen = 0;
  let at = 0;
  let i = start;
  for (const whole = end - 3; i < whole; i += 4) {
    const a = BITS[source[i]];
    const b = BITS[source[i + 1]];
    const c = BITS[source[i + 2]];
    const d = BITS[source[i + 3]];
    seen |= a | b | c | d;
    target[at] = (a << 2) | (b >> 4);
    target[at + 1] = (b << 4) | (c >> 2);
    target[at + 2] = (c << 6) | d;
    at += 3;
  }
  const rest = end - i;
  if (rest === 1) return -1;
  if (rest > 1) {
    const a = BITS[source[i]];
    const b = BITS[source[i + 1]];
    const c = rest === 3 ? BITS[source[i + 2]] : 0;
    const spare = rest === 3 ? c & 0x03 : b & 0x0f;
    seen |= a | b | c | (spare === 0 ? 0 : FOREIGN);
    target[at++] = (a << 2) | (b >> 4);
    if (rest === 3) target[at++] = (b << 4) | (c >> 2);
  }
  return seen & FOREIGN ? -1 : at;
}

/**
 * Text from which the platform's decoder is faster, although what it made has to be encoded again to see that the text was
 * canonical: it passes over foreign characters. Node 24: as fast at 200 characters, four times as fast at 2,400.
 */
export const LONG_BASE64URL = 400;

/** {@link decodeBase64url} of a whole text into `target`, by the platform; null where it has no decoder that is faster. */
export function longBase64urlDecoder(target: Uint8Array): ((text: string) => number) | null {
  const buffer = knowsBase64url() ? textBuffer(target) : undefined;
  if (buffer === undefined) return null;
  return (text) => {
    const length = buffer.write(text, 0, target.length, 'base64url');
    return buffer.toString('base64url', 0, length) === text ? length : -1;
  };
}

/** Both characters that base64 has others for. */
const SAMPLE = '-_-_';

/** Whether the platform's buffer does: polyfills of it throw at the name, or take it for base64. */
function knowsBase64url(): boolean {
  try {
    const buffer = textBuffer(new Uint8Array(3));
    return buffer?.write(SAMPLE, 0, 3, 'base64url') === 3 && buffer.toString('base64url', 0, 3) === SAMPLE;
  } catch {
    return false;
  }
}
