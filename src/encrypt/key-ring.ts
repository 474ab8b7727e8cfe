// The keys of a session that encrypts, with the headers of their tokens.

import type { PreparedKey } from '../crypto/keys.js';
import { createHeader, type KnownHeader } from '../jwt/header.js';
import { type Keyed, type KeyRing, ringOf } from '../jwt/key-ring.js';

/** A key that encrypts. */
export interface SealingKey extends Keyed {
  readonly material: Uint8Array;
}

/** The header with a key id, or without one: `alg` says that the key is used as it is, `enc` with what. */
const sealedHeader = (kid: string | null): KnownHeader =>
  createHeader(
    kid === null ? { alg: 'dir', enc: 'A256GCM', typ: 'JWT' } : { alg: 'dir', enc: 'A256GCM', kid, typ: 'JWT' },
  );

export function createSealingRing(prepared: readonly PreparedKey[]): KeyRing<SealingKey> {
  const usual = sealedHeader(null);
  const keys = prepared.map(({ id, material }, index) =>
    Object.freeze({ index, id, material, header: id === null ? usual : sealedHeader(id) }),
  );
  return ringOf(keys, usual);
}
