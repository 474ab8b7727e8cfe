// From data to the session's token and back: what the token module does, with the session's settings and limits.

import { ValueError } from '../errors.js';
import { type ClaimRules, claimFault } from '../jwt/claims.js';
import { type ClaimName, type Claims, claimsIn } from '../jwt/content.js';
import type { TokenFault, VerifiedToken } from '../jwt/decode.js';
import type { TokenFormat } from '../jwt/format.js';
import type { JoseHeader } from '../jwt/header.js';
import { type Identity, identityAfter, identityJson, identityOf, type Kept } from './identity.js';
import { type Dates, datesAt, endByData, isRenewalDue, type Lifetime, lifetimeFault } from './lifetime.js';
import { MAX_TOKEN_LENGTH, type Settings } from './options.js';
import { ownClaims } from './own-claims.js';
import { payloadJson, quickJson } from './payload.js';
import { appendMembers, isWritten, type WrittenJson } from './plain-json.js';
import { isRevoked, type Revoked } from './revoked.js';
import { checkShape, shapeOf } from './schema.js';
import { type Accepted, type Refused, refused, type Verdict } from './verdict.js';

/** A session's keys and rules, fixed until one of them is assigned anew. */
export interface Codec {
  /** The first makes tokens; all are read. Several only while a session moves from one kind to another. */
  readonly formats: readonly TokenFormat[];
  readonly settings: Settings;
  readonly lifetime: Lifetime | null;
  readonly rules: ClaimRules;
  /** Claims that are the session's own: written and read here, not keys of the dict. In the order they are written. */
  readonly reserved: readonly ClaimName[];
  /** Who is asked whether a session has ended before its time. */
  readonly judges: readonly Revoked[];
  /** The member `aud` as JSON; empty without an audience. */
  readonly audienceJson: string;
}

/** A token on its way out. */
export interface Signed {
  readonly token: string;
  /** Seconds until it expires; null where it does not. */
  readonly maxAge: number | null;
}

/** Default tolerance once dates matter: servers behind one balancer are seldom a minute apart. */
const LIFETIME_TOLERANCE = 60;

export function createCodec(formats: readonly TokenFormat[], settings: Settings): Codec {
  const { idleTimeout: idle, absoluteTimeout: absolute, renew, acceptUndated, audience, now } = settings;
  const isTimed = idle !== null || absolute !== null;
  const tolerance = settings.clockTolerance ?? (isTimed ? LIFETIME_TOLERANCE : 0);
  return Object.freeze({
    formats,
    settings,
    lifetime: isTimed ? { idle, absolute, renew, tolerance, acceptUndated } : null,
    rules: { now, tolerance, audience },
    reserved: ownClaims(settings),
    judges: [settings.revoked, settings.hasEnded].filter((judge) => judge !== null),
    audienceJson: audience === null ? '' : `"aud":${JSON.stringify(audience)}`,
  });
}

/** A token that a key of the session signed, whose dates and audience are in order; its payload is not judged yet. */
export interface Genuine {
  readonly ok: true;
  /** Without the session's own claims. */
  readonly payload: object;
  readonly header: JoseHeader;
  readonly keyIndex: number;
  readonly issuedAt: number | null;
  readonly expiresAt: number | null;
  readonly identity: Identity | null;
  /** The session's own claims, where somebody asks for them. */
  readonly claims: object | null;
}

/** What a token says, or why it is refused. Never throws on a token. */
export function readToken(token: unknown, codec: Codec, maxLength: number = MAX_TOKEN_LENGTH): Genuine | Refused {
  if (token === undefined || token === null) return refused('absent');
  if (typeof token !== 'string') return refused('malformed');
  if (token.length > maxLength) return refused('too-large');
  const verified = decodeToken(token, codec.formats);
  if (typeof verified === 'string') return refused(verified);
  const { payload, header, keyIndex, claims } = verified;
  const fault = claimFault(claims, codec.rules);
  if (fault !== null) return refused(fault);
  return {
    ok: true,
    payload,
    header,
    keyIndex,
    // Numbers or absent: anything else was malformed.
    issuedAt: (claims.iat as number | undefined) ?? null,
    expiresAt: (claims.exp as number | undefined) ?? null,
    identity: codec.settings.revocable ? identityOf(claims) : null,
    claims: codec.judges.length === 0 ? null : claimsOf(claims, codec.reserved),
  };
}

/**
 * The session of data that somebody has vouched for: of a shape that the session takes, and not past its end.
 * @param seenAt of data in a store, when they were visited last: their end may not be of these data
 */
export function judgeData(data: object, genuine: Genuine, codec: Codec, seenAt: number | null = null): Verdict<object> {
  const payload = shapeOf(data, codec.settings);
  if (payload === null) return refused('schema');
  const { header, keyIndex, issuedAt } = genuine;
  let { expiresAt } = genuine;
  const { lifetime } = codec;
  if (lifetime !== null) {
    const now = codec.rules.now();
    if (seenAt !== null) {
      expiresAt = endByData(lifetime, payload, { seenAt, expiresAt });
      if (expiresAt !== null && expiresAt <= now) return refused('expired');
    }
    const late = lifetimeFault(lifetime, payload, issuedAt, expiresAt, now);
    if (late !== null) return refused(late);
  }
  const { judges } = codec;
  if (judges.length > 0 && isRevoked(judges, { ...genuine.claims, ...data, ...payload })) return refused('revoked');
  const accepted = { ok: true, payload, header, keyIndex, issuedAt, expiresAt } as const;
  return genuine.identity === null ? accepted : { ...accepted, identity: genuine.identity };
}

/** The payload of a token, or why it is refused. Never throws on a token. */
export function verifyToken(token: unknown, codec: Codec, maxLength: number = MAX_TOKEN_LENGTH): Verdict<object> {
  const genuine = readToken(token, codec, maxLength);
  return genuine.ok ? judgeData(genuine.payload, genuine, codec) : genuine;
}

/**
 * The signed token of a payload, with the session's own claims behind it.
 * @param kept of the token that this one replaces; null for a new session
 * @param keptEnd its `exp`, where this one does not prolong it
 * @throws ValueError `ERR_SESSION_BAD_PAYLOAD`, `ERR_SESSION_RESERVED_CLAIM`, `ERR_SESSION_TOO_LARGE`
 */
export function signPayload(
  payload: object,
  codec: Codec,
  kept: Kept | null = null,
  keptEnd: number | null = null,
): Signed {
  const json = jsonFor(codec, payload);
  // What is undefined has been left out of the JSON, so it is no key.
  for (const claim of codec.reserved) {
    if ((payload as Record<string, unknown>)[claim] !== undefined) throw reservedClaim(claim);
  }
  const { lifetime, settings } = codec;
  if (lifetime === null && !settings.revocable) return signJson(json, payload, codec, NO_CLAIMS, 0);
  const now = codec.rules.now();
  const renewed = lifetime && datesAt(lifetime, payload, kept?.issuedAt ?? null, now);
  const dates = renewed && { ...renewed, exp: keptEnd ?? renewed.exp };
  const identity = settings.revocable ? identityAfter(kept, now) : null;
  return signJson(json, payload, codec, { dates, identity }, now);
}

/**
 * {@link signPayload} with dates that are known already: of a token whose payload is not what its lifetime depends on.
 * @throws ValueError `ERR_SESSION_TOO_LARGE` where it exceeds `maxCookieBytes`
 */
export function signDated(payload: object, codec: Codec, dates: Dates | null, now: number): Signed {
  const signed = signJson(jsonFor(codec, payload), payload, codec, { dates, identity: null }, now);
  assertFits(signed.token, codec, payload);
  return signed;
}

/** What a token says of its session, beside the audience. */
interface OwnClaims {
  readonly dates: Dates | null;
  readonly identity: Identity | null;
}

const NO_CLAIMS: OwnClaims = { dates: null, identity: null };

/** A payload as JSON: as bytes where the format takes them and only the thorough way of a check has more to say. */
const jsonFor = ({ formats: [format] }: Codec, payload: object): WrittenJson | string =>
  (format.encodeBytes === undefined ? null : quickJson(payload)) ?? payloadJson(payload);

function signJson(json: WrittenJson | string, payload: object, codec: Codec, own: OwnClaims, now: number): Signed {
  const claims = claimsJson(codec, own);
  const token = tokenOfBytes(json, codec, claims) ?? tokenOfText(json, payload, codec, claims);
  const { dates } = own;
  return { token, maxAge: dates === null ? null : Math.max(0, Math.floor(dates.exp) - Math.floor(now)) };
}

/** Null for text, and where functions of the program that were asked meanwhile have made tokens of their own. */
function tokenOfBytes(json: WrittenJson | string, { formats: [format] }: Codec, claims: string): string | null {
  if (typeof json === 'string' || format.encodeBytes === undefined || !isWritten(json)) return null;
  const length = claims === '' ? json.length : appendMembers(json, claims);
  return length < 0 ? null : format.encodeBytes(json.memory, length);
}

function tokenOfText(given: WrittenJson | string, payload: object, { formats }: Codec, claims: string): string {
  let json = typeof given === 'string' ? given : payloadJson(payload);
  if (claims !== '') json = json === '{}' ? `{${claims}}` : `${json.slice(0, -1)},${claims}}`;
  const token = json.length < MAX_TOKEN_LENGTH ? formats[0].encode(json) : null;
  if (token === null || token.length > MAX_TOKEN_LENGTH) throw tooLarge(json.length, MAX_TOKEN_LENGTH, payload);
  return token;
}

/** The session's own claims, as members of an object; empty for none. */
function claimsJson({ audienceJson }: Codec, { dates, identity }: OwnClaims): string {
  if (dates === null && audienceJson === '' && identity === null) return '';
  return [
    dates === null ? '' : `"iat":${dates.iat},"exp":${dates.exp}`,
    audienceJson,
    identity === null ? '' : identityJson(identity),
  ]
    .filter((members) => members !== '')
    .join(',');
}

/**
 * A token that the next request will be able to read back, and a browser to keep; with the data that are in it.
 * @throws ValueError as {@link signPayload}, and `ERR_SESSION_UNREADABLE`, `ERR_SESSION_SCHEMA`
 */
export function signCookie(dict: object, codec: Codec, kept: Kept | null): Signed & { readonly data: object } {
  const data = checkShape(dict, codec.settings);
  const { token, maxAge } = signPayload(data, codec, kept);
  assertReadable(data, codec.rules);
  assertFits(token, codec, data);
  // No spread: one with a property more takes 1.2 us on Node 20, of a signature of 3.
  return { token, maxAge, data };
}

function assertFits(token: string, { settings: { cookieName, maxCookieBytes } }: Codec, data: object): void {
  const size = cookieName.length + token.length;
  if (size > maxCookieBytes) throw tooLarge(size, maxCookieBytes, data);
}

/** Why a read should re-issue the token it came from; null where it should not. */
export function reissueReason(
  codec: Codec,
  { payload, issuedAt, expiresAt, keyIndex }: Accepted<object>,
): 'renew' | 'resign' | null {
  const { lifetime, settings, rules } = codec;
  if (lifetime !== null && isRenewalDue(lifetime, payload, issuedAt, expiresAt, rules.now())) return 'renew';
  return settings.resign && keyIndex > 0 ? 'resign' : null;
}

/**
 * Of several kinds of token the first that recognises it speaks: to the others it is malformed. Their keys count on, so that
 * a token of a kind that is no longer made is one of an older key to all who ask.
 */
function decodeToken(token: string, formats: readonly TokenFormat[]): VerifiedToken | TokenFault {
  let fault: TokenFault = 'malformed';
  let before = 0;
  for (const format of formats) {
    const result = format.decode(token);
    if (typeof result !== 'string') return before === 0 ? result : { ...result, keyIndex: before + result.keyIndex };
    if (fault === 'malformed') fault = result;
    before += format.keyIds.length;
  }
  return fault;
}

/** The id of a key by its place among all of them. */
export const keyIdOf = ({ formats }: Codec, keyIndex: number): string | null =>
  formats.flatMap((format) => format.keyIds)[keyIndex] ?? null;

/** The session's own claims, for the application. */
const claimsOf = (claims: Claims, reserved: readonly ClaimName[]): object =>
  Object.fromEntries(reserved.flatMap((name) => (claims[name] === undefined ? [] : [[name, claims[name]]])));

/** Upstream signs a payload such as `{ exp: null }` or `{ aud: 'x' }`, and then cannot read it: the visitor is stuck. */
function assertReadable(data: object, rules: ClaimRules): void {
  // The session's own audience is written behind the data, which have no `aud` then.
  const asked = rules.audience === null ? rules : { ...rules, audience: null };
  const claims = claimsIn(data);
  let fault = claimFault(claims, asked);
  // An end in the past is a meaning, not a mistake.
  if (fault === 'expired') fault = claimFault({ ...claims, exp: undefined }, asked);
  if (fault === null) return;
  throw new ValueError(
    'ERR_SESSION_UNREADABLE',
    `the next request could not read this session (${fault}): exp, nbf, iat and aud are registered claims of a JWT ` +
      '(RFC 7519, section 4.1); dates are seconds, nbf and iat not in the future. Use other names for your own data',
  );
}

function reservedClaim(claim: string): ValueError {
  return new ValueError(
    'ERR_SESSION_RESERVED_CLAIM',
    `'${claim}' is written by the session itself, because of its timeouts, its audience or revocable: use another name for your data`,
  );
}

/** @param remedy what to do about it, as a sentence without its stop */
export function tooLarge(
  size: number,
  budget: number,
  payload: object,
  remedy = 'Keep large state on the server and only an id here',
): ValueError {
  const largest = Object.entries(payload)
    .map(([key, value]) => ({ key, bytes: JSON.stringify(value)?.length ?? 0 }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 3)
    .map(({ key, bytes }) => `${key} (${bytes})`);
  return new ValueError(
    'ERR_SESSION_TOO_LARGE',
    `the session needs ${size} bytes and its budget is ${budget}; its largest keys: ${largest.join(', ')}. ${remedy}`,
  );
}
