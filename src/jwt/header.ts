// The JOSE header of a session token (RFC 7515, section 4): the ones we write, and what others may say in theirs.

import { decodeBase64url, encodeBase64url } from '../bytes/base64url.js';
import type { Scratch } from './scratch.js';

/** A parsed header. Members that are not named here are ignored, `typ` too (RFC 7515, section 4.1.9). */
export interface JoseHeader {
  readonly alg?: unknown;
  readonly kid?: unknown;
  readonly crit?: unknown;
  readonly b64?: unknown;
  readonly [name: string]: unknown;
}

/** A header that we write, and so meet in nearly every token: known by its bytes, without parsing. */
export interface KnownHeader {
  readonly fields: JoseHeader;
  /** The encoded header and the dot behind it. */
  readonly prefix: Uint8Array;
  readonly view: DataView;
}

/** A header of our own, whose members are ASCII and written in the order they are given in. */
export function createHeader(fields: JoseHeader): KnownHeader {
  const json = Uint8Array.from(JSON.stringify(fields), (character) => character.charCodeAt(0));
  const text = new Uint8Array(json.length * 2 + 4);
  const end = encodeBase64url(json, json.length, new DataView(text.buffer), 0);
  text[end] = DOT;
  const prefix = text.slice(0, end + 1);
  return Object.freeze({ fields: Object.freeze({ ...fields }), prefix, view: new DataView(prefix.buffer) });
}

const DOT = 0x2e;

/** The header with a key id, or without one: then it is the bytes that PyJWT writes since 2.5, members sorted. */
const signedHeader = (kid: string | null): KnownHeader =>
  createHeader(kid === null ? { alg: 'HS256', typ: 'JWT' } : { alg: 'HS256', kid, typ: 'JWT' });

const USUAL_HEADER = signedHeader(null);

/** {@link signedHeader}, of which most processes need the one without an id only. */
export const headerOf = (kid: string | null): KnownHeader => (kid === null ? USUAL_HEADER : signedHeader(kid));

/** Whether the token of `length` characters in `view` begins with a known header. */
export function beginsWith(view: DataView, length: number, header: KnownHeader): boolean {
  const size = header.prefix.length;
  if (length < size) return false;
  let difference = 0;
  let at = 0;
  for (; at + 4 <= size; at += 4) difference |= view.getInt32(at) ^ header.view.getInt32(at);
  for (; at < size; at++) difference |= view.getUint8(at) ^ header.view.getUint8(at);
  return difference === 0;
}

/** Any other header, parsed strictly; null where it is not a JSON object in canonical base64url. */
export function parseHeader(scratch: Scratch, end: number): JoseHeader | null {
  const length = decodeBase64url(scratch.text, 0, end, scratch.payload);
  const json = length < 0 ? null : scratch.readPayload(length);
  const value = json === null ? undefined : parseJson(json);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JoseHeader) : null;
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

/**
 * What stands in the JSON itself, undefined where nothing does: in a program with a polluted `Object.prototype` every
 * header and every payload would else have a `kid`, an `exp`.
 */
export function ownMember(parsed: object, name: string): unknown {
  return Object.hasOwn(parsed, name) ? (parsed as Record<string, unknown>)[name] : undefined;
}

/** The value of a JSON text, of equal names the last; undefined where it is none, or nested deeper than the stack. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
