// The texts and bytes that every UTF-8 codec here is tried on.

export type Encode = (text: string, target: Uint8Array) => number;
export type Decode = (bytes: Uint8Array) => string | null;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

export const nodeEncode = (text: string): Uint8Array => encoder.encode(text);

export function nodeDecode(bytes: Uint8Array): string | null {
  // A hundred thousand exceptions take seconds: most bad bytes show in the lenient decoder's U+FFFD.
  if (bytes.length < 5 && lenient.decode(bytes).includes('\ufffd') && bytes[0] !== 0xef) return null;
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

export function encodedBy(encode: Encode, text: string): Uint8Array {
  const target = new Uint8Array(text.length * 3 + 4);
  return target.slice(0, encode(text, target));
}

/** A decoder from a reader of the beginning of a buffer. 0x80 behind: whoever reads too far finds continuation bytes. */
export const decodeWith =
  (createReader: (bytes: Uint8Array) => (length: number) => string | null): Decode =>
  (bytes) => {
    const source = new Uint8Array(bytes.length + 4).fill(0x80);
    source.set(bytes);
    return createReader(source)(bytes.length);
  };

/** What a decoder makes of bytes in the middle of a buffer. */
export function decodedBy(decode: Decode, bytes: Uint8Array): string | null {
  const source = new Uint8Array(bytes.length + 2).fill(0x80);
  source.set(bytes, 1);
  return decode(source.subarray(1, bytes.length + 1));
}

/** Code points that are no surrogates: all of the first two thousand, every border, and one in 61 of the others. */
export function codePoints(): readonly string[] {
  const codes = new Set<number>();
  for (let code = 0; code <= 0x900; code++) codes.add(code);
  for (const border of [0xd7ff, 0xe000, 0xfeff, 0xfffd, 0xffff, 0x10000, 0x1ffff, 0xfffff, 0x100000, 0x10ffff]) {
    codes.add(border);
  }
  for (let code = 0; code <= 0x10ffff; code += 61) if (code < 0xd800 || code > 0xdfff) codes.add(code);
  return [...codes].map((code) => String.fromCodePoint(code));
}

/** What RFC 3629 forbids, in hex. */
export const MALFORMED: readonly (readonly [what: string, hex: string])[] = [
  ['a lone continuation byte', '80'],
  ['an overlong slash of two bytes', 'c0af'],
  ['an overlong DEL of two bytes', 'c1bf'],
  ['an overlong slash of three bytes', 'e080af'],
  ['the longest overlong form of three bytes', 'e09fbf'],
  ['an overlong slash of four bytes', 'f08080af'],
  ['the longest overlong form of four bytes', 'f08fbfbf'],
  ['modified UTF-8 for U+0000', 'c080'],
  ['a high surrogate', 'eda080'],
  ['a low surrogate', 'edbfbf'],
  ['a surrogate pair in CESU-8', 'eda080edb080'],
  ['a code point over U+10FFFF', 'f4908080'],
  ['a first byte for code points over U+10FFFF', 'f5808080'],
  ['a sequence of five bytes', 'f888808080'],
  ['a sequence of six bytes', 'fc8480808080'],
  ['the byte FE', 'fe'],
  ['the byte FF', 'ff'],
  ['a sequence of two bytes cut short', 'c3'],
  ['a sequence of three bytes cut short', 'e282'],
  ['a sequence of four bytes cut short', 'f09f9494'.slice(0, 6)],
];

/** The lengths, around every chunk border, at which an ASCII reader differs from Buffer. */
export function asciiFaults(createReader: (bytes: Uint8Array) => (length: number) => string): readonly number[] {
  const bytes = Uint8Array.from({ length: 5000 }, (_, i) => 0x20 + (i % 95));
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  const lengths = [0, 1, 2, 510, 511, 512, 513, 514, 1023, 1024, 1025, 1535, 1536, 1537, 4096, 5000];
  const read = createReader(bytes);
  return lengths.filter((length) => read(length) !== text.slice(0, length));
}
