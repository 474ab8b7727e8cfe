// HMAC-SHA-256 (RFC 2104, FIPS 198-1) with the key's share of the work done once.

import { BLOCK_BYTES, compress, DIGEST_BYTES, loadState, padMessage, sha256, state, storeState } from './sha256.js';

/** A prepared key: the hash states after the inner and the outer padded key. From it the secret cannot be had back. */
export interface HmacKey {
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
  const key = { inner: midstate(block, INNER_PAD), outer: midstate(block, OUTER_PAD) };
  block.fill(0);
  return key;
}

function midstate(block: Uint8Array, pad: number): Int32Array {
  const padded = block.map((byte) => byte ^ pad);
  loadState();
  compress(new DataView(padded.buffer), 0, 1);
  padded.fill(0);
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
  storeState(outerBlock, 0);
  loadState(key.outer);
  compress(outerBlock, 0, 1);
}

/** Compares the MAC just computed with a received one, in a time that does not tell where they differ. */
export function macEquals(received: DataView): boolean {
  let difference = 0;
  for (let i = 0; i < DIGEST_BYTES / 4; i++) difference |= state[i] ^ received.getInt32(i * 4);
  return difference === 0;
}
