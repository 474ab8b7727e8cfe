// The registered claims that are obeyed wherever they stand in a payload (RFC 7519, section 4.1).

import { ownMember } from './header.js';

/** Why a genuine token does not count. `malformed`: a NumericDate that is no finite number. */
export type ClaimFault = 'malformed' | 'expired' | 'not-yet-valid' | 'wrong-audience';

export interface ClaimRules {
  /** The clock in seconds; asked only where a date is to be judged. */
  readonly now: () => number;
  /** Seconds by which clocks may differ. */
  readonly tolerance: number;
  /** Whom a token must be for; null: for nobody in particular. */
  readonly audience: string | null;
}

/**
 * The claim that speaks against a payload, or null. As PyJWT checks them: `exp` reached, `nbf` or `iat` in the future,
 * an `aud` that names somebody else. `sub`, `jti` and `iss` are plain data. No date is asked for: an absent one is fine.
 *
 * Comparisons are written so that a clock which gives NaN refuses.
 */
export function claimFault(payload: Record<string, unknown>, rules: ClaimRules): ClaimFault | null {
  // One test for the sessions that carry no claim at all, which is most of them.
  if (
    payload.exp === undefined &&
    payload.nbf === undefined &&
    payload.iat === undefined &&
    payload.aud === undefined &&
    rules.audience === null
  ) {
    return null;
  }
  const exp = ownMember(payload, 'exp');
  const nbf = ownMember(payload, 'nbf');
  const iat = ownMember(payload, 'iat');
  const aud = ownMember(payload, 'aud');
  if (!isDate(exp) || !isDate(nbf) || !isDate(iat)) return 'malformed';
  const now = exp === undefined && nbf === undefined && iat === undefined ? 0 : rules.now();
  if (exp !== undefined && !(now < exp + rules.tolerance)) return 'expired';
  for (const begin of [nbf, iat]) {
    if (begin !== undefined && !(now >= begin - rules.tolerance)) return 'not-yet-valid';
  }
  const isOurs = rules.audience === null ? !namesAudience(aud) : isAudience(aud, rules.audience);
  return isOurs ? null : 'wrong-audience';
}

/** A NumericDate (RFC 7519, section 2), or absent. `1e400` parses as Infinity, which no date is. */
const isDate = (value: unknown): value is number | undefined => value === undefined || Number.isFinite(value);

/** What PyJWT takes for an audience: everything that is true to Python, where `[]` and `{}` are not. */
function namesAudience(aud: unknown): boolean {
  if (typeof aud === 'object' && aud !== null) return Object.keys(aud).length > 0;
  return Boolean(aud);
}

/** One name, or a list that holds it (RFC 7519, section 4.1.3). */
const isAudience = (aud: unknown, audience: string): boolean =>
  aud === audience || (Array.isArray(aud) && aud.includes(audience));
