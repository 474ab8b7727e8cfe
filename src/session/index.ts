// Entry `microdot/session`: signed-cookie sessions, for any host, on any runtime.

export type { CookieOptions } from '../cookie/attributes.js';
export type { SecretKey } from '../crypto/keys.js';
export { type ErrorCode, ValueError } from '../errors.js';
export type { JoseHeader } from '../jwt/header.js';
export { type ResponseHead, SESSION, type SessionHost, type SessionJar, type SessionLike } from './host.js';
export type { SessionOptions } from './options.js';
export { Session } from './session.js';
export type { SessionDict, SessionMethods } from './session-dict.js';
export type { Accepted, Reason, Refused, Verdict } from './verdict.js';
export { withSession } from './with-session.js';
