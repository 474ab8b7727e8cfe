// What a session can hold: exactly what JSON can. Everything else is refused by its path, before it is signed.

import { hasLoneSurrogate } from '../bytes/utf8.js';
import { typeName, ValueError } from '../errors.js';
import { isRawJson, type WrittenJson, writePlainJson, writtenText } from './plain-json.js';

/** JSON readers of small devices overflow their stack not far above this. */
const MAX_DEPTH = 500;

/** What is wrong, and the keys that lead there, innermost first: they are collected on the way back up. */
interface Fault {
  readonly expected: string;
  readonly path: (string | number)[];
}

/**
 * The compact JSON of a payload. A property that is `undefined` is left out; for everything else the text, parsed
 * again, equals the payload.
 *
 * `JSON.stringify` alone would drop functions, write `Map` as `{}` and `NaN` as `null`, and call `toJSON`: data that are
 * lost without a word come back as a bug report.
 *
 * @throws ValueError `ERR_SESSION_BAD_PAYLOAD` naming the path, such as `cart[2].price`
 */
export function payloadJson(payload: unknown): string {
  const written = quickJson(payload);
  return (written === null ? null : writtenText(written)) ?? thoroughJson(payload as object);
}

/**
 * {@link payloadJson} as bytes, for nearly every payload; null where only the thorough way can say.
 * @throws ValueError `ERR_SESSION_BAD_PAYLOAD` for what is no object
 */
export function quickJson(payload: unknown): WrittenJson | null {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw new ValueError(
      'ERR_SESSION_BAD_PAYLOAD',
      `a session is an object of keys and values, not ${typeName(payload)}`,
    );
  }
  return writePlainJson(payload, MAX_DEPTH);
}

function thoroughJson(payload: object): string {
  const fault = objectFault(payload, 1);
  if (fault !== null) throw badPayload(fault);
  const json = JSON.stringify(payload);
  // JSON.stringify escapes lone surrogates, and only them, as \ud800 to \udfff, so one search clears all text at once.
  // What it finds may also be a backslash of the data, hence the second look.
  if (json.includes('\\ud')) {
    const surrogate = surrogateFault(payload);
    if (surrogate !== null) throw badPayload(surrogate);
  }
  return json;
}

/** Keys that stand in a path as they are; others are quoted, so that no two paths read alike. */
const NAME = /^[A-Za-z_$][\w$]*$/;

/** Keys from the outermost on as one reads them in JavaScript: `cart[2].price`. */
export function pathText(path: readonly (string | number)[]): string {
  return path
    .map((key, i) => {
      if (typeof key === 'number') return `[${key}]`;
      if (!NAME.test(key)) return `[${JSON.stringify(key)}]`;
      return i === 0 ? key : `.${key}`;
    })
    .join('');
}

function badPayload({ expected, path }: Fault): ValueError {
  const where = pathText(path.reverse());
  return new ValueError(
    'ERR_SESSION_BAD_PAYLOAD',
    `the session cannot hold ${where === '' ? 'this' : where}: ${expected}`,
  );
}

const fault = (expected: string): Fault => ({ expected, path: [] });

function inside(inner: Fault | null, key: string | number): Fault | null {
  inner?.path.push(key);
  return inner;
}

function valueFault(value: unknown, depth: number): Fault | null {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return null;
    case 'number':
      return Number.isFinite(value) ? null : fault(`${value} has no form in JSON; save null or text`);
    case 'object':
      if (value === null) return null;
      if (depth > MAX_DEPTH) return fault(`it is nested deeper than ${MAX_DEPTH}, or contains itself`);
      return Array.isArray(value) ? arrayFault(value, depth) : objectFault(value, depth);
    case 'bigint':
      return fault('a BigInt has no form in JSON; save its text');
    default:
      return fault(`${typeof value} is not data`);
  }
}

function objectFault(object: object, depth: number): Fault | null {
  const prototype = Object.getPrototypeOf(object);
  // Plain: no prototype, or one that has none itself, which is Object.prototype of any realm, or that of a session dict.
  if (prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype) !== null) {
    return fault(`a ${typeName(object)} would come back as a plain object; save its data`);
  }
  if (prototype === null && isRawJson(object)) return fault('raw JSON would come back as what it stands for');
  const unfit = oddMemberFault(object);
  if (unfit !== null) return unfit;
  for (const key of Object.keys(object)) {
    // A descriptor, not a read: an accessor is refused without being called.
    const descriptor = Object.getOwnPropertyDescriptor(object, key);
    if (descriptor === undefined || descriptor.get !== undefined || descriptor.set !== undefined) {
      return inside(fault('an accessor is not data'), key);
    }
    if (descriptor.value === undefined) continue;
    const inner = valueFault(descriptor.value, depth + 1);
    if (inner !== null) return inside(inner, key);
  }
  return null;
}

function arrayFault(array: readonly unknown[], depth: number): Fault | null {
  const prototype = Object.getPrototypeOf(array);
  if (prototype !== Array.prototype && prototype !== null) {
    const parent = Object.getPrototypeOf(prototype);
    if (parent !== null && Object.getPrototypeOf(parent) !== null) {
      return fault(`a ${typeName(array)} would come back as a plain array; save its data`);
    }
  }
  const unfit = oddMemberFault(array);
  if (unfit !== null) return unfit;
  const keys = Object.keys(array);
  // Index keys come first and ascending: the right number of keys and the right last one leave no hole and no other key.
  if (keys.length !== array.length || (keys.length > 0 && keys[keys.length - 1] !== String(array.length - 1))) {
    return fault('an array with holes or properties of its own would come back as another one');
  }
  for (let i = 0; i < keys.length; i++) {
    const descriptor = Object.getOwnPropertyDescriptor(array, i);
    if (descriptor === undefined || descriptor.get !== undefined || descriptor.set !== undefined) {
      return inside(fault('an accessor is not data'), i);
    }
    const { value } = descriptor;
    const inner = value === undefined ? fault('undefined would come back as null') : valueFault(value, depth + 1);
    if (inner !== null) return inside(inner, i);
  }
  return null;
}

/** Members that JSON.stringify would obey or drop without a word. */
function oddMemberFault(value: object & { readonly toJSON?: unknown }): Fault | null {
  if (typeof value.toJSON === 'function') return fault('something with toJSON() would come back as something else');
  return Object.getOwnPropertySymbols(value).length > 0 ? fault('a symbol key has no form in JSON') : null;
}

/** Finds the lone surrogate in the keys and values of a payload that passed every other check. */
function surrogateFault(value: unknown): Fault | null {
  if (typeof value === 'string') return hasLoneSurrogate(value) ? fault('a lone surrogate is not Unicode text') : null;
  if (typeof value !== 'object' || value === null) return null;
  const isArray = Array.isArray(value);
  for (const [key, member] of Object.entries(value)) {
    if (hasLoneSurrogate(key)) return fault('a key has a lone surrogate, which is not Unicode text');
    const inner = surrogateFault(member);
    if (inner !== null) return inside(inner, isArray ? Number(key) : key);
  }
  return null;
}
