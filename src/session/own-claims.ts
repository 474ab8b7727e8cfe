// Claims that are the session's own: written and read by it, and no keys of its dict.

import type { ClaimName } from '../jwt/content.js';
import { IDENTITY_CLAIMS } from './identity.js';
import type { Settings } from './options.js';

/** In the order they are written. */
export const ownClaims = ({ idleTimeout, absoluteTimeout, audience, revocable }: Settings): readonly ClaimName[] => [
  ...(idleTimeout === null && absoluteTimeout === null ? [] : (['iat', 'exp'] as const)),
  ...(audience === null ? [] : (['aud'] as const)),
  ...(revocable ? IDENTITY_CLAIMS : []),
];
