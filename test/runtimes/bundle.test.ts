// The library in a bundle for any runtime, as an application's own bundler makes it: nothing of Node is in it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { ROOT } from '../support/needs.js';
import { type Bundle, createBundle } from './bundle.js';

const NODE_GLOBAL = /\b(Buffer|process|require|global|__dirname|__filename|setImmediate)\b/;

describe('the bundle of the conformance suite', () => {
  let bundle: Bundle;
  before(async () => {
    bundle = await createBundle();
  });

  it('imports no built-in module, and nothing that is not in it', () => {
    const imports = Object.values(bundle.metafile.inputs).flatMap((input) => input.imports);
    assert.deepEqual(
      imports.filter(({ external, path }) => external === true || path.startsWith('node:')),
      [],
    );
    assert.doesNotMatch(bundle.code, /^\s*import\b/m);
  });

  it('has the entries as they are built, and of the tests only the suite', () => {
    const files = Object.keys(bundle.metafile.inputs);
    for (const entry of ['microdot', 'session', 'session/encrypt', 'session/fetch', 'test-client']) {
      assert.ok(files.includes(`lib/${entry}.js`), entry);
    }
    const suite = files.filter((file) => file.startsWith('.build/'));
    assert.ok(suite.length > 5);
    assert.deepEqual(
      suite.filter((file) => !/^\.build\/runtimes\/(assert|clients|site|suite|cases\/[a-z-]+)\.js$/.test(file)),
      [],
    );
    const naming = suite.filter((file) => NODE_GLOBAL.test(readFileSync(join(ROOT, file), 'utf8')));
    assert.deepEqual(naming, [], 'name a global of Node');
  });
});
