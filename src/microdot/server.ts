// Which server run() stands on: that of the runtime, loaded only when it is needed.

import { ValueError } from '../errors.js';
import type { Microdot } from './app.js';

/** A server that listens. */
export interface RunningServer {
  /** Where, as a URL; the real port where 0 was asked for. */
  readonly url: string;
  /** Resolves when it has stopped and the requests in flight are finished. */
  readonly closed: Promise<void>;
  /** Accepts no more connections. May be called twice. */
  close(): void;
}

/** @throws ValueError `ERR_APP_LISTEN` where it cannot listen. */
export type Serve = (app: Microdot, host: string, port: number) => Promise<RunningServer>;

/** @throws ValueError `ERR_APP_NO_SERVER` on a runtime that only calls `fetch`, as edge workers do. */
export async function loadServer(): Promise<Serve> {
  const runtime = globalThis as { Bun?: unknown; Deno?: unknown; process?: { release?: { name?: string } } };
  if (runtime.Bun !== undefined) return (await import('./serve-bun.js')).serve;
  if (runtime.Deno !== undefined) return (await import('./serve-deno.js')).serve;
  // By its release name: workers with a compatibility layer have process.versions.node too.
  const isNode = runtime.process?.release?.name === 'node' && !isWorkerd();
  if (isNode) return (await import('./serve.js')).serve;
  throw new ValueError(
    'ERR_APP_NO_SERVER',
    'this runtime has no servers to run: export the application instead, `export default { fetch: app.fetch }`',
  );
}

function isWorkerd(): boolean {
  return (globalThis as { navigator?: { userAgent?: string } }).navigator?.userAgent === 'Cloudflare-Workers';
}

/** The error for a server that could not listen. */
export function listenError(cause: unknown, host: string, port: number): ValueError {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unknown error';
  const where = `port ${port} of ${host}`;
  const messages: Readonly<Record<string, string>> = {
    EADDRINUSE: `${where} is in use: stop the program that listens there, or choose another port`,
    AddrInUse: `${where} is in use: stop the program that listens there, or choose another port`,
    EACCES: `${where} is not allowed to this user: choose a port from 1024 on`,
    EADDRNOTAVAIL: `${host} is no address of this machine: choose 127.0.0.1 or 0.0.0.0`,
    ENOTFOUND: `${host} is no address and no name that resolves: choose 127.0.0.1 or 0.0.0.0`,
  };
  return new ValueError('ERR_APP_LISTEN', messages[code] ?? `cannot listen on ${where} (${code})`, { cause });
}

/** A URL to show: an IPv6 address gets its brackets. */
export const urlOf = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
