// A session from the Cookie header to the Set-Cookie line as one writes it by hand: a JWT library and the package "cookie".

import { createRequire } from 'node:module';
import { fromCreateHmac } from './create-hmac.mjs';

const require = createRequire(import.meta.url);
const { parseCookie, stringifySetCookie } = require('cookie');
const { createSigner, createVerifier } = require('fast-jwt');

const ATTRIBUTES = { path: '/', httpOnly: true };

function visitsOf({ encode, decode }) {
  const load = (header) => {
    const { session } = parseCookie(header);
    return session === undefined ? {} : decode(session);
  };
  return {
    read: (header) => load(header).n,
    count(header) {
      const data = load(header);
      data.n = (data.n ?? 0) + 1;
      return stringifySetCookie('session', encode(data), ATTRIBUTES);
    },
  };
}

/** By what they are made of. */
export const handMadeVisits = (secret) => ({
  'fast-jwt and cookie': visitsOf({
    encode: createSigner({ key: secret, noTimestamp: true }),
    decode: createVerifier({ key: secret, algorithms: ['HS256'] }),
  }),
  'createHmac and cookie': visitsOf(fromCreateHmac(secret)),
});
