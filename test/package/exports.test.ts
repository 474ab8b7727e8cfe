// What the package gives to its users: every export, every file, every type.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../support/needs.js';

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifest: Manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const SNAPSHOT = join(ROOT, 'test/package/exports.json');

const entries = Object.entries(manifest.exports).flatMap(([name, target]) =>
  typeof target === 'string' ? [] : [{ name, ...target }],
);

async function runtimeExports(): Promise<Record<string, readonly string[]>> {
  const exports: Record<string, readonly string[]> = {};
  for (const { name, default: file } of entries) {
    const module: object = await import(pathToFileURL(join(ROOT, file)).href);
    exports[name] = Object.keys(module).sort();
  }
  return exports;
}

/** The paths that `npm pack` would put into the tarball. */
function packedFiles(): readonly string[] {
  const { status, stdout, stderr } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  assert.equal(status, 0, stderr);
  const [tarball]: { files: readonly { path: string }[] }[] = JSON.parse(stdout);
  assert.ok(tarball !== undefined);
  return tarball.files.map(({ path }) => path);
}

/** Declarations without their comments: prose may say "any". */
const declarationsOf = (file: string): string =>
  readFileSync(file, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');

/** The documented default of `T`, so that the first example needs no types (contract, section 2). */
const ALLOWED_ANY = [/\bRecord<string, any>/g];

describe('the package', () => {
  it('exports exactly what the snapshot says; UPDATE=1 rewrites it', async () => {
    const exports = await runtimeExports();
    if (process.env.UPDATE === '1') writeFileSync(SNAPSHOT, `${JSON.stringify(exports, null, 2)}\n`);
    assert.deepEqual(exports, JSON.parse(readFileSync(SNAPSHOT, 'utf8')));
  });

  it('has no runtime dependency', () => {
    assert.deepEqual(Object.keys(manifest.dependencies ?? {}), []);
  });

  it('packs every declared file, the documents, and nothing else', () => {
    const packed = packedFiles();
    const declared = [
      ...entries.flatMap((entry) => [entry.types, entry.default]),
      ...Object.values(manifest.bin ?? {}),
    ];
    const wanted = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', ...declared];
    assert.deepEqual(
      wanted.map((path) => path.replace(/^\.\//, '')).filter((path) => !packed.includes(path)),
      [],
    );
    assert.deepEqual(
      packed.filter(
        (path) =>
          !/^(dist\/.*\.d\.ts(\.map)?$|lib\/|src\/|(README\.md|LICENSE|CHANGELOG\.md|package\.json)$)/.test(path),
      ),
      [],
    );
  });

  it('has no public any but the documented default', () => {
    const dist = join(ROOT, 'dist');
    const offenders = readdirSync(dist, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.d.ts'))
      .filter((file) => {
        const allowed = ALLOWED_ANY.reduce((text, any) => text.replace(any, ''), declarationsOf(join(dist, file)));
        return /\bany\b/.test(allowed);
      });
    assert.deepEqual(offenders, []);
  });

  it('ships a source for every source map', () => {
    const lib = join(ROOT, 'lib');
    const sources = readdirSync(lib, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js.map'))
      .flatMap((file) => {
        const map: { readonly sources: readonly string[] } = JSON.parse(readFileSync(join(lib, file), 'utf8'));
        return map.sources.map((source) => join(lib, dirname(file), source));
      });
    assert.ok(sources.includes(join(ROOT, 'src/session/session.ts')));
    assert.deepEqual(
      sources.filter((source) => !existsSync(source)),
      [],
    );
  });
});
