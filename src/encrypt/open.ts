// Decrypts a token and reads its payload (RFC 7516, section 5.2). Says why it refuses one.

import { decodeBase64url } from '../bytes/base64url.js';
import { encodeUtf8Into, utf8Reader } from '../bytes/utf8.js';
import { type ClaimName, contentOf } from '../jwt/content.js';
import { payloadOf, type TokenFault, type VerifiedToken, verified } from '../jwt/decode.js';
import { beginsWith, isAcceptableHeader, type JoseHeader, ownMember, parseHeader } from '../jwt/header.js';
import { candidates, type KeyRing } from '../jwt/key-ring.js';
import { createScratch } from '../jwt/scratch.js';
import { type AesGcm, IV_BYTES, TAG_BYTES } from './aes-gcm.js';
import type { SealingKey } from './key-ring.js';

const DOT = 0x2e;
/** Characters of the IV. */
const IV_LENGTH = (IV_BYTES * 4) / 3;
/** Characters of the last dot and the tag. */
const TAG_LENGTH = 1 + Math.ceil((TAG_BYTES * 4) / 3);

const common = createScratch();

/**
 * The payload of a token that a key of the ring made, or why there is none. Linear in the token, never an exception.
 * @param own claims that are taken out of the payload
 */
export function openJwe(
  token: string,
  ring: KeyRing<SealingKey>,
  cipher: AesGcm,
  own: readonly ClaimName[],
): VerifiedToken | TokenFault {
  const scratch = token.length <= common.capacity ? common : createScratch(token.length);
  const { text, view } = scratch;
  // Step numbers of RFC 7516, 5.2. Step 1: five segments, one byte a character. The sizes of the IV and of the tag are
  // fixed and the Encrypted Key is empty (step 10), so all dots have their places. Another one would have to be in the
  // ciphertext, whose decoder refuses it.
  const tagDot = token.length - TAG_LENGTH;
  if (tagDot < 0 || encodeUtf8Into(token, text) !== token.length || text[tagDot] !== DOT) return 'malformed';
  const known = ring.known.find(({ header }) => beginsWith(view, tagDot, header));
  const headerEnd = known === undefined ? text.indexOf(DOT) : known.header.prefix.length - 1;
  const ivDot = headerEnd + 2 + IV_LENGTH;
  if (ivDot >= tagDot || text[headerEnd + 1] !== DOT || text[ivDot] !== DOT) return 'malformed';
  // Steps 2 to 9: of the header only what the choice of the key needs is looked at before the tag.
  const header = known === undefined ? parseHeader(scratch, headerEnd) : known.header.fields;
  if (header === null) return 'malformed';
  if (ownMember(header, 'alg') !== 'dir' || ownMember(header, 'enc') !== 'A256GCM') return 'unsupported-header';
  const keys = known === undefined ? candidates(ring, header) : known.keys;
  if (keys.length === 0) return 'unknown-key';
  // Steps 14 and 15. All that the cipher gets is copied: it may be the application's code, and call the codec again.
  const iv = new Uint8Array(IV_BYTES);
  const sealed = new Uint8Array(Math.floor(((tagDot - ivDot - 1) * 3) / 4) + TAG_BYTES);
  const tagAt = decodeBase64url(text, ivDot + 1, tagDot, sealed);
  if (tagAt < 0 || decodeBase64url(text, headerEnd + 2, ivDot, iv) !== IV_BYTES) return 'malformed';
  if (decodeBase64url(text, tagDot + 1, token.length, sealed.subarray(tagAt)) !== TAG_BYTES) return 'malformed';
  const aad = text.slice(0, headerEnd);
  // Step 16.
  for (const key of keys) {
    const plaintext = decrypt(() => cipher(key.material, iv, aad).decrypt(sealed));
    if (plaintext === null) continue;
    // From here on the token is genuine; what is wrong with it now, someone with the key wrote.
    if (known === undefined && !isReadableHeader(header)) return 'unsupported-header';
    const payload = payloadOf(utf8Reader(plaintext)(plaintext.length));
    return typeof payload === 'string' ? payload : verified(contentOf(payload, own), header, key.index);
  }
  return 'bad-signature';
}

/** Step 17 is never taken: a few bytes can decompress to gigabytes. */
const isReadableHeader = (header: JoseHeader): boolean => isAcceptableHeader(header) && !Object.hasOwn(header, 'zip');

/** Ciphers throw for a wrong tag, each an error of its own. */
function decrypt(open: () => Uint8Array): Uint8Array | null {
  try {
    return open();
  } catch {
    return null;
  }
}
