// The registered claims that are obeyed wherever they stand in a payload (RFC 7519, section 4.1).

import type { Claims } from './content.js';

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
 * The claim that speaks against a token, or null. As PyJWT checks them: `exp` reached, `nbf` or `iat` in the future,
 * an `aud` that names somebody else. `sub`, `jti` and `iss` are plain data. No date is asked for: an absent one is fine.
 *
 * Comparisons are written so that a clock which gives NaN refuses.
 */
export function claimFault({ exp, nbf, iat, aud }: Claims, rules: ClaimRules): ClaimFault | null {
  if (!isDate(exp) || !isDate(nbf) || !isDate(iat)) return 'malformed';
  const now = exp === undefined && nbf === undefined && iat === undefined ? 0 : rules.now();
  if (exp !== undefined && !(now < exp + rules.tolerance)) return 'expired';
  if (!hasBegun(nbf, now, rules) || !hasBegun(iat, now, rules)) return 'not-yet-valid';
  const isOurs = rules.audience === null ? !namesAudience(aud) : isAudience(aud, rules.audience);
  return isOurs ? null : 'wrong-audience';
}

const hasBegun = (begin: number | undefined, now: number, { tolerance }: ClaimRules): boolean =>
  begin === undefined || now >= begin - tolerance;

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
