// The kernel behind the signatures that tests want: bytes in, bytes out.
import { computeMac, createHmacKey, type HmacKey } from '../../dist/crypto/hmac.js';
import { DIGEST_BYTES, PADDING_ROOM, storeState } from '../../dist/crypto/sha256.js';

/** A copy of `message` at `offset`, in a buffer full of rubbish with the room that the padding needs. */
export function withRoom(message: Uint8Array, offset = 0): DataView {
  const buffer = new Uint8Array(offset + message.length + PADDING_ROOM).fill(0xa5);
  buffer.set(message, offset);
  return new DataView(buffer.buffer);
}

/** The bytes of the hash state. */
export function digestOfState(): Uint8Array {
  const digest = new Uint8Array(DIGEST_BYTES);
  storeState(new DataView(digest.buffer), 0);
  return digest;
}

export function macOf(key: HmacKey | Uint8Array, message: Uint8Array, offset = 0): Uint8Array {
  const prepared = key instanceof Uint8Array ? createHmacKey(key) : key;
  computeMac(prepared, withRoom(message, offset), offset, offset + message.length);
  return digestOfState();
}
