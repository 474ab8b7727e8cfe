// From the secrets that a user gives to the keys that sign and verify: checked, copied, prepared once.

import { encodeUtf8Into, hasLoneSurrogate } from '../bytes/utf8.js';
import { typeName, ValueError } from '../errors.js';
import { createHmacKey, type HmacKey } from './hmac.js';

/** What only the application knows: text, which counts as its UTF-8 bytes, or bytes. */
export type SecretKey = string | Uint8Array;

/** A secret with a name of its own, which the tokens it signs carry as `kid`. */
export interface KeyEntry {
  /** Up to 64 printable ASCII characters; visible to everybody. */
  readonly id?: string;
  readonly secret: SecretKey;
}

/** One secret, or several: the first signs, all verify. */
export type SecretKeys = SecretKey | readonly (SecretKey | KeyEntry)[];

/** A secret ready for use. */
export interface PreparedKey {
  readonly id: string | null;
  /** The bytes of the secret, or of the key derived from it. */
  readonly material: Uint8Array;
  readonly hmac: HmacKey;
  /** Under 32 bytes, the size of the hash (RFC 7518, section 3.2). */
  readonly weak: boolean;
  /** The text of a public or private key. PyJWT signs and reads nothing with one, and neither do we. */
  readonly asymmetric: boolean;
}

/** Turns a secret's bytes into the key's, where a key is derived for one purpose. */
export type Derive = (secret: Uint8Array) => Uint8Array;

/** RFC 7518 section 3.2 asks for a key of at least the hash's size. */
export const MIN_SECRET_BYTES = 32;
/** A token without `kid` is tried on every key: the list is part of the cost of a bad cookie. */
const MAX_KEYS = 16;

/** PEM armour (RFC 7468). Whoever signs with a public key has a secret that everybody knows. */
const PEM = /----[- ]BEGIN [A-Z0-9 ]+[- ]----/;
/** OpenSSH public keys, which PyJWT refuses wherever they stand in the text, and certificates. */
const SSH = /ssh-ed25519|ssh-rsa|ssh-dss|ecdsa-sha2-nistp(?:256|384|521)|^\S+-cert-v01@openssh\.com[ \t]/;
const KEY_ID = /^[\x20-\x7e]{1,64}$/;

/** A secret as bytes, with its id. */
export interface SecretBytes {
  readonly id: string | null;
  readonly bytes: Uint8Array;
}

/**
 * The bytes of secrets. `null`, `undefined` and an empty secret are no secret: `null`.
 * @throws ValueError `ERR_SESSION_BAD_SECRET` for a type that is no secret, text that UTF-8 cannot carry, an empty list
 * or one with an empty secret, or a bad id
 */
export function readSecrets(secrets: unknown): readonly SecretBytes[] | null {
  if (!Array.isArray(secrets)) {
    const bytes = secretBytes(secrets);
    return bytes === null ? null : [{ id: null, bytes }];
  }
  if (secrets.length === 0 || secrets.length > MAX_KEYS) {
    throw badSecret(`a list for secretKey must hold 1 to ${MAX_KEYS} secrets; this one holds ${secrets.length}`);
  }
  // Not secrets.map, which passes over holes.
  return Array.from<unknown, SecretBytes>(secrets, (entry) => {
    const { id, secret } = isEntry(entry) ? entry : { id: undefined, secret: entry };
    if (id !== undefined && (typeof id !== 'string' || !KEY_ID.test(id))) {
      throw badSecret(`a key id must be 1 to 64 printable ASCII characters; this ${typeName(id)} is not`);
    }
    // A misspelt id would leave the key without one, and its tokens without `kid`.
    if (isEntry(entry) && Object.keys(entry).some((name) => name !== 'id' && name !== 'secret')) {
      throw badSecret('an entry of the list for secretKey has only id and secret');
    }
    const bytes = secretBytes(secret);
    if (bytes === null) throw badSecret('a list for secretKey must not hold an empty secret');
    return { id: id ?? null, bytes };
  });
}

/**
 * Prepares secrets, as {@link readSecrets} reads them.
 * @throws ValueError `ERR_SESSION_BAD_SECRET`, also for equal secrets or equal ids
 */
export function prepareKeys(secrets: unknown, derive?: Derive): readonly PreparedKey[] | null {
  const keys = readSecrets(secrets)?.map((secret) => prepareKey(secret, derive)) ?? null;
  keys?.forEach((key, i) => {
    for (const other of keys.slice(0, i)) assertDifferent(key, other);
  });
  return keys;
}

/** A copy of the secrets that nobody else can change. */
export function copySecrets(secrets: SecretKeys): SecretKeys {
  // Not slice(): that of a Buffer shares its memory.
  if (secrets instanceof Uint8Array) return new Uint8Array(secrets);
  if (typeof secrets === 'string') return secrets;
  return Object.freeze(
    secrets.map((entry) =>
      isEntry(entry)
        ? Object.freeze({ ...entry, secret: copySecrets(entry.secret) as SecretKey })
        : (copySecrets(entry) as SecretKey),
    ),
  );
}

function isEntry(value: unknown): value is KeyEntry {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array) && 'secret' in value;
}

function secretBytes(secret: unknown): Uint8Array | null {
  if (secret === undefined || secret === null) return null;
  const bytes = typeof secret === 'string' ? textBytes(secret) : secret;
  if (!(bytes instanceof Uint8Array)) {
    throw badSecret(
      `secretKey must be text or a Uint8Array, not ${typeName(secret)}; loadSecret() of microdot/session/secret makes one`,
    );
  }
  return bytes.length === 0 ? null : bytes;
}

function prepareKey({ id, bytes }: SecretBytes, derive: Derive | undefined): PreparedKey {
  const material = derive === undefined ? new Uint8Array(bytes) : derive(bytes);
  return Object.freeze({
    id,
    material,
    hmac: createHmacKey(material),
    weak: bytes.length < MIN_SECRET_BYTES,
    // The same for text and for its bytes: what matters here is ASCII.
    asymmetric: isAsymmetric(latin1(bytes)),
  });
}

/**
 * Keys are compared as HMAC sees them, where a key and the same with zero bytes behind it are one, and a long key and
 * its hash. Two of them in a list are a rotation that never took place.
 */
function assertDifferent(a: PreparedKey, b: PreparedKey): void {
  if (a.id !== null && a.id === b.id) throw badSecret('two keys of the list for secretKey have the same id');
  if (a.hmac.inner.every((word, i) => word === b.hmac.inner[i])) {
    throw badSecret('two secrets of the list for secretKey are the same key to HMAC: a rotation needs a new secret');
  }
}

const isAsymmetric = (text: string): boolean => PEM.test(text) || SSH.test(text);

function textBytes(text: string): Uint8Array {
  if (hasLoneSurrogate(text)) throw badSecret('secretKey has a lone surrogate, which has no UTF-8 bytes; give bytes');
  const bytes = new Uint8Array(text.length * 3);
  return bytes.slice(0, encodeUtf8Into(text, bytes));
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

const badSecret = (message: string): ValueError => new ValueError('ERR_SESSION_BAD_SECRET', message);
