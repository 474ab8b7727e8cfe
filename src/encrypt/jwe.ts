// The option `encrypt` of a session: JWTs in JWE Compact Serialization with `dir` and `A256GCM` (RFC 7516, RFC 7518).

import type { PreparedKey } from '../crypto/keys.js';
import { typeName, ValueError } from '../errors.js';
import type { ClaimName } from '../jwt/content.js';
import type { TokenFormat } from '../jwt/format.js';
import { randomSource } from '../platform.js';
import type { Encryption } from '../session/formats.js';
import { type AesGcm, isAesGcm, platformAesGcm } from './aes-gcm.js';
import { createSealingRing } from './key-ring.js';
import { openJwe } from './open.js';
import { type Sealer, sealJwe } from './seal.js';

/** What {@link jwe} can be told. All optional; `undefined` counts as not given. */
export interface JweOptions {
  /**
   * `true` reads signed tokens of the same secret too, so that a session can move to encryption without logging anybody out.
   * Turn it off when they have ended. Default `false`.
   */
  readonly migrate?: boolean;
  /**
   * AES-256-GCM for platforms without a synchronous one of their own: `gcm` of `@noble/ciphers/aes.js`. Default: the
   * platform's, which Node, Bun and Deno have.
   */
  readonly cipher?: AesGcm;
}

const NAMES = ['migrate', 'cipher'];

/**
 * Encrypts a session's cookies: `new Session(app, { secretKey, encrypt: jwe() })`. Only who has the secret reads or makes
 * them.
 * @throws ValueError `ERR_SESSION_BAD_OPTION` for an option that is none, and where the platform has no AES-GCM that is
 * synchronous or no random bytes
 */
export function jwe(options: JweOptions = {}): Encryption {
  assertOptions(options);
  const { migrate = false, cipher } = options;
  if (typeof migrate !== 'boolean') {
    throw badOption(`jwe({ migrate }) must be true or false; this ${typeName(migrate)} is not`);
  }
  const sealer = {
    cipher: cipher === undefined ? requirePlatformCipher() : checkCipher(cipher),
    random: requireRandom(),
  };
  return Object.freeze({
    migrate,
    createFormat: (keys: readonly PreparedKey[], own: readonly ClaimName[]) => createJweFormat(keys, sealer, own),
  });
}

/**
 * Encrypted tokens under the keys of one session.
 * @param own claims that are no part of the data
 */
export function createJweFormat(
  keys: readonly PreparedKey[],
  sealer: Sealer,
  own: readonly ClaimName[] = [],
): TokenFormat {
  const ring = createSealingRing(keys);
  const [sealing] = ring.keys;
  return Object.freeze({
    keyIds: keys.map((key) => key.id),
    encode: (json: string) => sealJwe(json, sealing, sealer),
    decode: (token: string) => openJwe(token, ring, sealer.cipher, own),
  });
}

function assertOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw badOption(`jwe() takes an object of options, not ${typeName(options)}`);
  }
  const unknown = Object.keys(options).find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw badOption(`unknown option '${unknown}' of jwe(): the options are ${NAMES.join(', ')}`);
}

function checkCipher(cipher: unknown): AesGcm {
  if (typeof cipher === 'function' && isAesGcm(cipher as AesGcm)) return cipher as AesGcm;
  throw badOption(
    `jwe({ cipher }) must be AES-GCM that is synchronous, as gcm of @noble/ciphers/aes.js is; this ${typeName(cipher)} ` +
      'does not encrypt and decrypt as that does',
  );
}

function requirePlatformCipher(): AesGcm {
  const cipher = platformAesGcm();
  if (cipher !== undefined) return cipher;
  throw badOption(
    'jwe() needs AES-GCM that is synchronous, and this platform has none: install @noble/ciphers, import { gcm } from ' +
      "'@noble/ciphers/aes.js', and give jwe({ cipher: gcm })",
  );
}

function requireRandom(): (bytes: Uint8Array) => void {
  const random = randomSource();
  if (random !== undefined) return random;
  throw badOption('jwe() needs crypto.getRandomValues for a nonce in every cookie, and this platform has none');
}

const badOption = (message: string): ValueError => new ValueError('ERR_SESSION_BAD_OPTION', message);
