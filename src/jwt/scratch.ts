// The working memory of the codec: token text and payload bytes, side by side.

import { asciiReader, utf8Reader } from '../bytes/utf8.js';
import { DIGEST_BYTES, PADDING_ROOM } from '../crypto/sha256.js';

/**
 * Buffers shared by all calls of the codec. Their rule: between filling and reading one, nothing of the caller may run.
 * So JSON is made before and parsed after, because a getter or a proxy in there may well call the codec again.
 */
export interface Scratch {
  /** Characters of a token that fit. */
  readonly capacity: number;
  /** The token's characters, one byte each, with room for the hash padding behind them. */
  readonly text: Uint8Array;
  readonly view: DataView;
  /** The first characters as a string. */
  readonly readText: (length: number) => string;
  /** The payload's bytes. */
  readonly payload: Uint8Array;
  /** The first bytes of the payload as a string; null where they are not UTF-8. */
  readonly readPayload: (length: number) => string | null;
  /** A received MAC. */
  readonly mac: Uint8Array;
  readonly macView: DataView;
}

/** Covers every cookie that a browser keeps (4096 bytes) twice over. */
const COMMON_CAPACITY = 8192;

export function createScratch(capacity = COMMON_CAPACITY): Scratch {
  const text = new Uint8Array(capacity + PADDING_ROOM);
  const payload = new Uint8Array(((capacity >> 2) + 1) * 3);
  const mac = new Uint8Array(DIGEST_BYTES);
  return {
    capacity,
    text,
    view: new DataView(text.buffer),
    readText: asciiReader(text),
    payload,
    readPayload: utf8Reader(payload),
    mac,
    macView: new DataView(mac.buffer),
  };
}
