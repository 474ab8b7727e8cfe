// Verifies a token and reads its payload (RFC 7515, section 5.2; RFC 7519, section 7.2). Says why it refuses one.

import { decodeBase64url } from '../bytes/base64url.js';
import { encodeUtf8Into } from '../bytes/utf8.js';
import { computeMac, type HmacKey, macEquals } from '../crypto/hmac.js';
import { DIGEST_BYTES } from '../crypto/sha256.js';
import { SIGNATURE_LENGTH } from './encode.js';
import {
  hasUsualHeader,
  isAcceptableHeader,
  type JoseHeader,
  PAYLOAD_START,
  parseHeader,
  parseJson,
} from './header.js';
import { createScratch, type Scratch } from './scratch.js';

/** Why a token is refused before its claims are looked at. */
export type TokenFault = 'malformed' | 'unsupported-header' | 'unknown-key' | 'bad-signature' | 'not-an-object';

export interface VerifiedToken {
  readonly payload: Record<string, unknown>;
  readonly header: JoseHeader;
}

const USUAL_HEADER: JoseHeader = Object.freeze({ alg: 'HS256', typ: 'JWT' });
const DOT = 0x2e;

const common = createScratch();

/** The payload of a token that `key` signed, or why there is none. Linear in the token, never an exception. */
export function decodeJwt(token: string, key: HmacKey): VerifiedToken | TokenFault {
  const scratch = token.length <= common.capacity ? common : createScratch(token.length);
  const { text } = scratch;
  // Step numbers of RFC 7515, 5.2. Step 1: three segments, one byte a character, the last one of 43 characters. Another
  // dot would have to be in the payload, whose decoder refuses it.
  const dot = token.length - SIGNATURE_LENGTH;
  if (dot < 0 || encodeUtf8Into(token, text) !== token.length || text[dot] !== DOT) return 'malformed';
  // Steps 2 to 5: of the header only what the choice of algorithm and key needs is looked at before the signature.
  const usual = dot >= PAYLOAD_START && hasUsualHeader(scratch.view);
  const headerEnd = usual ? PAYLOAD_START - 1 : text.indexOf(DOT);
  if (headerEnd === dot) return 'malformed';
  const header = usual ? USUAL_HEADER : parseHeader(scratch, headerEnd);
  if (header === null) return 'malformed';
  if (header.alg !== 'HS256') return 'unsupported-header';
  // Steps 7 and 8. The MAC's padding overwrites the signature, so that is read first.
  if (decodeBase64url(text, dot + 1, token.length, scratch.mac) !== DIGEST_BYTES) return 'malformed';
  computeMac(key, scratch.view, 0, dot);
  if (!macEquals(scratch.macView)) return 'bad-signature';
  // From here on the token is genuine; what is wrong with it now, someone with the key wrote.
  if (!usual && !isAcceptableHeader(header)) return 'unsupported-header';
  return readPayload(scratch, headerEnd + 1, dot, header);
}

/** Step 6, after the signature on purpose: nothing of an attacker's is parsed. */
function readPayload(scratch: Scratch, start: number, end: number, header: JoseHeader): VerifiedToken | TokenFault {
  const length = decodeBase64url(scratch.text, start, end, scratch.payload);
  const json = length < 0 ? null : scratch.readPayload(length);
  const payload = json === null ? undefined : parseJson(json);
  if (payload === undefined) return 'malformed';
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return 'not-an-object';
  return { payload: payload as Record<string, unknown>, header };
}
