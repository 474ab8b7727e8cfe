// The registered claims that are obeyed wherever they stand in a payload (RFC 7519, section 4.1).

/** Why a genuine token does not count. `malformed`: a NumericDate that is no finite number. */
export type ClaimFault = 'malformed' | 'expired' | 'not-yet-valid' | 'wrong-audience';

/**
 * The claim that speaks against a payload, or null. As PyJWT checks them: `exp` reached, `nbf` or `iat` in the future,
 * an `aud` that names somebody else. `sub`, `jti` and `iss` are plain data. Nothing is asked of a claim that is absent.
 *
 * @param now the clock in seconds; asked only where a date is to be judged
 */
export function claimFault(payload: Record<string, unknown>, now: () => number): ClaimFault | null {
  const { exp, nbf, iat, aud } = payload;
  // One test for the sessions that carry no claim at all, which is most of them.
  if (exp === undefined && nbf === undefined && iat === undefined && aud === undefined) return null;
  if (!isDate(exp) || !isDate(nbf) || !isDate(iat)) return 'malformed';
  // Written so that a clock which gives NaN refuses.
  if (exp !== undefined && !(now() < exp)) return 'expired';
  if ((nbf !== undefined && !(now() >= nbf)) || (iat !== undefined && !(now() >= iat))) return 'not-yet-valid';
  return namesAudience(aud) ? 'wrong-audience' : null;
}

/** A NumericDate (RFC 7519, section 2), or absent. `1e400` parses as Infinity, which no date is. */
const isDate = (value: unknown): value is number | undefined => value === undefined || Number.isFinite(value);

/** What PyJWT takes for an audience: everything that is true to Python, where `[]` and `{}` are not. */
function namesAudience(aud: unknown): boolean {
  if (typeof aud === 'object' && aud !== null) return Object.keys(aud).length > 0;
  return Boolean(aud);
}
