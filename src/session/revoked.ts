// The option `revoked`: what the application is asked about every token that has nothing else against it.

import { typeName, ValueError } from '../errors.js';
import { quietly } from './events.js';

/**
 * Claims of a token (RFC 7519, section 4.1) that `revoked` gets beside the data, whether the dict shows them or not. Foreign
 * tokens may have values of any type in those that are `unknown`.
 */
// A type and no interface: those lack the index signature by which the options for any data are options.
export type RegisteredClaims = {
  readonly iss?: unknown;
  readonly sub?: unknown;
  readonly aud?: unknown;
  /** Seconds since 1970, as `nbf` and `iat`. */
  readonly exp?: number;
  readonly nbf?: number;
  readonly iat?: number;
  /** With `revocable`: the session's id, kept for its life. */
  readonly jti?: unknown;
  /** With `revocable`: when that id was given, in milliseconds since 1970. */
  readonly auth_time?: unknown;
};

/** Says whether a token has ended before its time; asked with its data, in the shape of the schema, and its claims. */
export type Revoked<T extends object = object> = (claims: Readonly<Partial<T>> & RegisteredClaims) => boolean;

/**
 * Asks the application, and a list of revocations where there is one, until one of them says so.
 * @throws ValueError `ERR_SESSION_BAD_OPTION`
 */
export function isRevoked(judges: readonly Revoked[], claims: object): boolean {
  Object.freeze(claims);
  for (const revoked of judges) if (saysRevoked(revoked, claims)) return true;
  return false;
}

/**
 * What one throws counts as revoked: a list that cannot be asked must not let everybody in, and a cookie is never an exception.
 * A `ValueError`, and an answer that is neither true nor false, are mistakes of the program.
 */
function saysRevoked(revoked: Revoked, claims: object): boolean {
  let answer: unknown;
  try {
    answer = revoked(claims);
  } catch (error) {
    if (error instanceof ValueError) throw error;
    return true;
  }
  if (typeof answer === 'boolean') return answer;
  // A promise is true to an `if`, and its rejection, which nobody will see, would end the process.
  quietly(() => answer);
  throw new ValueError(
    'ERR_SESSION_BAD_OPTION',
    `session option 'revoked' must return true or false at once; this one returned ${typeName(answer)}`,
  );
}
