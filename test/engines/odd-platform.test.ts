// The core where a platform has globals that are not whole: polyfills, engines in progress, a console that only logs.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type Context, createContext, runInContext } from 'node:vm';
import { forge } from '../jwt/forge.js';
import { assertRoundTrip, assertVectors, bundleCore, type Call, DRIVER } from './core-bundle.js';

type Encoding = 'latin1' | 'utf8' | 'base64url';
type Name = (encoding: Encoding) => BufferEncoding;

/** A `Buffer` that takes the names of encodings as `nameOf` says. */
const bufferWith = (nameOf: Name): object => ({
  from: (memory: ArrayBuffer, offset: number, length: number) => {
    const real = Buffer.from(memory, offset, length);
    return {
      toString: (encoding: Encoding, start: number, end: number) => real.toString(nameOf(encoding), start, end),
      write: (text: string, at: number, size: number, encoding: Encoding) =>
        real.write(text, at, size, nameOf(encoding)),
    };
  },
});

/** An encoder whose one method is this. */
const encoderWith = (encodeInto: unknown): unknown =>
  class {
    readonly encodeInto = encodeInto;
  };

interface DecoderOptions {
  readonly fatal?: boolean | undefined;
  readonly ignoreBOM?: boolean | undefined;
}

/** A decoder that makes of its options what `optionsOf` says. */
const decoderWith = (optionsOf: (options: DecoderOptions) => DecoderOptions): unknown =>
  class extends TextDecoder {
    constructor(label: string, options: DecoderOptions) {
      super(label, optionsOf(options));
    }
  };

const unsupported = (): never => {
  throw new TypeError('not supported');
};

const ODD: readonly (readonly [what: string, globals: object])[] = [
  [
    'a Buffer that throws at base64url, as the package buffer does',
    { Buffer: bufferWith((encoding) => (encoding === 'base64url' ? unsupported() : encoding)) },
  ],
  [
    'a Buffer that takes base64url for base64',
    { Buffer: bufferWith((encoding) => (encoding === 'base64url' ? 'base64' : encoding)) },
  ],
  ['a TextEncoder without encodeInto', { TextEncoder: encoderWith(undefined) }],
  ['a TextEncoder whose encodeInto throws, as that of Javy', { TextEncoder: encoderWith(unsupported) }],
  ['a TextEncoder that writes no UTF-8', { TextEncoder: encoderWith(() => ({ read: 2, written: 2 })) }],
  ['a TextDecoder that throws at fatal, as that of Node without ICU', { TextDecoder: decoderWith(unsupported) }],
  ['a TextDecoder that is never fatal', { TextDecoder: decoderWith(({ ignoreBOM }) => ({ ignoreBOM })) }],
  ['a TextDecoder that always drops a BOM', { TextDecoder: decoderWith(({ fatal }) => ({ fatal })) }],
];

describe('the core on a platform that is not whole', () => {
  let source: string;
  before(async () => {
    source = (await bundleCore()) + DRIVER;
  });
  const load = (globals: object): Context => {
    const context = createContext({ ...globals });
    if (!('console' in globals)) runInContext('delete globalThis.console', context);
    runInContext(source, context);
    return context;
  };

  for (const [what, globals] of ODD) {
    it(`S4, S5, S20: ${what}`, () => {
      const context = load(globals);
      const call: Call = (name, text) => String(runInContext(name, context)(text));
      assert.ok(assertVectors(call) > 800);
      assertRoundTrip(call);
      // Long enough for the platform's decoder of base64url.
      const payload = { text: '>?>~é🔑'.repeat(100) };
      const [secret, token] = ['a secret', forge({ alg: 'HS256', typ: 'JWT' }, payload, 'a secret')];
      const question = JSON.stringify([[Buffer.from(secret).toString('hex'), token]]);
      assert.deepEqual(JSON.parse(call('decodeAll', question)), [payload]);
    });
  }

  it('S19: a console that only logs: a weak secret is no TypeError', () => {
    const context = load({ console: { log: () => {}, error: () => {} } });
    const token = String(runInContext("new microdot.Session({ secretKey: 'short' }).encode({ n: 1 })", context));
    assert.equal(token, forge({ alg: 'HS256', typ: 'JWT' }, { n: 1 }, 'short'));
  });
});
