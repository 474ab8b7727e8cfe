// The platform's own SHA-256 for long messages, where it has one that answers at once. Node and Bun have.

import { oneShotHash } from '../platform.js';
import { BLOCK_BYTES, DIGEST_BYTES, sha256, state } from './sha256.js';

/**
 * Bytes from which the call pays, the block of the key included. A whole MAC of 140, 224, 500 and 2,505 bytes takes 1.13,
 * 0.93, 0.58 and 0.31 of the time in JavaScript on Node 24, on Node 20 1.04, 0.91, 0.63 and 0.32. Given a view on memory: as
 * text, the same hash takes 110 to 150 ns longer, and only an ASCII key could stand before it.
 */
export const NATIVE_FROM = 4 * BLOCK_BYTES;

/**
 * Blocks that are hashed in JavaScript before the platform is asked: about what loading `node:crypto` takes (4.4 ms, at
 * 158 ns a block). A function that starts for one request never pays for it; a server pays it back with the next blocks.
 */
const PATIENCE = 28_000;

let blocksLeft = PATIENCE;
type Hash = (bytes: Uint8Array) => string;

let hash: Hash | null = null;

/**
 * Writes the digest of `bytes` into the hash state; false where it is left to JavaScript.
 * The output is asked for as Latin-1 text: a `Buffer` costs 450 ns more.
 */
export function digestNatively(bytes: Uint8Array): boolean {
  if (hash === null) {
    if (blocksLeft < 0) return false;
    blocksLeft -= bytes.length / BLOCK_BYTES;
    if (blocksLeft >= 0 || !useNativeHash()) return false;
  }
  const digest = digestOr(hash, bytes);
  // Anything but a digest would be one MAC for all messages: whoever has one token could then write any other.
  if (digest === null) {
    hash = null;
    return false;
  }
  for (let i = 0; i < 8; i++) state[i] = wordAt(digest, i * 4);
  return true;
}

/** Looks for the platform's hash now; false where there is none. For measurements and tests. */
export function useNativeHash(): boolean {
  blocksLeft = -1;
  hash = checked(oneShotHash());
  return hash !== null;
}

/**
 * A message of several blocks in the middle of a larger memory: what the platform is going to be asked for. A hash of the
 * whole memory, or of text made from the bytes, is none that can be used.
 */
const SAMPLE = Uint8Array.from({ length: 5 * BLOCK_BYTES }, (_, i) => i * 7).subarray(BLOCK_BYTES + 1, -3);

/** The hash where it finds the digest that ours finds. */
function checked(found: Hash | undefined): Hash | null {
  if (found === undefined) return null;
  return digestOr(found, SAMPLE) === String.fromCharCode(...sha256(SAMPLE)) ? found : null;
}

/** Null for what is no digest: from a build without SHA-256, or one whose policy forbids it here or from now on. */
function digestOr(found: Hash | null, bytes: Uint8Array): string | null {
  try {
    const digest: unknown = found?.(bytes);
    return typeof digest === 'string' && digest.length === DIGEST_BYTES ? digest : null;
  } catch {
    return null;
  }
}

const wordAt = (text: string, at: number): number =>
  (text.charCodeAt(at) << 24) |
  (text.charCodeAt(at + 1) << 16) |
  (text.charCodeAt(at + 2) << 8) |
  text.charCodeAt(at + 3);
