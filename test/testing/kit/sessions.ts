// Sessions of every option mix that decides what a token looks like.
import { jwe } from '../../../dist/encrypt/index.js';
import { hardened, type SessionOptions } from '../../../dist/session/index.js';
import { SECRET } from '../../jwt/forge.js';

const OLD = 'an older secret of more than thirty-two bytes';

export type Options = SessionOptions<Record<string, unknown>>;

export const MIXES: Readonly<Record<string, Options>> = {
  plain: { secretKey: SECRET },
  purpose: { secretKey: SECRET, purpose: 'sign-in' },
  audience: { secretKey: SECRET, audience: 'shop' },
  timeouts: { secretKey: SECRET, idleTimeout: 600, absoluteTimeout: 3600 },
  'a list without ids': { secretKey: [SECRET, OLD] },
  'a list with ids': {
    secretKey: [
      { id: '2', secret: SECRET },
      { id: '1', secret: OLD },
    ],
  },
  encrypted: { secretKey: SECRET, encrypt: jwe() },
  'encrypted, migrating': { secretKey: SECRET, encrypt: jwe({ migrate: true }) },
  'encrypted, with everything': {
    ...hardened<Record<string, unknown>>({
      secretKey: [{ id: 'new', secret: SECRET }, OLD],
      audience: 'shop',
      encrypt: jwe(),
    }),
  },
  hardened: hardened<Record<string, unknown>>({ secretKey: SECRET }),
};
