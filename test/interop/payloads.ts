// The payloads, tampered tokens and comparison that every interop suite shares.
import fc from 'fast-check';

/** A payload as JSON gives it. */
export type Payload = Record<string, unknown>;

export const SECRET = 'an interop secret of forty bytes or more';

/** Claims that verifiers judge (contract S10): the suites are about data, `claim-times.json` is about these. */
const JUDGED = new Set(['exp', 'nbf', 'iat', 'aud']);
const SEED = 7519;

/** By hand: what has gone wrong between JSON libraries before. */
export const SAMPLES: readonly Payload[] = [
  {},
  { n: 1 },
  { name: "O'Brien", quote: '"', slash: 'a/b\\c', control: '\u0000\u001f\n' },
  { city: 'Zürich', greeting: '日本語', line: '\u2028\u2029', bom: '\ufeff' },
  { astral: '😀𝒳', '🔑': '👨‍👩‍👧' },
  { cart: [{ sku: 'x', price: 9.5, tags: ['a', [], {}] }], nested: { a: { b: { c: [[[null]]] } } } },
  { zero: 0, negative: -1, tenth: 0.1, tiny: 5e-324, huge: 1.7976931348623157e308, safe: Number.MAX_SAFE_INTEGER },
  { t: true, f: false, nothing: null, '': 'empty key' },
];

const isPlain = (payload: object): boolean => Object.keys(payload).every((key) => !JUDGED.has(key));

const sample = (values: fc.Arbitrary<unknown>, keys: fc.Arbitrary<string>): readonly Payload[] =>
  fc.sample(fc.dictionary(keys, values, { noNullPrototype: true, maxKeys: 8 }).filter(isPlain), {
    seed: SEED,
    numRuns: 200,
  });

/** 200 payloads of any JSON, in every plane of Unicode, the same ones in every run. */
export const generated = (): readonly Payload[] =>
  sample(fc.jsonValue({ stringUnit: 'binary' }), fc.string({ unit: 'binary' }));

/**
 * 200 payloads whose token is the same text whoever writes it (contract S5): ASCII, safe integers, no floats.
 * Without U+007F, which Python escapes and `JSON.stringify` does not.
 */
export function generatedAscii(): readonly Payload[] {
  const text = fc.string({ unit: fc.integer({ min: 0, max: 0x7e }).map((code) => String.fromCharCode(code)) });
  const leaf = fc.oneof(text, fc.maxSafeInteger(), fc.boolean(), fc.constant(null));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('value')), fc.dictionary(text, tie('value'))),
  }));
  return sample(value, text);
}

/** The JSON of a value and back: no prototypes, no `-0`, so that `deepEqual` compares data alone. */
export const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** The token with one character changed, for a place in the middle of every segment. */
export function tampered(token: string): readonly string[] {
  let start = 0;
  return token.split('.').map((segment) => {
    // Not the last character: its low bits may be padding, which lenient decoders ignore.
    const at = start + (segment.length >> 1);
    start += segment.length + 1;
    return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
  });
}
