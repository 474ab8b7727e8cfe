// The core in a V8 context that has ECMAScript's own globals and nothing else.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type Context, createContext, runInContext } from 'node:vm';
import { assertBare, assertRoundTrip, assertVectors, bundleCore, type Call, DRIVER } from './core-bundle.js';

/** V8 itself adds these to every context; ECMAScript 2022 knows none of them. */
const NOT_ECMASCRIPT = ['console', 'WebAssembly', 'escape', 'unescape'];

function bareContext(): Context {
  const context = createContext(Object.create(null));
  runInContext(NOT_ECMASCRIPT.map((name) => `delete globalThis.${name};`).join(''), context);
  return context;
}

describe('the core in a bare V8 context', () => {
  let call: Call;
  before(async () => {
    const context = bareContext();
    runInContext((await bundleCore()) + DRIVER, context);
    call = (name, text) => String(runInContext(name, context)(text));
  });

  it('the context has no global of a platform', () => assertBare(call));

  it('S20: every token vector', () => {
    assert.ok(assertVectors(call) > 800);
  });

  it('S5: a token written there is read there', () => assertRoundTrip(call));
});
