// Entry `microdot/session/encrypt`: session cookies that their owner cannot read either.

export type { Encryption } from '../session/formats.js';
export type { AesGcm, MessageCipher } from './aes-gcm.js';
export { type JweOptions, jwe } from './jwe.js';
