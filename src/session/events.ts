// What a session tells its operator: events without data, tokens or secrets, and a channel for those who only listen.

import { diagnosticsChannel } from '../platform.js';
import type { Reason } from './verdict.js';

/** Something that happened to a session. It never carries the data, the token or the secret. */
export type SessionEvent =
  /** A cookie was read. `keyIndex` over 0 means that its key is on the way out. */
  | { readonly type: 'load'; readonly cookieName: string; readonly keyIndex: number; readonly keyId: string | null }
  /** The handler saved; `bytes` is the size of the cookie's name and value, or of the data where they go to a store. */
  | { readonly type: 'save'; readonly cookieName: string; readonly bytes: number }
  | { readonly type: 'delete'; readonly cookieName: string }
  /** A read past half of the idle time re-issued the token. */
  | { readonly type: 'renew'; readonly cookieName: string; readonly bytes: number }
  /** A token of an older key was re-issued with the newest. */
  | { readonly type: 'resign'; readonly cookieName: string; readonly keyIndex: number; readonly bytes: number }
  /** A cookie was refused. */
  | { readonly type: 'reject'; readonly cookieName: string; readonly reason: Reason }
  /** A header of the application's would have let caches keep a visitor's cookie, and was mended. */
  | { readonly type: 'cache-header'; readonly cookieName: string; readonly removed: readonly string[] }
  /** A stored session got another id, or was taken over from an older place. */
  | { readonly type: 'regenerate' | 'move'; readonly cookieName: string }
  /** A store failed, or did not answer in time. */
  | {
      readonly type: 'store-error';
      readonly cookieName: string;
      readonly operation: StoreOperation;
      readonly isTimeout: boolean;
    };

/** What a store was asked for when it failed. */
export type StoreOperation = 'read' | 'create' | 'patch' | 'delete' | 'rename' | 'list' | 'deleteSubject' | 'purge';

export type EventListener = (event: SessionEvent) => void;

/** The name of the diagnostics channel. */
export const CHANNEL = 'microdot:session';

/** Whether anybody hears an event: without listeners none need be made, on the path of every request. */
export function isHeard(listener: EventListener | null): boolean {
  return listener !== null || diagnosticsChannel(CHANNEL)?.hasSubscribers === true;
}

/**
 * Tells the listener and the channel. What they throw is theirs: a broken listener never breaks a request. What a
 * subscriber of the channel throws, the runtime itself reports as an uncaught exception, after the publishing.
 */
export function emit(listener: EventListener | null, event: SessionEvent): void {
  const channel = diagnosticsChannel(CHANNEL);
  if (channel?.hasSubscribers) quietly(() => channel.publish(event));
  if (listener !== null) quietly(() => listener(event));
}

/** Calls what the application gave, and keeps what it throws, now or later, from the request. */
export function quietly(call: () => unknown): void {
  try {
    const result = call();
    // Any thenable: a promise of another realm or library ends the process too when nobody handles it.
    if (typeof (result as { then?: unknown } | null | undefined)?.then === 'function') {
      Promise.resolve(result).catch(ignore);
    }
  } catch {
    ignore();
  }
}

// Nowhere to report to: the listener is the place where errors are reported.
const ignore = (): void => {};
