// The package under test, as it is built: by its public names only.

import { entryUrl } from './files.mjs';
import { SECRET } from './payloads.mjs';

const { Session } = await import(entryUrl('microdot/session'));

function hasTokenCache() {
  try {
    new Session({ secretKey: SECRET, tokenCache: false });
    return true;
  } catch (error) {
    if (error?.code === 'ERR_SESSION_BAD_OPTION') return false;
    throw error;
  }
}

/** Whether this build keeps the tokens that it has verified: without, the rows about it are left out. */
export const TOKEN_CACHE = hasTokenCache();

/** Session options for the cache on or off; nothing where the build has none. */
export const cacheOption = (isOn) => (TOKEN_CACHE && !isOn ? { tokenCache: false } : {});

/**
 * A codec like those of peers.mjs.
 * @param {{ readonly cache: boolean, readonly options?: object }} settings
 */
export function createCodec({ cache, options = {} }) {
  const session = new Session({ secretKey: SECRET, ...options, ...cacheOption(cache) });
  return { encode: (payload) => session.encode(payload), decode: (token) => session.decode(token) };
}

/**
 * One request and its response in the smallest form that a host may have: a header in, Set-Cookie lines out. What is
 * measured is the session, not a framework.
 */
class Jar {
  secure = null;
  headSent = false;
  cookieHeader;
  #waiting = [];
  #lines = [];

  constructor(cookieHeader) {
    this.cookieHeader = cookieHeader;
  }

  onHead(f) {
    this.#waiting.push(f);
  }

  get(_name) {
    return null;
  }

  set(_name, _value) {}

  appendSetCookie(line) {
    this.#lines.push(line);
  }

  finish() {
    for (const f of this.#waiting) f(this);
    this.headSent = true;
    return this.#lines;
  }
}

/** From the Cookie header to the Set-Cookie line: what a handler that counts, or only looks, makes a session do. */
export function createVisits({ cache }) {
  const session = new Session({ secretKey: SECRET, debug: false, ...cacheOption(cache) });
  session.initialize({ installSession() {}, sessionJar: () => null });
  return {
    read(header) {
      const jar = new Jar(header);
      const { n } = session.open(jar);
      jar.finish();
      return n;
    },
    count(header) {
      const jar = new Jar(header);
      const dict = session.open(jar);
      dict.n = (dict.n ?? 0) + 1;
      dict.save();
      return jar.finish()[0];
    },
  };
}
