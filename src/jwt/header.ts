// The JOSE header of a session token (RFC 7515, section 4): the one we write, and what others may say in theirs.

import { decodeBase64url } from '../bytes/base64url.js';
import type { Scratch } from './scratch.js';

/** A parsed header. Members that are not named here are ignored, `typ` too (RFC 7515, section 4.1.9). */
export interface JoseHeader {
  readonly alg?: unknown;
  readonly kid?: unknown;
  readonly crit?: unknown;
  readonly b64?: unknown;
  readonly [name: string]: unknown;
}

/** base64url of `{"alg":"HS256","typ":"JWT"}`, as PyJWT spells it since 2.5. */
export const HEADER_SEGMENT = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9';

/** The characters `HEADER_SEGMENT.` of every token written here, and of nearly every token read. */
const PREFIX = Uint8Array.from(`${HEADER_SEGMENT}.`, (character) => character.charCodeAt(0));
const prefixView = new DataView(PREFIX.buffer);

/** Where the payload begins behind the usual header. */
export const PAYLOAD_START = PREFIX.length;

export function writeHeader(text: Uint8Array): void {
  text.set(PREFIX);
}

/** Whether the token in `view` begins with the usual header: nine words and a dot, no parsing. */
export function hasUsualHeader(view: DataView): boolean {
  let difference = view.getUint8(PAYLOAD_START - 1) ^ PREFIX[PAYLOAD_START - 1];
  for (let at = 0; at < PAYLOAD_START - 1; at += 4) difference |= view.getInt32(at) ^ prefixView.getInt32(at);
  return difference === 0;
}

/** Any other header, parsed strictly; null where it is not a JSON object in canonical base64url. */
export function parseHeader(scratch: Scratch, end: number): JoseHeader | null {
  const length = decodeBase64url(scratch.text, 0, end, scratch.payload);
  const json = length < 0 ? null : scratch.readPayload(length);
  return json === null ? null : parseJsonObject(json);
}

/**
 * Whether a header of a genuine token may be accepted. Any `crit` is refused, since no extension is implemented
 * (RFC 7515, section 4.1.11), and so is an unencoded payload (RFC 7797).
 */
export function isAcceptableHeader(header: JoseHeader): boolean {
  if (Object.hasOwn(header, 'crit')) return false;
  if (Object.hasOwn(header, 'b64') && header.b64 !== true) return false;
  return !Object.hasOwn(header, 'kid') || typeof header.kid === 'string';
}

/** The object that a JSON text holds; null where it holds something else or is no JSON. Of equal names the last counts. */
export function parseJsonObject(json: string): Record<string, unknown> | null {
  const value = parseJson(json);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

/** The value of a JSON text; undefined where it is none, or is nested deeper than the engine's stack. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
