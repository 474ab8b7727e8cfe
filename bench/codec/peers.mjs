// The libraries that make a text of a payload and read it back, each as its own documentation says, at its best settings.

import { fromCreateHmac } from './create-hmac.mjs';
import { fromNoble } from './noble.mjs';
import { ENCRYPTED_PEERS } from './peers/encrypted.mjs';
import { JWT_PEERS } from './peers/jwt.mjs';
import { SIGNED_PEERS } from './peers/signed.mjs';

export { CACHED_PEERS, DATED_PEERS } from './peers/keeping.mjs';

/**
 * @typedef {object} Codec
 * @property {(payload: object) => unknown} encode text, or a promise of it
 * @property {(text: string) => unknown} decode the payload, or a promise of it; for a bad one `undefined`, `null` or an error
 *
 * @typedef {object} Peer
 * @property {string} id the package, and the way it is used where there are several
 * @property {string} [package] where the id is not its name
 * @property {string} does the kind of work, for the table
 * @property {string | null} [missing] why it cannot be measured here
 * @property {boolean} [async] measured with 64 promises in flight
 * @property {(secret: string) => Codec | Promise<Codec>} create
 */

/** @type {readonly Peer[]} */
export const PEERS = Object.freeze([
  ...JWT_PEERS,
  { id: 'node:crypto createHmac', package: null, does: 'JWT HS256, no claims', create: fromCreateHmac },
  { id: '@noble/hashes, pre-keyed', package: '@noble/hashes', does: 'JWT HS256, no claims', create: fromNoble },
  ...SIGNED_PEERS,
  ...ENCRYPTED_PEERS,
]);
