// A bundle of an entry, for browsers and for workers, has in it what the entry is about and nothing else.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import { ROOT } from '../support/needs.js';
import { type Bundle, bundle, TARGETS, type Target } from './bundle.js';

const manifest: { exports: Record<string, unknown> } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const ENTRIES = Object.keys(manifest.exports).filter((name) => typeof manifest.exports[name] === 'object');
const targets = Object.keys(TARGETS) as readonly Target[];

/** The key in a file: there is none in a browser. */
const FOR_NODE = './session/secret';

/** What is in a bundle and has no business there; `./session/express/augment` is express's. */
function strangers(entry: string, { builtins, hosts, files }: Bundle): readonly string[] {
  const [, name] = /^\.\/session\/([^/]+)/.exec(entry) ?? [];
  return [
    ...(entry === FOR_NODE ? [] : builtins),
    ...hosts.filter((host) => host !== name).map((host) => `the host ${host}`),
    ...files.filter((file) => !file.startsWith('dist/')),
  ];
}

const sizes = new Map<string, string[]>();

for (const target of targets) {
  describe(`a bundle for ${target}: no built-in of Node, no other host, no other package`, () => {
    for (const entry of ENTRIES) {
      it(`microdot${entry.slice(1)}`, async () => {
        const source = `export * from 'microdot${entry.slice(1)}';`;
        assert.deepEqual(strangers(entry, await bundle(source, target, 'dist')), []);
        const { builtins, files, gzip, size } = await bundle(source, target);
        sizes.set(entry, [...(sizes.get(entry) ?? []), `${size}`, `${gzip}`]);
        assert.deepEqual(entry === FOR_NODE ? [] : builtins, []);
        assert.deepEqual(
          files.filter((file) => !file.startsWith('lib/')),
          [],
        );
      });
    }
  });
}

describe('the search for what has no business in a bundle', () => {
  const strangersIn = async (source: string, entry: string): Promise<readonly string[]> =>
    strangers(entry, await bundle(source, 'workers', 'dist'));

  it('finds built-ins of Node, however they are imported', async () => {
    const source = "export { open } from 'node:fs'; export const os = import('node:os'); import 'node:net';";
    const found = ['entry.js imports node:fs', 'entry.js imports node:net', 'entry.js imports node:os'];
    assert.deepEqual([...(await strangersIn(source, './session'))].sort(), found);
    assert.deepEqual(await strangersIn(source, FOR_NODE), []);
    for (const target of targets) await assert.rejects(bundle("export * from 'fs';", target), /Could not resolve "fs"/);
  });

  it('finds hosts', async () => {
    const source = "export * from 'microdot/session/node'; export * from 'microdot/session/express';";
    assert.deepEqual(await strangersIn(source, './session'), ['the host express', 'the host node']);
    assert.deepEqual(await strangersIn(source, './session/express'), ['the host node']);
    assert.deepEqual(await strangersIn(source, './session/express/augment'), ['the host node']);
  });

  it('finds other packages', async () => {
    const found = await strangersIn("export { Hono } from 'hono/tiny';", './session/hono');
    assert.ok(found.some((file) => file.endsWith('node_modules/hono/dist/hono-base.js')));
  });
});

// Not within the others: a runner's summary shows what stands at the top.
test('the sizes of the bundles', (t) => {
  const line = ([name = '', ...cells]: readonly string[]): string =>
    [name.padEnd(32), ...cells.map((cell) => cell.padStart(11))].join(' | ');
  t.diagnostic(line(['bytes', ...targets.flatMap((target) => [`${target} min`, 'gzip'])]));
  for (const [entry, cells] of sizes) t.diagnostic(line([`microdot${entry.slice(1)}`, ...cells]));
  assert.deepEqual([...sizes.keys()], ENTRIES);
});
