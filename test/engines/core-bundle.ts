// The compiled core as one script, and the token vectors it has to pass in an engine that has nothing but ECMAScript.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT, readTestJson } from '../support/needs.js';

/** One line of test/vectors/session-tokens.json, as far as it is used here. */
interface Vector {
  readonly name: string;
  readonly secret_hex: string;
  readonly token: string;
  readonly payload: unknown;
  readonly expect: 'ok' | 'reject';
}

/** What platforms add to ECMAScript and the core must do without. */
export const PLATFORM_GLOBALS = [
  'TextEncoder',
  'TextDecoder',
  'URL',
  'Buffer',
  'process',
  'console',
  'atob',
  'btoa',
  'setTimeout',
  'queueMicrotask',
  'structuredClone',
  'performance',
  'crypto',
  'Headers',
  'Response',
  'fetch',
  'WebAssembly',
  'require',
];

/** `var microdot = ...`: what `microdot/session` exports, with all it imports. */
export async function bundleCore(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'dist/session/index.js')],
    bundle: true,
    format: 'iife',
    globalName: 'microdot',
    target: 'es2022',
    platform: 'neutral',
    // As it is put on a device: the text is in the heap beside what is compiled from it.
    minifyWhitespace: true,
    write: false,
    logLevel: 'silent',
  });
  const [file] = outputFiles;
  assert.ok(file !== undefined);
  return file.text;
}

/**
 * Runs in the engine beside the bundle. Text in, text out: an engine's objects are not the host's. `platform` names the
 * globals that should not be there; the decoder's clock is the engine's own, the vectors' times are decades away.
 */
export const DRIVER = `
  var session = new microdot.Session({ secretKey: 'not the key of any vector, but long enough' });
  var bytesOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  var decodeAll = (text) => JSON.stringify(
    JSON.parse(text).map(([hex, token]) => session.decode(token, bytesOf(hex)))
  );
  var roundTrip = (text) => JSON.stringify(session.decode(session.encode(JSON.parse(text))));
  var present = (text) => JSON.stringify(JSON.parse(text).filter((name) => name in globalThis));
`;

/** Calls one function of {@link DRIVER} in an engine. */
export type Call = (name: 'decodeAll' | 'roundTrip' | 'present', text: string) => string;

/** As many tokens at a time as keep a 1 MB heap from filling up with text. */
const CHUNK_CHARS = 16_384;

function* chunks(vectors: readonly Vector[]): Generator<readonly Vector[]> {
  let chunk: Vector[] = [];
  let size = 0;
  for (const vector of vectors) {
    if (chunk.length > 0 && size + vector.token.length > CHUNK_CHARS) {
      yield chunk;
      chunk = [];
      size = 0;
    }
    chunk.push(vector);
    size += vector.token.length;
  }
  yield chunk;
}

/** JSON and back: the engine's answer came that way, and `-0` does not survive it. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Every vector decodes as it says, `{}` where it is to be rejected; returns how many there were. */
export function assertVectors(call: Call): number {
  const vectors = readTestJson<readonly Vector[]>('vectors/session-tokens.json');
  for (const chunk of chunks(vectors)) {
    const questions = JSON.stringify(chunk.map(({ secret_hex, token }) => [secret_hex, token]));
    const answers: unknown = JSON.parse(call('decodeAll', questions));
    assert.deepEqual(
      answers,
      chunk.map(({ expect, payload }) => (expect === 'ok' ? asJson(payload) : {})),
      chunk.map(({ name }) => name).join(' '),
    );
  }
  return vectors.length;
}

/** What is written in the engine is read there: encoding is not in the vectors. */
export function assertRoundTrip(call: Call): void {
  const text = '{"n":1,"city":"Zürich","key":"🔑","list":[1.5,null,{"a":false}]}';
  assert.equal(call('roundTrip', text), text);
}

/** The engine really has none of the platform's globals. */
export function assertBare(call: Call): void {
  assert.deepEqual(JSON.parse(call('present', JSON.stringify(PLATFORM_GLOBALS))), []);
}
