// The __Host- prefix, Secure, SameSite and prefetches in Firefox.
import { needs } from '../support/needs.js';
import { describeCookies } from './cookies.js';
import { openFirefox } from './drivers.js';

describeCookies({ name: 'Firefox', need: needs.firefox(), open: openFirefox });
