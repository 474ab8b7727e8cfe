// The keys of a session: which one signs, and which may have signed a token (RFC 7515, section 4.1.4 and appendix D).

import type { HmacKey } from '../crypto/hmac.js';
import type { PreparedKey } from '../crypto/keys.js';
import { headerOf, type JoseHeader, type KnownHeader, ownMember } from './header.js';

/** A key of a ring, whatever it is for, and the header of the tokens it makes. */
export interface Keyed {
  /** Its place in the ring; 0 makes new tokens. */
  readonly index: number;
  readonly id: string | null;
  readonly header: KnownHeader;
}

/** A key that signs. */
export interface RingKey extends Keyed {
  readonly hmac: HmacKey;
}

/** A header that tokens of the ring begin with, and the keys to try them on: settled once, not for every token. */
export interface KnownKeys<K extends Keyed = RingKey> {
  readonly header: KnownHeader;
  readonly keys: readonly K[];
}

export interface KeyRing<K extends Keyed = RingKey> {
  /** Never empty; the first one makes new tokens. */
  readonly keys: readonly K[];
  /** The commonest first. */
  readonly known: readonly KnownKeys<K>[];
  readonly withoutId: readonly K[];
}

export function createKeyRing(prepared: readonly PreparedKey[]): KeyRing {
  const keys = prepared.map(({ id, hmac }, index) => Object.freeze({ index, id, hmac, header: headerOf(id) }));
  return ringOf(keys, headerOf(null));
}

/** @param usual the header of a key without id: a token from before the ids were given has it */
export function ringOf<K extends Keyed>(keys: readonly K[], usual: KnownHeader): KeyRing<K> {
  const ring = { keys, withoutId: keys.filter((key) => key.id === null) };
  const headers = new Set([...keys.map((key) => key.header), usual]);
  const known = Array.from(headers, (header) => ({ header, keys: candidates(ring, header.fields) }));
  return Object.freeze({ ...ring, known });
}

/**
 * The keys that a token with this header may be tried on. A known `kid` means one key; an unknown one may be a name
 * that somebody else gave to a key which has none here; without `kid` every key is tried. The token chooses among the
 * configured keys only, never an algorithm and never a key from outside.
 */
export function candidates<K extends Keyed>(
  ring: Pick<KeyRing<K>, 'keys' | 'withoutId'>,
  header: JoseHeader,
): readonly K[] {
  const kid = ownMember(header, 'kid');
  if (typeof kid !== 'string') return ring.keys;
  const named = ring.keys.find((key) => key.id === kid);
  return named === undefined ? ring.withoutId : [named];
}
