// Signs a payload: JSON text in, JWT in JWS Compact Serialization out (RFC 7515, section 5.1; RFC 7519, section 7.1).

import { encodeBase64url, encodeDigest } from '../bytes/base64url.js';
import { encodeUtf8Into } from '../bytes/utf8.js';
import { computeRoomyMac } from '../crypto/hmac.js';
import { state } from '../crypto/sha256.js';
import type { KnownHeader } from './header.js';
import type { RingKey } from './key-ring.js';
import { createScratch, readSignature, type Scratch } from './scratch.js';
import type { TokenCache } from './token-cache.js';

/** Characters of the dot and the signature. */
export const SIGNATURE_LENGTH = 44;
const DOT = 0x2e;

/** The header of the key that signed last stands in it still: most processes have one. */
const common = createScratch();
let written: KnownHeader | null = null;

/** A payload as JSON in UTF-8, in memory that will hold another one later. */
export interface JsonMemory {
  readonly bytes: Uint8Array;
  /** The first bytes as text. */
  readonly readText: (length: number) => string | null;
}

/**
 * The token of a payload.
 * @param json the payload as compact JSON, without lone surrogates
 * @param cache remembers it: the next request of this visitor brings it back
 */
export function encodeJwt(json: string, key: RingKey, cache: TokenCache | null = null): string {
  // Step numbers of RFC 7515, 5.1. Step 1, the payload's bytes:
  let bytes = common.payload;
  let length = encodeUtf8Into(json, bytes);
  if (length < 0) {
    // Three bytes are the most that one UTF-16 unit becomes.
    bytes = new Uint8Array(json.length * 3);
    length = encodeUtf8Into(json, bytes);
  }
  return signBytes(bytes, length, key, cache, json);
}

/** {@link encodeJwt} of JSON that is bytes already: the first of `memory`. */
export function encodeJwtBytes(memory: JsonMemory, length: number, key: RingKey, cache: TokenCache | null): string {
  return signBytes(memory.bytes, length, key, cache, cache === null ? null : memory.readText(length));
}

function signBytes(
  bytes: Uint8Array,
  length: number,
  { hmac, header, index }: RingKey,
  cache: TokenCache | null,
  json: string | null,
): string {
  const start = header.prefix.length;
  const fits = base64urlLength(length) + start + SIGNATURE_LENGTH <= common.capacity;
  const scratch = fits ? common : createScratch(base64urlLength(length) + start + SIGNATURE_LENGTH);
  // Steps 2 to 4: the encoded header is a constant of the key, the encoded payload follows it.
  writeHeader(scratch, header);
  const { text, view } = scratch;
  const end = encodeBase64url(bytes, length, view, start);
  // Step 5, the signature of both:
  computeRoomyMac(hmac, scratch, end);
  // Steps 6 to 8:
  text[end] = DOT;
  encodeDigest(state, view, end + 1);
  const token = scratch.readText(end + SIGNATURE_LENGTH);
  if (cache !== null && json !== null) {
    cache.keep(readSignature(scratch, end), { token, header: header.fields, keyIndex: index, content: json });
  }
  return token;
}
function writeHeader(scratch: Scratch, header: KnownHeader): void {
  if (scratch === common) {
    if (written === header) return;
    written = header;
  }
  scratch.text.set(header.prefix);
}

const base64urlLength = (bytes: number): number => Math.ceil((bytes * 4) / 3);
