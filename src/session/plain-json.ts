// Writes plain data as JSON, in UTF-8, and looks at the same time that JSON can hold them: the quick way of nearly every save.

import { encodeUtf8Into, hasLoneSurrogate, utf8Reader } from '../bytes/utf8.js';
import type { JsonMemory } from '../jwt/encode.js';

/** A save holds a cookie, so 4 KB; stored sessions are larger, and go the thorough way then. */
const CAPACITY = 8192;
/** Bytes that any member takes beside its name and text: the longest number has 24. */
const ROOM = 32;

const memory = new Uint8Array(CAPACITY);
const shared: JsonMemory = { bytes: memory, readText: utf8Reader(memory) };
/** Where the next byte goes. */
let at = 0;
/** How often something was written here. */
let serial = 0;

/**
 * What was written last, in memory that all sessions share: any code of the program may write here again, so whoever has
 * called some asks {@link isWritten} first.
 */
export interface WrittenJson {
  readonly memory: JsonMemory;
  readonly length: number;
  /** Tells one writing from all others. */
  readonly serial: number;
}

/**
 * The compact JSON of an object, as `JSON.stringify` writes it, without a copy of the text; null where it is for payload.ts
 * to say: the object may have what JSON cannot hold, or be large, or nested deeper than `depth`.
 *
 * Check and text together take 730 ns for a typical session (140 bytes of JSON, Node 24) where the check alone took 690
 * and `JSON.stringify` 360; for a counter 78 where both took 225. Each member is read once: what was checked is what is
 * written, also for a proxy.
 */
export function writePlainJson(object: object, depth: number): WrittenJson | null {
  serial++;
  at = 0;
  const mine = serial;
  // A polluted Object.prototype: its members would be listed with those of every object.
  if (hasEnumerable(Object.prototype) || !writeObject(object, depth)) return null;
  // A proxy may have had somebody else write here. Past the end, where only brackets can stand, nothing is written.
  return mine === serial && at <= CAPACITY ? { memory: shared, length: at, serial } : null;
}

/** Whether nothing else was written since. */
export const isWritten = (json: WrittenJson): boolean => json.serial === serial;

/** As text. */
export const writtenText = ({ length }: WrittenJson): string | null => shared.readText(length);

/**
 * Adds members to the object that was written, which then is no more what {@link isWritten} asks for.
 * @param members as JSON, without what stands around them
 * @returns the length; -1 where they do not fit
 */
export function appendMembers({ length }: WrittenJson, members: string): number {
  serial++;
  // `{}` has no member before it.
  const start = length - 1;
  const text = length === 2 ? `${members}}` : `,${members}}`;
  const added = encodeUtf8Into(text, memory.subarray(start));
  return added < 0 ? -1 : start + added;
}

function writeObject(object: object, depth: number): boolean {
  if (depth === 0) return false;
  const prototype = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) {
    // One that has none itself: Object.prototype of another realm, or that of a session dict.
    if (Object.getPrototypeOf(prototype) !== null || hasEnumerable(prototype)) return false;
  }
  if (prototype === null && isRawJson(object)) return false;
  if (hasOddMembers(object)) return false;
  memory[at++] = OPEN_BRACE;
  let isFirst = true;
  for (const key in object) {
    if (hasGetter(object, key)) return false;
    const value = (object as Record<string, unknown>)[key];
    if (isFirst) isFirst = false;
    else memory[at++] = COMMA;
    if (!writeString(key)) return false;
    memory[at++] = COLON;
    if (!writeValue(value, depth)) return false;
  }
  memory[at++] = CLOSE_BRACE;
  return true;
}

function writeArray(array: readonly unknown[], depth: number): boolean {
  if (depth === 0 || Object.getPrototypeOf(array) !== Array.prototype || hasOddMembers(array)) return false;
  // As payload.ts does: by the elements alone a hole could be filled by a polluted prototype, and a hidden element make up
  // for a property of the array's own.
  const keys = Object.keys(array);
  if (keys.length !== array.length) return false;
  if (keys.length > 0 && keys[keys.length - 1] !== String(array.length - 1)) return false;
  memory[at++] = OPEN_BRACKET;
  for (let i = 0; i < array.length; i++) {
    if (hasGetter(array, i)) return false;
    if (i > 0) memory[at++] = COMMA;
    if (!writeValue(array[i], depth)) return false;
  }
  memory[at++] = CLOSE_BRACKET;
  return true;
}

/** Writes a value that JSON has a form for, and leaves room for what may follow it before the next one. */
function writeValue(value: unknown, depth: number): boolean {
  if (at > CAPACITY - ROOM) return false;
  switch (typeof value) {
    case 'string':
      return writeString(value);
    case 'number':
      return Number.isFinite(value) && writeNumber(value);
    case 'boolean':
      return writeAscii(value ? 'true' : 'false');
    case 'object':
      if (value === null) return writeAscii('null');
      return Array.isArray(value) ? writeArray(value, depth - 1) : writeObject(value, depth - 1);
    default:
      return false;
  }
}

/** From here on the platform's codec is faster than a loop. */
const LONG_STRING = 128;

function writeString(text: string): boolean {
  const { length } = text;
  if (length > LONG_STRING || at + length > CAPACITY - ROOM) return writeAnyString(text);
  const start = at;
  memory[at++] = QUOTE;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    // What has to be escaped (RFC 8259, section 7), or takes more than one byte.
    if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) {
      at = start;
      return writeAnyString(text);
    }
    memory[at++] = code;
  }
  memory[at++] = QUOTE;
  return true;
}

function writeAnyString(text: string): boolean {
  const quoted = JSON.stringify(text);
  // It escapes lone surrogates, and only them, as \ud800 to \udfff; a backslash of the data reads alike.
  if (quoted.includes('\\ud') && hasLoneSurrogate(text)) return false;
  const length = encodeUtf8Into(quoted, memory.subarray(at, CAPACITY - ROOM));
  if (length < 0) return false;
  at += length;
  return true;
}

function writeNumber(value: number): boolean {
  // Whole numbers of 31 bits, -0 among them, which JSON writes as 0. The last digit first.
  if ((value | 0) !== value || value < 0) return writeAscii(String(value));
  let end = at + 1;
  for (let limit = 10; limit <= value; limit *= 10) end++;
  let rest = value | 0;
  for (let i = end - 1; i >= at; i--) {
    const next = (rest / 10) | 0;
    memory[i] = ZERO + rest - next * 10;
    rest = next;
  }
  at = end;
  return true;
}

function writeAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) memory[at++] = text.charCodeAt(i);
  return true;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const ZERO = 0x30;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

function hasEnumerable(object: object): boolean {
  for (const _ in object) return true;
  return false;
}

const hasOddMembers = (value: object & { readonly toJSON?: unknown }): boolean =>
  typeof value.toJSON === 'function' || Object.getOwnPropertySymbols(value).length > 0;

interface RawJson {
  isRawJSON?(this: void, value: object): boolean;
}
/**
 * Whether JSON.rawJSON() made it: text that JSON.stringify writes as it is, in an object that has it as a member. It has no
 * prototype. Not in every engine.
 */
export const isRawJson: (object: object) => boolean = (JSON as RawJson).isRawJSON ?? (() => false);

/** ECMA-262, B.2.2.4: not in every engine. */
interface Legacy {
  __lookupGetter__?(this: object, key: string | number): unknown;
}
// oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
const { __lookupGetter__: lookupGetter } = Object.prototype as Legacy;

/**
 * Whether a member is read by a call, found without calling it. A descriptor would tell, and is one more object for each
 * member: 20 to 60 ns, where this takes 10. A setter without a getter reads as undefined, and is left to payload.ts.
 */
const hasGetter: (holder: object, key: string | number) => boolean =
  typeof lookupGetter === 'function' ? (holder, key) => lookupGetter.call(holder, key) !== undefined : () => true;
