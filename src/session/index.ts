// Entry `microdot/session`: signed-cookie sessions, for any host, on any runtime.

export type { CookieOptions } from '../cookie/attributes.js';
export type { KeyEntry, SecretKey, SecretKeys } from '../crypto/keys.js';
export { type ErrorCode, ValueError } from '../errors.js';
export type { JoseHeader } from '../jwt/header.js';
export type { SessionCookieOptions } from './cookie.js';
export type { EventListener, SessionEvent, StoreOperation } from './events.js';
export type { Encryption } from './formats.js';
export { hardened } from './hardened.js';
export { clear, flash, isEmpty } from './helpers.js';
export { type ResponseHead, SESSION, type SessionHost, type SessionJar, type SessionLike } from './host.js';
export type { Identity } from './identity.js';
export type { Seconds } from './lifetime.js';
export type { SessionOptions } from './options.js';
export type { RegisteredClaims, Revoked } from './revoked.js';
export type { Migrate, StandardSchema } from './schema.js';
export { Session } from './session.js';
export type { AnyData, SessionDict, SessionMethods } from './session-dict.js';
export type { Accepted, Reason, Refused, RequestVerdict, Verdict } from './verdict.js';
export { withSession } from './with-session.js';
