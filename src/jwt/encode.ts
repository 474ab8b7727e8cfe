// Signs a payload: JSON text in, JWT in JWS Compact Serialization out (RFC 7515, section 5.1; RFC 7519, section 7.1).

import { encodeBase64url } from '../bytes/base64url.js';
import { encodeUtf8Into } from '../bytes/utf8.js';
import { computeMac, type HmacKey } from '../crypto/hmac.js';
import { DIGEST_BYTES, storeState } from '../crypto/sha256.js';
import { PAYLOAD_START, writeHeader } from './header.js';
import { createScratch, type Scratch } from './scratch.js';

/** Characters of the dot and the signature. */
export const SIGNATURE_LENGTH = 44;
const DOT = 0x2e;

const createSigningScratch = (capacity?: number): Scratch => {
  const scratch = createScratch(capacity);
  writeHeader(scratch.text);
  return scratch;
};

/** The header stands in it once for all calls. */
const common = createSigningScratch();

/**
 * The token of a payload.
 * @param json the payload as compact JSON, without lone surrogates
 */
export function encodeJwt(json: string, key: HmacKey): string {
  // Step numbers of RFC 7515, 5.1. Step 1, the payload's bytes:
  let scratch = common;
  let length = encodeUtf8Into(json, scratch.payload);
  if (length < 0 || base64urlLength(length) + PAYLOAD_START + SIGNATURE_LENGTH > scratch.capacity) {
    // Three bytes are the most that one UTF-16 unit becomes.
    scratch = createSigningScratch(json.length * 4 + PAYLOAD_START + SIGNATURE_LENGTH);
    length = encodeUtf8Into(json, scratch.payload);
  }
  // Steps 2 to 4: the encoded header is a constant, the encoded payload follows it.
  const { text, view, mac, macView } = scratch;
  const end = encodeBase64url(scratch.payload, length, view, PAYLOAD_START);
  // Step 5, the signature of both:
  computeMac(key, view, 0, end);
  storeState(macView, 0);
  // Steps 6 to 8:
  text[end] = DOT;
  return scratch.readText(encodeBase64url(mac, DIGEST_BYTES, view, end + 1));
}

const base64urlLength = (bytes: number): number => Math.ceil((bytes * 4) / 3);
