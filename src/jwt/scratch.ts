// The working memory of the codec: token text and payload bytes, side by side.

import { longBase64urlDecoder } from '../bytes/base64url.js';
import { asciiReader, utf8Reader } from '../bytes/utf8.js';
import type { RoomyMessage } from '../crypto/hmac.js';
import { BLOCK_BYTES, DIGEST_BYTES, PADDING_ROOM } from '../crypto/sha256.js';
import { SIGNATURE_WORDS, type Signature } from './token-cache.js';

/**
 * Buffers shared by all calls of the codec. Their rule: between filling and reading one, nothing of the caller may run.
 * So JSON is made before and parsed after, because a getter or a proxy in there may well call the codec again.
 */
export interface Scratch extends RoomyMessage {
  /** Characters of a token that fit. */
  readonly capacity: number;
  /** The token's characters, one byte each, with room for the hash padding behind them. */
  readonly text: Uint8Array;
  /** The first characters as a string. */
  readonly readText: (length: number) => string;
  /** The payload's bytes. */
  readonly payload: Uint8Array;
  /** Writes the bytes of base64url text there, by the platform; null where that is not faster. */
  readonly decodeLong: ((text: string) => number) | null;
  /** The first bytes of the payload as a string; null where they are not UTF-8. */
  readonly readPayload: (length: number) => string | null;
  /** The words of a received MAC. */
  readonly mac: Int32Array;
  /** The text of a signature. */
  readonly signature: Signature;
}

/** Covers every cookie that a browser keeps (4096 bytes) twice over. */
const COMMON_CAPACITY = 8192;

export function createScratch(capacity = COMMON_CAPACITY): Scratch {
  const memory = new Uint8Array(BLOCK_BYTES + capacity + PADDING_ROOM);
  const text = memory.subarray(BLOCK_BYTES);
  const payload = new Uint8Array(((capacity >> 2) + 1) * 3);
  return {
    capacity,
    memory,
    text,
    view: new DataView(memory.buffer, BLOCK_BYTES),
    readText: asciiReader(text),
    payload,
    decodeLong: longBase64urlDecoder(payload),
    readPayload: utf8Reader(payload),
    mac: new Int32Array(DIGEST_BYTES / 4),
    signature: new Int32Array(SIGNATURE_WORDS),
  };
}

/** The signature behind the dot at `dot`, taken out of the text, where the padding of the hash overwrites it. */
export function readSignature({ view, signature }: Scratch, dot: number): Signature {
  for (let i = 0; i < SIGNATURE_WORDS; i++) signature[i] = view.getInt32(dot + i * 4);
  return signature;
}

/**
 * The token as text of its own, after its signature was read and perhaps overwritten. The text that came is a piece of the
 * Cookie header, and whoever keeps a piece keeps all of it, in V8 and elsewhere: ten kilobytes of other people's cookies.
 */
export function tokenText({ readText, signature, view }: Scratch, dot: number): string {
  for (let i = 0; i < SIGNATURE_WORDS; i++) view.setInt32(dot + i * 4, signature[i]);
  return readText(dot + SIGNATURE_WORDS * 4);
}
