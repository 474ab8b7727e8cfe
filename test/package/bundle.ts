// What a bundler pulls in for an import: built-ins of Node, files of hosts, and how many bytes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { ROOT } from '../support/needs.js';

export interface Bundle {
  /** Paths from the root, with `/`. */
  readonly files: readonly string[];
  /** `file imports node:fs`, for everything that only Node has. */
  readonly builtins: readonly string[];
  /** The hosts that it has files of: `express`, `node`. */
  readonly hosts: readonly string[];
  /** Bytes, minified. */
  readonly size: number;
  /** Bytes, minified and compressed by gzip. */
  readonly gzip: number;
}

/** Where bundles are made for. Workers are no platform that esbuild knows; they have conditions. */
export const TARGETS = {
  browser: { platform: 'browser' },
  workers: { platform: 'neutral', conditions: ['worker', 'browser'] },
} satisfies Record<string, BuildOptions>;

export type Target = keyof typeof TARGETS;

type Exports = Readonly<Record<string, string | { readonly types: string }>>;
const { exports }: { exports: Exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** From the names of the entries to their modules in dist/: in lib/, which users load, several share a file. */
const MODULES = Object.fromEntries(
  Object.entries(exports).flatMap(([entry, target]) =>
    typeof target === 'string'
      ? []
      : [[`microdot${entry.slice(1)}`, join(ROOT, target.types.replace(/\.d\.ts$/, '.js'))] as const],
  ),
);

/**
 * Bundles `source`, a module at the root of the package. Whatever cannot be resolved is an error.
 * @param from `lib`: what users load; `dist`: module by module, to see which are needed
 */
export async function bundle(source: string, target: Target, from: 'lib' | 'dist' = 'lib'): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    ...TARGETS[target],
    stdin: { contents: source, resolveDir: ROOT, sourcefile: 'entry.js' },
    absWorkingDir: ROOT,
    external: ['node:*'],
    ...(from === 'dist' && { plugins: [modules] }),
    format: 'esm',
    target: 'es2022',
    bundle: true,
    minify: true,
    metafile: true,
    write: false,
    outfile: join(ROOT, '.build/bundle.js'),
    logLevel: 'silent',
  });
  const files = Object.keys(metafile.inputs).filter((file) => file !== 'entry.js');
  const builtins = Object.entries(metafile.inputs).flatMap(([file, { imports }]) =>
    imports.filter(({ external }) => external).map(({ path }) => `${file} imports ${path}`),
  );
  const hosts = files.flatMap((file) => /^dist\/hosts\/(?!shared\/)([^/.]+)/.exec(file)?.[1] ?? []);
  const bytes = outputFiles[0].contents;
  return { files, builtins, hosts: [...new Set(hosts)].sort(), size: bytes.length, gzip: gzipSync(bytes).length };
}

/** Not esbuild's `alias`, which takes `microdot` for the beginning of every other name. */
const modules: Plugin = {
  name: 'modules',
  setup: (build) => build.onResolve({ filter: /^microdot\b/ }, ({ path }) => ({ path: MODULES[path] ?? null })),
};
