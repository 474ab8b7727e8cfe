// What a runtime may offer beyond ECMAScript, probed once, each with a fallback. No other file of the core names a global.

interface TextEncoderLike {
  encodeInto(text: string, target: Uint8Array): { readonly read: number; readonly written: number };
}
interface TextDecoderLike {
  decode(bytes: Uint8Array): string;
}
/** The part of Node's `Buffer` that makes text of bytes in half of `TextDecoder`'s time. */
export interface TextBuffer {
  toString(encoding: 'latin1' | 'utf8', start: number, end: number): string;
}

interface Globals {
  readonly Buffer?: { from(memory: ArrayBufferLike, offset: number, length: number): TextBuffer };
  readonly TextEncoder?: new () => TextEncoderLike;
  readonly TextDecoder?: new (label: string, options: { fatal: boolean; ignoreBOM: boolean }) => TextDecoderLike;
  readonly Deno?: {
    readonly permissions?: { querySync?(name: { name: string; variable: string }): { state: string } };
  };
  readonly process?: {
    readonly env?: Record<string, string | undefined>;
    emitWarning?(message: string, options: { type: string; code: string }): void;
  };
  readonly console?: { warn(message: string): void };
}

const globals = globalThis as Globals;

/** Absent in embedded engines such as QuickJS and XS, where bytes/utf8.ts does the work itself. */
export const textEncoder: TextEncoderLike | undefined = globals.TextEncoder && new globals.TextEncoder();

export const textDecoder: TextDecoderLike | undefined =
  globals.TextDecoder && new globals.TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The memory of `bytes` as a `Buffer`. Not on Deno, whose `Buffer` is ten times slower than its `TextDecoder`. */
export function textBuffer(bytes: Uint8Array): TextBuffer | undefined {
  if (globals.Deno !== undefined) return undefined;
  return globals.Buffer?.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Warns the developer, once per call; silent where nothing can warn. */
export function warn(code: string, message: string): void {
  if (globals.process?.emitWarning) globals.process.emitWarning(message, { type: 'MicrodotWarning', code });
  else globals.console?.warn(`[${code}] ${message}`);
}

/** False where `NODE_ENV` is `production`. Asked when a warning is about to be given, never on import. */
export function isDevelopment(): boolean {
  // Deno asks the user for every environment variable that a program has no permission for: ask first whether it may.
  const permission = globals.Deno?.permissions?.querySync?.({ name: 'env', variable: 'NODE_ENV' });
  if (permission && permission.state !== 'granted') return true;
  return globals.process?.env?.NODE_ENV !== 'production';
}

/** Seconds since 1970, with a fraction. */
export function systemClock(): number {
  return Date.now() / 1000;
}
