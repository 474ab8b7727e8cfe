// HMAC-SHA-256 (RFC 2104, FIPS 198-1) with the key's share of the work done once.

import { digestNatively, NATIVE_FROM } from './native-hash.js';
import { BLOCK_BYTES, compress, DIGEST_BYTES, loadState, padMessage, sha256, state, storeState } from './sha256.js';

/** A prepared key: the hash states after the inner and the outer padded key. */
export interface HmacKey {
  /** The inner padded key itself, for a hash that is not ours to begin in the middle. */
  readonly block: Uint8Array;
  readonly inner: Int32Array;
  readonly outer: Int32Array;
}

const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/** The block that the outer hash takes after the key: the inner digest, and the padding of a 96-byte message. */
const outerBlock = new DataView(new ArrayBuffer(BLOCK_BYTES));
outerBlock.setUint8(DIGEST_BYTES, 0x80);
outerBlock.setInt32(BLOCK_BYTES - 4, (BLOCK_BYTES + DIGEST_BYTES) << 3);

/** Prepares a key of any length, as RFC 2104 section 2 says: over a block it is hashed, under a block zero-padded. */
export function createHmacKey(secret: Uint8Array): HmacKey {
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(secret.length > BLOCK_BYTES ? sha256(secret) : secret);
  const inner = block.map((byte) => byte ^ INNER_PAD);
  const outer = block.map((byte) => byte ^ OUTER_PAD);
  const key = { block: inner, inner: midstate(inner), outer: midstate(outer) };
  block.fill(0);
  outer.fill(0);
  return key;
}

function midstate(padded: Uint8Array): Int32Array {
  loadState();
  compress(new DataView(padded.buffer), 0, 1);
  return state.slice(0, DIGEST_BYTES / 4);
}

/**
 * Computes the MAC of the bytes `start..end` of `view` into the hash state, where {@link macEquals} and `storeState`
 * find it. The padding is written behind `end`, over whatever was there.
 */
export function computeMac(key: HmacKey, view: DataView, start: number, end: number): void {
  const blocks = padMessage(view, start, end, BLOCK_BYTES);
  loadState(key.inner);
  compress(view, start, blocks);
  finishMac(key);
}

function finishMac({ outer }: HmacKey): void {
  storeState(outerBlock, 0);
  loadState(outer);
  compress(outerBlock, 0, 1);
}

/** A message with room before it for the block of the key. */
export interface RoomyMessage {
  /** The room, and the message behind it. */
  readonly memory: Uint8Array;
  /** From the message on. */
  readonly view: DataView;
}

/** {@link computeMac} of the first `length` bytes of a message, by the platform's hash where that is faster. */
export function computeRoomyMac(key: HmacKey, { memory, view }: RoomyMessage, length: number): void {
  if (BLOCK_BYTES + length >= NATIVE_FROM) {
    memory.set(key.block);
    if (digestNatively(new Uint8Array(memory.buffer, 0, BLOCK_BYTES + length))) {
      finishMac(key);
      return;
    }
  }
  computeMac(key, view, 0, length);
}

/** Compares the MAC just computed with a received one, in a time that does not tell where they differ. */
export function macEquals(received: Int32Array): boolean {
  let difference = 0;
  for (let i = 0; i < DIGEST_BYTES / 4; i++) difference |= state[i] ^ received[i];
  return difference === 0;
}
