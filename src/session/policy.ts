// What a session does for its requests, with the options in force: load, sign, mark the response, warn the developer.

import { ValueError } from '../errors.js';
import { isDebugDefault, isDevelopment } from '../platform.js';
import { protectFromCaches } from './cache-headers.js';
import { type Codec, signCookie } from './codec.js';
import {
  createSessionCookie,
  maxAgeOfData,
  maxAgeOfOldData,
  type SessionCookie,
  setCookieHeader,
  type TokenToSend,
} from './cookie.js';
import { emit } from './events.js';
import type { ResponseHead, SessionJar } from './host.js';
import { createIdentity, type Kept } from './identity.js';
import { type Loads, loadCookie, reissue } from './load.js';
import type { Loaded, SessionPolicy } from './opened.js';
import { resolveSettings, type Settings } from './options.js';
import { warnOfInsecureConnection, warnOfSize, warnOfUnsaved } from './warnings.js';

/** From this part of `maxCookieBytes` on a cookie is about to fail. */
const NEARLY_FULL = 0.9;

export class Policy implements SessionPolicy {
  #settings: Settings = resolveSettings({});
  #codec: Codec | null = null;
  /** Asked of the environment once: reading it takes longer than verifying a small token. */
  #debug = false;
  /** The `auth_time` of a new identity of data; null where nobody but the clock says. */
  authTimeOf: ((data: object) => number) | null = null;
  cookie: SessionCookie = createSessionCookie(Object.freeze({}));
  /** Warnings that were given: each comes once. */
  readonly #warned = new Set<string>();

  get settings(): Settings {
    return this.#settings;
  }

  /** Puts keys and rules in force together; a null codec is no secret. */
  install(codec: Codec | null, settings: Settings): void {
    this.#codec = codec;
    this.#settings = settings;
    this.#debug = settings.debug ?? isDebugDefault();
  }

  /** Null without a secret. */
  get codec(): Codec | null {
    return this.#codec;
  }

  requireCodec(): Codec {
    if (this.#codec !== null) return this.#codec;
    throw new ValueError(
      'ERR_SESSION_NO_SECRET',
      'the session has no secret: give secretKey (32 random bytes or more) when the session is made, or assign it',
    );
  }

  load(jar: SessionJar, request: object, opened: Loads): void {
    loadCookie(jar, request, this.requireCodec(), opened);
  }

  sign(data: object, kept: Kept | null): TokenToSend {
    const { cookieName, maxCookieBytes, onEvent, warnBytes } = this.#settings;
    const { token, maxAge, data: saved } = signCookie(data, this.requireCodec(), this.identified(data, kept));
    const dataMaxAge = maxAgeOfData(this.cookie, saved);
    const bytes = cookieName.length + token.length;
    const limit = Number.isFinite(warnBytes) ? Math.min(warnBytes, maxCookieBytes * NEARLY_FULL) : warnBytes;
    if (bytes > limit && this.#settings.debug !== false && (this.#debug || isDevelopment())) {
      this.#once('size', () => warnOfSize(bytes, limit, maxCookieBytes));
    }
    emit(onEvent, { type: 'save', cookieName, bytes });
    return { token, maxAge, dataMaxAge };
  }

  reissue(loaded: Loaded): TokenToSend | null {
    // Without a secret since the load: nobody has saved, so this is no error of a save.
    const signed = this.#codec && reissue(loaded, this.#codec);
    if (signed === null) return null;
    const { token, maxAge, data } = signed;
    return { token, maxAge, dataMaxAge: maxAgeOfOldData(this.cookie, data) ?? maxAge };
  }

  identity(): string {
    const { domain, path } = this.cookie.options;
    return `${this.#settings.cookieName};${domain ?? ''};${path ?? ''}`;
  }

  setCookie(jar: SessionJar, sending: TokenToSend | null): string {
    const isHttps = this.#isHttps(jar);
    if (!isHttps && this.cookie.options.secure === true && this.#debug) {
      this.#once('secure', warnOfInsecureConnection);
    }
    return setCookieHeader(this.#settings.cookieName, sending, this.cookie, isHttps);
  }

  deleted(): void {
    emit(this.#settings.onEvent, { type: 'delete', cookieName: this.#settings.cookieName });
  }

  watches(): 'save' | 'warn' | null {
    if (this.#settings.autoSave) return 'save';
    return this.#debug && !this.#warned.has('unsaved') ? 'warn' : null;
  }

  unsaved(keys: readonly string[]): void {
    this.#once('unsaved', () => warnOfUnsaved(keys));
  }

  keeps(): boolean {
    return this.#settings.revocable || (this.#codec !== null && this.#codec.lifetime !== null);
  }

  /** A new identity as late as its subject's sessions have been ended up to, where somebody keeps account of that. */
  identified(data: object, kept: Kept | null): Kept | null {
    if (this.authTimeOf === null || kept !== null) return kept;
    return { issuedAt: null, identity: createIdentity(this.authTimeOf(data)) };
  }

  protects(): boolean {
    return this.#settings.cacheHeaders;
  }

  protect(head: ResponseHead, setsCookie: boolean, isOurs: boolean): boolean {
    const { cacheHeaders, cookieName, onEvent } = this.#settings;
    if (!cacheHeaders) return isOurs;
    const mended = protectFromCaches(head, setsCookie, isOurs);
    if (mended.removed.length > 0) emit(onEvent, { type: 'cache-header', cookieName, removed: mended.removed });
    return mended.isOurs;
  }

  /** What the client sees. Where nobody knows, https: a cookie too strict is noticed, one too lax is not. */
  #isHttps(jar: SessionJar): boolean {
    const forwarded = this.#settings.trustProxy ? jar.requestHeader?.('x-forwarded-proto') : null;
    // The first of a list is what the outermost proxy saw.
    const scheme = forwarded?.split(',', 1)[0]?.trim().toLowerCase();
    return scheme === 'https' || (scheme !== 'http' && jar.secure !== false);
  }

  #once(what: string, warn: () => void): void {
    if (this.#warned.has(what)) return;
    this.#warned.add(what);
    warn();
  }
}
