// Encrypts a payload: JSON text in, JWT in JWE Compact Serialization out (RFC 7516, section 5.1; RFC 7519, section 7.1).

import { encodeBase64url } from '../bytes/base64url.js';
import { asciiReader, encodeUtf8Into } from '../bytes/utf8.js';
import { type AesGcm, IV_BYTES, TAG_BYTES } from './aes-gcm.js';
import type { SealingKey } from './key-ring.js';

/** Where a session's ciphertexts come from. */
export interface Sealer {
  readonly cipher: AesGcm;
  /** Fills bytes at random. A nonce that comes twice under one key gives both plaintexts and the key of the tags away. */
  readonly random: (bytes: Uint8Array) => void;
}

const DOT = 0x2e;
/** Bytes behind the end of a text that encoding it may overwrite. */
const ENCODER_ROOM = 3;

/**
 * The token of a payload.
 * @param json the payload as compact JSON, without lone surrogates
 */
export function sealJwe(json: string, { material, header }: SealingKey, { cipher, random }: Sealer): string {
  // Step numbers of RFC 7516, 5.1. Steps 1 to 8: the key is the session's own, the Encrypted Key is empty. Step 9:
  const iv = new Uint8Array(IV_BYTES);
  random(iv);
  // Steps 12 to 15; 11, compression, is left out: its size would tell what the payload shares with an attacker's part of it.
  const sealed = cipher(material, iv, header.prefix.slice(0, -1)).encrypt(utf8(json));
  const end = sealed.length - TAG_BYTES;
  // Steps 10, 16, 17 and 19. Four dots, one of which the prefix brings.
  const characters = [IV_BYTES, end, TAG_BYTES].reduce((sum, bytes) => sum + Math.ceil((bytes * 4) / 3), 3);
  const text = new Uint8Array(header.prefix.length + characters + ENCODER_ROOM);
  const view = new DataView(text.buffer);
  text.set(header.prefix);
  let at = header.prefix.length;
  for (const segment of [iv, sealed.subarray(0, end), sealed.subarray(end)]) {
    text[at] = DOT;
    at = encodeBase64url(segment, segment.length, view, at + 1);
  }
  return asciiReader(text)(at);
}

function utf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  return bytes.slice(0, encodeUtf8Into(text, bytes));
}
