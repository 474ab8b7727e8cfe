// What the servers of the part "request" have in common.

import { createRequire } from 'node:module';
import { entryUrl } from '../../lib/files.mjs';
import { cacheOption } from '../../lib/microdot.mjs';
import { SECRET } from '../../lib/payloads.mjs';

export const require = createRequire(import.meta.url);

const { Session, withSession } = await import(entryUrl('microdot/session'));

export { withSession };

/** The host of a framework, from the entry that has its name. */
export const host = async (name) => (await import(entryUrl(`microdot/session/${name}`)))[`${name}Host`];

/** The session of this package, with its cache unless told otherwise. */
export const install = (sessionHost, cache = true) =>
  new Session(sessionHost, { secretKey: SECRET, ...cacheOption(cache) });

/** What answers without a session. */
export const NONE = Object.freeze({ n: 1 });

/** Listens on any port of this machine. @returns {Promise<number>} the port */
export const listen = (server) =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
