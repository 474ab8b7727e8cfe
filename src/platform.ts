// What a runtime may offer beyond ECMAScript, probed once, each with a fallback. No other file of the core names a global.

interface TextEncoderLike {
  encodeInto(text: string, target: Uint8Array): { readonly read: number; readonly written: number };
}
interface TextDecoderLike {
  readonly fatal?: boolean;
  decode(bytes: Uint8Array): string;
}
/** The part of Node's `Buffer` that makes text of bytes in half of `TextDecoder`'s time, and bytes of base64url. */
export interface TextBuffer {
  toString(encoding: 'latin1' | 'utf8' | 'base64url', start: number, end: number): string;
  write(text: string, offset: number, length: number, encoding: 'base64url'): number;
}

interface Globals {
  readonly Buffer?: { from(memory: ArrayBufferLike, offset: number, length: number): TextBuffer };
  readonly TextEncoder?: new () => TextEncoderLike;
  readonly TextDecoder?: new (label: string, options: { fatal: boolean; ignoreBOM: boolean }) => TextDecoderLike;
  readonly Deno?: {
    unrefTimer?(timer: number): void;
    readonly permissions?: { querySync?(name: { name: string; variable: string }): { state: string } };
  };
  readonly process?: {
    readonly env?: Record<string, string | undefined>;
    emitWarning?(message: string, options: { type: string; code: string }): void;
    getBuiltinModule?(name: 'node:diagnostics_channel'): { channel(name: string): Channel } | undefined;
    getBuiltinModule?(name: 'node:crypto'): Partial<NodeCrypto & NodeHash> | undefined;
  };
  readonly crypto?: { getRandomValues?(bytes: Uint8Array): unknown };
  readonly console?: { warn?(message: string): void };
  readonly navigator?: { readonly userAgent?: string };
  setTimeout?(f: () => void, milliseconds: number): unknown;
  clearTimeout?(timer: unknown): void;
  setImmediate?(this: void, f: () => void): unknown;
}

/** A channel of `node:diagnostics_channel`. */
export interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

/** The part of `node:crypto` that encrypts without waiting, which the ciphers of the web platform cannot. */
export interface NodeCrypto {
  createCipheriv(name: string, key: Uint8Array, iv: Uint8Array, options: { authTagLength: number }): NodeCipher;
  createDecipheriv(name: string, key: Uint8Array, iv: Uint8Array, options: { authTagLength: number }): NodeDecipher;
}
interface NodeHash {
  hash(algorithm: 'sha256', data: Uint8Array, outputEncoding: 'latin1'): string;
}
interface NodeTransform {
  setAAD(bytes: Uint8Array): unknown;
  update(bytes: Uint8Array): Uint8Array;
  final(): Uint8Array;
}
interface NodeCipher extends NodeTransform {
  getAuthTag(): Uint8Array;
}
interface NodeDecipher extends NodeTransform {
  setAuthTag(tag: Uint8Array): unknown;
}

const globals = globalThis as Globals;

const SAMPLE = '\ufeffé';
const SAMPLE_BYTES = Uint8Array.of(0xef, 0xbb, 0xbf, 0xc3, 0xa9);

/**
 * What the platform has, where it does its work: parts of it throw in Node without ICU and in Javy, are absent in small
 * polyfills, or pass over their options.
 */
function tried<V>(make: () => V | undefined, works: (made: V) => boolean): V | undefined {
  try {
    const made = make();
    return made !== undefined && works(made) ? made : undefined;
  } catch {
    return undefined;
  }
}

/** Absent in embedded engines such as QuickJS and XS, where bytes/utf8.ts does the work itself. */
export const textEncoder: TextEncoderLike | undefined = tried(
  () => globals.TextEncoder && new globals.TextEncoder(),
  (encoder) => encoder.encodeInto(SAMPLE, new Uint8Array(SAMPLE_BYTES.length)).written === SAMPLE_BYTES.length,
);

export const textDecoder: TextDecoderLike | undefined = tried(
  () => globals.TextDecoder && new globals.TextDecoder('utf-8', { fatal: true, ignoreBOM: true }),
  (decoder) => decoder.fatal === true && decoder.decode(SAMPLE_BYTES) === SAMPLE,
);

/** The memory of `bytes` as a `Buffer`. Not on Deno, whose `Buffer` is ten times slower than its `TextDecoder`. */
export function textBuffer(bytes: Uint8Array): TextBuffer | undefined {
  if (globals.Deno !== undefined) return undefined;
  return globals.Buffer?.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Warns the developer, once per call; silent where nothing can warn. */
export function warn(code: string, message: string): void {
  const { process } = globals;
  // workerd with nodejs_compat has the function too, and prints nothing.
  if (process?.emitWarning && !isWorkers()) {
    process.emitWarning(message, { type: 'MicrodotWarning', code });
    // Some embedders of small engines have a console that only logs.
  } else globals.console?.warn?.(`[${code}] ${message}`);
}

/** False where `NODE_ENV` is `production`. Asked when a warning is about to be given, never on import. */
export const isDevelopment = (): boolean => environment() !== 'production';

/** True where `NODE_ENV` is `development`: said, not only left open. */
export const isDebugDefault = (): boolean => environment() === 'development';

function environment(): string | undefined {
  // Deno asks the user for every environment variable that a program has no permission for: ask first whether it may.
  const permission = globals.Deno?.permissions?.querySync?.({ name: 'env', variable: 'NODE_ENV' });
  if (permission && permission.state !== 'granted') return undefined;
  return globals.process?.env?.NODE_ENV;
}

const channels = new Map<string, Channel | undefined>();

/** A diagnostics channel, where the runtime has them; found at the first use, never imported. */
export function diagnosticsChannel(name: string): Channel | undefined {
  if (!channels.has(name)) {
    channels.set(name, globals.process?.getBuiltinModule?.('node:diagnostics_channel')?.channel(name));
  }
  return channels.get(name);
}

/** `node:crypto`, on Node, Bun, Deno and where else it is built in; found when asked for, never imported. */
export function nodeCrypto(): NodeCrypto | undefined {
  const { createCipheriv, createDecipheriv } = globals.process?.getBuiltinModule?.('node:crypto') ?? {};
  return createCipheriv && createDecipheriv && { createCipheriv, createDecipheriv };
}

/**
 * SHA-256 of bytes in one call, as Latin-1 text: on Node and Bun; loads `node:crypto`. Not on Deno, where the call takes up
 * to 2.5 us, and not on Workers, which have no such module without a flag.
 */
export function oneShotHash(): ((bytes: Uint8Array) => string) | undefined {
  if (globals.Deno !== undefined || isWorkers()) return undefined;
  const hash = globals.process?.getBuiltinModule?.('node:crypto')?.hash;
  return hash && ((bytes) => hash('sha256', bytes, 'latin1'));
}

const isWorkers = (): boolean => globals.navigator?.userAgent === 'Cloudflare-Workers';

/** What fills bytes at random, fit for keys and nonces. Asked for when needed: Node loads its `crypto` at the first touch. */
export function randomSource(): ((bytes: Uint8Array) => void) | undefined {
  const { crypto } = globals;
  return crypto?.getRandomValues && ((bytes) => void crypto.getRandomValues?.(bytes));
}

/** What timers count in 32 bits: 24 days. Past it they would run at once. */
const LONGEST = 0x7f_ff_ff_ff;

/** Calls `f` later, unless what it returns is called before; undefined where an engine has no timers. */
export function startTimer(f: () => void, milliseconds: number): (() => void) | undefined {
  const timer = globals.setTimeout?.(f, Math.min(milliseconds, LONGEST));
  return timer === undefined ? undefined : () => globals.clearTimeout?.(timer);
}

/** {@link startTimer} that does not keep a process alive, where there are processes. */
export function startBackgroundTimer(f: () => void, milliseconds: number): (() => void) | undefined {
  const timer = globals.setTimeout?.(f, Math.min(milliseconds, LONGEST));
  if (timer === undefined) return undefined;
  // A number on Deno, whose function for it takes that.
  if (typeof timer === 'number') globals.Deno?.unrefTimer?.(timer);
  else (timer as { unref?(): void }).unref?.();
  return () => globals.clearTimeout?.(timer);
}

/** Seconds since 1970, with a fraction. */
export function systemClock(): number {
  return Date.now() / 1000;
}

/** Not on Workers, where it belongs to the request that called it: it would not come if that one ended before. */
const setImmediate = isWorkers() ? undefined : globals.setImmediate;

/**
 * Calls `f` when the program has done what its sockets gave it to do, before it waits for more; elsewhere than on Node, Bun and
 * Deno as soon as the code that runs has ended. Found at the start: a test that takes over the timers afterwards, and turns no
 * clock, would never let it come.
 */
export function whenIdle(f: () => void): void {
  if (setImmediate === undefined) void Promise.resolve().then(f);
  else setImmediate(f);
}
