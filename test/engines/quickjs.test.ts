// The core in QuickJS with a heap of 1 MB: a device, an embedded script engine.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { importTool, needs, toolPath } from '../support/needs.js';
import { assertBare, assertRoundTrip, assertVectors, bundleCore, type Call, DRIVER } from './core-bundle.js';

const HEAP_BYTES = 1 << 20;

/** As much of quickjs-wasi as is used here. */
interface Package {
  readonly QuickJS: { create(options: { wasm: Uint8Array; memoryLimit: number }): Promise<QuickJS> };
}
interface Handle {
  getProp(name: string): Handle;
  toString(): string;
  dispose(): void;
}
interface QuickJS {
  readonly global: Handle;
  readonly undefined: Handle;
  evalCode(code: string): Handle;
  newString(text: string): Handle;
  callFunction(callee: Handle, self: Handle, ...args: readonly Handle[]): Handle;
  getMemoryUsage(): { readonly mallocSize: number };
  dispose(): void;
}

/** ECMAScript has no `console`, but QuickJS and its relatives bring some of these. */
const NOT_ECMASCRIPT = ['atob', 'btoa', 'console', 'performance', 'queueMicrotask', 'navigator', 'DOMException'];

describe('the core in QuickJS, 1 MB heap', needs.tool('quickjs-wasi'), () => {
  let vm: QuickJS;
  let call: Call;
  before(async () => {
    const { QuickJS } = await importTool<Package>('quickjs-wasi');
    vm = await QuickJS.create({ wasm: readFileSync(toolPath('quickjs-wasi/quickjs.wasm')), memoryLimit: HEAP_BYTES });
    vm.evalCode(NOT_ECMASCRIPT.map((name) => `delete globalThis.${name};`).join('')).dispose();
    vm.evalCode((await bundleCore()) + DRIVER).dispose();
    call = (name, text) => {
      const callee = vm.global.getProp(name);
      const argument = vm.newString(text);
      const result = vm.callFunction(callee, vm.undefined, argument);
      const answer = result.toString();
      for (const handle of [result, argument, callee]) handle.dispose();
      return answer;
    };
  });
  after(() => vm.dispose());

  it('the engine has no global of a platform', () => assertBare(call));

  it('S20: every token vector', () => {
    assert.ok(assertVectors(call) > 800);
    assert.ok(vm.getMemoryUsage().mallocSize < HEAP_BYTES);
  });

  it('S5: a token written there is read there', () => assertRoundTrip(call));
});
