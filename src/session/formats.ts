// The kinds of token that a session makes and reads, with the keys that its secrets give for each.

import { type PreparedKey, prepareKeys } from '../crypto/keys.js';
import { ValueError } from '../errors.js';
import type { ClaimName } from '../jwt/content.js';
import { createJwtFormat, type TokenFormat } from '../jwt/format.js';
import type { Settings } from './options.js';
import { ownClaims } from './own-claims.js';
import { purposeKey } from './purpose.js';

/** What `jwe()` of `microdot/session/encrypt` gives for the option `encrypt`. */
export interface Encryption {
  /** Whether signed tokens are read too, so that a session can move to encrypted ones. */
  readonly migrate: boolean;
  createFormat(keys: readonly PreparedKey[], own: readonly ClaimName[]): TokenFormat;
}

export interface Formats {
  readonly formats: readonly TokenFormat[];
  /** Whether one of the secrets is shorter than it should be. */
  readonly isWeak: boolean;
}

/**
 * The formats of secrets, the first of which makes tokens; null for no secret, `'asymmetric'` for one that signs and
 * reads nothing.
 * @param slots of signed tokens that are remembered; none for secrets that are used once
 * @throws ValueError `ERR_SESSION_BAD_SECRET`
 */
export function createFormats(secrets: unknown, settings: Settings, slots = 0): Formats | 'asymmetric' | null {
  const { cookieName, encrypt, purpose } = settings;
  const own = ownClaims(settings);
  const signing = prepareKeys(secrets, purpose === null ? undefined : purposeKey('sign', purpose));
  if (signing === null) return null;
  if (signing.some((key) => key.asymmetric)) return 'asymmetric';
  const isWeak = signing.some((key) => key.weak);
  if (encrypt === null) {
    assertReadsItsOwn(createJwtFormat(signing));
    return { formats: [createJwtFormat(signing, own, slots)], isWeak };
  }
  // A key of its own for each use: what is signed is no key stream, and a signed token is not read as an encrypted one.
  const sealing = prepareKeys(secrets, purposeKey('encrypt', purpose ?? cookieName)) ?? [];
  const sealed = encrypt.createFormat(sealing, own);
  return { formats: encrypt.migrate ? [sealed, createJwtFormat(signing, own)] : [sealed], isWeak };
}

/**
 * What the first key signs, the list must read, and with that key: a rotation that goes wrong is better found when the
 * secrets are given than by the visitors it logs out.
 */
function assertReadsItsOwn(format: TokenFormat): void {
  const result = format.decode(format.encode('{}'));
  if (typeof result !== 'string' && result.keyIndex === 0) return;
  throw new ValueError('ERR_SESSION_BAD_SECRET', 'the list for secretKey does not read what its first key signs');
}
