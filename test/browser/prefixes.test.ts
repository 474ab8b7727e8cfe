// The __Host- prefix, Secure, SameSite and prefetches in Chromium; and that our configuration refuses what browsers drop.
import { describe, it } from 'node:test';
import { Microdot } from '../../dist/microdot/index.js';
import { Session } from '../../dist/session/index.js';
import { throwsCode } from '../support/errors.js';
import { needs } from '../support/needs.js';
import { describeCookies } from './cookies.js';
import { openChromium } from './drivers.js';
import { SECRET } from './visited.js';

describeCookies({ name: 'Chromium', need: needs.chromium(), open: openChromium });

describe('cookies that a browser would drop', () => {
  it('cookieName: are errors of configuration first', () => {
    for (const cookieOptions of [{}, { secure: true, path: '/deep' }, { secure: true, domain: 'site-a.test' }]) {
      const options = { secretKey: SECRET, cookieName: '__Host-session', cookieOptions };
      throwsCode(() => new Session(new Microdot(), options), 'ERR_SESSION_BAD_OPTION', [SECRET]);
    }
    const insecure = { secretKey: SECRET, cookieName: '__Secure-session', cookieOptions: {} };
    throwsCode(() => new Session(new Microdot(), insecure), 'ERR_SESSION_BAD_OPTION', [SECRET]);
    const none = { secretKey: SECRET, cookieOptions: { sameSite: 'None' } } as const;
    throwsCode(() => new Session(new Microdot(), none), 'ERR_SESSION_BAD_OPTION', [SECRET]);
  });
});
