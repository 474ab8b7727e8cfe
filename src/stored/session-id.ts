// The id of a stored session, which only its cookie knows, and the key under which the store has it.

import { encodeBase64url } from '../bytes/base64url.js';
import { asciiReader, encodeUtf8Into } from '../bytes/utf8.js';
import { sha256 } from '../crypto/sha256.js';
import { ValueError } from '../errors.js';
import { randomSource } from '../platform.js';

/** 128 bits: nobody guesses one, and no two are alike (OWASP asks for 64 of entropy). */
const ID_BYTES = 16;
const ID_CHARACTERS = 22;
/** Bytes behind the end of a text that encoding it may overwrite. */
const ENCODER_ROOM = 3;

/** @throws ValueError `ERR_SESSION_BAD_OPTION` where the runtime has no random source */
export function newSessionId(): string {
  const random = randomSource();
  if (random === undefined) {
    throw new ValueError(
      'ERR_SESSION_BAD_OPTION',
      'stored sessions need random ids, and this runtime has no crypto.getRandomValues: keep to cookie sessions here',
    );
  }
  const bytes = new Uint8Array(ID_BYTES);
  random(bytes);
  return base64url(bytes);
}

/** The id that a signed payload holds; null where it is no payload of a stored session. */
export function sessionIdOf(payload: object): string | null {
  const { sid } = payload as { readonly sid?: unknown };
  return typeof sid === 'string' && sid.length === ID_CHARACTERS && Object.keys(payload).length === 1 ? sid : null;
}

/** The hash of an id: from the keys of a stolen store no cookie can be made. */
export function keyOf(sessionId: string): string {
  const bytes = new Uint8Array(sessionId.length * 3);
  return base64url(sha256(bytes.subarray(0, encodeUtf8Into(sessionId, bytes))));
}

/** Slots of a {@link KeyCache}, a power of two: 200 KB where all are taken. */
const CACHED_KEYS = 1024;

/**
 * The keys of ids that came lately: hashing one takes longer than all the rest of finding a session's key. Only ids that a key
 * of the session has signed are looked for, so that nobody can feel his way to another one by the time of a comparison.
 */
export class KeyCache {
  readonly #ids: string[] = Array.from({ length: CACHED_KEYS }, () => '');
  readonly #keys: string[] = Array.from({ length: CACHED_KEYS }, () => '');

  keyOf(sessionId: string): string {
    // Of three characters, which are random: of 64 codes each, so the odd factor has to spread them.
    const [a, b, c] = [sessionId.charCodeAt(0), sessionId.charCodeAt(1), sessionId.charCodeAt(2)];
    const slot = ((a * 31 + b) * 31 + c) & (CACHED_KEYS - 1);
    if (this.#ids[slot] === sessionId) return this.#keys[slot];
    const key = keyOf(sessionId);
    this.#ids[slot] = sessionId;
    this.#keys[slot] = key;
    return key;
  }
}

function base64url(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil((bytes.length * 4) / 3) + ENCODER_ROOM);
  return asciiReader(text)(encodeBase64url(bytes, bytes.length, new DataView(text.buffer), 0));
}
