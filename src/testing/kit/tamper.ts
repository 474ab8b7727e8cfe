// Cookies that a session has to refuse: what an attacker does with a genuine one, by name.

import { decodeBase64url, encodeBase64url } from '../../bytes/base64url.js';
import { asciiReader, encodeUtf8Into } from '../../bytes/utf8.js';
import type { JoseHeader } from '../../jwt/header.js';
import type { Session } from '../../session/session.js';
import type { AnyData, DataOf } from '../../session/session-dict.js';
import { type SessionSource, sessionOf } from './access.js';
import type { TestCookie } from './cookie.js';
import { payloadOf } from './mint.js';

/**
 * What is done to a cookie.
 *
 * - `payload-changed`: other data, the signature kept. Of an encrypted cookie one bit of the ciphertext.
 * - `signature-changed`: one bit of the signature, or of the authentication tag.
 * - `signature-removed`: nothing behind the last dot.
 * - `alg-none`: an unsecured JWT of the same data (RFC 7519, section 6).
 * - `another-key`: the same session, made with a secret that is not the app's, under the same key id.
 * - `key-id-changed`: the header names a key that nobody has.
 * - `truncated`: the last character is missing.
 */
export type Tampering =
  | 'payload-changed'
  | 'signature-changed'
  | 'signature-removed'
  | 'alg-none'
  | 'another-key'
  | 'key-id-changed'
  | 'truncated';

/** Every {@link Tampering}, for a loop over them. */
export const TAMPERINGS: readonly Tampering[] = Object.freeze([
  'payload-changed',
  'signature-changed',
  'signature-removed',
  'alg-none',
  'another-key',
  'key-id-changed',
  'truncated',
]);

/**
 * A genuine cookie, tampered with: the app has to treat it as no session.
 *
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Session } from 'microdot/session';
 * import { mintCookie, TAMPERINGS, tamperCookie } from 'microdot/session/testing';
 *
 * const sessions = new Session({ secretKey: crypto.getRandomValues(new Uint8Array(32)) });
 * const cookie = mintCookie(sessions, { user: 'ada' });
 * for (const how of TAMPERINGS) {
 *   assert.deepEqual(sessions.decode(tamperCookie(sessions, cookie, how).value), {});
 * }
 * ```
 *
 * @param source the app's session, or the options it is made with
 * @param cookie of {@link mintCookie}, or of {@link readSession}
 * @throws ValueError `ERR_TEST_BAD_ARGUMENT` for a cookie that the session refuses as it is: tampering with it proves nothing
 */
export function tamperCookie<T extends object & DataOf<T> = AnyData, Req extends object = object>(
  source: SessionSource<T, Req>,
  cookie: TestCookie,
  how: Tampering,
): TestCookie {
  const session = sessionOf(source);
  const payload = payloadOf(session, cookie);
  return cookie.withValue(tamperings[how](cookie.value.split('.'), payload, session));
}

/** An encrypted token has five segments, a signed one three (RFC 7516, section 9). */
const ENCRYPTED = 5;

/** What makes the tampered token of the segments of a genuine one, its payload and its session. */
type Tamper = (segments: readonly string[], payload: object, session: Pick<Session, 'encode' | 'verify'>) => string;

const tamperings: Readonly<Record<Tampering, Tamper>> = {
  'payload-changed': (segments) =>
    segments.length === ENCRYPTED ? replaced(segments, 3, flipped) : replaced(segments, 1, withMember),
  'signature-changed': (segments) => replaced(segments, segments.length - 1, flipped),
  'signature-removed': (segments) => replaced(segments, segments.length - 1, () => ''),
  'alg-none': (segments, payload) => {
    const claims = segments.length === ENCRYPTED ? base64url(JSON.stringify(payload)) : segments[1];
    return `${base64url('{"alg":"none","typ":"JWT"}')}.${claims}.`;
  },
  'another-key': (segments, payload, session) => {
    const { kid } = headerOf(segments, session);
    return session.encode(payload, typeof kid === 'string' ? [{ id: kid, secret: ANOTHER_SECRET }] : ANOTHER_SECRET);
  },
  'key-id-changed': (segments, _payload, session) => {
    const header = { ...headerOf(segments, session), kid: 'a key that nobody has' };
    return replaced(segments, 0, () => base64url(JSON.stringify(header)));
  },
  truncated: (segments) => segments.join('.').slice(0, -1),
};

/** Of no use as a secret: it is published here. */
const ANOTHER_SECRET = 'another secret, which is not the one of the app: microdot/session/testing';

function headerOf(segments: readonly string[], session: Pick<Session, 'verify'>): JoseHeader {
  const verdict = session.verify(segments.join('.'));
  return verdict.ok ? verdict.header : {};
}

const replaced = (segments: readonly string[], at: number, change: (segment: string) => string): string =>
  segments.map((segment, i) => (i === at ? change(segment) : segment)).join('.');

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** One bit of the first character, so that the text stays canonical: the last one may have bits to spare. */
const flipped = (segment: string): string => ALPHABET[ALPHABET.indexOf(segment[0]) ^ 1] + segment.slice(1);

/** The JSON object with one member more. */
function withMember(segment: string): string {
  const text = ascii(segment);
  const json = new Uint8Array(text.length + ROOM);
  const end = decodeBase64url(text, 0, text.length, json) - 1;
  const added = ascii(end === 1 ? '"tampered":true}' : ',"tampered":true}');
  json.set(added, end);
  return encoded(json, end + added.length);
}

/** Bytes behind a text that a longer one may need. */
const ROOM = 32;

function base64url(text: string): string {
  const bytes = new Uint8Array(text.length * 3);
  return encoded(bytes, encodeUtf8Into(text, bytes));
}

function encoded(bytes: Uint8Array, length: number): string {
  const text = new Uint8Array(length * 2 + 4);
  return asciiReader(text)(encodeBase64url(bytes, length, new DataView(text.buffer), 0));
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
