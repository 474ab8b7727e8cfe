// The data of the property tests: JSON of every kind, hostile keys included, and texts that no parser expects.
import fc from 'fast-check';

/** A payload as JSON gives it. */
export type Payload = Record<string, unknown>;

/** Fixed, so that every run is the same; fast-check prints it with a failure. */
export const SEED = 20_260_101;

/** Keys that have gone wrong somewhere before: names of the prototype, of promises, of JSON, numbers, nothing. */
export const HOSTILE_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'then',
  'toJSON',
  'length',
  '',
  '0',
  '-1',
  '4294967295',
  '1e3',
  ' ',
  '"',
  '\\ud800',
  '\u2028',
  '\ufeff',
] as const;

/** Keys that a dict or a reader gives a meaning: methods, and registered claims. */
const MEANING = new Set(['save', 'delete', 'exp', 'nbf', 'iat', 'aud']);

export const text = fc.string({ unit: 'binary', maxLength: 12 });
export const key = fc.oneof(text, fc.constantFrom(...HOSTILE_KEYS)).filter((name) => !MEANING.has(name));

const leaf = fc.oneof(
  text,
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (n === 0 ? 0 : n)),
  fc.boolean(),
  fc.constant(null),
);

/** An object of entries with own properties only: an assignment to `__proto__` would make none. */
export const objectOf = (entries: Iterable<readonly [string, unknown]>): Payload => Object.fromEntries(entries);

const { value, object } = fc.letrec<{ value: unknown; object: Payload }>((tie) => ({
  value: fc.oneof({ maxDepth: 4, depthSize: 'small' }, leaf, fc.array(tie('value'), { maxLength: 5 }), tie('object')),
  object: fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map(objectOf),
}));

/** Any JSON value. */
export const jsonValue: fc.Arbitrary<unknown> = value;

/** Any JSON object, without the keys that a dict or a reader gives a meaning. */
export const payload: fc.Arbitrary<Payload> = object;

/** Any text: lone surrogates, control characters, every plane; sometimes long, sometimes nearly a cookie or a token. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)), maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({
    unit: fc.constantFrom('.', ';', '=', ' ', '\t', 'session', 'eyJ', 'A', '_', '"', ',', '\0'),
    maxLength: 200,
  }),
  fc.tuple(fc.string({ unit: 'binary', minLength: 1, maxLength: 5 }), fc.nat(4000)).map(([part, n]) => part.repeat(n)),
);
