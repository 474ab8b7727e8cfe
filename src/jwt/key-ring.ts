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

export interface KeyRing<K extends Keyed = RingKey> {
  /** Never empty; the first one makes new tokens. */
  readonly keys: readonly K[];
  /** The headers that tokens of these keys begin with, the commonest first. */
  readonly headers: readonly KnownHeader[];
  readonly withoutId: readonly K[];
}

export function createKeyRing(prepared: readonly PreparedKey[]): KeyRing {
  const keys = prepared.map(({ id, hmac }, index) => Object.freeze({ index, id, hmac, header: headerOf(id) }));
  return ringOf(keys, headerOf(null));
}

/** @param usual the header of a key without id: a token from before the ids were given has it */
export function ringOf<K extends Keyed>(keys: readonly K[], usual: KnownHeader): KeyRing<K> {
  const headers = new Set([...keys.map((key) => key.header), usual]);
  return Object.freeze({ keys, headers: [...headers], withoutId: keys.filter((key) => key.id === null) });
}

/**
 * The keys that a token with this header may be tried on. A known `kid` means one key; an unknown one may be a name
 * that somebody else gave to a key which has none here; without `kid` every key is tried. The token chooses among the
 * configured keys only, never an algorithm and never a key from outside.
 */
export function candidates<K extends Keyed>(ring: KeyRing<K>, header: JoseHeader): readonly K[] {
  const kid = ownMember(header, 'kid');
  if (typeof kid !== 'string') return ring.keys;
  const named = ring.keys.find((key) => key.id === kid);
  return named === undefined ? ring.withoutId : [named];
}
