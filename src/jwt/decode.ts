// Verifies a token and reads its payload (RFC 7515, section 5.2; RFC 7519, section 7.2). Says why it refuses one.

import { decodeBase64url, decodeDigest, LONG_BASE64URL } from '../bytes/base64url.js';
import { encodeUtf8Into } from '../bytes/utf8.js';
import { computeRoomyMac, macEquals } from '../crypto/hmac.js';
import { type ClaimName, type Content, contentOf } from './content.js';
import { SIGNATURE_LENGTH } from './encode.js';
import { beginsWith, isAcceptableHeader, type JoseHeader, ownMember, parseHeader, parseJson } from './header.js';
import { candidates, type KeyRing, type KnownKeys } from './key-ring.js';
import { createScratch, readSignature, type Scratch, tokenText } from './scratch.js';
import { contentOfKnown, MAX_CACHED, type TokenCache } from './token-cache.js';

/** Why a token is refused before its claims are looked at. */
export type TokenFault = 'malformed' | 'unsupported-header' | 'unknown-key' | 'bad-signature' | 'not-an-object';

export interface VerifiedToken extends Content {
  readonly header: JoseHeader;
  /** Which key of the ring signed it. */
  readonly keyIndex: number;
}

const DOT = 0x2e;

const common = createScratch();

/**
 * The payload of a token that a key of the ring signed, or why there is none. Linear in the token, never an exception.
 * @param cache of tokens that were checked before with the same ring and the same claims to be taken out
 * @param own claims that are taken out of the payload
 */
export function decodeJwt(
  token: string,
  ring: KeyRing,
  cache: TokenCache | null = null,
  own: readonly ClaimName[] = [],
): VerifiedToken | TokenFault {
  const scratch = token.length <= common.capacity ? common : createScratch(token.length);
  const { text, view } = scratch;
  // Step numbers of RFC 7515, 5.2. Step 1: three segments, one byte a character, the last one of 43 characters. Another
  // dot would have to be in the payload, whose decoder refuses it.
  const dot = token.length - SIGNATURE_LENGTH;
  if (dot < 0 || encodeUtf8Into(token, text) !== token.length || text[dot] !== DOT) return 'malformed';
  const before = cache?.find(readSignature(scratch, dot), token);
  if (before !== undefined) {
    return verified(contentOfKnown(before, own), before.header, before.keyIndex);
  }
  // Steps 2 to 5: of the header only what the choice of the key needs is looked at before the signature.
  const known = knownKeys(ring, view, dot);
  const headerEnd = known === undefined ? text.indexOf(DOT) : known.header.prefix.length - 1;
  if (headerEnd === dot) return 'malformed';
  const header = known === undefined ? parseHeader(scratch, headerEnd) : known.header.fields;
  if (header === null) return 'malformed';
  if (known === undefined && ownMember(header, 'alg') !== 'HS256') return 'unsupported-header';
  const keys = known === undefined ? candidates(ring, header) : known.keys;
  if (keys.length === 0) return 'unknown-key';
  // Steps 7 and 8. The MAC's padding overwrites the signature, so that is read first.
  if (!decodeDigest(text, dot + 1, scratch.mac)) return 'malformed';
  for (const key of keys) {
    computeRoomyMac(key.hmac, scratch, dot);
    if (!macEquals(scratch.mac)) continue;
    // From here on the token is genuine; what is wrong with it now, someone with the key wrote.
    if (known === undefined && !isAcceptableHeader(header)) return 'unsupported-header';
    const json = readPayload(token, scratch, headerEnd + 1, dot);
    const payload = payloadOf(json);
    if (typeof payload === 'string' || json === null) return payload as TokenFault;
    // A header of somebody else's is an object that its reader may change.
    if (known !== undefined && cache !== null && token.length <= MAX_CACHED) {
      cache.keep(scratch.signature, { token: tokenText(scratch, dot), header, keyIndex: key.index, content: json });
    }
    return verified(contentOf(payload, own), header, key.index);
  }
  return 'bad-signature';
}

/** No spread: one with a property more takes 1.2 us on Node 20. */
export const verified = ({ payload, claims }: Content, header: JoseHeader, keyIndex: number): VerifiedToken => ({
  payload,
  claims,
  header,
  keyIndex,
});

function knownKeys(ring: KeyRing, view: DataView, length: number): KnownKeys | undefined {
  for (const known of ring.known) if (beginsWith(view, length, known.header)) return known;
  return undefined;
}

/** Step 6, after the signature on purpose: nothing of an attacker's is parsed. */
function readPayload(token: string, scratch: Scratch, start: number, end: number): string | null {
  const { decodeLong, payload, text } = scratch;
  const length =
    decodeLong !== null && end - start >= LONG_BASE64URL
      ? decodeLong(token.slice(start, end))
      : decodeBase64url(text, start, end, payload);
  return length < 0 ? null : scratch.readPayload(length);
}

/** The payload in a text; `null` stands for bytes that are none. */
export function payloadOf(json: string | null): Record<string, unknown> | TokenFault {
  const payload = json === null ? undefined : parseJson(json);
  if (payload === undefined) return 'malformed';
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return 'not-an-object';
  return payload as Record<string, unknown>;
}
